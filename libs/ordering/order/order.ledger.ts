import type { MinorUnits } from '#kernel';
import type { OrderEvent } from './order.events.js';
import { evolveOrder } from './order.evolve.js';
import { collectedMinor } from './order.payment-state.js';
import { NO_ORDER, type OrderState } from './order.state.js';
import { orderTotals, type OrderTotals } from './order.totals.js';

/** What the customer owes; what it is for, by kind; and what each payment method has brought in. */
export type LedgerAccount = 'receivable' | 'goods' | 'charges' | 'discounts' | 'tax' | 'credits' | `cash:${string}`;

/** Minor units: debits above zero, credits below. */
export interface Posting {
  readonly account: LedgerAccount;
  readonly amountMinor: MinorUnits;
}

const NOTHING: OrderTotals = { goodsMinor: 0, chargesMinor: 0, discountsMinor: 0, taxMinor: 0, creditsMinor: 0, totalMinor: 0 };

const totalsOf = (state: OrderState): OrderTotals => (state.status === 'none' ? NOTHING : orderTotals(state));

/** The double entry of one event (D15): its postings add up to zero; events that move no money have none. */
export function postingsOf(before: OrderState, event: OrderEvent, after: OrderState): readonly Posting[] {
  const [was, is] = [totalsOf(before), totalsOf(after)];
  const booked: readonly Posting[] = [
    { account: 'receivable', amountMinor: is.totalMinor - was.totalMinor },
    { account: 'goods', amountMinor: was.goodsMinor - is.goodsMinor },
    { account: 'charges', amountMinor: was.chargesMinor - is.chargesMinor },
    { account: 'discounts', amountMinor: is.discountsMinor - was.discountsMinor },
    { account: 'tax', amountMinor: was.taxMinor - is.taxMinor },
    { account: 'credits', amountMinor: is.creditsMinor - was.creditsMinor },
    ...cashPostings(event),
  ];
  return booked.filter(({ amountMinor }) => amountMinor !== 0);
}

function cashPostings(event: OrderEvent): readonly Posting[] {
  if (event.type !== 'OrderPaymentCaptured' && event.type !== 'OrderRefundIssued') return [];
  const { methodId, amountMinor } = event.data;
  const received = event.type === 'OrderPaymentCaptured' ? amountMinor : -amountMinor;
  return [
    { account: `cash:${methodId}`, amountMinor: received },
    { account: 'receivable', amountMinor: -received },
  ];
}

export type Balances = ReadonlyMap<LedgerAccount, MinorUnits>;

export const posted = (balances: Balances, postings: readonly Posting[]): Balances => {
  if (postings.length === 0) return balances;
  const after = new Map(balances);
  for (const { account, amountMinor } of postings) after.set(account, (after.get(account) ?? 0) + amountMinor);
  return after;
};

/** What is wrong with the money of an order after one of its events. */
export interface LedgerFault {
  /** Place of the event in the order, from 0. */
  readonly revision: number;
  readonly type: OrderEvent['type'];
  readonly because: 'does-not-balance' | 'refunded-more-than-collected' | 'receivable-differs' | 'below-zero';
}

/** Takes the events of one order, oldest first, and keeps no more of them than what they come to. */
export interface LedgerProof {
  /** The fault that this event brings, or none. After a fault nothing further is proven. */
  take(event: OrderEvent): LedgerFault | undefined;
}

export function proveLedger(): LedgerProof {
  let state: OrderState = NO_ORDER;
  let balances: Balances = new Map();
  let revision = 0;
  return {
    take(event) {
      const after = evolveOrder(state, event);
      const postings = postingsOf(state, event, after);
      balances = posted(balances, postings);
      const because = wrongWith(after, postings, balances);
      if (because !== undefined) return { revision, type: event.type, because };
      state = after;
      revision += 1;
      return undefined;
    },
  };
}

/** Proves the money of an order from its events, oldest first: the first fault, or none (D15). */
export function ledgerFaultOf(events: Iterable<OrderEvent>): LedgerFault | undefined {
  const proof = proveLedger();
  for (const event of events) {
    const fault = proof.take(event);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function wrongWith(state: OrderState, postings: readonly Posting[], balances: Balances): LedgerFault['because'] | undefined {
  if (postings.reduce((sum, { amountMinor }) => sum + amountMinor, 0) !== 0) return 'does-not-balance';
  if ([...balances].some(([account, amount]) => account.startsWith('cash:') && amount < 0)) return 'refunded-more-than-collected';
  if (state.status === 'none') return undefined;
  const { totalMinor } = orderTotals(state);
  if (totalMinor < 0) return 'below-zero';
  return (balances.get('receivable') ?? 0) === totalMinor - collectedMinor(state.payments) ? undefined : 'receivable-differs';
}
