import { describe, expect, it } from '@jest/globals';
import { ask, BEN, CONFIRMED, createOrder, DELIVERED, PARTLY_SHIPPED, PENDING, RELEASED, SUBMITTED, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const REGISTERED: readonly OrderStep[] = [createOrder({ customer: { kind: 'registered', customerId: 'c1' } }), ...PENDING.slice(1)];
const COPY = ask({ type: 'CopyOrder' });
const REORDER = ask({ type: 'ReorderOrder' });
const COPIED = ask({ type: 'RecordCopy', copyOrderId: 'o2', copyOrderNumber: 'D-2' });
const REORDERED = ask({ type: 'RecordReorder', reorderId: 'r1', cartId: 'cart-1', items: [{ sku: '85123A', quantity: 6 }] });
const CANCEL = ask({ type: 'CancelOrder', reasonCode: 'customer-asked' });
const VOID = ask({ type: 'VoidOrder', reasonCode: 'test-order' });

describe('copying an order (A59)', () => {
  it.each([['confirmed', CONFIRMED], ['released', RELEASED], ['partly shipped', PARTLY_SHIPPED], ['delivered', DELIVERED]])('is open once it is confirmed: %s', (_what, steps) => {
    expect(told(...steps, COPY).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each([['pending', PENDING], ['submitted', SUBMITTED], ['cancelled', [...CONFIRMED, CANCEL]], ['voided', [...PENDING, VOID]]])('is refused of an order that is %s', (status, steps) => {
    expect(told(...steps, COPY).refusal).toMatchObject({ code: 'order-not-confirmed', rule: 'A59', details: { status } });
  });

  it('leaves its trace once, and nothing else', () => {
    const { state, news } = told(...CONFIRMED, COPIED);
    expect(news).toEqual([{ type: 'OrderCopied', data: { copyOrderId: 'o2', copyOrderNumber: 'D-2' } }]);
    expect(told(...CONFIRMED, COPIED, COPIED).decision).toEqual({ kind: 'accepted', events: [] });
    const before = told(...CONFIRMED).state;
    if (state.status === 'none' || before.status === 'none') throw new Error('there is no order');
    expect({ ...state, createdIds: before.createdIds }).toEqual(before);
    expect(orderTotals(state)).toEqual(orderTotals(before));
  });

  it.each([['cancelled', [...CONFIRMED, CANCEL]], ['voided', [...PENDING, VOID]]])('leaves its trace on an order that was %s meanwhile', (_what, steps) => {
    expect(told(...steps, COPIED).news).toHaveLength(1);
    expect(told(...steps, REORDERED).news).toHaveLength(1);
  });
});

describe('ordering again into the cart (A24)', () => {
  it('is open wherever a registered customer\'s order stands', () => {
    for (const steps of [REGISTERED, [...REGISTERED, VOID], [...REGISTERED, CANCEL]]) expect(told(...steps, REORDER).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is refused for a guest, who has no cart', () => {
    expect(told(...CONFIRMED, REORDER).refusal).toMatchObject({ code: 'customer-is-a-guest', rule: 'A24' });
  });

  it('of an order that another has locked, takes taking over first (A23)', () => {
    const locked = [...REGISTERED, ask({ type: 'LockOrder', leaseSeconds: 3_600 })];
    const byBen = { ...REORDER, by: BEN };
    expect(told(...locked, byBen).refusal).toMatchObject({ code: 'order-locked-by-another', details: { agentId: 'anna' } });
    expect(told(...locked, REORDER).refusal).toBeUndefined();
    expect(told(...locked, ask({ type: 'TakeOverAndUnlockOrder' }, { by: BEN }), byBen).refusal).toBeUndefined();
  });

  it('leaves its trace once', () => {
    expect(told(...REGISTERED, REORDERED).news).toEqual([{ type: 'OrderReordered', data: { reorderId: 'r1', cartId: 'cart-1', items: [{ sku: '85123A', quantity: 6 }] } }]);
    expect(told(...REGISTERED, REORDERED, REORDERED).decision).toEqual({ kind: 'accepted', events: [] });
  });
});
