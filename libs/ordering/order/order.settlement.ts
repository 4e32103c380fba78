import type { MinorUnits } from '#kernel';
import type { PaymentAction } from './order.payment-events.js';
import { bornMinor, collectedMinor, isGatewayKind, keptMinor, openMinor, openOn, unusedMinor, type OrderPayments, type PaymentMethod } from './order.payment-state.js';
import { payableMinor } from './order.invoiced.js';
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
 * invoiced of whom it is allocated to, give back what was collected beyond what the order comes to, let go what was
 * authorized and will never be captured. What is asked already counts as done, and what was declined is left alone, so
 * that asking again changes nothing.
 */
export function wantedPayments(order: Order): readonly WantedPayment[] {
  const { payments } = order;
  const methods = payments.methods.filter(({ kind }) => isGatewayKind(kind));
  if (methods.length === 0) return [];
  const lastFirst = [...methods].reverse();
  // Nothing was delivered of what was dropped, whatever stood on it.
  const totalMinor = order.status === 'voided' ? 0 : Math.max(orderTotals(order).totalMinor, 0);
  const allotted = allotments(order, totalMinor);
  const voids = unneeded(order, lastFirst, allotted, totalMinor);
  const excess = collectedMinor(payments) - totalMinor - openMinor(payments, 'refund');
  if (excess > 0) {
    const kept = (method: PaymentMethod): MinorUnits => keptMinor(method) - openOn(payments, method, 'refund');
    // First to whom more was charged than is allocated to them.
    return [...spread(excess, lastFirst, 'refund', (method) => kept(method) - method.allocatedMinor, kept), ...voids];
  }
  const due = Math.min(payableMinor(order), totalMinor) - collectedMinor(payments) - openMinor(payments, 'capture');
  const captures = spread(due, methods, 'capture', (method) => Math.min(free(payments, method), missing(payments, method, allotted)));
  return [...authorizations(order, methods, allotted), ...captures, ...voids];
}

type Allotments = ReadonlyMap<PaymentMethod, MinorUnits>;

/**
 * What each method is to bring in, as far as the order still comes to it: what it has brought in or is being asked for,
 * then what is allocated to it, through the gateway before what customers pay by themselves.
 */
function allotments(order: Order, totalMinor: MinorUnits): Allotments {
  const { payments } = order;
  const methods = [...payments.methods.filter(({ kind }) => isGatewayKind(kind)), ...payments.methods.filter(({ kind }) => !isGatewayKind(kind))];
  let left = order.status === 'pending' || isEnded(order) ? 0 : totalMinor;
  const take = (amountMinor: MinorUnits): MinorUnits => {
    const taken = Math.min(Math.max(amountMinor, 0), left);
    left -= taken;
    return taken;
  };
  const brought = methods.map((method) => ({ method, amountMinor: take(keptMinor(method) + openOn(payments, method, 'capture')) }));
  return new Map(brought.map(({ method, amountMinor }) => [method, amountMinor + take(method.allocatedMinor - amountMinor)]));
}

/** What a method is to bring in besides what it has brought in, and what it is being asked for. */
const missing = (payments: OrderPayments, method: PaymentMethod, allotted: Allotments): MinorUnits =>
  Math.max((allotted.get(method) ?? 0) - keptMinor(method) - openOn(payments, method, 'capture'), 0);

function authorizations({ payments }: Order, methods: readonly PaymentMethod[], allotted: Allotments): readonly WantedPayment[] {
  return methods.flatMap((method) => {
    const amountMinor = (allotted.get(method) ?? 0) - bornMinor(payments, method);
    return amountMinor > 0 && !method.declined.includes('authorize') ? [{ action: 'authorize' as const, method, amountMinor }] : [];
  });
}

/**
 * What is set aside beyond all that is still to be brought in, and of none what it is allotted: so one that took
 * another's place is sure before the other is let go. What goes on account is sure at once.
 */
function unneeded(order: Order, lastFirst: readonly PaymentMethod[], allotted: Allotments, totalMinor: MinorUnits): readonly WantedPayment[] {
  if (order.status === 'pending') return [];
  const { payments } = order;
  const onAccount = payments.methods.reduce((sum, method) => (method.kind === 'on-account' ? sum + missing(payments, method, allotted) : sum), 0);
  const toCollect = isEnded(order) ? 0 : Math.max(totalMinor - collectedMinor(payments) - openMinor(payments, 'capture') - onAccount, 0);
  const beyond = lastFirst.reduce((sum, method) => sum + Math.max(free(payments, method), 0), 0) - toCollect;
  return spread(beyond, lastFirst, 'void', (method) => free(payments, method) - missing(payments, method, allotted));
}

/** Set aside, and nobody was asked to collect it or to let it go. */
const free = (payments: OrderPayments, method: PaymentMethod): MinorUnits =>
  unusedMinor(method) - openOn(payments, method, 'capture') - openOn(payments, method, 'void');

/** An amount over methods in their order, each up to what it has for it; what is left over, up to the next of what it has. */
function spread(amountMinor: MinorUnits, methods: readonly PaymentMethod[], action: PaymentAction, ...available: readonly ((method: PaymentMethod) => MinorUnits)[]): readonly WantedPayment[] {
  const asked = methods.filter(({ declined }) => !declined.includes(action));
  const parts = new Map<PaymentMethod, MinorUnits>();
  let left = amountMinor;
  for (const upTo of available) {
    for (const method of asked) {
      const before = parts.get(method) ?? 0;
      const part = Math.min(upTo(method) - before, left);
      if (part <= 0) continue;
      left -= part;
      parts.set(method, before + part);
    }
  }
  return asked.flatMap((method) => {
    const part = parts.get(method);
    return part === undefined ? [] : [{ action, method, amountMinor: part }];
  });
}
