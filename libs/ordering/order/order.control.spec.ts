import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, CONFIRM, CONFIRMED, DELIVERED, FIRST_LINE, idAt, noteOf, PARTLY_SHIPPED, PENDING, placeOf, RELEASE, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMIT, SUBMITTED, SUE, tell, type OrderStep } from '#testing';
import type { HoldEffect, LineScope } from './order.events.js';
import { orderDecider } from './order.decider.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert', note: noteOf('two cards') });
const RESUME = ask({ type: 'ResumeOrder', note: noteOf('all well') });
const comment = (text: string, rest: Omit<OrderStep, 'command'> = {}): OrderStep => ask({ type: 'AddOrderComment', text: noteOf(text), visibility: 'internal' }, rest);
const move = (line1: string): OrderStep => ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1 }), reasonCode: 'moved' });
const ORDER: LineScope = { kind: 'order' };
const onLines = (...lineIds: readonly string[]): LineScope => ({ kind: 'lines', lineIds });
const hold = (effects: readonly HoldEffect[], scope: LineScope = ORDER, holdType = 'address-check', rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'ApplyOrderHold', holdType, scope, effects }, rest);
const resolve = (holdId: string): OrderStep => ask({ type: 'ResolveOrderHold', holdId, resolutionCode: 'checked', note: noteOf('fine') }, { by: SUE });

const CANCEL = ask({ type: 'CancelOrder', reasonCode: 'customer-asked' });
const LOCKED_BY_BEN = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })];
const VOIDED = [...PENDING, ask({ type: 'VoidOrder', reasonCode: 'entered-twice' })];
const HELD = [...SUBMITTED, hold(['confirm', 'ship'])];
const HOLD_ID = idAt(HELD, 4, 'hold');

describe('suspending an order (A33)', () => {
  it('stops all progress until it is resumed', () => {
    const suspended = [...SUBMITTED, SUSPEND];
    expect(told(...suspended).news).toMatchObject([{ type: 'OrderSuspended', data: { reasonCode: 'fraud-alert', note: { is: 'known' } } }]);
    expect(told(...suspended, CONFIRM).refusal).toMatchObject({ code: 'order-suspended', rule: 'A33' });
    expect(told(...suspended, RESUME, CONFIRM).state.status).toBe('confirmed');
  });

  it('waits for nobody\'s lock', () => {
    expect(told(...LOCKED_BY_BEN, SUSPEND).state).toMatchObject({ suspended: true, lock: { agentId: 'ben' } });
  });

  it.each<[string, readonly OrderStep[], OrderStep]>([
    ['release', CONFIRMED, RELEASE],
    ['ship', RELEASED, ship('W-1', [FIRST_LINE, 1])],
    ['submit', PENDING, SUBMIT],
    ['move', PENDING, move('elsewhere')],
  ])('keeps a suspended order from being asked to %s', (_what, history, command) => {
    expect(told(...history, SUSPEND, command).refusal?.code).toBe('order-suspended');
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['to suspend twice', [...PENDING, SUSPEND], SUSPEND, 'order-suspended'],
    ['to resume what was not suspended', PENDING, RESUME, 'order-not-suspended'],
    ['to resume twice', [...PENDING, SUSPEND, RESUME], RESUME, 'order-not-suspended'],
    ['to suspend a voided order', VOIDED, SUSPEND, 'order-ended'],
    ['to suspend what is not there', [], SUSPEND, 'order-not-found'],
    ['to resume a cancelled order', [...SUBMITTED, SUSPEND, CANCEL], RESUME, 'order-ended'],
  ])('refuses %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});

describe('holds (A50, A51)', () => {
  it('stops what it names and nothing else', () => {
    expect(told(...HELD, CONFIRM).refusal).toMatchObject({ code: 'order-on-hold', rule: 'A50', details: { effect: 'confirm', holds: [{ holdId: HOLD_ID, holdType: 'address-check' }] } });
    expect(told(...SUBMITTED, hold(['release']), CONFIRM).state.status).toBe('confirmed');
    expect(told(...CONFIRMED, hold(['release']), RELEASE).refusal?.code).toBe('order-on-hold');
    expect(told(...RELEASED, hold(['ship']), ship('W-1', [FIRST_LINE, 1])).refusal?.code).toBe('order-on-hold');
  });

  it('stops shipments of the lines it covers, not of others', () => {
    const held = [...RELEASED, hold(['ship'], onLines(FIRST_LINE))];
    expect(told(...held, ship('W-1', [SECOND_LINE, 1], [FIRST_LINE, 1])).refusal?.code).toBe('order-on-hold');
    expect(told(...held, ship('W-1', [SECOND_LINE, 1])).refusal).toBeUndefined();
    const both = [...RELEASED, hold(['ship'], onLines(FIRST_LINE, SECOND_LINE))];
    expect(told(...both, ship('W-1', [SECOND_LINE, 1])).refusal?.code).toBe('order-on-hold');
  });

  it('on one line, stops the whole order from being confirmed and released', () => {
    expect(told(...SUBMITTED, hold(['confirm'], onLines(FIRST_LINE)), CONFIRM).refusal).toMatchObject({ code: 'order-on-hold', rule: 'A50' });
    expect(told(...CONFIRMED, hold(['release'], onLines(FIRST_LINE)), RELEASE).refusal).toMatchObject({ code: 'order-on-hold', rule: 'A50' });
  });

  it('keeps the lines it names in the order, as what they become, and lets them be cancelled', () => {
    const held = [...RELEASED, hold(['ship'], onLines(FIRST_LINE), 'fraud-check')];
    const [remove, ofAnother] = [FIRST_LINE, SECOND_LINE].map((lineId) => ask({ type: 'RemoveOrderLine', lineId }));
    if (remove === undefined || ofAnother === undefined) throw new Error('two lines are named');
    const holdId = idAt(held, held.length - 1, 'hold');
    expect(told(...held, remove).refusal).toMatchObject({ code: 'line-on-hold', rule: 'A50', details: { lineId: FIRST_LINE, holds: [{ holdId, holdType: 'fraud-check' }] } });
    expect(told(...held, ofAnother).refusal).toBeUndefined();
    expect(told(...held, resolve(holdId), remove).refusal).toBeUndefined();
    expect(told(...RELEASED, hold(['ship']), remove).refusal).toBeUndefined();
    expect(told(...held, ask({ type: 'CancelOrderLine', lineId: FIRST_LINE, quantity: 1, reasonCode: 'mistake' })).refusal).toBeUndefined();
    expect(told(...held, ask({ type: 'CancelOrder', reasonCode: 'mistake' })).refusal).toBeUndefined();
  });

  it('lets go once resolved, and stays visible', () => {
    const { news, state } = told(...HELD, resolve(HOLD_ID));
    expect(news).toMatchObject([{ type: 'OrderHoldResolved', data: { holdId: HOLD_ID, holdType: 'address-check', resolutionCode: 'checked' } }]);
    expect(state).toMatchObject({ holds: [{ holdId: HOLD_ID, active: false }] });
    expect(told(...HELD, resolve(HOLD_ID), CONFIRM).state.status).toBe('confirmed');
  });

  it('leaves the others as they are when one is resolved', () => {
    expect(told(...HELD, hold(['ship'], ORDER, 'fraud-check'), resolve(HOLD_ID)).state).toMatchObject({ holds: [{ holdId: HOLD_ID, active: false }, { holdType: 'fraud-check', active: true }] });
  });

  it('can be applied again once resolved, beside another type, and beside another scope', () => {
    expect(told(...HELD, resolve(HOLD_ID), hold(['ship'])).refusal).toBeUndefined();
    expect(told(...HELD, hold(['ship'], ORDER, 'fraud-check')).refusal).toBeUndefined();
    expect(told(...HELD, hold(['ship'], onLines(FIRST_LINE))).refusal).toBeUndefined();
    const [first, both] = [hold(['ship'], onLines(FIRST_LINE)), hold(['ship'], onLines(FIRST_LINE, SECOND_LINE))];
    for (const scopes of [[first, hold(['ship'], onLines(SECOND_LINE))], [first, both], [both, first], [first, hold(['ship'])]]) expect(told(...SUBMITTED, ...scopes).refusal).toBeUndefined();
    const three = [...PENDING, addLine('X', 1, 100)];
    expect(told(...three, both, hold(['ship'], onLines(FIRST_LINE, idAt(three, 3, 'line')))).refusal).toBeUndefined();
  });

  it('yields nothing new when it is repeated', () => {
    expect(told(...HELD, hold(['confirm', 'ship'], ORDER, 'address-check', { key: 'step-4' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['the same hold twice', HELD, hold(['ship']), 'hold-already-active'],
    ['the same hold on the same lines in another order', [...PENDING, hold(['ship'], onLines(FIRST_LINE, SECOND_LINE))], hold(['ship'], onLines(SECOND_LINE, FIRST_LINE)), 'hold-already-active'],
    ['a hold on a line that is not there', PENDING, hold(['ship'], onLines('nowhere')), 'line-not-found'],
    ['a hold on a voided order', VOIDED, hold(['ship']), 'order-ended'],
    ['to resolve a hold of a cancelled order', [...HELD, CANCEL], resolve(HOLD_ID), 'order-ended'],
    ['to resolve a hold that is not there', HELD, resolve('nowhere'), 'hold-not-found'],
    ['to resolve a hold twice', [...HELD, resolve(HOLD_ID)], resolve(HOLD_ID), 'hold-already-resolved'],
  ])('refuses %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });

  it('refuses a hold on no lines, and one without effect', () => {
    expect(told(...PENDING, hold(['ship'], onLines())).refusal).toBeDefined();
    expect(told(...PENDING, hold([])).refusal).toBeDefined();
  });
});

describe('comments (A27)', () => {
  it.each<[string, readonly OrderStep[]]>([
    ['pending', PENDING],
    ['suspended', [...PENDING, SUSPEND]],
    ['locked by another', LOCKED_BY_BEN],
    ['voided', VOIDED],
    ['delivered', DELIVERED],
  ])('can be written on an order that is %s', (_what, history) => {
    expect(told(...history, comment('noted')).news).toMatchObject([{ type: 'OrderCommentAdded', data: { visibility: 'internal', text: { value: 'noted' } } }]);
  });

  it('are told apart by their ids: an equal one is another, a repeated one is the same', () => {
    expect(told(...PENDING, comment('noted'), comment('noted')).news).toHaveLength(1);
    expect(told(...PENDING, comment('noted', { key: 'k' }), comment('noted', { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('say something', () => {
    expect(told(...PENDING, comment('  \n')).refusal).toMatchObject({ code: 'comment-empty', rule: 'A27' });
  });

  it('are refused on what is not there', () => {
    expect(told(comment('noted')).refusal?.code).toBe('order-not-found');
  });
});

describe('the address (A49)', () => {
  it('changes until all has left', () => {
    expect(told(...PARTLY_SHIPPED, move('2 Short Lane'))).toMatchObject({
      news: [{ type: 'OrderAddressChanged', data: { from: { address: { value: { line1: '1 Long Lane' } } }, to: { address: { value: { line1: '2 Short Lane' } } }, reasonCode: 'moved' } }],
      state: { shipTo: { address: { value: { line1: '2 Short Lane' } } } },
    });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['of a shipped order', SHIPPED, move('elsewhere'), 'order-already-shipped'],
    ['of a voided order', VOIDED, move('elsewhere'), 'order-ended'],
    ['of an order that another has locked', LOCKED_BY_BEN, move('elsewhere'), 'order-locked-by-another'],
    ['to what it is', PENDING, move('1 Long Lane'), 'address-unchanged'],
  ])('refuses to change it %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});
