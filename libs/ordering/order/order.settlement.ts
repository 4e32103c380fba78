import type { MinorUnits } from '#kernel';
import type { PaymentAction } from './order.payment-events.js';
import { chargedMinor, collectedMinor, invoicedMinor, isGatewayKind, keptMinor, unusedMinor, type OrderPayments, type PaymentMethod } from './order.payment-state.js';
import { isEnded, type Order } from './order.state.js';
import { orderTotals } from './order.totals.js';

/** One thing that the gateway should do now. */
export interface WantedPayment {
  readonly action: PaymentAction;
  readonly method: PaymentMethod;
  readonly amountMinor: MinorUnits;
}

/**
 * What to ask of the gateway, from how the order stands: authorize what is allocated once it is placed, capture what was
 * invoiced, give back what was collected beyond what the order comes to, let go what was authorized and will never be
 * captured. What is asked already counts as done, and what was declined is left alone, so that asking again changes
 * nothing.
 */
export function wantedPayments(order: Order): readonly WantedPayment[] {
  const methods = order.payments.methods.filter(({ kind }) => isGatewayKind(kind));
  if (methods.length === 0) return [];
  // Nothing was delivered of what was dropped, whatever stood on it.
  const totalMinor = order.status === 'voided' ? 0 : Math.max(orderTotals(order).totalMinor, 0);
  const allotted = allotments(order, methods, totalMinor);
  const voids = unneeded(order, methods, allotted, totalMinor);
  const excess = collectedMinor(order.payments) - totalMinor - openMinor(order.payments, 'refund');
  if (excess > 0) return [...spread(excess, [...methods].reverse(), 'refund', (method) => keptMinor(method) - openOn(order.payments, method, 'refund')), ...voids];
  const due = Math.min(invoicedMinor(order.payments), totalMinor) - collectedMinor(order.payments) - openMinor(order.payments, 'capture');
  const letGo = new Map(voids.map(({ method, amountMinor }) => [method, amountMinor]));
  const captures = spread(due, methods, 'capture', (method) => free(order.payments, method) - (letGo.get(method) ?? 0));
  return [...authorizations(order, methods, allotted), ...captures, ...voids];
}

type Allotments = ReadonlyMap<PaymentMethod, MinorUnits>;

/** What is allocated, as far as the order still comes to it. */
function allotments(order: Order, methods: readonly PaymentMethod[], totalMinor: MinorUnits): Allotments {
  let left = order.status === 'pending' || isEnded(order) ? 0 : totalMinor;
  return new Map(
    methods.map((method) => {
      const allotted = Math.min(method.allocatedMinor, left);
      left -= allotted;
      return [method, allotted];
    }),
  );
}

function authorizations(order: Order, methods: readonly PaymentMethod[], allotted: Allotments): readonly WantedPayment[] {
  return methods.flatMap((method) => {
    const amountMinor = (allotted.get(method) ?? 0) - chargedMinor(method) - openOn(order.payments, method, 'authorize');
    return amountMinor > 0 && !method.declined.includes('authorize') ? [{ action: 'authorize' as const, method, amountMinor }] : [];
  });
}

/**
 * What is set aside beyond all that can still be collected, the last method first, and of none what it is allotted: so
 * one that took another's place is sure before the other is let go.
 */
function unneeded(order: Order, methods: readonly PaymentMethod[], allotted: Allotments, totalMinor: MinorUnits): readonly WantedPayment[] {
  if (order.status === 'pending') return [];
  const { payments } = order;
  const toCollect = isEnded(order) ? 0 : Math.max(totalMinor - collectedMinor(payments) - openMinor(payments, 'capture'), 0);
  const beyond = methods.reduce((sum, method) => sum + Math.max(free(payments, method), 0), 0) - toCollect;
  return spread(beyond, [...methods].reverse(), 'void', (method) => Math.min(free(payments, method), chargedMinor(method) - openOn(payments, method, 'void') - (allotted.get(method) ?? 0)));
}

/** Set aside, and nobody was asked to collect it or to let it go. */
const free = (payments: OrderPayments, method: PaymentMethod): MinorUnits =>
  unusedMinor(method) - openOn(payments, method, 'capture') - openOn(payments, method, 'void');

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
