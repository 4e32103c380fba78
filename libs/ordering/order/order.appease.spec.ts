import { describe, expect, it } from '@jest/globals';
import { ANNA, ask, idAt, noteOf, SHIPPED, SUBMITTED, SUE, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const request = (amountMinor: number, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'RequestAppeasement', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor, on: 'this-order' }, reasonCode: 'late', note: noteOf('Third time') }, rest);
const ASKED = [...SHIPPED, request(2_000)];
const REQUEST = idAt(ASKED, SHIPPED.length, 'appeasement');
const approve = (limitMinor: number | null = 50_000, by = SUE): OrderStep => ask({ type: 'ApproveAppeasement', appeasementId: REQUEST, limitMinor }, { by });
const DECLINE = ask({ type: 'DeclineAppeasement', appeasementId: REQUEST, note: noteOf('A voucher will do') }, { by: SUE });
const CANCELLED = [...SUBMITTED, ask({ type: 'CancelOrder', reasonCode: 'asked' })];
const CREDIT = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 4_000, on: 'this-order' }, reasonCode: 'late', limitMinor: null }, { by: SUE });

describe('an appeasement that a second person approves (A55)', () => {
  it('grants nothing as long as it waits', () => {
    const { news, state } = told(...ASKED);
    expect(news).toMatchObject([{ type: 'OrderAppeasementRequested', data: { appeasementId: REQUEST, requestedBy: 'anna' } }]);
    expect(state.status === 'none' ? undefined : orderTotals(state).totalMinor).toBe(4_236);
    expect(told(...SHIPPED, request(2_000, { key: 'k' }), request(2_000, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is granted by somebody else, in their name and the words of who asked', () => {
    const { news, state } = told(...ASKED, approve());
    expect(news).toMatchObject([{ type: 'OrderAppeased', data: { appeasementId: REQUEST, creditedMinor: 2_000, reasonCode: 'late', note: { value: 'Third time' }, approvedBy: 'sue' } }]);
    expect(news[0]?.data).not.toHaveProperty('requestedBy');
    expect(state).toMatchObject({ appeasementRequests: [] });
    expect(state.status === 'none' ? undefined : orderTotals(state).totalMinor).toBe(2_236);
  });

  it('is granted up to the limit of the second person, counting what was granted before', () => {
    expect(told(...ASKED, approve(2_000)).refusal).toBeUndefined();
    expect(told(...ASKED, approve(null)).refusal).toBeUndefined();
    const before = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 600, on: 'this-order' }, reasonCode: 'late', limitMinor: null }, { by: SUE });
    expect(told(...ASKED, before, approve(2_600)).refusal).toBeUndefined();
    expect(told(...ASKED, before, approve(2_599)).refusal).toMatchObject({ code: 'approval-exceeds-limit', rule: 'G3', details: { grantedMinor: 2_600, limitMinor: 2_599 } });
  });

  it('is declined by somebody else, and then granted by nobody', () => {
    expect(told(...ASKED, DECLINE).news).toMatchObject([{ type: 'OrderAppeasementDeclined', data: { appeasementId: REQUEST } }]);
    expect(told(...ASKED, DECLINE, approve()).refusal).toMatchObject({ code: 'appeasement-not-requested', rule: 'A55' });
  });

  it('waits on when another is declined', () => {
    expect(told(...ASKED, request(500), DECLINE)).toMatchObject({ news: [{ type: 'OrderAppeasementDeclined' }], state: { appeasementRequests: [{ offer: { amountMinor: 500 } }] } });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['to who asked for it', ASKED, approve(50_000, ANNA), 'approver-is-the-agent'],
    ['beyond what the second person may grant', ASKED, approve(1_999), 'approval-exceeds-limit'],
    ['twice', [...ASKED, approve()], approve(), 'appeasement-not-requested'],
    ['when the order comes to less meanwhile', [...ASKED, CREDIT], approve(), 'credit-exceeds-balance'],
    ['what was not asked for', SHIPPED, approve(), 'appeasement-not-requested'],
    ['a refusal of what was not asked for', SHIPPED, DECLINE, 'appeasement-not-requested'],
    ['on a cancelled order', CANCELLED, approve(), 'order-ended'],
    ['a refusal on a cancelled order', CANCELLED, DECLINE, 'order-ended'],
    ['a request beyond what the order comes to', SHIPPED, request(4_237), 'credit-exceeds-balance'],
    ['a request for nothing', SHIPPED, request(0), 'amount-out-of-range'],
  ])('is refused %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});
