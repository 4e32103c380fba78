import { describe, expect, it } from '@jest/globals';
import { createdIdOf } from '#kernel';
import { BEN, contextOf, SUE, tell, type Asked } from '#testing';
import type { DraftCommand } from './draft.commands.js';
import { draftDecider, draftIdOf, draftRules, MOST_STAGED } from './draft.decider.js';

type Step = Asked<DraftCommand>;
const told = (...steps: readonly Step[]) => tell(draftDecider, steps);
const ANNAS_LOCK = { lockId: 'l1', agentId: 'anna' };

const stage = (fields: Partial<Extract<DraftCommand, { type: 'StageEdit' }>> = {}, rest: Omit<Step, 'command'> = {}): Step => ({
  command: { type: 'StageEdit', orderId: 'o1', storeId: 'UK', seenRevision: 3, edit: { kind: 'add-line', sku: 'S1', quantity: 2 }, lock: ANNAS_LOCK, ...fields },
  ...rest,
});
const STAGED = stage({}, { key: 'first' });
const EDIT = createdIdOf(contextOf(STAGED, 0).commandId, 'edit');
const drop = (editId: string, rest: Omit<Step, 'command'> = {}, lock = ANNAS_LOCK): Step => ({ command: { type: 'DropEdit', editId, lock }, ...rest });

describe('an edit staged under a lock (A22, D5)', () => {
  it('is kept with the lock and with what its agent had seen', () => {
    expect(told(STAGED).news).toEqual([
      { type: 'DraftEditStaged', data: { editId: EDIT, orderId: 'o1', agentId: 'anna', lockId: 'l1', seenRevision: 3, edit: { kind: 'add-line', sku: 'S1', quantity: 2 } } },
    ]);
    expect(draftRules.storeIdOf()).toBeUndefined();
  });

  it('is staged once, and not again after it was dropped', () => {
    expect(told(STAGED, STAGED).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(STAGED, drop(EDIT), STAGED).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('may be like another one', () => {
    expect(told(STAGED, stage()).state.edits).toHaveLength(2);
  });

  it.each<[string, Step]>([
    ['nobody holds the lock', { command: { type: 'StageEdit', orderId: 'o1', storeId: 'UK', seenRevision: 3, edit: { kind: 'remove-line', lineId: 'x' } } }],
    ['another holds the lock', stage({}, { by: BEN })],
  ])('is refused while %s', (_what, step) => {
    expect(told(step).refusal).toMatchObject({ code: 'edit-needs-lock', rule: 'A22' });
  });

  it('is refused when there are too many', () => {
    const many = Array.from({ length: MOST_STAGED }, () => stage());
    expect(told(...many, stage()).refusal).toMatchObject({ code: 'too-many-edits', rule: 'A22', details: { greatest: MOST_STAGED } });
  });
});

describe('dropping an edit (A23)', () => {
  it('is for who staged it, and for who holds the lock now', () => {
    expect(told(STAGED, drop(EDIT)).news).toEqual([{ type: 'DraftEditDropped', data: { editId: EDIT, orderId: 'o1' } }]);
    expect(told(STAGED, drop(EDIT, { by: BEN }, { lockId: 'l2', agentId: 'ben' })).state).toEqual({ edits: [], dropped: [EDIT] });
  });

  it('happens once', () => {
    expect(told(STAGED, drop(EDIT), drop(EDIT)).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is refused to everybody else', () => {
    expect(told(STAGED, drop(EDIT, { by: SUE })).refusal).toMatchObject({ code: 'edit-not-yours', rule: 'A23', details: { agentId: 'anna' } });
  });

  it('is refused of what is not there', () => {
    expect(told(STAGED, drop('e9')).refusal).toMatchObject({ code: 'edit-not-found', rule: 'A23' });
  });
});

it('an agent has one draft for an order, and another has another', () => {
  const order = '0d000000-0000-4000-8000-000000000001';
  expect(draftIdOf(order, 'anna')).toBe(draftIdOf(order, 'anna'));
  expect(draftIdOf(order, 'anna')).not.toBe(draftIdOf(order, 'ben'));
});
