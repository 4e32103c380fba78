import type { OrderEventOf } from '../order/order.events.js';
import type { Process } from './process.js';

const FOLLOWED = [
  'OrderSubmitted',
  'OrderChargesAllocated',
  'OrderInvoiceIssued',
  'OrderCancelled',
  'OrderReinstated',
  'OrderLineCancelled',
  'OrderReturnRecorded',
  'OrderDeliveryStopConfirmed',
  'OrderAppeased',
  'OrderPaymentAuthorized',
  'OrderPaymentCaptured',
] as const;

/**
 * After whatever changes what should be authorized, captured or given back, the order is asked what is missing. The order
 * itself says what that is (A43, A44), so that being asked once too often does no harm.
 */
export const paymentSettlement: Process<OrderEventOf<(typeof FOLLOWED)[number]>> = {
  name: 'payment-settlement',
  follows: FOLLOWED,
  react: ({ stream }) => [{ kind: 'send', as: 'system', to: 'order', id: stream.slice('order-'.length), command: { type: 'SettlePayments' } }],
};
