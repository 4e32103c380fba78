import type { MinorUnits } from '#kernel';
import type { PaymentAction } from './order.payment-events.js';
import { chargedMinor, collectedMinor, invoicedMinor, isGatewayKind, keptMinor, type OrderPayments, type PaymentMethod } from './order.payment-state.js';
import type { Order } from './order.state.js';
import { orderTotals } from './order.totals.js';

/** One thing that the gateway should do now. */
export interface WantedPayment {
  readonly action: PaymentAction;
  readonly method: PaymentMethod;
  readonly amountMinor: MinorUnits;
}

/**
 * What to ask of the gateway, from how the order stands: authorize what is allocated once it is placed, capture what was
 * invoiced, give back what was collected beyond what the order comes to. What is asked already counts as done, and what
 * was declined is left alone, so that asking again changes nothing.
 */
export function wantedPayments(order: Order): readonly WantedPayment[] {
  const methods = order.payments.methods.filter(({ kind }) => isGatewayKind(kind));
  if (methods.length === 0) return [];
  const totalMinor = Math.max(orderTotals(order).totalMinor, 0);
  const excess = collectedMinor(order.payments) - totalMinor - openMinor(order.payments, 'refund');
  if (excess > 0) return spread(excess, [...methods].reverse(), 'refund', (method) => keptMinor(method) - openOn(order.payments, method, 'refund'));
  const due = Math.min(invoicedMinor(order.payments), totalMinor) - collectedMinor(order.payments) - openMinor(order.payments, 'capture');
  const captures = spread(due, methods, 'capture', (method) => method.authorizedMinor - method.capturedMinor - openOn(order.payments, method, 'capture'));
  return [...authorizations(order, methods, totalMinor), ...captures];
}

/** What is allocated, as far as the order still comes to it. */
function authorizations(order: Order, methods: readonly PaymentMethod[], totalMinor: MinorUnits): readonly WantedPayment[] {
  if (order.status === 'pending' || order.status === 'voided' || order.status === 'cancelled') return [];
  let left = totalMinor;
  return methods.flatMap((method) => {
    const allocated = Math.min(method.allocatedMinor, left);
    left -= allocated;
    const amountMinor = allocated - chargedMinor(method) - openOn(order.payments, method, 'authorize');
    return amountMinor > 0 && !method.declined.includes('authorize') ? [{ action: 'authorize' as const, method, amountMinor }] : [];
  });
}

/** An amount over methods in their order, each up to what it has for it. */
function spread(amountMinor: MinorUnits, methods: readonly PaymentMethod[], action: PaymentAction, available: (method: PaymentMethod) => MinorUnits): readonly WantedPayment[] {
  let left = amountMinor;
  return methods.flatMap((method) => {
    const part = method.declined.includes(action) ? 0 : Math.min(available(method), left);
    if (part <= 0) return [];
    left -= part;
    return [{ action, method, amountMinor: part }];
  });
}

const openMinor = ({ open }: OrderPayments, action: PaymentAction): MinorUnits => open.reduce((sum, payment) => (payment.action === action ? sum + payment.amountMinor : sum), 0);

const openOn = ({ open }: OrderPayments, { methodId }: PaymentMethod, action: PaymentAction): MinorUnits =>
  open.reduce((sum, payment) => (payment.action === action && payment.methodId === methodId ? sum + payment.amountMinor : sum), 0);
