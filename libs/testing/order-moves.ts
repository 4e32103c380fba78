import fc from 'fast-check';
import { commandIdOf, type Actor, type DecisionContext } from '#kernel';
import type { AppeasementOffer, HoldEffect, LineScope, Order, OrderCommand, OrderCommandType, OrderState, Slot, TaxRates } from '#ordering';
import type { OrderMove } from './order-move.js';
import { ANNA, BEN, minute, SUE, WAREHOUSE } from './given.js';
import { paymentCommandOf } from './payment-moves.js';
import { picked } from './picked.js';
import { createOrder, noteOf, placeOf, quoteOf } from './order-samples.js';

/** Weighted so that random orders get far: lines, placing and shipping come often. */
const WEIGHTS: Readonly<Record<OrderCommandType, number>> = {
  CreateOrder: 1, AddOrderLine: 8, ChangeOrderLineQuantity: 4, RemoveOrderLine: 3, RestoreOrderLine: 3, SubmitOrder: 6, ConfirmOrder: 6, ReleaseOrder: 6, VoidOrder: 1,
  LockOrder: 5, RenewOrderLock: 7, UnlockOrder: 2, TakeOverOrderLock: 2, TakeOverAndUnlockOrder: 1, ExpireOrderLock: 1, ParkOrder: 1, TransferOrder: 1,
  ChangeOrderLineVariant: 3, ChangeOrderGiftOptions: 2, ChangeOrderFulfilment: 2, GrantOrderTaxExemption: 2, RevokeOrderTaxExemption: 2,
  SuspendOrder: 1, ResumeOrder: 3, FlagOrder: 1, UnflagOrder: 1, RaiseOrderAlert: 1, ClearOrderAlerts: 3, ApplyOrderHold: 2, ResolveOrderHold: 3, AddOrderComment: 2, ChangeOrderAddress: 2,
  CancelOrder: 1, ReinstateOrder: 2, CancelOrderLine: 4, RecordShipment: 12, RecordDelivery: 5, RecordShipmentException: 2, RequestDeliveryStop: 4, ConfirmDeliveryStop: 4, RefuseDeliveryStop: 3, ArrangeOrderAppointment: 4, RescheduleOrderAppointment: 7, ReshipOrder: 4, AppeaseOrder: 4, RequestAppeasement: 3, ApproveAppeasement: 3, DeclineAppeasement: 2, AddPaymentMethod: 4, ChangePaymentMethod: 2, AllocateCharges: 4, SettlePayments: 5, ChasePayment: 2, RecordPayment: 9, IssueInvoice: 4, RecordReturn: 5, CopyOrder: 1, ReorderOrder: 1, RecordCopy: 1, RecordReorder: 1, AddOrderCharge: 5, RequestOrderCharge: 3, ApproveOrderCharge: 3, DeclineOrderCharge: 1, ChangeOrderCharge: 4, RequestOrderChargeChange: 3, RemoveOrderCharge: 3, RestoreOrderCharge: 3,
};

const anyType = fc.oneof(...Object.entries(WEIGHTS).map(([type, weight]) => ({ arbitrary: fc.constant(type as OrderCommandType), weight })));

export const anyMove: fc.Arbitrary<OrderMove> = fc.record({
  type: anyType,
  who: fc.oneof(fc.constant(2), fc.nat(9)),
  later: fc.nat(6),
  pick: fc.nat(30),
  pick2: fc.nat(30),
  quantity: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 8 }), weight: 9 }, { arbitrary: fc.integer({ min: -1, max: 2_000_000 }), weight: 1 }),
  money: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 3_000 }), weight: 9 }, { arbitrary: fc.integer({ min: -10, max: 1_100_000_000_000 }), weight: 1 }),
});

/** The usual way up to the warehouse, often interrupted. */
const way: readonly OrderCommandType[] = ['CreateOrder', 'AddOrderLine', 'AddOrderLine', 'SubmitOrder', 'ConfirmOrder', 'ReleaseOrder', 'RecordShipment', 'RecordDelivery'];
/** The same, paid by card: authorized, invoiced and captured on the way. */
const paidWay: readonly OrderCommandType[] = [
  'CreateOrder', 'AddOrderLine', 'AddOrderLine', 'AddPaymentMethod', 'AllocateCharges', 'SubmitOrder', 'SettlePayments', 'RecordPayment', 'ConfirmOrder', 'ReleaseOrder',
  'RecordShipment', 'IssueInvoice', 'SettlePayments', 'RecordPayment', 'RecordDelivery',
];
const tame = (type: OrderCommandType, step: number): OrderMove => ({ type, who: 2, later: 1, pick: 0, pick2: 2 * step, quantity: 5, money: 250 });

/** Moves of one order: some of the usual way first, then anything. */
export const anyMoves: fc.Arbitrary<readonly OrderMove[]> = fc
  .tuple(fc.constantFrom(way, way, paidWay), fc.integer({ min: 1, max: paidWay.length }), fc.array(anyMove, { maxLength: 30, size: 'medium' }))
  .map(([usual, far, moves]) => [...usual.slice(0, far).map(tame), ...moves]);

const ACTORS: readonly Actor[] = [ANNA, BEN, SUE];
const EFFECTS: readonly HoldEffect[] = ['confirm', 'release', 'ship'];

export const contextOfMove = (move: OrderMove, step: number, minutes: number): DecisionContext => {
  const actor = ACTORS[move.who % ACTORS.length] ?? WAREHOUSE;
  return { commandId: commandIdOf(actor.id, `move-${String(step)}`), now: minute(minutes), actor };
};

export function commandOf(move: OrderMove, state: OrderState): OrderCommand {
  const { type, pick, pick2, quantity, money } = move;
  const order: Order | undefined = state.status === 'none' ? undefined : state;
  const lineId = picked(order?.lines ?? [], pick)?.lineId ?? 'no-line';
  const otherLineId = picked(order?.lines ?? [], pick2)?.lineId ?? 'no-line';
  const requestId = picked(order?.appeasementRequests ?? [], pick)?.appeasementId ?? 'no-request';
  const waiting = [...(order?.chargeRequests ?? []), ...(order?.chargeChangeRequests ?? [])];
  const shipmentId = picked(order?.shipments ?? [], pick)?.shipmentId ?? 'no-shipment';
  const scope: LineScope = pick2 % 2 === 0 ? { kind: 'order' } : { kind: 'lines', lineIds: lineId === otherLineId ? [lineId] : [lineId, otherLineId] };
  switch (type) {
    case 'CreateOrder':
      return createOrder(pick % 2 === 0 ? {} : { customer: { kind: 'registered', customerId: 'c1' } }).command;
    case 'AddOrderLine':
      return { type, sku: `S${String(pick)}`, description: 'thing', parentSku: `P${String(pick % 2)}`, quantity, quote: quoteOf(money, { taxBasisPoints: [0, 500, 2_000, 1_999][pick % 4] ?? 0 }) };
    case 'ChangeOrderLineQuantity':
      return { type, lineId, quantity, quote: quoteOf(money, { taxBasisPoints: [2_000, 500][pick2 % 2] ?? 0 }) };
    case 'ChangeOrderLineVariant':
      return { type, lineId, sku: `S${String(pick2)}`, description: 'another', parentSku: `P${String(pick2 % 2)}`, quote: quoteOf(money, { taxBasisPoints: [2_000, 500][pick % 2] ?? 0 }) };
    case 'ChangeOrderGiftOptions':
      return { type, scope: pick2 % 2 === 0 ? { kind: 'order' } : { kind: 'line', lineId }, gift: { wrap: pick % 2 === 0, ...(pick % 3 === 0 && { message: noteOf(`to ${String(pick)}`) }) } };
    case 'ChangeOrderFulfilment':
      return { type, scope, fulfilment: pick % 3 === 0 ? { kind: 'ship' } : { kind: 'pickup', storeCode: `store-${String(pick % 3)}` } };
    case 'GrantOrderTaxExemption':
      return { type, certificate: noteOf('EX-1') };
    case 'RevokeOrderTaxExemption':
      return { type };
    case 'RemoveOrderLine':
      return { type, lineId };
    case 'RestoreOrderLine':
      return { type, lineId: picked(order?.removedLines ?? [], pick)?.lineId ?? 'no-line' };
    case 'VoidOrder':
    case 'SuspendOrder':
    case 'CancelOrder':
      return { type, reasonCode: 'asked' };
    case 'SubmitOrder':
    case 'ConfirmOrder':
    case 'ReleaseOrder':
    case 'UnlockOrder':
    case 'ResumeOrder':
    case 'CopyOrder':
    case 'ReorderOrder':
    case 'TakeOverAndUnlockOrder':
      return { type };
    case 'LockOrder':
    case 'RenewOrderLock':
    case 'TakeOverOrderLock':
      return { type, leaseSeconds: 60 * (1 + (pick % 10)) };
    case 'ExpireOrderLock':
      return { type, lockId: order?.lock?.lockId ?? 'no-lock' };
    case 'ParkOrder':
      return { type, callId: `call-${String(pick)}` };
    case 'TransferOrder':
      return { type, callId: `call-${String(pick)}`, toAgentId: 'ben' };
    case 'ApplyOrderHold':
      return { type, holdType: `hold-${String(pick % 3)}`, scope, effects: [picked(EFFECTS, pick2) ?? 'ship'] };
    case 'ResolveOrderHold':
      return { type, holdId: picked(order?.holds ?? [], pick)?.holdId ?? 'no-hold', resolutionCode: 'done' };
    case 'FlagOrder':
      return { type, reasonCode: 'asked' };
    case 'UnflagOrder':
      return { type };
    case 'RaiseOrderAlert':
      return { type, alertType: `alert-${String(pick % 3)}`, severity: pick % 2 === 0 ? 'alert' : 'warning', ...(pick2 % 3 === 0 && { externalId: `A-${String(pick)}` }), ...(pick2 % 5 === 0 && { refusedBy: { code: 'order-not-pending', rule: 'A22' } }) };
    case 'ClearOrderAlerts': {
      const uncleared = order?.alerts.filter((alert) => !alert.cleared).map(({ alertId }) => alertId) ?? [];
      return { type, alertIds: pick2 % 5 === 0 ? [picked(order?.alerts ?? [], pick)?.alertId ?? 'no-alert'] : uncleared, resolutionCode: 'done' };
    }
    case 'AddOrderComment':
      return { type, text: noteOf('noted'), visibility: 'internal' };
    case 'ChangeOrderAddress':
      return { type, shipTo: placeOf({ line1: `${String(pick)} Long Lane` }, pick2 % 3 === 0 ? 'DE' : 'GB'), ...(pick2 % 5 !== 0 && abroad(pick2 % 3 === 0 ? 'DE' : 'GB', order)) };
    case 'ReinstateOrder':
      return { type, unavailable: pick % 7 === 3 ? ['S1'] : [] };
    case 'CancelOrderLine':
      return { type, lineId, quantity, reasonCode: 'asked', ...(pick2 % 5 === 0 && { creditedMinor: money }) };
    case 'RecordShipment': {
      const open = order?.lines.filter((line) => line.open > 0) ?? [];
      if (pick % 3 === 0 && open.length > 0) return { type, externalId: `W-${String(pick)}`, lines: open.map((line) => ({ lineId: line.lineId, quantity: line.open })) };
      const lines = lineId === otherLineId || pick2 % 3 === 0 ? [{ lineId, quantity }] : [{ lineId, quantity }, { lineId: otherLineId, quantity }];
      return { type, externalId: `W-${String(pick)}`, lines };
    }
    case 'RecordDelivery':
      return { type, shipmentId, externalId: `D-${String(pick2)}` };
    case 'RecordShipmentException':
      return { type, shipmentId, externalId: `E-${String(pick2)}`, exceptionCode: 'weather', ...(pick2 % 2 === 0 && { expectedOn: '2026-01-09' }) };
    case 'RequestDeliveryStop':
      return { type, shipmentId, reasonCode: 'asked' };
    case 'ConfirmDeliveryStop':
      return { type, shipmentId, externalId: `S-${String(pick2)}` };
    case 'RefuseDeliveryStop':
      return { type, shipmentId, externalId: `S-${String(pick2)}`, reasonCode: 'too-late' };
    case 'ArrangeOrderAppointment':
      return { type, scope: pick2 % 2 === 0 ? { kind: 'line', lineId } : { kind: 'shipment', shipmentId }, service: pick2 % 3 === 0 ? 'delivery' : 'installation', slot: slotOf(pick) };
    case 'RescheduleOrderAppointment':
      return { type, appointmentId: picked(order?.appointments ?? [], pick)?.appointmentId ?? 'no-appointment', slot: slotOf(pick2), reasonCode: 'asked' };
    case 'ReshipOrder':
      return { type, lineId, quantity, reasonCode: 'lost' };
    case 'AppeaseOrder':
      return { type, scope, offer: offerOf(move), reasonCode: 'late', limitMinor: pick % 3 === 0 ? null : 2_000 };
    case 'RequestAppeasement':
      return { type, scope, offer: offerOf(move), reasonCode: 'late' };
    case 'ApproveAppeasement':
      return { type, appeasementId: requestId, limitMinor: pick % 3 === 0 ? 20_000 : null };
    case 'DeclineAppeasement':
      return { type, appeasementId: requestId };
    case 'AddPaymentMethod':
    case 'ChangePaymentMethod':
    case 'AllocateCharges':
    case 'SettlePayments':
    case 'ChasePayment':
    case 'RecordPayment':
    case 'IssueInvoice':
      return paymentCommandOf(type, move, order);
    case 'RecordCopy':
      return { type, copyOrderId: `copy-${String(pick)}`, copyOrderNumber: `D-${String(pick)}` };
    case 'RecordReorder':
      return { type, reorderId: `reorder-${String(pick)}`, cartId: 'cart-1', items: [{ sku: `S${String(pick)}`, quantity: 1 }] };
    case 'RecordReturn':
      return { type, externalId: `R-${String(pick)}`, lineId, quantity, creditedMinor: money };
    case 'AddOrderCharge':
      return {
        type, kind: pick % 2 === 0 ? 'charge' : 'discount', category: 'shipping', name: 'Postage', amountMinor: money, taxBasisPoints: 2_000, origin: pick % 7 === 0 ? 'engine' : 'manual',
        perUnit: pick2 % 4 === 1, ...limitOf(move),
        scope: pick2 % 2 === 0 ? { kind: 'order' } : { kind: 'line', lineId },
      };
    case 'RequestOrderCharge':
      return {
        type, kind: pick % 2 === 0 ? 'charge' : 'discount', category: 'shipping', name: 'Postage', amountMinor: money, perUnit: pick2 % 4 === 1, reasonCode: 'asked',
        scope: pick2 % 2 === 0 ? { kind: 'order' } : { kind: 'line', lineId },
      };
    case 'RequestOrderChargeChange':
      return { type, chargeId: picked(order?.charges ?? [], pick)?.chargeId ?? 'no-charge', name: `Postage ${String(pick2 % 2)}`, ...(pick % 3 !== 0 && { amountMinor: money }), reasonCode: 'asked' };
    case 'ApproveOrderCharge':
      return { type, chargeId: picked(waiting, pick)?.chargeId ?? 'no-charge', taxBasisPoints: 2_000, ...(pick % 3 !== 0 && { limitBasisPoints: 9_000 }) };
    case 'DeclineOrderCharge':
      return { type, chargeId: picked(waiting, pick)?.chargeId ?? 'no-charge' };
    case 'ChangeOrderCharge':
      return { type, chargeId: picked(order?.charges ?? [], pick)?.chargeId ?? 'no-charge', name: `Postage ${String(pick2 % 2)}`, amountMinor: money, reasonCode: 'asked', ...limitOf(move) };
    case 'RestoreOrderCharge':
      return { type, chargeId: picked(order?.removedCharges ?? [], pick)?.chargeId ?? 'no-charge', ...limitOf(move) };
    case 'RemoveOrderCharge':
      return { type, chargeId: picked(order?.charges ?? [], pick)?.chargeId ?? 'no-charge', reasonCode: 'asked' };
    default:
      return type satisfies never;
  }
}

/** Of the country, when it is another. */
const abroad = (country: 'DE' | 'GB', order: Order | undefined): { readonly taxRates?: TaxRates } => (order === undefined || order.shipTo.country === country ? {} : { taxRates: { standard: country === 'DE' ? 1_900 : 2_000 } });

const slotOf = (day: number): Slot => ({ startsAt: minute(60 + day * 20), endsAt: minute(120 + day * 20) });

const limitOf = ({ pick }: OrderMove): { readonly limitBasisPoints?: number } => (pick % 3 === 0 ? {} : { limitBasisPoints: 3_000 });

function offerOf({ pick2, money, quantity }: OrderMove): AppeasementOffer {
  const on = pick2 % 3 === 0 ? 'future-order' : 'this-order';
  if (pick2 % 5 === 0) return { kind: 'coupon', code: 'SORRY-10' };
  if (pick2 % 5 === 1) return { kind: 'gift-card', amountMinor: money };
  return pick2 % 5 === 2 ? { kind: 'percentage', basisPoints: quantity * 500, on } : { kind: 'amount', amountMinor: money, on };
}
