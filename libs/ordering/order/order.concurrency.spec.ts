import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, FIRST_LINE, idAt, noteOf, PENDING, placeOf, quoteOf, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMIT, SUBMITTED, tell, WAREHOUSE, type OrderStep } from '#testing';
import { commutes, needsSeenRevision, ORDER_CONCURRENCY } from './order.concurrency.js';
import type { OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';

const change = (lineId: string, quantity = 4): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId, quantity, quote: quoteOf(255) });
const cancelLine = (lineId: string): OrderStep => ask({ type: 'CancelOrderLine', lineId, quantity: 1, reasonCode: 'out-of-stock' });
const reship = (lineId: string): OrderStep => ask({ type: 'ReshipOrder', lineId, quantity: 1, reasonCode: 'lost' });
const hold = (holdType: string): OrderStep => ask({ type: 'ApplyOrderHold', holdType, scope: { kind: 'order' }, effects: ['ship'] });
const COMMENT = ask({ type: 'AddOrderComment', text: noteOf('noted'), visibility: 'internal' });
const LOCK = ask({ type: 'LockOrder', leaseSeconds: 600 });
const RENEW = ask({ type: 'RenewOrderLock', leaseSeconds: 600 }, { at: '2026-01-05T09:10:00.000Z' });
const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' });
const MOVE = ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1: 'elsewhere' }) });
const CANCEL = ask({ type: 'CancelOrder', reasonCode: 'asked' });
const APPEASE = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'percentage', basisPoints: 500, on: 'this-order' }, reasonCode: 'late', limitMinor: null });
const charge = (amountMinor: number): OrderStep =>
  ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor, taxBasisPoints: 0, origin: 'manual' });

/** Whether the second still stands although the first came between. */
const stands = (history: readonly OrderStep[], first: OrderStep, second: OrderStep): boolean => {
  const { news, refusal } = tell(orderDecider, [...history, first]);
  if (refusal !== undefined) throw new Error(refusal.code);
  return commutes(second.command, news);
};

/** An order on card, of which the gateway is asked and answers. */
const METHOD = ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_abcdefgh') });
const BY_CARD = [...PENDING, METHOD, METHOD];
const [CARD, OTHER] = [idAt(BY_CARD, 3, 'method'), idAt(BY_CARD, 4, 'method')];
const allocate = (amountMinor: number): OrderStep => ask({ type: 'AllocateCharges', allocations: [{ methodId: CARD, amountMinor }, { methodId: OTHER, amountMinor: 4_236 - amountMinor }] });
const PLACED = [...BY_CARD, allocate(4_000), SUBMIT];
const SETTLE = ask({ type: 'SettlePayments' });
const ASKED = [...PLACED, SETTLE];
const told = (outcome: 'authorized' | 'captured' | 'refunded' | 'voided', amountMinor = 4_000): OrderStep =>
  ask({ type: 'RecordPayment', externalId: `P-${outcome}`, methodId: CARD, amountMinor, result: { outcome } }, { by: WAREHOUSE });
const DECLINED = ask({ type: 'RecordPayment', externalId: 'P-1', methodId: CARD, amountMinor: 4_000, result: { outcome: 'declined', action: 'authorize', failureCode: 'no' } }, { by: WAREHOUSE });
const limit = (methodId: string): OrderStep => ask({ type: 'ChangePaymentMethod', methodId, limitMinor: 9_000 });
const REINSTATE = ask({ type: 'ReinstateOrder', unavailable: [] });

describe('what a command must have seen (settled 3.1)', () => {
  it('asks nothing of comments, of flags, of facts from outside and of a lock\'s own timer', () => {
    const free = (Object.keys(ORDER_CONCURRENCY) as OrderCommandType[]).filter((type) => !needsSeenRevision(type));
    expect(free).toEqual(['CreateOrder', 'RenewOrderLock', 'ExpireOrderLock', 'ParkOrder', 'TransferOrder', 'FlagOrder', 'UnflagOrder', 'RaiseOrderAlert', 'AddOrderComment', 'RecordShipment', 'RecordDelivery', 'RecordShipmentException', 'ConfirmDeliveryStop', 'RefuseDeliveryStop', 'SettlePayments', 'ChasePayment', 'RecordPayment', 'RecordReturn', 'CopyOrder', 'ReorderOrder', 'RecordCopy', 'RecordReorder']);
  });

  it.each<[string, readonly OrderStep[], OrderStep, OrderStep]>([
    ['a line beside another line', PENDING, addLine('A', 1, 1), addLine('B', 1, 1)],
    ['changes of two lines', PENDING, change(FIRST_LINE), change(SECOND_LINE, 1)],
    ['a comment and anything', SUBMITTED, COMMENT, CANCEL],
    ['a suspension and a new address', SUBMITTED, SUSPEND, MOVE],
    ['a hold and another hold', SUBMITTED, hold('fraud-check'), hold('address-check')],
    ['a hold on an order whose address changed', SUBMITTED, MOVE, hold('address-check')],
    ['placing an order under one\'s own lock, taken and renewed meanwhile', PENDING, LOCK, SUBMIT],
    ['taking over a lock that its holder renewed meanwhile', [...PENDING, LOCK], RENEW, ask({ type: 'TakeOverOrderLock', leaseSeconds: 600 }, { by: BEN })],
    ['a flag and whatever came before it', SUBMITTED, MOVE, ask({ type: 'FlagOrder', reasonCode: 'further-review' })],
    ['a new address on an order that was flagged', SUBMITTED, ask({ type: 'FlagOrder', reasonCode: 'further-review' }), MOVE],
    ['a shipment and whatever came before it', RELEASED, MOVE, ship('W-1', [FIRST_LINE, 1])],
    ['confirming while the gateway is asked', PLACED, SETTLE, ask({ type: 'ConfirmOrder' })],
    ['confirming what was authorized meanwhile', ASKED, told('authorized'), ask({ type: 'ConfirmOrder' })],
    ['confirming what was declined meanwhile', ASKED, DECLINED, ask({ type: 'ConfirmOrder' })],
    ['cancelling while the gateway is asked', PLACED, SETTLE, CANCEL],
    ['cancelling what was authorized meanwhile', ASKED, told('authorized'), CANCEL],
    ['cancelling what was captured meanwhile', ASKED, told('captured'), CANCEL],
    ['placing an order of which the provider told something', [...BY_CARD, allocate(4_000)], told('authorized'), SUBMIT],
    ['a hold while the gateway is asked', PLACED, SETTLE, hold('fraud-check')],
    ['a new address while the gateway is asked', PLACED, SETTLE, MOVE],
    ['a line that is changed while the gateway is asked', PLACED, SETTLE, change(FIRST_LINE)],
    ['taking back a cancellation while what was set aside is let go', [...ASKED, told('authorized'), CANCEL], SETTLE, REINSTATE],
    ['a limit while another method is charged', ASKED, told('authorized'), limit(OTHER)],
    ['two replacements of two lines', SHIPPED, reship(FIRST_LINE), reship(SECOND_LINE)],
  ])('lets pass: %s', (_what, history, first, second) => {
    expect(stands(history, first, second)).toBe(true);
  });

  it.each<[string, readonly OrderStep[], OrderStep, OrderStep]>([
    ['two changes of one line', PENDING, change(FIRST_LINE, 4), change(FIRST_LINE, 5)],
    ['removing a line that was changed', PENDING, change(FIRST_LINE), ask({ type: 'RemoveOrderLine', lineId: FIRST_LINE })],
    ['placing an order that has another line now', PENDING, addLine('A', 1, 1), SUBMIT],
    ['adding to an order that was placed', PENDING, SUBMIT, addLine('A', 1, 1)],
    ['two addresses', SUBMITTED, MOVE, MOVE],
    ['an address of what has left in part', RELEASED, ship('W-1', [FIRST_LINE, 1]), MOVE],
    ['two appeasements', SHIPPED, APPEASE, APPEASE],
    ['a percentage of what costs something else now', SHIPPED, charge(5), APPEASE],
    ['the same charge by two agents', PENDING, charge(5), charge(5)],
    ['cancelling pieces of an order of which others were cancelled', SUBMITTED, cancelLine(FIRST_LINE), cancelLine(SECOND_LINE)],
    ['cancelling what was confirmed meanwhile', SUBMITTED, ask({ type: 'ConfirmOrder' }), CANCEL],
    ['confirming what an alert was raised on', SUBMITTED, ask({ type: 'RaiseOrderAlert', alertType: 'fraud-suspected', severity: 'alert' }), ask({ type: 'ConfirmOrder' })],
    ['confirming what somebody flagged for review', SUBMITTED, ask({ type: 'FlagOrder', reasonCode: 'further-review' }), ask({ type: 'ConfirmOrder' })],
    ['taking off a flag that was not there', SUBMITTED, ask({ type: 'FlagOrder', reasonCode: 'further-review' }), ask({ type: 'UnflagOrder' })],
    ['allocating anew while the gateway is asked', PLACED, SETTLE, allocate(3_000)],
    ['allocating anew what was authorized meanwhile', ASKED, told('authorized'), allocate(3_000)],
    ['two allocations', ASKED, allocate(3_000), allocate(2_000)],
    ['confirming what is to be paid otherwise now', ASKED, allocate(3_000), ask({ type: 'ConfirmOrder' })],
    ['the limit of a method that was charged meanwhile', ASKED, told('authorized'), limit(CARD)],
    ['taking back a cancellation when its money is on its way back', [...ASKED, told('captured'), CANCEL], SETTLE, REINSTATE],
    ['taking back a cancellation when its money was given back', [...ASKED, told('captured'), CANCEL], told('refunded'), REINSTATE],
    ['cancelling what was given back meanwhile', [...ASKED, told('captured')], told('refunded', 100), CANCEL],
    ['suspending what was suspended', SUBMITTED, SUSPEND, SUSPEND],
    ['locking what was locked', PENDING, LOCK, LOCK],
  ])('stops: %s', (_what, history, first, second) => {
    expect(stands(history, first, second)).toBe(false);
  });
});
