import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, CONFIRMED, createOrder, DELIVERED, FIRST_LINE, FIRST_SHIPMENT, idAt, minute, noteOf, PARTLY_SHIPPED, PENDING, quoteOf, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMITTED, tell, WAREHOUSE, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const totalAfter = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? Number.NaN : orderTotals(state).totalMinor;
};

const cancel = (rest: Omit<OrderStep, 'command'> = {}): OrderStep => ask({ type: 'CancelOrder', reasonCode: 'customer-asked' }, rest);
const cancelLine = (lineId: string, quantity: number, creditedMinor?: number): OrderStep =>
  ask({ type: 'CancelOrderLine', lineId, quantity, reasonCode: 'out-of-stock', ...(creditedMinor !== undefined && { creditedMinor }) });
const deliver = (shipmentId: string, externalId = 'D-1'): OrderStep => ask({ type: 'RecordDelivery', shipmentId, externalId }, { by: WAREHOUSE });
const giveBack = (lineId: string, quantity: number, creditedMinor: number, externalId = 'R-1'): OrderStep =>
  ask({ type: 'RecordReturn', externalId, lineId, quantity, creditedMinor }, { by: WAREHOUSE });

const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' });
const HOLD = ask({ type: 'ApplyOrderHold', holdType: 'address-check', scope: { kind: 'order' }, effects: ['ship'] });
const LOCKED_BY_BEN = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })];
const CANCELLED = [...SUBMITTED, cancel()];
const VOIDED = [...PENDING, ask({ type: 'VoidOrder', reasonCode: 'entered-twice' })];

describe('cancelling pieces (A26)', () => {
  it('keeps what was noted about it', () => {
    const noted = ask({ type: 'CancelOrderLine', lineId: FIRST_LINE, quantity: 1, reasonCode: 'out-of-stock', note: noteOf('Found one with a chip') });
    expect(told(...SUBMITTED, noted).news).toMatchObject([{ type: 'OrderLineCancelled', data: { quantity: 1, note: { value: 'Found one with a chip' } } }]);
    expect(told(...SUBMITTED, cancelLine(FIRST_LINE, 1)).news).not.toHaveProperty('0.data.note');
  });
});

describe('cancelling an order (A25)', () => {
  it.each<[string, readonly OrderStep[]]>([
    ['pending', PENDING], ['submitted', SUBMITTED], ['confirmed', CONFIRMED], ['released', RELEASED], ['suspended', [...SUBMITTED, SUSPEND]], ['held', [...RELEASED, HOLD]],
  ])('cancels one that is %s, whole, and nothing remains to pay', (_what, history) => {
    const { news, state } = told(...history, cancel());
    expect(news).toMatchObject([{ type: 'OrderCancelled', data: { reasonCode: 'customer-asked', lines: [{ lineId: FIRST_LINE, quantity: 6 }, { lineId: SECOND_LINE, quantity: 2 }] } }]);
    expect(state).toMatchObject({ status: 'cancelled', lines: [{ open: 0, cancelled: 6 }, { open: 0, cancelled: 2 }] });
    expect(totalAfter(...history, cancel())).toBe(0);
  });

  it('names the pieces that were still open', () => {
    expect(told(...SUBMITTED, cancelLine(FIRST_LINE, 6), cancel()).news).toMatchObject([{ data: { lines: [{ lineId: SECOND_LINE, quantity: 2 }] } }]);
  });

  it('lets the holder\'s lock go', () => {
    expect(told(...LOCKED_BY_BEN, cancel({ by: BEN })).news.map(({ type }) => type)).toEqual(['OrderUnlocked', 'OrderCancelled']);
  });

  it.each<[string, readonly OrderStep[], string]>([
    ['a shipped order', SHIPPED, 'order-already-shipped'],
    ['an order shipped in part', PARTLY_SHIPPED, 'order-already-shipped'],
    ['a delivered order', DELIVERED, 'order-already-shipped'],
    ['a cancelled order', CANCELLED, 'order-ended'],
    ['a voided order', VOIDED, 'order-ended'],
    ['an order that another has locked', LOCKED_BY_BEN, 'order-locked-by-another'],
    ['what is not there', [], 'order-not-found'],
  ])('refuses to cancel %s', (_what, history, code) => {
    expect(told(...history, cancel()).refusal).toMatchObject({ code });
  });

  it('names row A25 when it has shipped', () => {
    expect(told(...SHIPPED, cancel()).refusal?.rule).toBe('A25');
  });
});

describe('cancelling pieces of a line', () => {
  it('credits their share, tax included', () => {
    const { news, state } = told(...SUBMITTED, cancelLine(FIRST_LINE, 2));
    expect(news).toMatchObject([{ type: 'OrderLineCancelled', data: { lineId: FIRST_LINE, quantity: 2, creditedMinor: 612 } }]);
    expect(state).toMatchObject({ status: 'submitted', lines: [{ ordered: 6, open: 4, cancelled: 2 }, {}] });
  });

  it('credits in parts what the whole line cost, to the penny', () => {
    const once = totalAfter(...SUBMITTED, cancelLine(FIRST_LINE, 6));
    expect(totalAfter(...SUBMITTED, cancelLine(FIRST_LINE, 1), cancelLine(FIRST_LINE, 1), cancelLine(FIRST_LINE, 4))).toBe(once);
    expect(once).toBe(2_400);
    const thirds = [createOrder(), addLine('A', 3, 33), addLine('B', 1, 100)];
    const lineId = idAt(thirds, 1, 'line');
    const credits = tell(orderDecider, [...thirds, cancelLine(lineId, 1), cancelLine(lineId, 1), cancelLine(lineId, 1)]).events;
    expect(credits.slice(3)).toMatchObject([{ data: { creditedMinor: 39 } }, { data: { creditedMinor: 40 } }, { data: { creditedMinor: 40 } }]);
  });

  it('counts pieces that were cancelled bit by bit', () => {
    expect(told(...SUBMITTED, cancelLine(FIRST_LINE, 1), cancelLine(FIRST_LINE, 2)).state).toMatchObject({ lines: [{ open: 3, cancelled: 3 }, {}] });
  });

  it('credits charges too with the last piece of all', () => {
    const posted = [...PENDING, ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 500, taxBasisPoints: 0, origin: 'manual' })];
    expect(totalAfter(...posted, cancelLine(FIRST_LINE, 6))).toBe(2_900);
    expect(totalAfter(...posted, cancelLine(FIRST_LINE, 6), cancelLine(SECOND_LINE, 2))).toBe(0);
  });

  it('follows the price when the line is priced anew', () => {
    const repriced = ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 3, quote: quoteOf(100) });
    const { state } = told(...PENDING, cancelLine(FIRST_LINE, 2), repriced);
    expect(state).toMatchObject({ lines: [{ ordered: 5, open: 3, cancelled: 2, cancelledMinor: 240 }, {}] });
    expect(totalAfter(...PENDING, cancelLine(FIRST_LINE, 2), repriced)).toBe(2_400 + 360);
  });

  it('credits no more than is left of what was granted away', () => {
    const appeased = [...SUBMITTED, ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 4_000, on: 'this-order' }, reasonCode: 'late', limitMinor: null })];
    expect(told(...appeased, cancelLine(FIRST_LINE, 6)).news).toMatchObject([{ data: { creditedMinor: 236 } }]);
    expect(totalAfter(...appeased, cancelLine(FIRST_LINE, 6))).toBe(0);
  });

  it('cancels the order with its last piece', () => {
    expect(told(...SUBMITTED, cancelLine(FIRST_LINE, 6), cancelLine(SECOND_LINE, 2)).state.status).toBe('cancelled');
    expect(totalAfter(...SUBMITTED, cancelLine(FIRST_LINE, 6), cancelLine(SECOND_LINE, 2))).toBe(0);
  });

  it('lets the lock go with its last piece, and not before', () => {
    const locked = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 })];
    expect(told(...locked, cancelLine(FIRST_LINE, 6)).news.map(({ type }) => type)).toEqual(['OrderLineCancelled']);
    expect(told(...locked, cancelLine(FIRST_LINE, 6), cancelLine(SECOND_LINE, 2)).news.map(({ type }) => type)).toEqual(['OrderUnlocked', 'OrderLineCancelled']);
  });

  it('credits no more than their share with the last open pieces when others have shipped', () => {
    const rest = [...PARTLY_SHIPPED, cancelLine(FIRST_LINE, 2), cancelLine(SECOND_LINE, 2)];
    expect(told(...rest).news).toMatchObject([{ data: { creditedMinor: 2_400 } }]);
    expect(totalAfter(...rest)).toBe(1_224);
  });

  it('completes an order whose other pieces have shipped', () => {
    expect(told(...PARTLY_SHIPPED, cancelLine(FIRST_LINE, 2), cancelLine(SECOND_LINE, 2)).state.status).toBe('shipped');
  });

  it('takes the figure of an imported credit note', () => {
    expect(told(...RELEASED, cancelLine(FIRST_LINE, 2, 500)).news).toMatchObject([{ data: { creditedMinor: 500 } }]);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['more pieces than are open', PARTLY_SHIPPED, cancelLine(FIRST_LINE, 3), 'quantity-exceeds-open'],
    ['no pieces', SUBMITTED, cancelLine(FIRST_LINE, 0), 'quantity-out-of-range'],
    ['pieces of a line that has shipped', SHIPPED, cancelLine(FIRST_LINE, 1), 'order-already-shipped'],
    ['pieces of a line that is not there', SUBMITTED, cancelLine('nowhere', 1), 'line-not-found'],
    ['pieces of a cancelled order', CANCELLED, cancelLine(FIRST_LINE, 1), 'order-ended'],
    ['pieces while another has the lock', LOCKED_BY_BEN, cancelLine(FIRST_LINE, 1), 'order-locked-by-another'],
    ['pieces for more than the order comes to', SUBMITTED, cancelLine(FIRST_LINE, 1, 4_237), 'credit-exceeds-balance'],
    ['pieces for less than nothing', SUBMITTED, cancelLine(FIRST_LINE, 1, -1), 'amount-out-of-range'],
    ['pieces for half a penny', SUBMITTED, cancelLine(FIRST_LINE, 1, 0.5), 'amount-out-of-range'],
    ['pieces that were cancelled before', [...SUBMITTED, cancelLine(FIRST_LINE, 6)], cancelLine(FIRST_LINE, 1), 'quantity-exceeds-open'],
  ])('refuses to cancel %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});

describe('shipping (C4, A41)', () => {
  it('ships in parts, then whole, then arrives', () => {
    expect(told(...PARTLY_SHIPPED)).toMatchObject({ news: [{ type: 'OrderShipmentRecorded', data: { externalId: 'W-1' } }], state: { status: 'partially-shipped', lines: [{ open: 2, shipped: 4 }, { open: 2, shipped: 0 }] } });
    expect(told(...PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2])).state.status).toBe('shipped');
    expect(told(...DELIVERED).state.status).toBe('delivered');
    const second = [...PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2])];
    expect(told(...second, deliver(idAt(second, 6, 'shipment'))).state.status).toBe('shipped');
    expect(told(...second, deliver(idAt(second, 6, 'shipment')), deliver(idAt(second, 7, 'shipment'), 'D-2')).state.status).toBe('delivered');
  });

  it('tells the same fact twice without recording it twice, even after the pieces are gone', () => {
    expect(told(...SHIPPED, ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2])).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...DELIVERED, deliver(FIRST_SHIPMENT)).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('records a delivery while the order is suspended: it happened', () => {
    expect(told(...SHIPPED, SUSPEND, deliver(FIRST_SHIPMENT)).state.status).toBe('delivered');
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['what was not released', CONFIRMED, ship('W-1', [FIRST_LINE, 1]), 'order-not-released'],
    ['a cancelled order', CANCELLED, ship('W-1', [FIRST_LINE, 1]), 'order-ended'],
    ['a suspended order', [...RELEASED, SUSPEND], ship('W-1', [FIRST_LINE, 1]), 'order-suspended'],
    ['past a hold', [...RELEASED, HOLD], ship('W-1', [FIRST_LINE, 1]), 'order-on-hold'],
    ['more pieces than are open', PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 3]), 'quantity-exceeds-open'],
    ['no pieces', RELEASED, ship('W-1', [FIRST_LINE, 0]), 'quantity-out-of-range'],
    ['nothing', RELEASED, ship('W-1'), 'scope-empty'],
    ['a line twice', RELEASED, ship('W-1', [FIRST_LINE, 1], [FIRST_LINE, 1]), 'line-named-twice'],
    ['a line that is not there', RELEASED, ship('W-1', ['nowhere', 1]), 'line-not-found'],
    ['other pieces under an id that was seen', PARTLY_SHIPPED, ship('W-1', [FIRST_LINE, 2]), 'external-id-already-recorded'],
    ['as many of another line under an id that was seen', PARTLY_SHIPPED, ship('W-1', [SECOND_LINE, 4]), 'external-id-already-recorded'],
    ['more lines under an id that was seen', PARTLY_SHIPPED, ship('W-1', [FIRST_LINE, 4], [SECOND_LINE, 2]), 'external-id-already-recorded'],
    ['fewer lines under an id that was seen', SHIPPED, ship('W-1', [FIRST_LINE, 6]), 'external-id-already-recorded'],
    ['one line otherwise under an id that was seen', SHIPPED, ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 1]), 'external-id-already-recorded'],
  ])('refuses to ship %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });

  it('refuses a delivery of what was not shipped, and a second one', () => {
    expect(told(...RELEASED, deliver('nowhere')).refusal).toMatchObject({ code: 'shipment-not-found', rule: 'A41' });
    expect(told(...DELIVERED, deliver(FIRST_SHIPMENT, 'D-2')).refusal?.code).toBe('shipment-already-delivered');
  });

  it('refuses a delivery under the id of another one', () => {
    const two = [...PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2]), deliver(FIRST_SHIPMENT)];
    expect(told(...two, deliver(idAt(two, 7, 'shipment'))).refusal).toMatchObject({ code: 'external-id-already-recorded', rule: 'A41' });
  });
});

describe('returns', () => {
  it('credits what the credit note says, which need not be the price', () => {
    expect(told(...SHIPPED, giveBack(FIRST_LINE, 2, 700))).toMatchObject({ news: [{ type: 'OrderReturnRecorded', data: { quantity: 2, creditedMinor: 700 } }], state: { lines: [{ shipped: 6, returned: 2 }, {}] } });
    expect(totalAfter(...SHIPPED, giveBack(FIRST_LINE, 2, 700))).toBe(3_536);
  });

  it('counts pieces and money of several together', () => {
    expect(told(...SHIPPED, giveBack(FIRST_LINE, 2, 700), giveBack(FIRST_LINE, 1, 300, 'R-2')).state).toMatchObject({ lines: [{ returned: 3, returnedMinor: 1_000 }, {}] });
    expect(told(...SHIPPED, giveBack(FIRST_LINE, 2, 1), giveBack(FIRST_LINE, 3, 1, 'R-2'), giveBack(FIRST_LINE, 2, 1, 'R-3')).refusal).toMatchObject({ code: 'quantity-exceeds-returnable', details: { lineId: FIRST_LINE, asked: 2, greatest: 1 } });
  });

  it('yields nothing new when it is repeated', () => {
    const once = { ...giveBack(FIRST_LINE, 2, 700), key: 'k' };
    expect(told(...SHIPPED, once, once).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['more than was shipped', PARTLY_SHIPPED, giveBack(FIRST_LINE, 5, 1), 'quantity-exceeds-returnable'],
    ['more than is left of it', [...SHIPPED, giveBack(FIRST_LINE, 5, 1)], giveBack(FIRST_LINE, 2, 1, 'R-2'), 'quantity-exceeds-returnable'],
    ['no pieces', SHIPPED, giveBack(FIRST_LINE, 0, 1), 'quantity-out-of-range'],
    ['more money than the order comes to', SHIPPED, giveBack(FIRST_LINE, 1, 4_237), 'credit-exceeds-balance'],
    ['less money than none', SHIPPED, giveBack(FIRST_LINE, 1, -1), 'amount-out-of-range'],
    ['half a penny', SHIPPED, giveBack(FIRST_LINE, 1, 0.5), 'amount-out-of-range'],
    ['a line that is not there', SHIPPED, giveBack('nowhere', 1, 1), 'line-not-found'],
    ['something else under the same id', [...SHIPPED, giveBack(FIRST_LINE, 1, 1)], giveBack(FIRST_LINE, 1, 1), 'external-id-already-recorded'],
    ['pieces of a cancelled order', CANCELLED, giveBack(FIRST_LINE, 1, 1), 'order-ended'],
  ])('refuses %s', (_what, history, command, code) => {
    expect(told(...history, { at: minute(90), ...command }).refusal?.code).toBe(code);
  });
});
