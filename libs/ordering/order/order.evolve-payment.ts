import type { OrderEventOf } from './order.events.js';
import type { InvoicedCharge, PaymentFact } from './order.payment-events.js';
import { unusedMinor, type OrderInvoice, type OrderPayments, type PaymentMethod, type PaymentTransaction } from './order.payment-state.js';
import { heard, paymentFact, remember, type Order } from './order.state.js';

export type PaymentEvent = OrderEventOf<
  | 'OrderPaymentMethodAdded'
  | 'OrderPaymentMethodChanged'
  | 'OrderChargesAllocated'
  | 'OrderPaymentRequested'
  | 'OrderPaymentChased'
  | 'OrderPaymentAuthorized'
  | 'OrderPaymentCaptured'
  | 'OrderPaymentVoided'
  | 'OrderPaymentFailed'
  | 'OrderRefundIssued'
  | 'OrderInvoiceIssued'
>;

export function evolvePayment(order: Order, event: PaymentEvent): Order {
  switch (event.type) {
    case 'OrderPaymentMethodAdded': {
      const { methodId, kind, token, limitMinor } = event.data;
      const method: PaymentMethod = { ...UNUSED, methodId, kind, ...(token && { token }), ...(limitMinor !== undefined && { limitMinor }) };
      return remember(changed(order, ({ methods }) => ({ methods: [...methods, method] })), methodId);
    }
    case 'OrderPaymentMethodChanged': {
      const { methodId, limitMinor } = event.data;
      return onMethod(order, methodId, ({ limitMinor: _before, ...method }) => ({ ...method, ...(limitMinor !== undefined && { limitMinor }) }));
    }
    case 'OrderChargesAllocated': {
      const { allocations } = event.data;
      const amountOf = (methodId: string): number => allocations.find((each) => each.methodId === methodId)?.amountMinor ?? 0;
      return changed(order, ({ methods }) => ({ methods: methods.map((method) => ({ ...method, allocatedMinor: amountOf(method.methodId), declined: [] })) }));
    }
    case 'OrderPaymentRequested':
      return remember(changed(order, ({ open }) => ({ open: [...open, { ...event.data, attempt: 1 }] })), event.data.paymentId);
    case 'OrderPaymentChased': {
      const { paymentId, attempt } = event.data;
      return changed(order, ({ open }) => ({ open: open.map((payment) => (payment.paymentId === paymentId ? { ...payment, attempt } : payment)) }));
    }
    case 'OrderPaymentAuthorized':
      return happened(order, event.data, 'authorized', (method, amount) => ({ ...method, authorizedMinor: method.authorizedMinor + amount }));
    case 'OrderPaymentCaptured':
      return happened(order, event.data, 'captured', captured);
    case 'OrderRefundIssued':
      return happened(order, event.data, 'refunded', (method, amount) => ({ ...method, refundedMinor: method.refundedMinor + amount }));
    case 'OrderPaymentVoided':
      return happened(order, event.data, 'voided', (method, amount) => ({ ...method, authorizedMinor: method.authorizedMinor - amount }));
    case 'OrderPaymentFailed': {
      const { action } = event.data;
      return happened(order, event.data, 'declined', (method) => ({ ...method, declined: [...method.declined.filter((each) => each !== action), action] }));
    }
    case 'OrderInvoiceIssued': {
      const { invoiceId, shipmentId, lines, charges, totalMinor } = event.data;
      const pieces = lines.map(({ lineId, quantity, taxMinor }) => ({ lineId, quantity, taxMinor }));
      const invoice = { invoiceId, ...(shipmentId !== undefined && { shipmentId }), lines: pieces, charges: counted(charges), totalMinor };
      return remember(changed(order, ({ invoices }) => ({ invoices: [...invoices, invoice] })), invoiceId);
    }
  }
}

/** Both ways of one charge are one entry. */
function counted(charges: readonly InvoicedCharge[]): OrderInvoice['charges'] {
  const sums = new Map<string, OrderInvoice['charges'][number]>();
  for (const { chargeId, kind, netMinor, taxMinor } of charges) {
    const sign = kind === 'charge' ? 1 : -1;
    const before = sums.get(chargeId) ?? { netMinor: 0, taxMinor: 0 };
    sums.set(chargeId, { chargeId, netMinor: before.netMinor + sign * netMinor, taxMinor: before.taxMinor + sign * taxMinor });
  }
  return [...sums.values()];
}

const UNUSED = { allocatedMinor: 0, authorizedMinor: 0, capturedMinor: 0, refundedMinor: 0, declined: [] } as const;

/** What was set aside is used up first. */
function captured(method: PaymentMethod, amount: number): PaymentMethod {
  const unheld = Math.max(amount - unusedMinor(method), 0);
  return { ...method, capturedMinor: method.capturedMinor + amount, ...(unheld > 0 && { unheldMinor: (method.unheldMinor ?? 0) + unheld }) };
}

/** A fact is remembered by the provider's id, and answers the question that it names. */
function happened(
  order: Order,
  { transactionId, externalId, methodId, amountMinor, paymentId }: PaymentFact,
  outcome: PaymentTransaction['outcome'],
  change: (method: PaymentMethod, amount: number) => PaymentMethod,
): Order {
  const after = changed(onMethod(order, methodId, (method) => change(method, amountMinor)), ({ open, transactions }) => ({
    open: open.filter((payment) => payment.paymentId !== paymentId),
    transactions: [...transactions, { externalId, outcome, methodId, amountMinor }],
  }));
  return heard(remember(after, transactionId), paymentFact(externalId));
}

const changed = (order: Order, change: (payments: OrderPayments) => Partial<OrderPayments>): Order => ({ ...order, payments: { ...order.payments, ...change(order.payments) } });

const onMethod = (order: Order, methodId: string, change: (method: PaymentMethod) => PaymentMethod): Order =>
  changed(order, ({ methods }) => ({ methods: methods.map((method) => (method.methodId === methodId ? change(method) : method)) }));
