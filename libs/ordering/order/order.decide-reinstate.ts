import { accept, type Decision, type DecisionContext, type Refusal } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { refundedMinor } from './order.payment-state.js';
import * as no from './order.rejections.js';
import type { Order, OrderCancellation } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** How long a cancellation can be taken back (C4). */
export const REINSTATE_WITHIN_HOURS = 24;

export const reinstateUntil = (now: string): string => new Date(Date.parse(now) + REINSTATE_WITHIN_HOURS * 3_600_000).toISOString();

/**
 * Takes back a cancellation made by mistake: soon enough, before money goes back, and while its products are sold. The
 * order stands where it stood and costs what it cost (C4).
 */
export function reinstate({ unavailable, note }: OrderCommandOf<'ReinstateOrder'>, order: Order, { now }: DecisionContext): Decided {
  const { status, cancellation } = order;
  if (status !== 'cancelled') return no.reject('order-not-cancelled', `Only a cancelled order is reinstated; this one is ${status}.`, { status });
  if (cancellation === undefined || !isUnshipped(cancellation.from)) {
    return no.reject('cancelled-line-by-line', 'Its pieces were cancelled one after the other, each in its own right: order what is wanted again.');
  }
  const { from, lines, creditedMinor, reinstateUntil: until } = cancellation;
  if (until === undefined || now >= until) {
    return no.reject('reinstatement-too-late', `A cancellation is taken back within ${String(REINSTATE_WITHIN_HOURS)} hours.`, { until: until ?? null });
  }
  const refused = refundGuard(order, cancellation);
  if (refused !== undefined) return refused;
  if (unavailable.length > 0) return { kind: 'refused', refusal: productsUnavailable(unavailable) };
  return accept({ type: 'OrderReinstated', data: { status: from, lines, totalMinor: creditedMinor, ...(note && { note }) } });
}

export const productsUnavailable = (skus: readonly string[]): Refusal<no.OrderRejectionCode> => ({
  code: 'products-unavailable',
  rule: 'C4',
  message: 'Products of the order are not sold any more.',
  details: { skus },
});

/** What was given back since, and what the gateway was asked to give back, is gone. */
function refundGuard({ payments }: Order, cancellation: OrderCancellation): no.Rejected | undefined {
  const settledMinor = refundedMinor(payments) - cancellation.refundedMinor;
  const openMinor = payments.open.reduce((sum, { action, amountMinor }) => (action === 'refund' ? sum + amountMinor : sum), 0);
  if (settledMinor <= 0 && openMinor <= 0) return undefined;
  return no.reject('refund-under-way', 'Money of the order is given back, or is on its way.', { settledMinor, openMinor });
}

const isUnshipped = (status: Order['status']): status is 'pending' | 'submitted' | 'confirmed' | 'released' =>
  status === 'pending' || status === 'submitted' || status === 'confirmed' || status === 'released';
