import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, CONFIRM, CONFIRMED, createOrder, DELIVERED, FIRST_LINE, idAt, minute, PARTLY_SHIPPED, PENDING, quoteOf, RELEASE, RELEASED, SECOND_LINE, SHIPPED, SUBMIT, SUBMITTED, SUE, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const SUSPENDED = [...PENDING, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })];
const LOCKED_BY_BEN = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })];
const VOIDED = [...PENDING, ask({ type: 'VoidOrder', reasonCode: 'entered-twice' })];
const CANCELLED = [...SUBMITTED, ask({ type: 'CancelOrder', reasonCode: 'customer-asked' })];

const change = (quantity: number, lineId = FIRST_LINE, quote = quoteOf(255)): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId, quantity, quote });
const remove = (lineId = FIRST_LINE): OrderStep => ask({ type: 'RemoveOrderLine', lineId });
const BARGAIN = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 3_000, taxBasisPoints: 2_000, origin: 'manual' });
const VOID = ask({ type: 'VoidOrder', reasonCode: 'entered-twice' });

describe('capturing an order (C1)', () => {
  it('begins pending, without lines, on account', () => {
    const { news, state } = told(createOrder());
    expect(news).toMatchObject([{ type: 'OrderCreated', data: { orderNumber: 'D-00000-00000', paymentTerms: 'on-account' } }]);
    expect(news[0]).not.toHaveProperty('data.type');
    expect(state).toMatchObject({ status: 'pending', lines: [], suspended: false });
  });

  it('adds lines under ids of their own, equal ones too', () => {
    const { state } = told(createOrder(), addLine('A', 2, 100), addLine('A', 2, 100));
    expect(state).toMatchObject({ lines: [{ sku: 'A', ordered: 2, open: 2 }, { sku: 'A', ordered: 2, open: 2 }] });
  });

  it('prices goods, tax and total from the quotes', () => {
    const { state } = told(...PENDING);
    if (state.status === 'none') throw new Error('no order');
    expect(orderTotals(state)).toEqual({ goodsMinor: 3_530, chargesMinor: 0, discountsMinor: 0, taxMinor: 706, creditsMinor: 0, totalMinor: 4_236 });
  });

  it('changes a quantity at the price that applies now', () => {
    const { news, state } = told(...PENDING, change(4, FIRST_LINE, quoteOf(200)));
    expect(news).toMatchObject([{ type: 'OrderLineQuantityChanged', data: { lineId: FIRST_LINE, from: 6, to: 4, quote: { unitPriceMinor: 200 } } }]);
    expect(state).toMatchObject({ lines: [{ ordered: 4, open: 4, quote: { unitPriceMinor: 200 } }, {}] });
  });

  it('changes a quantity at the price that was agreed, once pieces of the line have left (A46)', () => {
    const dearer = quoteOf(510, { taxBasisPoints: 500, source: 'catalogue:2026-02' });
    const more = told(...PARTLY_SHIPPED, change(7, FIRST_LINE, dearer));
    expect(more.news).toEqual([{ type: 'OrderLineQuantityChanged', data: { lineId: FIRST_LINE, from: 6, to: 7, quote: quoteOf(255) } }]);
    if (more.state.status === 'none') throw new Error('no order');
    expect(orderTotals(more.state)).toMatchObject({ goodsMinor: 7 * 255 + 2_000, taxMinor: 757, totalMinor: 4_542 });
    expect(told(...PARTLY_SHIPPED, change(3, SECOND_LINE, dearer)).news).toMatchObject([{ data: { quote: dearer } }]);
    expect(told(...PARTLY_SHIPPED, change(7, FIRST_LINE, quoteOf(-1))).refusal).toBeUndefined();
  });

  it('takes what is free, and what is taxed by nothing or by all that it costs', () => {
    for (const step of [addLine('A', 1, 0), ...[0, 10_000].map((taxBasisPoints) => addLine('A', 1, 1, { quote: quoteOf(1, { taxBasisPoints }) }))]) expect(told(...PENDING, step).refusal).toBeUndefined();
  });

  it('goes down to what was shipped', () => {
    expect(told(...PARTLY_SHIPPED, change(4)).state).toMatchObject({ lines: [{ ordered: 4, open: 0, shipped: 4 }, {}] });
  });

  it('says by how much it would come to less than nothing', () => {
    expect(told(...PENDING, BARGAIN, change(1)).refusal?.details).toEqual({ askedMinor: 1_530, greatestMinor: 636, currency: 'GBP' });
  });

  it('loses its last line while it is pending', () => {
    expect(told(...PENDING, remove(), remove(SECOND_LINE)).state).toMatchObject({ status: 'pending', lines: [] });
  });

  it('removes a line', () => {
    expect(told(...PENDING, remove())).toMatchObject({ news: [{ type: 'OrderLineRemoved', data: { lineId: FIRST_LINE, quantity: 6 } }], state: { lines: [{ lineId: SECOND_LINE }] } });
  });

  it('submits, confirms and releases, in this order', () => {
    expect(told(...SUBMITTED)).toMatchObject({ news: [{ type: 'OrderSubmitted' }], state: { status: 'submitted' } });
    expect(told(...CONFIRMED)).toMatchObject({ news: [{ type: 'OrderConfirmed' }], state: { status: 'confirmed' } });
    expect(told(...RELEASED)).toMatchObject({ news: [{ type: 'OrderReleased' }], state: { status: 'released' } });
  });

  it('lets its lock go when it is submitted or voided', () => {
    const locked = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 600 })];
    expect(told(...locked, SUBMIT).news).toMatchObject([{ type: 'OrderUnlocked' }, { type: 'OrderSubmitted' }]);
    expect(told(...locked, VOID).news).toMatchObject([{ type: 'OrderUnlocked' }, { type: 'OrderVoided' }]);
    const lockId = idAt(locked, 3, 'lock');
    expect(told(...locked, VOID).news).toMatchObject([{ data: { lockId, agentId: 'anna' } }, { data: { reasonCode: 'entered-twice' } }]);
    expect(told(...locked, { ...SUBMIT, at: minute(60), by: BEN }).news).toMatchObject([{ type: 'OrderLockExpired', data: { lockId, agentId: 'anna', expiredAt: minute(13) } }, { type: 'OrderSubmitted' }]);
  });

  it('voids a pending order, empty or suspended as well (A28)', () => {
    expect(told(createOrder(), VOID).state.status).toBe('voided');
    expect(told(...SUSPENDED, VOID).state.status).toBe('voided');
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to begin an order twice', PENDING, createOrder({ storeId: 'DE' }), 'order-exists', 'C1'],
    ['to begin one in an unknown currency', [], createOrder({ currency: 'XXX' }), 'currency-unknown', 'C1'],
    ['anything on an order that is not there', [], addLine('A', 1, 100), 'order-not-found', 'C1'],
    ['a line of no pieces', PENDING, addLine('A', 0, 100), 'quantity-out-of-range', 'C1'],
    ['a line of half pieces', PENDING, addLine('A', 1.5, 100), 'quantity-out-of-range', 'C1'],
    ['a line of too many pieces', PENDING, addLine('A', 1_000_001, 1), 'quantity-out-of-range', 'C1'],
    ['a price below zero', PENDING, addLine('A', 1, -1), 'amount-out-of-range', 'A52'],
    ['a price that is no whole figure', PENDING, addLine('A', 1, 0.5), 'amount-out-of-range', 'A52'],
    ['a price of half a penny more', PENDING, addLine('A', 2, 1.5), 'amount-out-of-range', 'A52'],
    ['a tax below none', PENDING, addLine('A', 1, 1, { quote: quoteOf(1, { taxBasisPoints: -1 }) }), 'amount-out-of-range', 'A52'],
    ['a tax of half a basis point', PENDING, addLine('A', 1, 1, { quote: quoteOf(1, { taxBasisPoints: 0.5 }) }), 'amount-out-of-range', 'A52'],
    ['a tax above the whole price', PENDING, addLine('A', 1, 1, { quote: quoteOf(1, { taxBasisPoints: 10_001 }) }), 'amount-out-of-range', 'A52'],
    ['a line beyond what an amount may be', PENDING, addLine('A', 1_000_000, 900_000_000_000), 'amount-out-of-range', 'A52'],
    ['an order beyond what an amount may be', [...PENDING, addLine('A', 1, 800_000_000_000)], addLine('B', 1, 800_000_000_000), 'amount-out-of-range', 'A52'],
    ['to change a line that is not there', PENDING, change(3, 'nowhere'), 'line-not-found', 'A21'],
    ['to change a quantity to what it is', PENDING, change(6), 'quantity-unchanged', 'C1'],
    ['to change a quantity when a discount takes more than is left', [...PENDING, BARGAIN], change(1), 'credit-exceeds-balance', 'A55'],
    ['to change a quantity to zero', PENDING, change(0), 'quantity-out-of-range', 'C1'],
    ['to go below what was shipped', PARTLY_SHIPPED, change(3), 'line-shipped', 'C3'],
    ['to remove a line that is not there', PENDING, remove('nowhere'), 'line-not-found', 'A21'],
    ['to remove a line of which pieces were shipped', PARTLY_SHIPPED, remove(), 'line-shipped', 'C3'],
    ['to remove the last line of a placed order', [...SUBMITTED, remove()], remove(SECOND_LINE), 'order-empty', 'C1'],
    ['to add to a suspended order', SUSPENDED, addLine('A', 1, 100), 'order-suspended', 'A33'],
    ['to add to an order that another has locked', LOCKED_BY_BEN, addLine('A', 1, 100), 'order-locked-by-another', 'A22'],
    ['to change an order that another has locked', LOCKED_BY_BEN, change(3), 'order-locked-by-another', 'A22'],
    ['to remove from an order that another has locked', LOCKED_BY_BEN, remove(), 'order-locked-by-another', 'A22'],
    ['to submit an order that another has locked', LOCKED_BY_BEN, SUBMIT, 'order-locked-by-another', 'A22'],
    ['to void an order that another has locked', LOCKED_BY_BEN, VOID, 'order-locked-by-another', 'A22'],
    ['to add to a voided order', VOIDED, addLine('A', 1, 100), 'order-ended', 'C2'],
    ['to add to a cancelled order', CANCELLED, addLine('A', 1, 100), 'order-ended', 'C2'],
    ['to add to a shipped order', SHIPPED, addLine('A', 1, 100), 'order-already-shipped', 'A25'],
    ['to add to a delivered order', DELIVERED, addLine('A', 1, 100), 'order-already-shipped', 'A25'],
    ['to submit an empty order', [createOrder()], SUBMIT, 'order-empty', 'C1'],
    ['to submit twice', SUBMITTED, SUBMIT, 'order-not-pending', 'A22'],
    ['to submit while suspended', SUSPENDED, SUBMIT, 'order-suspended', 'A33'],
    ['to confirm what was not submitted', PENDING, CONFIRM, 'order-not-submitted', 'C1'],
    ['to confirm twice', CONFIRMED, CONFIRM, 'order-not-submitted', 'C1'],
    ['to release what was not confirmed', SUBMITTED, RELEASE, 'order-not-confirmed', 'C1'],
    ['to void a submitted order', SUBMITTED, VOID, 'order-not-pending', 'A22'],
    ['to void twice', VOIDED, VOID, 'order-not-pending', 'A22'],
  ])('refuses %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });

  it('lets the holder of the lock change the order', () => {
    const locked = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: SUE })];
    expect(told(...locked, { ...change(3), by: SUE }).state).toMatchObject({ lines: [{ ordered: 3 }, {}] });
  });

  it('takes a repeated line for the same one, by its id and not by its content', () => {
    const steps = [...PENDING, addLine('A', 1, 100)];
    const again = told(...steps, { ...addLine('A', 1, 100), key: 'step-3' });
    expect(again.decision).toEqual({ kind: 'accepted', events: [] });
    expect(again.state).toMatchObject({ lines: [{}, {}, { lineId: idAt(steps, 3, 'line') }] });
  });
});
