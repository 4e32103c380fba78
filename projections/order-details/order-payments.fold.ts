import type { OrderEvent, OrderEventOf, PaymentFact } from '#ordering';
import type { OrderDetails, PaymentMethodView, PaymentsView, Trace, TransactionView } from './order-details.types.js';
import { textOf } from './personal-text.js';

const TYPES = [
  'OrderPaymentMethodAdded',
  'OrderPaymentMethodChanged',
  'OrderChargesAllocated',
  'OrderPaymentRequested',
  'OrderPaymentChased',
  'OrderPaymentAuthorized',
  'OrderPaymentCaptured',
  'OrderPaymentFailed',
  'OrderRefundIssued',
  'OrderPaymentVoided',
  'OrderInvoiceIssued',
] as const;

type PaymentEvent = OrderEventOf<(typeof TYPES)[number]>;

export const isPaymentEvent = (event: OrderEvent): event is PaymentEvent => (TYPES as readonly string[]).includes(event.type);

/** Methods, what the gateway was asked, every transaction and the invoices (A43, A44, A46). */
export function foldPayment(details: OrderDetails, event: PaymentEvent, trace: Trace): OrderDetails {
  if (event.type !== 'OrderInvoiceIssued') return { ...details, payments: paymentsAfter(details.payments, event, trace) };
  return { ...details, invoices: [...details.invoices, { ...event.data, issued: trace }] };
}

function paymentsAfter(payments: PaymentsView, event: Exclude<PaymentEvent, { type: 'OrderInvoiceIssued' }>, trace: Trace): PaymentsView {
  switch (event.type) {
    case 'OrderPaymentMethodAdded': {
      const { token: _secret, label, ...data } = event.data;
      const method = { ...data, ...(label && { label: textOf(label) }), allocatedMinor: 0, authorizedMinor: 0, capturedMinor: 0, refundedMinor: 0, added: trace };
      return { ...payments, methods: [...payments.methods, method] };
    }
    case 'OrderPaymentMethodChanged': {
      const { methodId, limitMinor } = event.data;
      return onMethod(payments, methodId, ({ limitMinor: _before, ...method }) => ({ ...method, ...(limitMinor !== undefined && { limitMinor }) }));
    }
    case 'OrderChargesAllocated': {
      const amountOf = (methodId: string): number => event.data.allocations.find((each) => each.methodId === methodId)?.amountMinor ?? 0;
      return { ...payments, methods: payments.methods.map((method) => ({ ...method, allocatedMinor: amountOf(method.methodId) })) };
    }
    case 'OrderPaymentRequested': {
      const { paymentId, action, methodId, amountMinor } = event.data;
      return { ...payments, open: [...payments.open, { paymentId, action, methodId, amountMinor, attempt: 1, requested: trace }] };
    }
    case 'OrderPaymentChased':
      return { ...payments, open: payments.open.map((open) => (open.paymentId === event.data.paymentId ? { ...open, attempt: event.data.attempt } : open)) };
    case 'OrderPaymentAuthorized':
      return happened(payments, event.data, { ...trace, ...event.data, outcome: 'authorized' }, ({ authorizedMinor }) => ({ authorizedMinor: authorizedMinor + event.data.amountMinor }));
    case 'OrderPaymentCaptured':
      return happened(payments, event.data, { ...trace, ...event.data, outcome: 'captured' }, ({ capturedMinor }) => ({ capturedMinor: capturedMinor + event.data.amountMinor }));
    case 'OrderRefundIssued':
      return happened(payments, event.data, { ...trace, ...event.data, outcome: 'refunded' }, ({ refundedMinor }) => ({ refundedMinor: refundedMinor + event.data.amountMinor }));
    case 'OrderPaymentVoided':
      return happened(payments, event.data, { ...trace, ...event.data, outcome: 'voided' }, ({ authorizedMinor }) => ({ authorizedMinor: authorizedMinor - event.data.amountMinor }));
    case 'OrderPaymentFailed':
      return happened(payments, event.data, { ...trace, ...event.data, outcome: 'declined' }, () => ({}));
  }
}

function happened(payments: PaymentsView, { methodId, paymentId }: PaymentFact, transaction: TransactionView, change: (method: PaymentMethodView) => Partial<PaymentMethodView>): PaymentsView {
  const after = onMethod(payments, methodId, (method) => ({ ...method, ...change(method) }));
  return { ...after, open: after.open.filter((open) => open.paymentId !== paymentId), transactions: [...after.transactions, transaction] };
}

const onMethod = (payments: PaymentsView, methodId: string, change: (method: PaymentMethodView) => PaymentMethodView): PaymentsView => ({
  ...payments,
  methods: payments.methods.map((method) => (method.methodId === methodId ? change(method) : method)),
});
