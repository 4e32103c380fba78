import type { RecordedEvent } from '#kernel';
import { COPY, type CartEvent, type DeskEvent, type DocketEvent } from '#ordering';
import { describePayment } from './describe-payment.js';
import { describeDelivery } from './describe-delivery.js';
import { describePricing, taxedAnew } from './describe-pricing.js';
import { amount, fact, lineName, note, offerText, percent, personName, pieces, placeText, quantities, said, scopeOf, type Described, type Surroundings } from './wording.js';

export type { Described, DescribedDetail, Surroundings } from './wording.js';

/**
 * The words of the activity history (A36), made when it is read (settled 2.6): stored sentences could be neither
 * erased nor translated. Pure; erased persons read `[erased]`.
 */
export function describeEvent({ event }: Pick<RecordedEvent<DocketEvent>, 'event'>, around: Surroundings = {}): Described {
  switch (event.type) {
    case 'OrderCreated': {
      const { orderNumber, storeId, channel, contact, shipTo, currency, source } = event.data;
      return said(
        `Order ${orderNumber} created`,
        fact('Customer', personName(contact)),
        fact('Store', storeId),
        fact('Channel', channel),
        fact('Currency', currency),
        fact('Ship to', placeText(shipTo)),
        source?.system === COPY ? fact('Copied from', source.reference) : fact('Source', source && `${source.system} ${source.reference}`),
      );
    }
    case 'OrderLineAdded': {
      const { sku, description, quantity, quote } = event.data;
      return said(
        `${pieces(quantity)} of ${sku} added`,
        fact('Product', description),
        fact('Unit price', amount(quote.unitPriceMinor, around)),
        fact('Tax', percent(quote.taxBasisPoints)),
        fact('Price from', quote.source),
      );
    }
    case 'OrderLineQuantityChanged': {
      const { lineId, from, to, quote, taxed } = event.data;
      return said(
        `Quantity of ${lineName(lineId, around)} changed`,
        [{ label: 'Quantity', from: String(from), to: String(to) }],
        fact('Unit price', amount(quote.unitPriceMinor, around)),
        taxedAnew(taxed, around),
      );
    }
    case 'OrderLineVariantChanged':
    case 'OrderGiftOptionsChanged':
    case 'OrderFulfilmentChanged':
    case 'OrderTaxExemptionGranted':
    case 'OrderTaxExemptionRevoked':
    case 'OrderChargeAdded':
    case 'OrderChargeRequested':
    case 'OrderChargeDeclined':
    case 'OrderChargeChanged':
    case 'OrderChargeChangeRequested':
    case 'OrderChargeRemoved':
    case 'OrderChargeRestored':
      return describePricing(event, around);
    case 'OrderLineRemoved':
      return said(`${lineName(event.data.lineId, around)} removed`, fact('Quantity', String(event.data.quantity)));
    case 'OrderLineRestored':
      return said(`${lineName(event.data.lineId, around)} put back`, fact('Quantity', String(event.data.quantity)));
    case 'OrderSubmitted':
      return said('Order submitted', [{ label: 'Status', from: 'pending', to: 'submitted' }]);
    case 'OrderConfirmed':
      return said('Order confirmed', [{ label: 'Status', from: 'submitted', to: 'confirmed' }]);
    case 'OrderReleased':
      return said('Order released for fulfilment', [{ label: 'Status', from: 'confirmed', to: 'released' }]);
    case 'OrderVoided':
      return said('Order voided', [{ label: 'Status', from: 'pending', to: 'voided' }], fact('Reason', event.data.reasonCode));
    case 'OrderLocked':
    case 'OrderLockRenewed':
    case 'OrderLockExpired':
    case 'OrderUnlocked':
    case 'OrderLockTakenOver':
      return describeLock(event);
    case 'OrderParked':
      return said('Call parked, order saved as pending', fact('Agent', event.data.agentId));
    case 'OrderTransferred':
      return said('Call transferred, order saved as pending', [{ label: 'Agent', from: event.data.fromAgentId, to: event.data.toAgentId }]);
    case 'OrderSuspended':
      return said('Order suspended', fact('Reason', event.data.reasonCode), note(event.data.note));
    case 'OrderResumed':
      return said('Order resumed', note(event.data.note));
    case 'OrderHoldApplied': {
      const { holdType, scope, effects } = event.data;
      return said(`Hold ${holdType} applied`, fact('On', scopeOf(scope, around)), fact('Stops', effects.join(', ')), note(event.data.note));
    }
    case 'OrderHoldResolved':
      return said(`Hold ${event.data.holdType} resolved`, fact('Resolution', event.data.resolutionCode), note(event.data.note));
    case 'OrderFlagged':
      return said('Flagged for review', fact('Reason', event.data.reasonCode), note(event.data.note));
    case 'OrderUnflagged':
      return said('Flag taken off', note(event.data.note));
    case 'OrderAlertRaised': {
      const { alertType, severity, externalId, refusedBy } = event.data;
      return said(`${severity === 'alert' ? 'Alert' : 'Warning'} ${alertType} raised`, fact('Stops', 'confirm, release, ship'), fact('Known there as', externalId), fact('Refused by', refusedBy && `${refusedBy.code} (${refusedBy.rule})`), note(event.data.note));
    }
    case 'OrderAlertsCleared': {
      const { alertIds, resolutionCode } = event.data;
      return said(alertIds.length === 1 ? 'Alert cleared' : `${String(alertIds.length)} alerts cleared`, fact('Resolution', resolutionCode), note(event.data.note));
    }
    case 'OrderCommentAdded':
      return said(event.data.visibility === 'customer' ? 'Comment for the customer' : 'Internal comment', note(event.data.text));
    case 'OrderAddressChanged':
      return said(
        'Shipping address changed',
        [{ label: 'Ship to', from: placeText(event.data.from), to: placeText(event.data.to) }],
        fact('Reason', event.data.reasonCode),
        taxedAnew(event.data.taxed, around),
      );
    case 'OrderCancelled':
    case 'OrderReinstated':
    case 'OrderLineCancelled':
    case 'OrderShipmentRecorded':
    case 'OrderDeliveryRecorded':
    case 'OrderReshipped':
    case 'OrderAppeased':
    case 'OrderCopied':
    case 'OrderReordered':
    case 'OrderReturnRecorded':
      return describeService(event, around);
    case 'OrderShipmentExceptionRecorded':
    case 'OrderDeliveryStopRequested':
    case 'OrderDeliveryStopConfirmed':
    case 'OrderDeliveryStopRefused':
    case 'OrderAppointmentArranged':
    case 'OrderAppointmentRescheduled':
      return describeDelivery(event, around);
    case 'CallStarted':
    case 'CallParked':
    case 'CallTransferred':
    case 'CallVoided':
    case 'CallEnded':
      return describeCall(event);
    case 'DraftEditStaged':
      return said('Edit staged', fact('Agent', event.data.agentId), fact('Edit', event.data.edit.kind));
    case 'DraftEditDropped':
      return said('Staged edit dropped', fact('Edit', event.data.editId));
    case 'OrderAppeasementRequested': {
      const { offer, scope, reasonCode } = event.data;
      return said(`Appeasement waits for approval: ${offerText(offer, around)}`, fact('For', scopeOf(scope, around)), fact('Reason', reasonCode), note(event.data.note));
    }
    case 'OrderAppeasementDeclined':
      return said('Appeasement declined', note(event.data.note));
    case 'OrderPaymentMethodAdded':
    case 'OrderPaymentMethodChanged':
    case 'OrderChargesAllocated':
    case 'OrderPaymentRequested':
    case 'OrderPaymentChased':
    case 'OrderPaymentAuthorized':
    case 'OrderPaymentCaptured':
    case 'OrderPaymentFailed':
    case 'OrderRefundIssued':
    case 'OrderPaymentVoided':
    case 'OrderInvoiceIssued':
      return describePayment(event, around);
    case 'CartOpened':
    case 'CartLinesAdded':
    case 'CartLineChanged':
    case 'CartTakenOver':
    case 'CartLineRemoved':
    case 'CartLocked':
    case 'CartUnlocked':
    case 'CartCheckedOut':
      return describeCart(event);
    case 'CustomerRegistered':
      return said('Customer registered', fact('Customer', personName(event.data.contact)), fact('Store', event.data.storeId));
    case 'SubjectErased':
      return said('Personal data erased', fact('Reason', event.data.reasonCode));
  }
}

function describeCart(event: CartEvent): Described {
  switch (event.type) {
    case 'CartOpened':
      return said('Cart opened', fact('Store', event.data.storeId));
    case 'CartLinesAdded':
      return said(event.data.fromOrderId === undefined ? 'Added to the cart' : 'Ordered again into the cart', fact('Items', itemsText(event.data.lines)));
    case 'CartLineChanged':
      return said('Cart line changed', fact('Line', event.data.lineId), [{ label: 'Pieces', from: String(event.data.from), to: String(event.data.to) }]);
    case 'CartTakenOver':
      return said('Cart taken over', fact('From', event.data.fromAgentId), fact('By', event.data.toAgentId), fact('Until', event.data.expiresAt));
    case 'CartLineRemoved':
      return said('Line removed from the cart', fact('Line', event.data.lineId));
    case 'CartLocked':
      return said('Cart locked', fact('Agent', event.data.agentId), fact('Until', event.data.expiresAt));
    case 'CartUnlocked':
      return said('Cart unlocked', fact('Agent', event.data.agentId));
    case 'CartCheckedOut':
      return said('Order made of the cart', fact('Order', event.data.orderNumber));
  }
}

const itemsText = (items: readonly { readonly sku: string; readonly quantity: number }[]): string => items.map(({ quantity, sku }) => `${String(quantity)} × ${sku}`).join(', ');

function describeCall(event: DeskEvent): Described {
  switch (event.type) {
    case 'CallStarted':
      return said('Call started', fact('Agent', event.data.agentId), fact('Store', event.data.storeId), fact('Order', event.data.orderId));
    case 'CallParked':
      return said('Call parked', fact('Order', event.data.orderId));
    case 'CallTransferred':
      return said('Call transferred', fact('Order', event.data.orderId), fact('To', event.data.toAgentId));
    case 'CallVoided':
      return said('Call voided', fact('Order', event.data.orderId), fact('Reason', event.data.reasonCode));
    case 'CallEnded':
      return said('Call ended');
  }
}

type LockEvent = Extract<DocketEvent, { type: 'OrderLocked' | 'OrderLockRenewed' | 'OrderLockExpired' | 'OrderUnlocked' | 'OrderLockTakenOver' }>;

function describeLock(event: LockEvent): Described {
  switch (event.type) {
    case 'OrderLocked':
      return said('Order locked', fact('Agent', event.data.agentId), fact('Until', event.data.expiresAt));
    case 'OrderLockRenewed':
      return said('Lock renewed', fact('Until', event.data.expiresAt));
    case 'OrderLockExpired':
      return said('Lock expired', fact('Agent', event.data.agentId), fact('At', event.data.expiredAt));
    case 'OrderUnlocked':
      return said('Order unlocked', fact('Agent', event.data.agentId));
    case 'OrderLockTakenOver':
      return said('Lock taken over', [{ label: 'Agent', from: event.data.fromAgentId, to: event.data.toAgentId }], fact('Until', event.data.expiresAt));
  }
}

type ServiceEvent = Extract<
  DocketEvent,
  { type: 'OrderCancelled' | 'OrderReinstated' | 'OrderLineCancelled' | 'OrderShipmentRecorded' | 'OrderDeliveryRecorded' | 'OrderReshipped' | 'OrderAppeased' | 'OrderCopied' | 'OrderReordered' | 'OrderReturnRecorded' }
>;

function describeService(event: ServiceEvent, around: Surroundings): Described {
  switch (event.type) {
    case 'OrderCancelled':
      return said('Order cancelled', fact('Reason', event.data.reasonCode), fact('Pieces', quantities(event.data.lines, around) || undefined), note(event.data.note));
    case 'OrderReinstated':
      return said('Cancellation taken back', fact('Order is', event.data.status), fact('Pieces', quantities(event.data.lines, around) || undefined), fact('Comes to', amount(event.data.totalMinor, around)), note(event.data.note));
    case 'OrderLineCancelled': {
      const { lineId, quantity, reasonCode, creditedMinor } = event.data;
      return said(`${pieces(quantity)} of ${lineName(lineId, around)} cancelled`, fact('Reason', reasonCode), fact('Credited', amount(creditedMinor, around)), note(event.data.note));
    }
    case 'OrderShipmentRecorded': {
      const { lines, carrier, trackingNumber, expectedOn, externalId } = event.data;
      return said(
        'Shipped',
        fact('Pieces', quantities(lines, around)),
        fact('Carrier', carrier),
        fact('Tracking number', trackingNumber),
        fact('Expected on', expectedOn),
        fact('Shipment', externalId),
      );
    }
    case 'OrderDeliveryRecorded':
      return said('Delivered', fact('Delivery', event.data.externalId));
    case 'OrderReshipped':
      return said(`${pieces(event.data.quantity)} of ${lineName(event.data.lineId, around)} to be shipped again`, fact('Reason', event.data.reasonCode));
    case 'OrderAppeased': {
      const { offer, scope, creditedMinor, reasonCode, approvedBy } = event.data;
      return said(
        `Customer appeased: ${offerText(offer, around)}`,
        fact('For', scopeOf(scope, around)),
        fact('Credited', amount(creditedMinor, around)),
        fact('Reason', reasonCode),
        fact('Approved by', approvedBy),
        note(event.data.note),
      );
    }
    case 'OrderCopied':
      return said('Copied into a new order', fact('Order', event.data.copyOrderNumber));
    case 'OrderReordered':
      return said("Ordered again into the customer's cart", fact('Items', itemsText(event.data.items)));
    case 'OrderReturnRecorded': {
      const { lineId, quantity, creditedMinor, externalId } = event.data;
      return said(`${pieces(quantity)} of ${lineName(lineId, around)} returned`, fact('Credited', amount(creditedMinor, around)), fact('Return', externalId));
    }
  }
}
