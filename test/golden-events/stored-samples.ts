import { personal, type Personal } from '#kernel';
import type { DocketEvent, DocketEventType, Place } from '#ordering';

/** The person of the samples; the golden files are sealed under a key derived from this id. */
export const SAMPLE_SUBJECT = '00000000-0000-4000-8000-000000000001';

const text = (value: string): Personal<string> => personal(SAMPLE_SUBJECT, value);

const place: Place = {
  country: 'GB',
  address: personal(SAMPLE_SUBJECT, { recipient: 'Zoë Ångström', line1: '1 Long Lane', city: 'Leeds', postcode: 'LS1 1AA' }),
};

type Samples = { readonly [Type in DocketEventType]: Extract<DocketEvent, { readonly type: Type }>['data'] };

/** One payload of every stored type, with every optional member that it may have. A new type does not compile without. */
export const STORED_SAMPLES: Samples = {
  OrderCreated: {
    orderNumber: 'OR-536365',
    storeId: 'UK',
    currency: 'GBP',
    channel: 'import',
    customer: { kind: 'registered', customerId: '00000000-0000-4000-8000-00000000000c' },
    contact: personal(SAMPLE_SUBJECT, { name: 'Zoë Ångström', email: 'zoe@example.com', phone: '+44 20 7946 0000' }),
    shipTo: place,
    billTo: { ...place, country: 'IE' },
    paymentTerms: 'on-account',
    source: { system: 'online-retail', reference: '536365' },
  },
  OrderLineAdded: {
    lineId: 'line-1',
    sku: '85123A',
    description: 'WHITE HANGING HEART T-LIGHT HOLDER',
    parentSku: '85123',
    quantity: 6,
    quote: { unitPriceMinor: 255, taxClass: 'standard', taxBasisPoints: 2_000, source: 'invoice:536365' },
  },
  OrderLineQuantityChanged: { lineId: 'line-1', from: 6, to: 4, quote: { unitPriceMinor: 255, taxClass: 'standard', taxBasisPoints: 2_000, source: 'catalogue:1' } },
  OrderLineRemoved: { lineId: 'line-1', quantity: 4 },
  OrderSubmitted: {},
  OrderConfirmed: {},
  OrderReleased: {},
  OrderVoided: { reasonCode: 'entered-twice' },
  OrderLocked: { lockId: 'lock-1', agentId: 'anna', leaseSeconds: 600, expiresAt: '2026-01-02T03:14:05.678Z' },
  OrderLockRenewed: { lockId: 'lock-1', leaseSeconds: 600, expiresAt: '2026-01-02T03:24:05.678Z' },
  OrderLockExpired: { lockId: 'lock-1', agentId: 'anna', expiredAt: '2026-01-02T03:24:05.678Z' },
  OrderUnlocked: { lockId: 'lock-1', agentId: 'anna' },
  OrderLockTakenOver: { lockId: 'lock-1', fromAgentId: 'anna', toAgentId: 'ben', newLockId: 'lock-2', leaseSeconds: 600, expiresAt: '2026-01-02T03:34:05.678Z' },
  OrderParked: { callId: 'call-1', agentId: 'anna' },
  OrderTransferred: { callId: 'call-1', fromAgentId: 'anna', toAgentId: 'ben' },
  OrderSuspended: { reasonCode: 'customer-asked', note: text('Wartet auf Rückruf') },
  OrderResumed: { note: text('Called back') },
  OrderHoldApplied: { holdId: 'hold-1', holdType: 'fraud-check', scope: { kind: 'lines', lineIds: ['line-1', 'line-2'] }, effects: ['confirm', 'release', 'ship'], note: text('Two cards') },
  OrderHoldResolved: { holdId: 'hold-1', holdType: 'fraud-check', resolutionCode: 'cleared', note: text('Bank confirmed') },
  OrderFlagged: { reasonCode: 'further-review', note: text('Odd hours') },
  OrderUnflagged: { note: text('All well') },
  OrderAlertRaised: { alertId: 'alert-1', alertType: 'fraud-suspected', severity: 'alert', externalId: 'F-1', note: text('Card of another name') },
  OrderAlertsCleared: { alertIds: ['alert-1'], resolutionCode: 'checked', note: text('Her married name') },
  OrderCommentAdded: { commentId: 'comment-1', text: text('Please ring twice \u{1F514} "ok"\n\u2028'), visibility: 'internal' },
  OrderAddressChanged: { from: place, to: { ...place, country: 'IE' }, reasonCode: 'moved' },
  OrderCancelled: { reasonCode: 'customer-asked', lines: [{ lineId: 'line-1', quantity: 4 }], note: text('Changed her mind') },
  OrderLineCancelled: { lineId: 'line-1', quantity: 1, reasonCode: 'out-of-stock', creditedMinor: 306 },
  OrderShipmentRecorded: { shipmentId: 'ship-1', externalId: 'W-1', lines: [{ lineId: 'line-1', quantity: 3 }], carrier: 'Royal Mail', trackingNumber: 'RM123', expectedOn: '2026-01-05' },
  OrderDeliveryRecorded: { shipmentId: 'ship-1', externalId: 'D-1' },
  OrderReshipped: { reshipmentId: 'reship-1', lineId: 'line-1', newLineId: 'line-9', quantity: 1, reasonCode: 'damaged' },
  OrderAppeased: {
    appeasementId: 'app-1',
    scope: { kind: 'order' },
    offer: { kind: 'percentage', basisPoints: 1_000, on: 'this-order' },
    creditedMinor: 92,
    reasonCode: 'late',
    note: text('Sorry'),
    approvedBy: 'sue',
  },
  OrderReturnRecorded: { returnId: 'return-1', lineId: 'line-1', quantity: 1, creditedMinor: 255, externalId: 'R-1' },
  OrderChargeAdded: {
    chargeId: 'charge-1',
    kind: 'charge',
    category: 'shipping',
    name: 'POSTAGE',
    scope: { kind: 'line', lineId: 'line-1' },
    amountMinor: 1_800,
    taxBasisPoints: 2_000,
    origin: 'import',
    reasonCode: 'agreed',
  },
  OrderShipmentExceptionRecorded: { exceptionId: 'exception-1', shipmentId: 'ship-1', externalId: 'E-1', exceptionCode: 'weather', expectedOn: '2026-01-07', note: text('Snow on the pass') },
  OrderDeliveryStopRequested: { stopId: 'stop-1', shipmentId: 'ship-1', reasonCode: 'customer-request', note: text('Has moved away') },
  OrderDeliveryStopConfirmed: { stopId: 'stop-1', shipmentId: 'ship-1', externalId: 'S-1', lines: [{ lineId: 'line-1', quantity: 3, creditedMinor: 918 }] },
  OrderDeliveryStopRefused: { stopId: 'stop-1', shipmentId: 'ship-1', externalId: 'S-1', reasonCode: 'out-for-delivery' },
  OrderAppointmentArranged: {
    appointmentId: 'appointment-1',
    scope: { kind: 'line', lineId: 'line-1' },
    service: 'installation',
    slot: { startsAt: '2026-01-08T09:00:00.000Z', endsAt: '2026-01-08T12:00:00.000Z' },
  },
  OrderAppointmentRescheduled: {
    appointmentId: 'appointment-1',
    from: { startsAt: '2026-01-08T09:00:00.000Z', endsAt: '2026-01-08T12:00:00.000Z' },
    to: { startsAt: '2026-01-09T13:00:00.000Z', endsAt: '2026-01-09T16:00:00.000Z' },
    reasonCode: 'customer-request',
  },
  CallStarted: { callId: 'call-1', agentId: 'anna', storeId: 'UK', customerId: SAMPLE_SUBJECT, orderId: '00000000-0000-4000-8000-0000000000aa' },
  CallParked: { callId: 'call-1', orderId: '00000000-0000-4000-8000-0000000000aa' },
  CallTransferred: { callId: 'call-1', orderId: '00000000-0000-4000-8000-0000000000aa', toAgentId: 'ben' },
  CallVoided: { callId: 'call-1', orderId: '00000000-0000-4000-8000-0000000000aa', reasonCode: 'customer-asked' },
  CallEnded: { callId: 'call-1' },
  CustomerRegistered: {
    customerId: SAMPLE_SUBJECT,
    storeId: 'UK',
    contact: personal(SAMPLE_SUBJECT, { name: 'Zoë Ångström', email: 'zoe@example.com' }),
    source: { system: 'online-retail', reference: '17850' },
  },
  SubjectErased: { subjectId: SAMPLE_SUBJECT, reasonCode: 'asked-by-the-person' },
};
