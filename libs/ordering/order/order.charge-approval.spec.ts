import { describe, expect, it } from '@jest/globals';
import { addLine, ANNA, ask, createOrder, FIRST_LINE, idAt, noteOf, PENDING, quoteOf, SHIPPED, SUE, tell, type OrderStep } from '#testing';
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
const CANCELLED = [...PENDING, ask({ type: 'CancelOrder', reasonCode: 'asked' })];
const CREDIT = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 3_500, on: 'this-order' }, reasonCode: 'late', limitMinor: null }, { by: SUE });

const ADDED = [...SHIPPED, ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 300, taxBasisPoints: 2_000, origin: 'manual', limitBasisPoints: 1_500 })];
const CHARGE = idAt(ADDED, SHIPPED.length, 'charge');
const more = (fields: Partial<OrderCommandOf<'RequestOrderChargeChange'>> = { amountMinor: 1_000 }, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'RequestOrderChargeChange', chargeId: CHARGE, reasonCode: 'goodwill', note: noteOf('Third time'), ...fields }, rest);
const CHANGE_ASKED = [...ADDED, more()];
const grant = (limitBasisPoints?: number, by = SUE): OrderStep => ask({ type: 'ApproveOrderCharge', chargeId: CHARGE, taxBasisPoints: 0, ...(limitBasisPoints !== undefined && { limitBasisPoints }) }, { by });
const REFUSE = ask({ type: 'DeclineOrderCharge', chargeId: CHARGE }, { by: SUE });
const change = (fields: Partial<OrderCommandOf<'ChangeOrderCharge'>>): OrderStep => ask({ type: 'ChangeOrderCharge', chargeId: CHARGE, reasonCode: 'mistake', ...fields });

describe('a change of a charge or discount that a second person approves (A52, G3)', () => {
  it('is what is beyond the own limit, and changes nothing as long as it waits', () => {
    expect(told(...ADDED, change({ amountMinor: 1_000, limitBasisPoints: 1_500 })).refusal).toMatchObject({ code: 'discount-needs-approval' });
    const { news, state } = told(...CHANGE_ASKED);
    expect(news).toMatchObject([{ type: 'OrderChargeChangeRequested', data: { chargeId: CHARGE, kind: 'discount', from: { amountMinor: 300 }, to: { name: 'Regular', amountMinor: 1_000 }, requestedBy: 'anna' } }]);
    expect(state).toMatchObject({ charges: [{ amountMinor: 300 }], chargeChangeRequests: [{ chargeId: CHARGE }] });
    expect(totalOf(...CHANGE_ASKED)).toBe(totalOf(...ADDED));
  });

  it('is made by somebody else, in their name and the words of who asked', () => {
    const { news, state, events } = told(...CHANGE_ASKED, grant(5_000));
    expect(news).toMatchObject([{ type: 'OrderChargeChanged', data: { chargeId: CHARGE, from: { amountMinor: 300 }, to: { amountMinor: 1_000, taxBasisPoints: 2_000 }, reasonCode: 'goodwill', note: { value: 'Third time' }, approvedBy: 'sue' } }]);
    expect(news[0]?.data).not.toHaveProperty('requestedBy');
    expect(state).toMatchObject({ charges: [{ amountMinor: 1_000 }], chargeChangeRequests: [] });
    expect(totalOf(...CHANGE_ASKED, grant(5_000))).toBe(totalOf(...ADDED) - 840);
    expect(ledgerFaultOf(events)).toBeUndefined();
  });

  it('leaves what was changed within the limit meanwhile as it is by then, and waits on', () => {
    const renamed = [...CHANGE_ASKED, change({ name: 'Faithful', limitBasisPoints: 1_500 })];
    expect(told(...renamed).state).toMatchObject({ chargeChangeRequests: [{ chargeId: CHARGE }] });
    expect(told(...renamed, grant(5_000)).news).toMatchObject([{ data: { from: { name: 'Faithful', amountMinor: 300 }, to: { name: 'Faithful', amountMinor: 1_000 } } }]);
  });

  it('makes otherwise what was to be otherwise, and nothing else', () => {
    const all = [...ADDED, more({ category: 'handling' }), change({ name: 'Faithful', amountMinor: 400 })];
    expect(told(...all, grant()).news).toMatchObject([{ data: { to: { category: 'handling', name: 'Faithful', amountMinor: 400 } } }]);
    const renamed = [...ADDED, more({ name: 'Faithful' }), change({ category: 'handling' })];
    expect(told(...renamed, grant()).news).toMatchObject([{ data: { to: { category: 'handling', name: 'Faithful', amountMinor: 300 } } }]);
    const add = ask({ type: 'AddOrderCharge', kind: 'charge', category: 'personalisation', name: 'Initials', scope: { kind: 'line', lineId: FIRST_LINE }, amountMinor: 50, perUnit: true, taxBasisPoints: 0, origin: 'manual' });
    const chargeId = idAt([...PENDING, add], PENDING.length, 'charge');
    const each = [...PENDING, add, more({ chargeId, name: 'Monogram' }), change({ chargeId, amountMinor: 60 })];
    expect(told(...each, ask({ type: 'ApproveOrderCharge', chargeId, taxBasisPoints: 0 }, { by: SUE })).news).toMatchObject([{ data: { to: { name: 'Monogram', amountMinor: 360, perUnitMinor: 60 } } }]);
  });

  it('by the piece, follows the pieces that the line has when it is approved', () => {
    const scope = { kind: 'line', lineId: FIRST_LINE } as const;
    const steps = [...PENDING, ask({ type: 'AddOrderCharge', kind: 'charge', category: 'personalisation', name: 'Initials', scope, amountMinor: 50, perUnit: true, taxBasisPoints: 0, origin: 'manual' })];
    const chargeId = idAt(steps, PENDING.length, 'charge');
    const asked = [...steps, more({ chargeId, amountMinor: 200 }), ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 2, quote: quoteOf(255) })];
    expect(told(...asked, ask({ type: 'ApproveOrderCharge', chargeId, taxBasisPoints: 0 }, { by: SUE })).news).toMatchObject([{ data: { from: { amountMinor: 100, perUnitMinor: 50 }, to: { amountMinor: 400, perUnitMinor: 200 } } }]);
  });

  it('is declined by somebody else; then another can be asked for', () => {
    expect(told(...CHANGE_ASKED, REFUSE).news).toMatchObject([{ type: 'OrderChargeDeclined', data: { chargeId: CHARGE } }]);
    expect(told(...CHANGE_ASKED, REFUSE, grant()).refusal).toMatchObject({ code: 'charge-not-requested' });
    expect(told(...CHANGE_ASKED, REFUSE, more({ amountMinor: 800 })).state).toMatchObject({ chargeChangeRequests: [{ to: { amountMinor: 800 } }] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to who asked for it', CHANGE_ASKED, grant(undefined, ANNA), 'approver-is-the-agent', 'G3'],
    ['beyond what the second person may grant', CHANGE_ASKED, grant(2_000), 'approval-exceeds-limit', 'G3'],
    ['twice', [...CHANGE_ASKED, grant()], grant(), 'charge-not-requested', 'A52'],
    ['when it is like that by now', [...CHANGE_ASKED, change({ amountMinor: 1_000 })], grant(), 'charge-unchanged', 'A52'],
    ['when the charge is gone by now', [...CHANGE_ASKED, ask({ type: 'RemoveOrderCharge', chargeId: CHARGE, reasonCode: 'mistake' })], grant(), 'charge-not-found', 'A52'],
    ['when the order comes to less meanwhile', [...CHANGE_ASKED, CREDIT], grant(), 'discount-exceeds-total', 'A52'],
    ['while the order is suspended', [...CHANGE_ASKED, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })], grant(), 'order-suspended', 'A33'],
    ['a request while another waits', CHANGE_ASKED, more({ amountMinor: 900 }), 'charge-change-waits', 'A52'],
    ['a request for what it is already', ADDED, more({ amountMinor: 300 }), 'charge-unchanged', 'A52'],
    ['a request for more than the order comes to', ADDED, more({ amountMinor: 9_999_999 }), 'discount-exceeds-total', 'A52'],
    ['a request for a charge that is not there', SHIPPED, more(), 'charge-not-found', 'A52'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

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
    ['on a cancelled order', CANCELLED, approve(), 'order-ended', 'C2'],
    ['a refusal on a cancelled order', CANCELLED, DECLINE, 'order-ended', 'C2'],
    ['a request for more than the order comes to', SHIPPED, request(9_999_999), 'discount-exceeds-total', 'A52'],
    ['a request for nothing', SHIPPED, request(0), 'amount-out-of-range', 'A52'],
    ['a request for a line that is not there', SHIPPED, request(1, { scope: { kind: 'line', lineId: 'none' } }), 'line-not-found', 'A21'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('what was charged or given by hand, when the order gets smaller (A52, G3)', () => {
  const LIMITS = { discountBasisPoints: 1_500, chargeBasisPoints: 5_000 };
  const put = (kind: 'charge' | 'discount', amountMinor: number, fields: Partial<OrderCommandOf<'AddOrderCharge'>> = {}): OrderStep =>
    ask({ type: 'AddOrderCharge', kind, category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor, taxBasisPoints: 2_000, origin: 'manual', ...fields });
  const quantity = (to: number, limits = LIMITS): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: to, quote: quoteOf(255), limits });
  const remove = (lineId: string): OrderStep => ask({ type: 'RemoveOrderLine', lineId, limits: LIMITS });
  const variant = (unitPriceMinor: number): OrderStep => ask({ type: 'ChangeOrderLineVariant', lineId: idAt(VARIED, 1, 'line'), sku: 'MUG-BLU', description: 'Mug, blue', parentSku: 'MUG', quote: quoteOf(unitPriceMinor), limits: LIMITS });
  const VARIED: readonly OrderStep[] = [createOrder(), addLine('MUG-RED', 6, 255, { parentSku: 'MUG' }), addLine('71053', 2, 1_000)];

  it.each<[string, readonly OrderStep[], OrderStep, string, object]>([
    ['by its pieces', [...PENDING, put('discount', 529)], quantity(5), 'discount-needs-approval', { discountsMinor: 529, greatestMinor: 491, limitBasisPoints: 1_500 }],
    ['by a line', [...PENDING, put('discount', 529)], remove(FIRST_LINE), 'discount-needs-approval', { discountsMinor: 529, greatestMinor: 300 }],
    ['by a cheaper variant', [...VARIED, put('discount', 529)], variant(200), 'discount-needs-approval', { discountsMinor: 529, greatestMinor: 480 }],
    ['under a charge', [...PENDING, put('charge', 1_765)], remove(FIRST_LINE), 'charge-needs-approval', { chargesMinor: 1_765, greatestMinor: 1_000 }],
    ['on one line', [...PENDING, put('discount', 200, { scope: { kind: 'line', lineId: FIRST_LINE } })], quantity(5), 'discount-needs-approval', { discountsMinor: 200, greatestMinor: 191 }],
  ])('is not a greater share than one may give or charge alone: %s', (_what, before, command, code, details) => {
    expect(told(...before, command).refusal).toMatchObject({ code, rule: 'A52', details });
    expect(told(...before, { ...command, command: { ...command.command, limits: {} } as OrderStep['command'] }).refusal).toBeUndefined();
  });

  it('stays what was granted by others, as long as its share grows no further', () => {
    const granted = [...PENDING, put('discount', 100, { scope: { kind: 'line', lineId: FIRST_LINE }, perUnit: true })];
    expect(told(...granted, quantity(5)).news).toMatchObject([{ type: 'OrderLineQuantityChanged' }]);
    expect(told(...granted, quantity(7)).refusal).toMatchObject({ code: 'discount-needs-approval', details: { discountsMinor: 700 } });
    expect(told(...PENDING, put('discount', 2_000), quantity(7)).news).toMatchObject([{ type: 'OrderLineQuantityChanged' }]);
  });
});
