import type { CustomerEventType } from './customer/customer.events.js';
import type { CartEventType } from './cart/cart.events.js';
import type { DeskEventType } from './desk/desk.events.js';
import type { DraftEventType } from './draft/draft.events.js';
import type { OrderEventType } from './order/order.events.js';
import type { SubjectEventType } from './subject/subject.events.js';
import { amount, anyText, basisPoints, count, currency, instant, listOf, object, oneOf, optional, personalOf, pieces, seconds, tagged, text, yesOrNo, type Check } from './checks.js';

const contact = personalOf(object({ name: anyText, email: optional(anyText), phone: optional(anyText) }));

const place = object({
  country: text,
  address: personalOf(
    object({
      recipient: anyText,
      line1: anyText,
      line2: optional(anyText),
      city: anyText,
      region: optional(anyText),
      postcode: optional(anyText),
      phone: optional(anyText),
    }),
  ),
});

const note = optional(personalOf(anyText));
const source = optional(object({ system: text, reference: text }));
const quote = object({ unitPriceMinor: amount, taxClass: text, taxBasisPoints: basisPoints, source: text });
const lineQuantities = listOf(object({ lineId: text, quantity: pieces }));
const nothing = object({});
const lineScope = tagged('kind', { order: nothing, lines: object({ lineIds: listOf(text) }) });
const chargeScope = tagged('kind', { order: nothing, line: object({ lineId: text }) });
const appointmentScope = tagged('kind', { line: object({ lineId: text }), shipment: object({ shipmentId: text }) });
const slot = object({ startsAt: instant, endsAt: instant });
const gift = object({ wrap: yesOrNo, message: optional(personalOf(anyText)) });
const fulfilment = tagged('kind', { ship: nothing, pickup: object({ storeCode: text }) });
const terms = object({ category: text, name: anyText, amountMinor: amount, perUnitMinor: optional(amount), taxBasisPoints: basisPoints });
const rate = { from: basisPoints, to: basisPoints };
const chargesTaxed = optional(object({ charges: listOf(object({ chargeId: text, ...rate })) }));
const taxed = object({ lines: listOf(object({ lineId: text, ...rate })), charges: listOf(object({ chargeId: text, ...rate })) });
const on = oneOf('this-order', 'future-order');
const offer = tagged('kind', {
  percentage: object({ basisPoints, on }),
  amount: object({ amountMinor: amount, on }),
  coupon: object({ code: text }),
  'gift-card': object({ amountMinor: amount }),
});

const stagedEdit = tagged('kind', {
  'add-line': object({ sku: text, quantity: pieces }),
  'change-quantity': object({ lineId: text, quantity: pieces }),
  'remove-line': object({ lineId: text }),
  'change-address': place,
  comment: object({ text: personalOf(anyText), visibility: oneOf('internal', 'customer') }),
});

const allocations = listOf(object({ methodId: text, amountMinor: amount }));
const action = oneOf('authorize', 'capture', 'refund', 'void');
const question = { paymentId: text, action, methodId: text, amountMinor: amount, currency, token: optional(personalOf(anyText)) };
const payment = { transactionId: text, externalId: text, methodId: text, amountMinor: amount, paymentId: optional(text) };

/** The shape of every stored payload at its current version. A new type does not compile without one. */
export const EVENT_SHAPES: Readonly<Record<OrderEventType | DeskEventType | DraftEventType | CartEventType | CustomerEventType | SubjectEventType, Check>> = {
  OrderCreated: object({
    orderNumber: text,
    storeId: text,
    currency,
    channel: oneOf('phone', 'web', 'store', 'import'),
    customer: tagged('kind', { registered: object({ customerId: text }), guest: nothing }),
    contact,
    shipTo: place,
    billTo: optional(place),
    paymentTerms: oneOf('on-account'),
    source,
  }),
  OrderLineAdded: object({ lineId: text, sku: text, description: anyText, parentSku: optional(text), quantity: pieces, quote }),
  OrderLineQuantityChanged: object({ lineId: text, from: count, to: pieces, quote, taxed: chargesTaxed }),
  OrderLineVariantChanged: object({
    lineId: text,
    from: object({ sku: text, description: anyText }),
    to: object({ sku: text, description: anyText, parentSku: text }),
    quote,
    taxed: chargesTaxed,
  }),
  OrderGiftOptionsChanged: object({ scope: chargeScope, from: gift, to: gift }),
  OrderFulfilmentChanged: object({ lines: listOf(object({ lineId: text, from: fulfilment })), to: fulfilment }),
  OrderTaxExemptionGranted: object({ exemptionId: text, certificate: personalOf(anyText), note }),
  OrderTaxExemptionRevoked: object({ exemptionId: text, note }),
  OrderLineRemoved: object({ lineId: text, quantity: pieces }),
  OrderLineRestored: object({ lineId: text, quantity: pieces }),
  OrderSubmitted: nothing,
  OrderConfirmed: nothing,
  OrderReleased: nothing,
  OrderVoided: object({ reasonCode: text }),
  OrderLocked: object({ lockId: text, agentId: text, leaseSeconds: seconds, expiresAt: instant }),
  OrderLockRenewed: object({ lockId: text, leaseSeconds: seconds, expiresAt: instant }),
  OrderLockExpired: object({ lockId: text, agentId: text, expiredAt: instant }),
  OrderUnlocked: object({ lockId: text, agentId: text }),
  OrderLockTakenOver: object({ lockId: text, fromAgentId: text, toAgentId: text, newLockId: text, leaseSeconds: seconds, expiresAt: instant }),
  OrderParked: object({ callId: text, agentId: text }),
  OrderTransferred: object({ callId: text, fromAgentId: text, toAgentId: text }),
  OrderSuspended: object({ reasonCode: text, note }),
  OrderResumed: object({ note }),
  OrderHoldApplied: object({ holdId: text, holdType: text, scope: lineScope, effects: listOf(oneOf('confirm', 'release', 'ship')), note }),
  OrderHoldResolved: object({ holdId: text, holdType: text, resolutionCode: text, note }),
  OrderFlagged: object({ reasonCode: text, note }),
  OrderUnflagged: object({ note }),
  OrderAlertRaised: object({ alertId: text, alertType: text, severity: oneOf('alert', 'warning'), externalId: optional(text), refusedBy: optional(object({ code: text, rule: text })), note }),
  OrderAlertsCleared: object({ alertIds: listOf(text), resolutionCode: text, note }),
  OrderCommentAdded: object({ commentId: text, text: personalOf(anyText), visibility: oneOf('internal', 'customer') }),
  OrderAddressChanged: object({ from: place, to: place, reasonCode: optional(text), taxed: optional(taxed) }),
  OrderCancelled: object({ reasonCode: text, lines: lineQuantities, reinstateUntil: optional(instant), note }),
  OrderReinstated: object({ status: oneOf('pending', 'submitted', 'confirmed', 'released'), lines: lineQuantities, totalMinor: amount, note }),
  OrderLineCancelled: object({ lineId: text, quantity: pieces, reasonCode: text, creditedMinor: amount, note }),
  OrderShipmentRecorded: object({
    shipmentId: text,
    externalId: text,
    lines: lineQuantities,
    carrier: optional(anyText),
    trackingNumber: optional(anyText),
    expectedOn: optional(anyText),
  }),
  OrderDeliveryRecorded: object({ shipmentId: text, externalId: text }),
  OrderReshipped: object({ reshipmentId: text, lineId: text, newLineId: text, quantity: pieces, reasonCode: text }),
  OrderAppeased: object({ appeasementId: text, scope: lineScope, offer, creditedMinor: amount, reasonCode: text, note, approvedBy: optional(text) }),
  OrderCopied: object({ copyOrderId: text, copyOrderNumber: text }),
  OrderReordered: object({ reorderId: text, cartId: text, items: listOf(object({ sku: text, quantity: pieces })) }),
  OrderReturnRecorded: object({ returnId: text, lineId: text, quantity: pieces, creditedMinor: amount, externalId: text }),
  OrderChargeAdded: object({
    chargeId: text,
    kind: oneOf('charge', 'discount'),
    category: text,
    name: anyText,
    scope: chargeScope,
    amountMinor: amount,
    taxBasisPoints: basisPoints,
    origin: oneOf('manual', 'engine', 'import'),
    reasonCode: optional(text),
    perUnitMinor: optional(amount),
    note,
    approvedBy: optional(text),
  }),
  OrderShipmentExceptionRecorded: object({ exceptionId: text, shipmentId: text, externalId: text, exceptionCode: text, expectedOn: optional(text), note }),
  OrderDeliveryStopRequested: object({ stopId: text, shipmentId: text, reasonCode: text, note }),
  OrderDeliveryStopConfirmed: object({ stopId: text, shipmentId: text, externalId: text, lines: listOf(object({ lineId: text, quantity: pieces, creditedMinor: amount })) }),
  OrderDeliveryStopRefused: object({ stopId: text, shipmentId: text, externalId: text, reasonCode: text }),
  OrderAppointmentArranged: object({ appointmentId: text, scope: appointmentScope, service: oneOf('delivery', 'installation'), slot }),
  OrderAppointmentRescheduled: object({ appointmentId: text, from: slot, to: slot, reasonCode: text }),
  CallStarted: object({ callId: text, agentId: text, storeId: text, customerId: optional(text), orderId: optional(text) }),
  CallParked: object({ callId: text, orderId: text }),
  CallTransferred: object({ callId: text, orderId: text, toAgentId: text }),
  CallVoided: object({ callId: text, orderId: text, reasonCode: text }),
  CallEnded: object({ callId: text }),
  DraftEditStaged: object({ editId: text, orderId: text, agentId: text, lockId: text, seenRevision: count, edit: stagedEdit }),
  DraftEditDropped: object({ editId: text, orderId: text }),
  CartOpened: object({ customerId: text, storeId: text, currency }),
  CartLinesAdded: object({ lines: listOf(object({ lineId: text, sku: text, description: anyText, quantity: pieces })), fromOrderId: optional(text) }),
  CartLineChanged: object({ lineId: text, from: pieces, to: pieces }),
  CartTakenOver: object({ lockId: text, fromAgentId: text, toAgentId: text, newLockId: text, leaseSeconds: seconds, expiresAt: instant }),
  CartLineRemoved: object({ lineId: text }),
  CartLocked: object({ lockId: text, agentId: text, leaseSeconds: seconds, expiresAt: instant }),
  CartUnlocked: object({ lockId: text, agentId: text }),
  CartCheckedOut: object({ checkoutId: text, orderId: text, orderNumber: text }),
  OrderChargeRequested: object({
    chargeId: text,
    kind: oneOf('charge', 'discount'),
    category: text,
    name: anyText,
    scope: chargeScope,
    amountMinor: amount,
    perUnit: optional(yesOrNo),
    reasonCode: text,
    note,
    requestedBy: text,
  }),
  OrderChargeDeclined: object({ chargeId: text, note }),
  OrderChargeChanged: object({ chargeId: text, scope: chargeScope, from: terms, to: terms, reasonCode: text, note, approvedBy: optional(text) }),
  OrderChargeChangeRequested: object({ chargeId: text, kind: oneOf('charge', 'discount'), scope: chargeScope, from: terms, to: terms, reasonCode: text, note, requestedBy: text }),
  OrderChargeRestored: object({ chargeId: text, kind: oneOf('charge', 'discount'), scope: chargeScope, amountMinor: amount }),
  OrderChargeRemoved: object({ chargeId: text, kind: oneOf('charge', 'discount'), scope: chargeScope, amountMinor: amount, reasonCode: text, note }),
  OrderAppeasementRequested: object({ appeasementId: text, scope: lineScope, offer, reasonCode: text, note, requestedBy: text }),
  OrderAppeasementDeclined: object({ appeasementId: text, note }),
  OrderPaymentMethodAdded: object({
    methodId: text,
    kind: oneOf('on-account', 'bank-transfer', 'card', 'gift-card', 'wallet'),
    token: optional(personalOf(anyText)),
    label: optional(personalOf(anyText)),
    limitMinor: optional(amount),
  }),
  OrderPaymentMethodChanged: object({ methodId: text, limitMinor: optional(amount) }),
  OrderChargesAllocated: object({ allocations }),
  OrderPaymentRequested: object(question),
  OrderPaymentChased: object({ ...question, attempt: pieces }),
  OrderPaymentAuthorized: object(payment),
  OrderPaymentCaptured: object(payment),
  OrderPaymentFailed: object({ ...payment, action, failureCode: text }),
  OrderRefundIssued: object(payment),
  OrderPaymentVoided: object(payment),
  OrderInvoiceIssued: object({
    invoiceId: text,
    invoiceNumber: text,
    shipmentId: optional(text),
    lines: listOf(
      object({ lineId: text, sku: text, description: anyText, quantity: pieces, unitPriceMinor: amount, taxBasisPoints: basisPoints, netMinor: amount, taxMinor: amount }),
    ),
    charges: listOf(object({ chargeId: text, kind: oneOf('charge', 'discount'), netMinor: amount, taxMinor: amount })),
    totalMinor: amount,
  }),
  CustomerRegistered: object({ customerId: text, storeId: text, contact, source }),
  SubjectErased: object({ subjectId: text, reasonCode: text }),
};

const BY_TYPE: ReadonlyMap<string, Check> = new Map(Object.entries(EVENT_SHAPES));

/**
 * The path of the first member of a decoded payload that its type does not allow, for example
 * `OrderLineAdded.quote.unitPriceMinor`; undefined when all is well. Runs on every event read: about a microsecond.
 */
export function validateEventData(type: string, data: unknown): string | undefined {
  const check = BY_TYPE.get(type);
  if (check === undefined) return type;
  const wrong = check(data);
  return wrong === undefined ? undefined : type + wrong;
}
