import { evolveFulfilment } from './order.evolve-fulfilment.js';
import { evolvePayment } from './order.evolve-payment.js';
import { NO_PAYMENTS, refundedMinor } from './order.payment-state.js';
import { IdSet } from './id-set.js';
import { EMPTY_LEDGER, evolveMoney, exemption, onLine, recharged, recredited, taxedAnew } from './order.evolve-money.js';
import type { OrderEvent, OrderEventOf } from './order.events.js';
import { alertFact, deliveryFact, heard, remember, returnFact, shipmentFact, type Order, type OrderCharge, type OrderLine, type OrderShipment, type OrderState, type OrderStatus } from './order.state.js';
import { bearing, worthOf } from './order.credits.js';
import { orderTotals } from './order.totals.js';

/** What has happened, folded. Never throws: what is in the log is a fact, and an event out of place changes nothing. */
export function evolveOrder(state: OrderState, event: OrderEvent): OrderState {
  if (event.type === 'OrderCreated') return state.status === 'none' ? created(event.data) : state;
  return state.status === 'none' ? state : evolveExisting(state, event);
}

function created(data: Extract<OrderEvent, { type: 'OrderCreated' }>['data']): Order {
  return {
    status: 'pending',
    orderNumber: data.orderNumber,
    storeId: data.storeId,
    currency: data.currency,
    channel: data.channel,
    customer: data.customer,
    contact: data.contact,
    shipTo: data.shipTo,
    lines: [],
    charges: [],
    appeasements: [],
    appeasementRequests: [],
    chargeRequests: [],
    chargeChangeRequests: [],
    payments: NO_PAYMENTS,
    holds: [],
    alerts: [],
    shipments: [],
    appointments: [],
    suspended: false,
    cancelledMinor: 0,
    createdIds: IdSet.empty,
    externalIds: IdSet.empty,
  };
}

function evolveExisting(order: Order, event: Exclude<OrderEvent, { type: 'OrderCreated' }>): Order {
  switch (event.type) {
    case 'OrderLineAdded': {
      const { lineId, quantity, ...rest } = event.data;
      return remember({ ...order, lines: [...order.lines, { ...EMPTY_LEDGER, ...rest, lineId, ordered: quantity, open: quantity, ...exemption(order) }] }, lineId);
    }
    case 'OrderLineQuantityChanged': {
      const { lineId, from, to, quote, taxed } = event.data;
      const changed = onLine(order, lineId, (line) => ({ ...line, quote, ordered: line.ordered + to - from, open: line.open + to - from }));
      return settled(recredited(order, recharged(taxedAnew(changed, taxed), lineId)));
    }
    case 'OrderLineRemoved':
      return settled(withoutLine(order, event.data.lineId));
    case 'OrderLineRestored':
      return settled(withLineAgain(order, event.data.lineId));
    case 'OrderSubmitted':
      return { ...order, status: 'submitted' };
    case 'OrderConfirmed':
      return { ...order, status: 'confirmed' };
    case 'OrderReleased':
      return { ...order, status: 'released' };
    case 'OrderVoided':
      return { ...order, status: 'voided' };
    case 'OrderLocked':
    case 'OrderLockRenewed':
    case 'OrderLockTakenOver':
    case 'OrderLockExpired':
    case 'OrderUnlocked':
      return evolveLock(order, event);
    case 'OrderParked':
      return remember({ ...order, assignee: event.data.agentId }, event.data.callId);
    case 'OrderTransferred':
      return remember({ ...order, assignee: event.data.toAgentId }, event.data.callId);
    case 'OrderSuspended':
      return { ...order, suspended: true };
    case 'OrderResumed':
      return { ...order, suspended: false };
    case 'OrderHoldApplied': {
      const { holdId, holdType, scope, effects } = event.data;
      return remember({ ...order, holds: [...order.holds, { holdId, holdType, scope, effects, active: true }] }, holdId);
    }
    case 'OrderHoldResolved':
      return { ...order, holds: order.holds.map((hold) => (hold.holdId === event.data.holdId ? { ...hold, active: false } : hold)) };
    case 'OrderFlagged':
    case 'OrderUnflagged':
    case 'OrderAlertRaised':
    case 'OrderAlertsCleared':
      return evolveReview(order, event);
    case 'OrderCommentAdded':
      return remember(order, event.data.commentId);
    case 'OrderAddressChanged':
      return recredited(order, taxedAnew({ ...order, shipTo: event.data.to }, event.data.taxed));
    case 'OrderCancelled': {
      const remaining = orderTotals(order).totalMinor;
      const lines = order.lines.map((line) => ({ ...line, open: 0, cancelled: line.cancelled + line.open }));
      const { lines: pieces, reinstateUntil } = event.data;
      const cancellation = { from: order.status, lines: pieces, creditedMinor: remaining, refundedMinor: refundedMinor(order.payments), ...(reinstateUntil !== undefined && { reinstateUntil }) };
      return { ...order, status: 'cancelled', lines, cancelledMinor: order.cancelledMinor + remaining, cancellation };
    }
    case 'OrderReinstated': {
      const { cancellation: _takenBack, ...cancelled } = order;
      const { status, lines, totalMinor } = event.data;
      const pieces = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]));
      const reopened = order.lines.map((line) => {
        const quantity = pieces.get(line.lineId) ?? 0;
        return quantity === 0 ? line : { ...line, open: line.open + quantity, cancelled: line.cancelled - quantity };
      });
      return { ...cancelled, status, lines: reopened, cancelledMinor: order.cancelledMinor - totalMinor };
    }
    case 'OrderLineCancelled': {
      const { lineId, quantity, creditedMinor } = event.data;
      const gone = onLine(order, lineId, (line) => ({
        ...line,
        open: line.open - quantity,
        cancelled: line.cancelled + quantity,
        cancelledMinor: line.cancelledMinor + creditedMinor,
      }));
      const cancelled = bearing(order, gone);
      const replaced = order.lines.find((line) => line.lineId === lineId)?.replaces;
      return settled(replaced === undefined ? cancelled : onLine(cancelled, replaced, (line) => ({ ...line, reshipped: line.reshipped - quantity })));
    }
    case 'OrderShipmentRecorded':
    case 'OrderDeliveryRecorded':
      return evolveShipment(order, event);
    case 'OrderShipmentExceptionRecorded':
    case 'OrderDeliveryStopRequested':
    case 'OrderDeliveryStopRefused':
    case 'OrderAppointmentArranged':
    case 'OrderAppointmentRescheduled':
      return settled(evolveFulfilment(order, event));
    case 'OrderDeliveryStopConfirmed':
      return settled(bearing(order, evolveFulfilment(order, event)));
    case 'OrderReshipped': {
      const { lineId, newLineId, quantity, reshipmentId } = event.data;
      const original = order.lines.find((line) => line.lineId === lineId);
      const reshipped = onLine(order, lineId, (line) => ({ ...line, reshipped: line.reshipped + quantity }));
      if (original === undefined) return reshipped;
      const { sku, description, parentSku, quote } = original;
      const replacement: OrderLine = {
        ...EMPTY_LEDGER,
        lineId: newLineId,
        sku,
        description,
        ...(parentSku !== undefined && { parentSku }),
        quote: { ...quote, unitPriceMinor: 0, source: `replaces:${lineId}` },
        ordered: quantity,
        open: quantity,
        replaces: lineId,
        ...exemption(order),
      };
      return remember({ ...reshipped, lines: [...reshipped.lines, replacement] }, reshipmentId, newLineId);
    }
    case 'OrderAppeased': {
      const { appeasementId, scope, offer, creditedMinor } = event.data;
      const appeased = answered(order, appeasementId);
      const worthMinor = 'on' in offer && offer.on === 'this-order' ? creditedMinor : worthOf(event.data, order);
      return remember({ ...appeased, appeasements: [...order.appeasements, { appeasementId, scope, offer, creditedMinor, worthMinor }] }, appeasementId);
    }
    case 'OrderAppeasementRequested':
      return remember({ ...order, appeasementRequests: [...order.appeasementRequests, event.data] }, event.data.appeasementId);
    case 'OrderAppeasementDeclined':
      return answered(order, event.data.appeasementId);
    case 'OrderPaymentMethodAdded':
    case 'OrderPaymentMethodChanged':
    case 'OrderChargesAllocated':
    case 'OrderPaymentRequested':
    case 'OrderPaymentChased':
    case 'OrderPaymentAuthorized':
    case 'OrderPaymentCaptured':
    case 'OrderPaymentVoided':
    case 'OrderPaymentFailed':
    case 'OrderRefundIssued':
    case 'OrderInvoiceIssued':
      return evolvePayment(order, event);
    case 'OrderCopied':
      return remember(order, event.data.copyOrderId);
    case 'OrderReordered':
      return remember(order, event.data.reorderId);
    case 'OrderReturnRecorded': {
      const { lineId, quantity, creditedMinor, returnId, externalId } = event.data;
      const returned = onLine(order, lineId, (line) => ({
        ...line,
        returned: line.returned + quantity,
        returnedMinor: line.returnedMinor + creditedMinor,
      }));
      return heard(remember(bearing(order, returned), returnId), returnFact(externalId));
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
      return evolveMoney(order, event);
  }
}

type LockEvent = Extract<OrderEvent, { type: 'OrderLocked' | 'OrderLockRenewed' | 'OrderLockTakenOver' | 'OrderLockExpired' | 'OrderUnlocked' }>;

function evolveLock(order: Order, event: LockEvent): Order {
  switch (event.type) {
    case 'OrderLocked':
      return remember({ ...order, lock: event.data }, event.data.lockId);
    case 'OrderLockRenewed':
      return order.lock === undefined ? order : { ...order, lock: { ...order.lock, leaseSeconds: event.data.leaseSeconds, expiresAt: event.data.expiresAt } };
    case 'OrderLockTakenOver': {
      const { newLockId, toAgentId, leaseSeconds, expiresAt } = event.data;
      return remember({ ...order, lock: { lockId: newLockId, agentId: toAgentId, leaseSeconds, expiresAt } }, newLockId);
    }
    case 'OrderLockExpired':
    case 'OrderUnlocked': {
      const { lock: _released, ...unlocked } = order;
      return unlocked;
    }
  }
}

function evolveReview(order: Order, event: OrderEventOf<'OrderFlagged' | 'OrderUnflagged' | 'OrderAlertRaised' | 'OrderAlertsCleared'>): Order {
  switch (event.type) {
    case 'OrderFlagged':
      return { ...order, flag: { reasonCode: event.data.reasonCode } };
    case 'OrderUnflagged': {
      const { flag: _seenTo, ...unflagged } = order;
      return unflagged;
    }
    case 'OrderAlertRaised': {
      const { alertId, alertType, severity, externalId } = event.data;
      const raised = remember({ ...order, alerts: [...order.alerts, { alertId, alertType, severity, cleared: false }] }, alertId);
      return externalId === undefined ? raised : heard(raised, alertFact(externalId));
    }
    case 'OrderAlertsCleared':
      return { ...order, alerts: order.alerts.map((alert) => (event.data.alertIds.includes(alert.alertId) ? { ...alert, cleared: true } : alert)) };
  }
}

function evolveShipment(order: Order, event: Extract<OrderEvent, { type: 'OrderShipmentRecorded' | 'OrderDeliveryRecorded' }>): Order {
  if (event.type === 'OrderDeliveryRecorded') {
    const { shipmentId, externalId } = event.data;
    const shipments = order.shipments.map((shipment) => (shipment.shipmentId === shipmentId ? { ...shipment, delivered: true } : shipment));
    return settled(heard({ ...order, shipments }, deliveryFact(externalId)));
  }
  const { shipmentId, externalId, lines } = event.data;
  let shipped: Order = { ...order, shipments: [...order.shipments, { shipmentId, externalId, lines, delivered: false }] };
  for (const { lineId, quantity } of lines) {
    shipped = onLine(shipped, lineId, (line) => ({ ...line, open: line.open - quantity, shipped: line.shipped + quantity }));
  }
  return settled(heard(remember(shipped, shipmentId), shipmentFact(externalId)));
}

const answered = (order: Order, appeasementId: string): Order => ({ ...order, appeasementRequests: order.appeasementRequests.filter((request) => request.appeasementId !== appeasementId) });

/** The charges on the line go with it. */
function withoutLine(order: Order, lineId: string): Order {
  const line = order.lines.find((each) => each.lineId === lineId);
  if (line === undefined) return order;
  const isOfLine = ({ scope }: OrderCharge): boolean => scope.kind === 'line' && scope.lineId === lineId;
  const removed = { lineId, line, charges: order.charges.filter(isOfLine), country: order.shipTo.country };
  return {
    ...order,
    lines: order.lines.filter((each) => each !== line),
    charges: order.charges.filter((charge) => !isOfLine(charge)),
    removedLines: [...(order.removedLines ?? []), removed],
  };
}

/** And come back with it. */
function withLineAgain({ removedLines = [], ...order }: Order, lineId: string): Order {
  const removed = removedLines.find((each) => each.lineId === lineId);
  const others = removedLines.filter((each) => each !== removed);
  const kept = others.length === 0 ? {} : { removedLines: others };
  return removed === undefined ? { ...order, ...kept } : { ...order, lines: [...order.lines, removed.line], charges: [...order.charges, ...removed.charges], ...kept };
}

/** The status that the ledger tells. Replacement lines ship on their own and do not reopen an order (A42). */
function settled(order: Order): Order {
  return { ...order, status: statusByLedger(order) };
}

function statusByLedger(order: Order): OrderStatus {
  const own = order.lines.filter((line) => line.replaces === undefined);
  const shipped = own.some((line) => line.shipped > 0);
  const open = own.some((line) => line.open > 0);
  if (shipped && open) return 'partially-shipped';
  if (shipped) return arrived(order.shipments.filter((shipment) => carries(shipment, own))) ? 'delivered' : 'shipped';
  return !open && own.some((line) => line.cancelled > 0) ? 'cancelled' : order.status;
}

/** A parcel that turned round is not waited for; where all did, nothing was delivered (A26). */
const arrived = (shipments: readonly OrderShipment[]): boolean =>
  shipments.every(({ delivered, stop }) => delivered || stop?.outcome === 'confirmed') && shipments.some(({ delivered }) => delivered);

const carries = (shipment: OrderShipment, lines: readonly OrderLine[]): boolean =>
  shipment.lines.some(({ lineId }) => lines.some((line) => line.lineId === lineId));
