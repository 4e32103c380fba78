import type { OrderEventOf } from '../order/order.events.js';
import type { Process } from './process.js';

const FOLLOWED = [
  'OrderSubmitted',
  'OrderChargesAllocated',
  'OrderInvoiceIssued',
  'OrderVoided',
  'OrderCancelled',
  'OrderReinstated',
  'OrderLineCancelled',
  'OrderReturnRecorded',
  'OrderDeliveryStopConfirmed',
  'OrderAppeased',
  'OrderPaymentAuthorized',
  'OrderPaymentCaptured',
  'OrderPaymentVoided',
  'OrderPaymentFailed',
  'OrderRefundIssued',
  'OrderLineQuantityChanged',
  'OrderLineVariantChanged',
  'OrderLineRemoved',
  'OrderLineRestored',
  'OrderTaxExemptionGranted',
  'OrderTaxExemptionRevoked',
  'OrderAddressChanged',
  'OrderChargeAdded',
  'OrderChargeChanged',
  'OrderChargeRemoved',
  'OrderChargeRestored',
] as const;

type Followed = OrderEventOf<(typeof FOLLOWED)[number]>;

/**
 * After whatever changes what should be authorized, captured, given back or let go, the order is asked what is missing. The order
 * itself says what that is (A43, A44), so that being asked once too often does no harm: what it asked counts as done, and
 * what was declined it leaves alone, so that no answer leads round in a circle. How an order is paid stands in none of
 * these events but those of payments, so one on account is asked as well: to know better would take a state of its own,
 * which a process has not. What the event itself shows to bring nothing is passed over. Of what makes an order dearer, a
 * line that is added is not followed, since orders are made of them: it is paid for by an allocation after it.
 */
export const paymentSettlement: Process<Followed> = {
  name: 'payment-settlement',
  follows: FOLLOWED,
  react: ({ event, stream }) => (settles(event) ? [{ kind: 'send', as: 'system', to: 'order', id: stream.slice('order-'.length), command: { type: 'SettlePayments' } }] : []),
};

/** Whether the event can leave something to ask of the gateway, as far as it tells by itself. */
function settles(event: Followed): boolean {
  switch (event.type) {
    case 'OrderLineCancelled':
    case 'OrderReturnRecorded':
    case 'OrderAppeased':
      return event.data.creditedMinor > 0;
    case 'OrderDeliveryStopConfirmed':
      return event.data.lines.some(({ creditedMinor }) => creditedMinor > 0);
    case 'OrderAddressChanged':
      return event.data.taxed !== undefined;
    default:
      return true;
  }
}
