import { describe, expect, it } from '@jest/globals';
import { ANNA, ask, FIRST_LINE, idAt, noteOf, quoteOf, SHIPPED, SUE, tell, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { ledgerFaultOf } from './order.ledger.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const totalOf = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? 0 : orderTotals(state).totalMinor;
};
const request = (amountMinor: number, fields: Partial<OrderCommandOf<'RequestOrderCharge'>> = {}, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'RequestOrderCharge', kind: 'discount', category: 'goodwill', name: 'Half off', scope: { kind: 'order' }, amountMinor, reasonCode: 'goodwill', note: noteOf('Third time'), ...fields }, rest);
const ASKED = [...SHIPPED, request(1_000)];
const REQUEST = idAt(ASKED, SHIPPED.length, 'charge');
const approve = (limitBasisPoints?: number, by = SUE): OrderStep => ask({ type: 'ApproveOrderCharge', chargeId: REQUEST, taxBasisPoints: 2_000, ...(limitBasisPoints !== undefined && { limitBasisPoints }) }, { by });
const DECLINE = ask({ type: 'DeclineOrderCharge', chargeId: REQUEST, note: noteOf('A voucher will do') }, { by: SUE });
const CREDIT = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 3_500, on: 'this-order' }, reasonCode: 'late', limitMinor: null }, { by: SUE });

describe('a charge or discount that a second person approves (A52, G3)', () => {
  it('counts for nothing as long as it waits', () => {
    const { news, state } = told(...ASKED);
    expect(news).toMatchObject([{ type: 'OrderChargeRequested', data: { chargeId: REQUEST, kind: 'discount', amountMinor: 1_000, requestedBy: 'anna' } }]);
    expect(state).toMatchObject({ charges: [], chargeRequests: [{ chargeId: REQUEST }] });
    expect(totalOf(...ASKED)).toBe(totalOf(...SHIPPED));
    expect(told(...SHIPPED, request(1_000, {}, { key: 'k' }), request(1_000, {}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is made by somebody else, in their name and the words of who asked, taxed as the order is now', () => {
    const { news, state, events } = told(...ASKED, approve(5_000));
    expect(news).toMatchObject([{ type: 'OrderChargeAdded', data: { chargeId: REQUEST, amountMinor: 1_000, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'goodwill', note: { value: 'Third time' }, approvedBy: 'sue' } }]);
    expect(news[0]?.data).not.toHaveProperty('requestedBy');
    expect(state).toMatchObject({ chargeRequests: [] });
    expect(totalOf(...ASKED, approve(5_000))).toBe(totalOf(...SHIPPED) - 1_200);
    expect(ledgerFaultOf(events)).toBeUndefined();
  });

  it('by the piece of a line, follows the pieces that the line has when it is approved, and its tax', () => {
    const asked = [...SHIPPED, request(50, { kind: 'charge', category: 'personalisation', scope: { kind: 'line', lineId: FIRST_LINE }, perUnit: true })];
    const chargeId = idAt(asked, SHIPPED.length, 'charge');
    expect(told(...asked, ask({ type: 'ApproveOrderCharge', chargeId, taxBasisPoints: 0 }, { by: SUE })).news).toMatchObject([{ data: { amountMinor: 300, perUnitMinor: 50, taxBasisPoints: quoteOf(1).taxBasisPoints } }]);
  });

  it('is declined by somebody else, and then made by nobody', () => {
    expect(told(...ASKED, DECLINE).news).toMatchObject([{ type: 'OrderChargeDeclined', data: { chargeId: REQUEST } }]);
    expect(told(...ASKED, DECLINE, approve()).refusal).toMatchObject({ code: 'charge-not-requested', rule: 'A52' });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to who asked for it', ASKED, approve(undefined, ANNA), 'approver-is-the-agent', 'G3'],
    ['beyond what the second person may grant', ASKED, approve(1_000), 'approval-exceeds-limit', 'G3'],
    ['twice', [...ASKED, approve()], approve(), 'charge-not-requested', 'A52'],
    ['when the order comes to less meanwhile', [...ASKED, CREDIT], approve(), 'discount-exceeds-total', 'A52'],
    ['while the order is suspended', [...ASKED, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })], approve(), 'order-suspended', 'A33'],
    ['what was not asked for', SHIPPED, DECLINE, 'charge-not-requested', 'A52'],
    ['a request for more than the order comes to', SHIPPED, request(9_999_999), 'discount-exceeds-total', 'A52'],
    ['a request for nothing', SHIPPED, request(0), 'amount-out-of-range', 'A52'],
    ['a request for a line that is not there', SHIPPED, request(1, { scope: { kind: 'line', lineId: 'none' } }), 'line-not-found', 'A21'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});
