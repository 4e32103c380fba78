import { describe, expect, it } from '@jest/globals';
import { ask, BEN, CONFIRMED, createOrder, FIRST_LINE, idAt, minute, noteOf, PENDING, RELEASED, SECOND_LINE, SHIPPED, SUBMIT, SUBMITTED, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { REINSTATE_WITHIN_HOURS } from './order.decide-reinstate.js';
import type { Order } from './order.state.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const CANCEL = ask({ type: 'CancelOrder', reasonCode: 'customer-asked' });
const reinstate = (rest: Omit<OrderStep, 'command'> = {}, unavailable: readonly string[] = []): OrderStep => ask({ type: 'ReinstateOrder', unavailable }, rest);

/** By card, everything authorized and too much captured before it was cancelled. */
const METHOD = idAt([...PENDING, SUBMIT], 3, 'method');
const PAID: readonly OrderStep[] = [
  ...PENDING,
  ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_1') }),
  ask({ type: 'AllocateCharges', allocations: [{ methodId: METHOD, amountMinor: 4_236 }] }),
  SUBMIT,
  ask({ type: 'RecordPayment', result: { outcome: 'captured' }, externalId: 'P-1', methodId: METHOD, amountMinor: 4_236 }),
  CANCEL,
];

describe('taking a cancellation back (C4)', () => {
  it.each<[string, readonly OrderStep[]]>([
    ['pending', PENDING],
    ['submitted', SUBMITTED],
    ['confirmed', CONFIRMED],
    ['released', RELEASED],
    ['pending', [createOrder()]],
    ['submitted', [...SUBMITTED, ask({ type: 'CancelOrderLine', lineId: FIRST_LINE, quantity: 2, reasonCode: 'asked' }), ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })]],
  ])('leaves an order that was %s exactly as it was', (status, before) => {
    const { createdIds: _known, externalIds: _heard, ...was } = told(...before).state as Order;
    const { state, news } = told(...before, CANCEL, reinstate());
    expect(state).toMatchObject(was);
    expect(Object.keys(state)).not.toContain('cancellation');
    expect(news).toMatchObject([{ type: 'OrderReinstated', data: { status } }]);
  });

  it('says what the order comes to again, piece by piece', () => {
    const { news, state } = told(...SUBMITTED, CANCEL, reinstate({ by: BEN }));
    expect(news).toEqual([{ type: 'OrderReinstated', data: { status: 'submitted', lines: [{ lineId: FIRST_LINE, quantity: 6 }, { lineId: SECOND_LINE, quantity: 2 }], totalMinor: 4_236 } }]);
    expect(state.status === 'none' ? 0 : orderTotals(state).totalMinor).toBe(4_236);
  });

  it('can be done again after another mistake', () => {
    expect(told(...SUBMITTED, CANCEL, reinstate(), CANCEL, reinstate()).state).toMatchObject({ status: 'submitted', cancelledMinor: 0, lines: [{ open: 6, cancelled: 0 }, { open: 2, cancelled: 0 }] });
  });

  it('is refused of what is not cancelled, also a second time', () => {
    for (const steps of [PENDING, SHIPPED, [...SUBMITTED, CANCEL, reinstate()], [...PENDING, ask({ type: 'VoidOrder', reasonCode: 'asked' })]]) {
      expect(told(...steps, reinstate()).refusal).toMatchObject({ code: 'order-not-cancelled', rule: 'C4' });
    }
  });

  it('keeps the note of who takes it back', () => {
    expect(told(...SUBMITTED, CANCEL, ask({ type: 'ReinstateOrder', unavailable: [], note: noteOf('Wrong order') })).news).toMatchObject([{ data: { note: { value: 'Wrong order' } } }]);
  });

  it('is refused of an order whose lines were cancelled one by one', () => {
    const cancelLine = (lineId: string, quantity: number): OrderStep => ask({ type: 'CancelOrderLine', lineId, quantity, reasonCode: 'asked' });
    expect(told(...SUBMITTED, cancelLine(FIRST_LINE, 6), cancelLine(SECOND_LINE, 2), reinstate()).refusal).toMatchObject({ code: 'cancelled-line-by-line', rule: 'C4' });
  });

  it('is open for a day to the millisecond, and closed for what was cancelled before it was possible', () => {
    const end = Date.parse(minute(SUBMITTED.length)) + REINSTATE_WITHIN_HOURS * 3_600_000;
    expect(told(...SUBMITTED, CANCEL, reinstate({ at: new Date(end - 1).toISOString() })).refusal).toBeUndefined();
    expect(told(...SUBMITTED, CANCEL, reinstate({ at: new Date(end).toISOString() })).refusal).toMatchObject({ code: 'reinstatement-too-late', rule: 'C4', details: { until: new Date(end).toISOString() } });
    const older = orderDecider.evolve(told(...SUBMITTED).state, { type: 'OrderCancelled', data: { reasonCode: 'asked', lines: [] } });
    expect(orderDecider.decide(reinstate().command, older, { commandId: 'c', now: minute(9), actor: { id: 'anna', role: 'csr' } })).toMatchObject({ refusal: { code: 'reinstatement-too-late', details: { until: null } } });
  });

  it('is refused once money was asked back, or has gone back; what was given back before does not count', () => {
    const refund = (externalId: string): OrderStep => ask({ type: 'RecordPayment', result: { outcome: 'refunded' }, externalId, methodId: METHOD, amountMinor: 100 });
    expect(told(...PAID, reinstate()).refusal).toBeUndefined();
    expect(told(...PAID, ask({ type: 'SettlePayments' }), reinstate()).refusal).toMatchObject({ code: 'refund-under-way', rule: 'C4', details: { settledMinor: 0, openMinor: 4_236 } });
    expect(told(...PAID, refund('P-2'), reinstate()).refusal).toMatchObject({ code: 'refund-under-way', details: { settledMinor: 100, openMinor: 0 } });
    expect(told(...PAID.slice(0, -1), refund('P-2'), CANCEL, reinstate()).refusal).toBeUndefined();
  });

  it('is refused while a product of it is not sold any more', () => {
    expect(told(...SUBMITTED, CANCEL, reinstate({}, ['71053'])).refusal).toEqual({ code: 'products-unavailable', rule: 'C4', message: expect.any(String), details: { skus: ['71053'] } });
  });
});
