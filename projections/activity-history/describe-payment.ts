import type { OrderEventOf, PaymentAction } from '#ordering';
import { amount, fact, note, pieces, said, type Described, type Surroundings } from './wording.js';

type PaymentEvent = OrderEventOf<
  | 'OrderPaymentMethodAdded'
  | 'OrderPaymentMethodChanged'
  | 'OrderChargesAllocated'
  | 'OrderPaymentRequested'
  | 'OrderPaymentChased'
  | 'OrderPaymentAuthorized'
  | 'OrderPaymentCaptured'
  | 'OrderPaymentFailed'
  | 'OrderRefundIssued'
  | 'OrderPaymentVoided'
  | 'OrderInvoiceIssued'
>;

const NOUN: Readonly<Record<PaymentAction, string>> = { authorize: 'Authorization', capture: 'Capture', refund: 'Refund', void: 'Void' };

/** A token is never shown: the label says which card it is. */
export function describePayment(event: PaymentEvent, around: Surroundings): Described {
  switch (event.type) {
    case 'OrderPaymentMethodAdded': {
      const { kind, label, limitMinor } = event.data;
      return said(`Payment method added: ${kind}`, note(label).map(({ to }) => ({ label: 'Known as', ...(to !== undefined && { to }) })), fact('Limit', limit(limitMinor, around)));
    }
    case 'OrderPaymentMethodChanged':
      return said('Limit of a payment method changed', fact('Limit', limit(event.data.limitMinor, around) ?? 'none'));
    case 'OrderChargesAllocated':
      return said('Charges allocated', ...event.data.allocations.map(({ methodId, amountMinor }) => fact(methodId, amount(amountMinor, around))));
    case 'OrderPaymentRequested':
      return said(`${NOUN[event.data.action]} requested`, fact('Amount', amount(event.data.amountMinor, around)));
    case 'OrderPaymentChased':
      return said(`${NOUN[event.data.action]} asked for again`, fact('Amount', amount(event.data.amountMinor, around)), fact('Attempt', String(event.data.attempt)));
    case 'OrderPaymentAuthorized':
      return said('Payment authorized', fact('Amount', amount(event.data.amountMinor, around)), fact('Transaction', event.data.externalId));
    case 'OrderPaymentCaptured':
      return said('Payment captured', fact('Amount', amount(event.data.amountMinor, around)), fact('Transaction', event.data.externalId));
    case 'OrderPaymentFailed': {
      const { action, amountMinor, failureCode, externalId } = event.data;
      return said(`${NOUN[action]} declined`, fact('Amount', amount(amountMinor, around)), fact('Because', failureCode), fact('Transaction', externalId));
    }
    case 'OrderRefundIssued':
      return said('Refund issued', fact('Amount', amount(event.data.amountMinor, around)), fact('Transaction', event.data.externalId));
    case 'OrderPaymentVoided':
      return said('Authorization voided', fact('Amount', amount(event.data.amountMinor, around)), fact('Transaction', event.data.externalId));
    case 'OrderInvoiceIssued': {
      const { invoiceNumber, lines, totalMinor } = event.data;
      const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
      return said(`Invoice ${invoiceNumber} issued`, fact('Pieces', count === 0 ? undefined : pieces(count)), fact('Total', amount(totalMinor, around)));
    }
  }
}

const limit = (limitMinor: number | undefined, around: Surroundings): string | undefined => (limitMinor === undefined ? undefined : amount(limitMinor, around));
