import { describe, expect, it } from '@jest/globals';
import { amountLimits, GRANTED_ROLES } from '#identity';
import type { Actor, Role } from '#kernel';
import { chargeLimit, ORDER_INVERSES, planUndo, type OrderCommand, type OrderCommandType, type UndoPlan } from '#ordering';
import { addLine, ANNA, ask, contextOf, FIRST_LINE, idAt, noteOf, PENDING, placeOf, quoteOf, SECOND_LINE, SHIPPED, SUE, type OrderStep } from '#testing';
import { outcomeOf, worldAfter } from '../../../test/api/acting.js';

const by = (command: OrderCommand): OrderStep => ask(command, { by: SUE });
const MUG = { sku: 'MUG-RED', parentSku: 'MUG' };
const WITH_MUG = [...PENDING, addLine('MUG-RED', 2, 500, MUG)];
const CHARGE = by({ type: 'AddOrderCharge', kind: 'charge', category: 'personalisation', name: 'Engraving', scope: { kind: 'order' }, amountMinor: 3_000, taxBasisPoints: 2_000, origin: 'manual' });
const CHARGED = [...PENDING, CHARGE];
const chargeId = idAt(CHARGED, 3, 'charge');
const APPOINTED = [...PENDING, by({ type: 'ArrangeOrderAppointment', scope: { kind: 'line', lineId: FIRST_LINE }, service: 'delivery', slot: { startsAt: '2099-01-05T09:00:00.000Z', endsAt: '2099-01-05T10:00:00.000Z' } })];

/** For each command that can be taken back: what was before it, and the command, sent by a supervisor. */
const DONE: Readonly<Partial<Record<OrderCommandType, readonly [before: readonly OrderStep[], command: OrderStep]>>> = {
  AddOrderLine: [PENDING, { ...addLine('TEA', 1, 100), by: SUE }],
  ChangeOrderLineQuantity: [PENDING, by({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 9, quote: quoteOf(255) })],
  ChangeOrderLineVariant: [WITH_MUG, by({ type: 'ChangeOrderLineVariant', lineId: idAt(WITH_MUG, 3, 'line'), sku: 'MUG-BLUE', description: 'Blue', parentSku: 'MUG', quote: quoteOf(500) })],
  RemoveOrderLine: [PENDING, by({ type: 'RemoveOrderLine', lineId: FIRST_LINE })],
  RestoreOrderLine: [[...PENDING, by({ type: 'RemoveOrderLine', lineId: FIRST_LINE })], by({ type: 'RestoreOrderLine', lineId: FIRST_LINE })],
  ChangeOrderGiftOptions: [PENDING, by({ type: 'ChangeOrderGiftOptions', scope: { kind: 'order' }, gift: { wrap: true } })],
  ChangeOrderFulfilment: [PENDING, by({ type: 'ChangeOrderFulfilment', scope: { kind: 'order' }, fulfilment: { kind: 'pickup', storeCode: 'LEEDS' } })],
  GrantOrderTaxExemption: [PENDING, by({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') })],
  LockOrder: [PENDING, by({ type: 'LockOrder', leaseSeconds: 28_800 })],
  SuspendOrder: [PENDING, by({ type: 'SuspendOrder', reasonCode: 'asked' })],
  ApplyOrderHold: [PENDING, by({ type: 'ApplyOrderHold', holdType: 'fraud-check', scope: { kind: 'order' }, effects: ['confirm'] })],
  FlagOrder: [PENDING, by({ type: 'FlagOrder', reasonCode: 'odd' })],
  ChangeOrderAddress: [PENDING, by({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1: '2 Short Lane' }) })],
  CancelOrder: [PENDING, by({ type: 'CancelOrder', reasonCode: 'asked' })],
  RescheduleOrderAppointment: [APPOINTED, by({ type: 'RescheduleOrderAppointment', appointmentId: idAt(APPOINTED, 3, 'appointment'), slot: { startsAt: '2099-01-06T09:00:00.000Z', endsAt: '2099-01-06T10:00:00.000Z' }, reasonCode: 'asked' })],
  ReshipOrder: [SHIPPED, by({ type: 'ReshipOrder', lineId: SECOND_LINE, quantity: 1, reasonCode: 'lost' })],
  AddOrderCharge: [PENDING, CHARGE],
  ChangeOrderCharge: [CHARGED, by({ type: 'ChangeOrderCharge', chargeId, amountMinor: 10, reasonCode: 'mistake' })],
  RemoveOrderCharge: [CHARGED, by({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' })],
  RestoreOrderCharge: [[...CHARGED, by({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' })], by({ type: 'RestoreOrderCharge', chargeId })],
};

const REVERSIBLE = (Object.keys(ORDER_INVERSES) as OrderCommandType[]).filter((type) => ORDER_INVERSES[type].kind === 'by');

/** The inverse, as its own operation sends it for that role. */
function direct(plan: UndoPlan, role: Role): OrderCommand {
  if (plan.kind === 'barred') throw new Error(plan.refusal.message);
  const limited = plan.command.type === 'ChangeOrderCharge' || plan.command.type === 'RestoreOrderCharge';
  return limited ? { ...plan.command, ...chargeLimit(amountLimits(role, 2), 'charge') } : plan.command;
}

describe('taking a command back', () => {
  it.each(REVERSIBLE)('%s: is allowed to whom its inverse is, and to nobody else (D11, D13)', async (type) => {
    const [before, done] = DONE[type] ?? [];
    if (before === undefined || done === undefined) throw new Error(`there is no story of ${type}`);
    const steps = [...before, done];
    const { commandId } = contextOf(done, before.length);
    for (const role of GRANTED_ROLES) {
      const actor: Actor = { id: `some-${role}`, role };
      const [one, other] = [await worldAfter(steps), await worldAfter(steps)];
      const history = (await one.read()).map(({ event, revision, metadata }) => ({ event, revision: Number(revision), commandId: metadata.commandId, actorId: metadata.actor.id }));
      const command = direct(planUndo(history, commandId, { commandId, actor, now: new Date().toISOString() }), role);
      const expected = await outcomeOf(one.send(actor, command));
      expect([role, await outcomeOf(other.undo(actor, commandId))]).toEqual([role, expected]);
    }
  });

  it('lifts no hold that is not one\'s own to resolve (A51)', async () => {
    const [before, done] = DONE.ApplyOrderHold ?? [];
    if (before === undefined || done === undefined) throw new Error('there is no story');
    const { commandId } = contextOf(done, before.length);
    const world = await worldAfter([...before, done]);
    expect(await outcomeOf(world.undo(ANNA, commandId))).toBe('403 hold-not-yours-to-resolve');
    expect(await outcomeOf(world.undo({ id: 'aud', role: 'auditor' }, commandId))).toBe('403 not-allowed');
    expect(await outcomeOf(world.undo(SUE, commandId))).toBe('done');
  });

  it('gives no more back than one may give alone (A52)', async () => {
    const world = await worldAfter([...CHARGED, by({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' })]);
    const removed = contextOf(by({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' }), CHARGED.length).commandId;
    expect(await outcomeOf(world.undo(ANNA, removed))).toBe('409 charge-needs-approval');
    expect(await outcomeOf(world.undo(SUE, removed))).toBe('done');
  });

  it('honours what whoever asks says to have seen, and needs nobody to say it (settled 3.1)', async () => {
    const line = (quantity: number): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity, quote: quoteOf(255) });
    const flag = ask({ type: 'FlagOrder', reasonCode: 'odd' });
    const steps = [...PENDING, line(5), flag];
    const { commandId } = contextOf(flag, 4);
    const world = await worldAfter(steps);
    const at = await world.revision();
    expect(await outcomeOf(world.undo(ANNA, commandId, { 'if-match': '"0"' }))).toBe('412 stale-revision');
    expect(await outcomeOf(world.undo(ANNA, commandId, { 'if-match': `"${String(at - 1)}"` }))).toBe('412 stale-revision');
    expect(await outcomeOf(world.undo(ANNA, commandId, { 'docket-seen-revision': String(at + 1) }))).toBe('412 stale-revision');
    const headers = { 'if-match': `"${String(at)}"`, 'idempotency-key': 'once' };
    expect(await outcomeOf(world.undo(ANNA, commandId, headers))).toBe('done');
    expect(await world.undo(ANNA, commandId, headers)).toMatchObject({ repeated: true });
    const other = await worldAfter(steps);
    expect(await outcomeOf(other.undo(ANNA, commandId, { 'docket-seen-revision': String(at - 1) }))).toBe('done');
    const twice = [...PENDING, line(5), line(4)];
    const third = await worldAfter(twice);
    expect(await outcomeOf(third.undo(ANNA, contextOf(line(4), 4).commandId, { 'docket-seen-revision': '2' }))).toBe('409 order-changed');
    expect(await outcomeOf(third.undo(ANNA, contextOf(line(4), 4).commandId))).toBe('done');
  });

  it('names the lines of what stands in the way as people call them', async () => {
    const add = addLine('TEA', 1, 100);
    const steps = [...PENDING, add];
    const lineId = idAt(steps, 3, 'line');
    const later = [ask({ type: 'ChangeOrderLineQuantity', lineId, quantity: 4, quote: quoteOf(100) }), ask({ type: 'RemoveOrderLine', lineId })];
    const world = await worldAfter([...steps, ...later]);
    await expect(world.undo(ANNA, contextOf(add, 3).commandId)).rejects.toMatchObject({ code: 'undo-blocked', extras: { details: { by: [{ title: 'Quantity of TEA changed' }, { title: 'TEA removed' }] } } });
  });
});
