import { describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { ANNA, ask, BEN, FIRST_LINE, PENDING, placeOf, SECOND_LINE, SUE, type OrderStep } from '#testing';
import { callerOf, ORDER, outcomeOf, reply, worldAfter } from '../../../test/api/acting.js';
import { orderAfter } from '../actions/order-actions.js';
import { StageEditBody } from './draft.requests.js';
import { PlaceBody } from './order.requests.js';

const LOCKED: readonly OrderStep[] = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 28_800 }, { at: new Date().toISOString() })];
const edit = (fields: Pick<StageEditBody, 'kind'> & Readonly<Record<string, unknown>>): StageEditBody => Object.assign(new StageEditBody(), fields);
const SHORT_LANE = edit({ kind: 'change-address', shipTo: Object.assign(new PlaceBody(), { country: 'GB', address: { recipient: 'Ada', line1: '2 Short Lane', city: 'Leeds' } }) });

/** Anna has staged edits under her lock, and Ben has taken the lock over. */
async function takenOver(...edits: readonly StageEditBody[]) {
  const world = await worldAfter(LOCKED);
  for (const each of edits) await world.drafts.stage(callerOf(ANNA), reply, ORDER, each);
  await world.send(BEN, { type: 'TakeOverOrderLock', leaseSeconds: 600 });
  const { revision, proposals } = await world.drafts.proposals(callerOf(BEN), reply, ORDER);
  const apply = (editId: string | undefined, headers: Readonly<Record<string, string>>, actor: Actor = BEN) => world.drafts.apply(callerOf(actor, headers), reply, ORDER, editId ?? '', {});
  return { world, seen: revision, editIds: proposals.map(({ editId }) => editId), apply };
}

describe('applying a staged edit', () => {
  it('does not pass over a change that whoever applies it has not seen (D4, D5)', async () => {
    const { world, apply, seen, editIds: [editId] } = await takenOver(SHORT_LANE);
    await world.send(BEN, { type: 'ChangeOrderAddress', shipTo: placeOf({ line1: '3 Right Road' }) });
    await expect(apply(editId, { 'docket-seen-revision': String(seen) })).rejects.toMatchObject({
      status: 409,
      code: 'order-changed',
      extras: {
        details: {
          // What Anna saw when she staged it, what is there now, and what she meant.
          seen: 3,
          now: seen + 1,
          since: [{ type: 'OrderLockTakenOver' }, { type: 'OrderAddressChanged', actorId: BEN.id }],
          fields: expect.arrayContaining([expect.objectContaining({ field: 'shipTo.address', clash: true, seen: expect.objectContaining({ line1: '1 Long Lane' }), now: expect.objectContaining({ line1: '3 Right Road' }), meant: expect.objectContaining({ line1: '2 Short Lane' }) })]),
          meant: { kind: 'change-address' },
          reapply: { possible: true },
        },
      },
    });
    expect(await world.revision()).toBe(seen + 1);
    expect(await outcomeOf(apply(editId, { 'docket-seen-revision': String(seen + 1) }))).toBe('done');
  });

  it('is strict where that is asked for: 412 on any change (settled 3.1)', async () => {
    const { apply, seen, editIds: [editId] } = await takenOver(SHORT_LANE);
    for (const revision of [0, seen - 1, seen + 1]) expect(await outcomeOf(apply(editId, { 'if-match': `"${String(revision)}"` }))).toBe('412 stale-revision');
    expect(await outcomeOf(apply(editId, { 'if-match': `"${String(seen)}"` }))).toBe('done');
  });

  it('needs what was seen where the command itself needs it, and nothing for a comment', async () => {
    const comment = edit({ kind: 'comment', text: 'Calls back.' });
    const { apply, editIds: [moved, said] } = await takenOver(SHORT_LANE, comment);
    expect(await outcomeOf(apply(moved, {}))).toBe('428 revision-required');
    expect(await outcomeOf(apply(said, {}))).toBe('done');
  });

  it('lets through what commutes, and is done once', async () => {
    const { world, apply, seen, editIds: [editId] } = await takenOver(edit({ kind: 'change-quantity', lineId: FIRST_LINE, quantity: 2 }));
    await world.send(BEN, { type: 'RemoveOrderLine', lineId: SECOND_LINE });
    const headers = { 'docket-seen-revision': String(seen) };
    expect(await outcomeOf(apply(editId, headers))).toBe('done');
    expect(await apply(editId, headers)).toMatchObject({ repeated: true });
    expect(await apply(editId, {}, SUE)).toMatchObject({ repeated: true });
  });
});

describe('what can be done with staged edits', () => {
  const answersTo = async (world: Awaited<ReturnType<typeof worldAfter>>, actor: Actor) => {
    const events = await world.read();
    const order = orderAfter(events);
    if (order.status === 'none') throw new Error('there is no order');
    return world.drafts.actions(callerOf(actor), ORDER, order, events);
  };

  it('is told as it is then done: to whom holds the lock, and which edits (D13)', async () => {
    const { world, editIds, apply, seen } = await takenOver(SHORT_LANE, edit({ kind: 'comment', text: 'Calls back.' }));
    expect(await answersTo(world, BEN)).toMatchObject([
      { operation: 'stageOrderEdit', allowed: true },
      { operation: 'applyProposedEdit', allowed: true, seenRevision: 'needed', bounds: { parts: editIds } },
      { operation: 'dropProposedEdit', allowed: true, bounds: { parts: editIds } },
    ]);
    const [staging, applying, dropping] = await answersTo(world, ANNA);
    expect(staging).toMatchObject({ allowed: false, refusal: { code: 'edit-needs-lock', rule: 'A22' }, who: { agentIds: [BEN.id] } });
    expect(applying).toMatchObject({ allowed: true, bounds: { parts: [editIds[1]] } });
    expect(dropping).toMatchObject({ allowed: true, bounds: { parts: editIds } });
    expect((await answersTo(world, SUE))[2]).toMatchObject({ allowed: false, refusal: { code: 'edit-not-yours' }, who: { agentIds: [ANNA.id, BEN.id] } });
    expect(await answersTo(world, { id: 'aud', role: 'auditor' })).toMatchObject([1, 2, 3].map(() => ({ allowed: false, refusal: { code: 'not-allowed' } })));
    for (const editId of editIds) await apply(editId, { 'docket-seen-revision': String(seen) });
    expect((await answersTo(world, BEN)).slice(1)).toMatchObject([1, 2].map(() => ({ allowed: false, refusal: { code: 'nothing-staged', rule: 'D5' } })));
  });
});
