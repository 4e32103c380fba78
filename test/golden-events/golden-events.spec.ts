import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_VERSIONS, evolveOrder, NO_ORDER, NO_PAYMENTS, ORDER_EVENT_VERSIONS, orderTotals, validateEventData, type OrderEvent, type OrderState } from '#ordering';

/** What an order is after an event, as far as anyone asks: kept beside the stored events, and as unchangeable. */
const summary = (state: OrderState): unknown => {
  if (state.status === 'none') return state;
  const { status, suspended, lock, assignee, holds, flag, shipments, gift, taxExemption, shipTo, lines } = state;
  const ledger = lines.map(({ lineId, ordered, open, cancelled, shipped, returned, reshipped, cancelledMinor, returnedMinor, quote, replaces, exempt, fulfilment, gift }) => ({
    lineId, ordered, open, cancelled, shipped, returned, reshipped, cancelledMinor, returnedMinor, unitPriceMinor: quote.unitPriceMinor, replaces, exempt, fulfilment, gift,
  }));
  const charges = state.charges.map(({ chargeId, kind, scope, amountMinor, perUnitMinor, taxBasisPoints }) => ({ chargeId, kind, scope, amountMinor, perUnitMinor, taxBasisPoints }));
  const alerts = state.alerts.length === 0 ? undefined : state.alerts;
  const { payments, appeasementRequests, chargeRequests, chargeChangeRequests } = state;
  // What came later stands there only where there is something of it: the meaning of older events stays as it was kept.
  const appeasements = state.appeasements.map(({ scope: _later, worthMinor: _too, ...appeasement }) => appeasement);
  const methods = payments.methods.map(({ unheldMinor: _later, ...method }) => method);
  const invoices = payments.invoices.map(({ lines: pieces, charges: counted, ...invoice }) => ({
    ...invoice,
    lines: pieces.map(({ lineId, quantity }) => ({ lineId, quantity })),
    chargeIds: counted.map(({ chargeId }) => chargeId),
  }));
  const money = state.payments === NO_PAYMENTS ? {} : { payments: { ...payments, methods, invoices } };
  const waiting = { ...(appeasementRequests.length > 0 && { appeasementRequests }), ...(chargeRequests.length > 0 && { chargeRequests }), ...(chargeChangeRequests.length > 0 && { chargeChangeRequests }) };
  return JSON.parse(JSON.stringify({ ...money, ...waiting, status, suspended, lock, assignee, holds, flag, alerts, gift, taxExemption, shipments, charges, appeasements, country: shipTo.country, ledger, totals: orderTotals(state) }));
};

const decoded = (type: string, version = 1): OrderEvent['data'] => {
  const file = join(import.meta.dirname, `${type}.v${String(version)}.stored.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { decoded: OrderEvent['data'] }).decoded;
};

const goldenEvent = (type: string): OrderEvent => ({ type, data: decoded(type) }) as OrderEvent;

/** What must have happened before, so that the event means something. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  OrderLineRestored: ['OrderLineRemoved'],
  OrderLockRenewed: ['OrderLocked'],
  OrderLockExpired: ['OrderLocked'],
  OrderUnlocked: ['OrderLocked'],
  OrderLockTakenOver: ['OrderLocked'],
  OrderResumed: ['OrderSuspended'],
  OrderHoldResolved: ['OrderHoldApplied'],
  OrderUnflagged: ['OrderFlagged'],
  OrderReinstated: ['OrderCancelled'],
  OrderAlertsCleared: ['OrderAlertRaised'],
  OrderTaxExemptionRevoked: ['OrderTaxExemptionGranted'],
  OrderChargeChanged: ['OrderChargeAdded'],
  OrderChargeChangeRequested: ['OrderChargeAdded'],
  OrderChargeRemoved: ['OrderChargeAdded'],
  OrderChargeRestored: ['OrderChargeAdded', 'OrderChargeRemoved'],
  OrderDeliveryRecorded: ['OrderShipmentRecorded'],
  OrderReshipped: ['OrderShipmentRecorded'],
  OrderReturnRecorded: ['OrderShipmentRecorded'],
  OrderShipmentExceptionRecorded: ['OrderShipmentRecorded'],
  OrderDeliveryStopRequested: ['OrderShipmentRecorded'],
  OrderDeliveryStopConfirmed: ['OrderShipmentRecorded', 'OrderDeliveryStopRequested'],
  OrderDeliveryStopRefused: ['OrderShipmentRecorded', 'OrderDeliveryStopRequested'],
  OrderAppointmentRescheduled: ['OrderAppointmentArranged'],
  OrderChargeDeclined: ['OrderChargeRequested'],
  OrderAppeasementDeclined: ['OrderAppeasementRequested'],
  OrderPaymentMethodChanged: ['OrderPaymentMethodAdded'],
  OrderChargesAllocated: ['OrderPaymentMethodAdded'],
  OrderPaymentRequested: ['OrderPaymentMethodAdded', 'OrderChargesAllocated'],
  OrderPaymentChased: ['OrderPaymentMethodAdded', 'OrderPaymentRequested'],
  OrderPaymentAuthorized: ['OrderPaymentMethodAdded', 'OrderPaymentRequested'],
  OrderPaymentCaptured: ['OrderPaymentMethodAdded', 'OrderPaymentAuthorized'],
  OrderPaymentFailed: ['OrderPaymentMethodAdded', 'OrderPaymentAuthorized'],
  OrderPaymentVoided: ['OrderPaymentMethodAdded', 'OrderPaymentAuthorized'],
  OrderRefundIssued: ['OrderPaymentMethodAdded', 'OrderPaymentCaptured'],
  OrderInvoiceIssued: ['OrderShipmentRecorded'],
};

const stateAfter = (type: string): OrderState => {
  const history = type === 'OrderCreated' ? [] : ['OrderCreated', ...(type === 'OrderLineAdded' ? [] : ['OrderLineAdded']), ...(BEFORE[type] ?? [])];
  return [...history, type].map(goldenEvent).reduce<OrderState>(evolveOrder, NO_ORDER);
};

const FILE = join(import.meta.dirname, 'meaning.json');

describe('what stored events mean', () => {
  it.each(Object.keys(EVENT_VERSIONS))('a stored %s is well formed', (type) => {
    expect(validateEventData(type, decoded(type))).toBeUndefined();
  });

  it.each(Object.keys(ORDER_EVENT_VERSIONS))('%s does to an order what it did when it was written', (type) => {
    const known = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>) : {};
    if (!(type in known) && process.env.DOCKET_WRITE_GOLDEN === '1') {
      writeFileSync(FILE, `${JSON.stringify({ ...known, [type]: summary(stateAfter(type)) }, null, 2)}\n`);
      return;
    }
    expect(summary(stateAfter(type))).toEqual(known[type]);
  });

  it.each(Object.keys(ORDER_EVENT_VERSIONS))('%s out of place does not throw', (type) => {
    expect(evolveOrder(NO_ORDER, goldenEvent(type)).status).toBe(type === 'OrderCreated' ? 'pending' : 'none');
    const created = evolveOrder(NO_ORDER, goldenEvent('OrderCreated'));
    expect(() => evolveOrder(created, goldenEvent(type))).not.toThrow();
    expect(() => evolveOrder(evolveOrder(created, goldenEvent('OrderVoided')), goldenEvent(type))).not.toThrow();
  });
});
