import { describe, expect, it } from '@jest/globals';
import { REASON_USES } from '#catalogue';
import { GRANTED_ROLES, mayCall } from '#identity';
import type { Actor, EventMetadata } from '#kernel';
import { orderDecider, type OrderCommand } from '#ordering';
import { addLine, ANNA, ask, BEN, contextOf, createOrder, FIRST_LINE, minute, PENDING, SHIPPED, SUBMITTED, SUE, tell, type OrderStep } from '#testing';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { explainOrder, turnsOf, type ActionAnswer } from './order-actions.js';
import { OFFERED_COMMANDS, operationOf } from './order-operations.js';
import { orderRights } from './order-rights.js';
import { explainUndo } from './undo-action.js';

const NOW = '2026-01-05T12:00:00.000Z';
const AUDITOR: Actor = { id: 'aud', role: 'auditor' };

const lists = {
  holdTypes: () => Promise.resolve([{ code: 'fraud-check', label: 'Fraud check', effects: ['confirm' as const], resolvedBy: ['supervisor' as const], active: true }]),
  alertTypes: () => Promise.resolve([{ code: 'odd', label: 'Odd', severity: 'warning' as const, clearedBy: ['csr' as const, 'supervisor' as const], active: true }]),
  reasonCodes: () => Promise.resolve([{ code: 'any', label: 'Any', uses: REASON_USES, active: true }]),
  resolutionCodes: () => Promise.resolve([{ code: 'done', label: 'Done', active: true }]),
  chargeCategories: () => Promise.resolve([{ code: 'goodwill', label: 'Goodwill', kinds: ['charge' as const, 'discount' as const], active: true }]),
};

/** Every entry of every list was retired. */
const retired = {
  holdTypes: async () => (await lists.holdTypes()).map((each) => ({ ...each, active: false })),
  alertTypes: () => Promise.resolve([]),
  reasonCodes: async () => (await lists.reasonCodes()).map((each) => ({ ...each, active: false })),
  resolutionCodes: () => Promise.resolve([]),
  chargeCategories: () => Promise.resolve([]),
};

/** A story as the log would give it back. */
function recorded(steps: readonly OrderStep[]): readonly RecordedOrderEvent[] {
  return steps.flatMap((asked, step) => {
    const context = contextOf(asked, step);
    const { news } = tell(orderDecider, steps.slice(0, step + 1));
    return news.map((event) => ({ event, context }));
  }).map(({ event, context }, index) => ({
    event,
    id: `event-${String(index)}`,
    stream: 'order-1',
    revision: BigInt(index),
    position: BigInt(index),
    metadata: { recordedAt: context.now, actor: context.actor, commandId: context.commandId } as EventMetadata,
  }));
}

async function actionOf(steps: readonly OrderStep[], type: OrderCommand['type'], actor: Actor, of: typeof lists | typeof retired = lists): Promise<ActionAnswer | undefined> {
  const answers = explainOrder(recorded(steps), actor, NOW, await orderRights(of));
  return answers.find(({ operation }) => operation.toLowerCase() === type.toLowerCase());
}

describe('the actions of an order, for who asks', () => {
  it('hold every command once', async () => {
    const answers = explainOrder(recorded(SUBMITTED), ANNA, NOW, await orderRights(lists));
    expect(answers.map(({ operation }) => operation)).toEqual(OFFERED_COMMANDS.map(operationOf));
  });

  it('allow nobody what the permissions do not', async () => {
    for (const role of GRANTED_ROLES) {
      for (const { operation, allowed, refusal } of explainOrder(recorded(SHIPPED), { id: 'x', role }, NOW, await orderRights(lists))) {
        if (mayCall(role, operation)) expect(refusal?.code).not.toBe('not-allowed');
        else expect([operation, allowed, refusal?.code]).toEqual([operation, false, 'not-allowed']);
      }
    }
  });

  it('name the roles that could, for whom may not', async () => {
    expect(await actionOf(SHIPPED, 'RecordDelivery', ANNA)).toMatchObject({ allowed: false, refusal: { code: 'not-allowed', rule: 'G1' }, who: { roles: ['supervisor', 'integration'] } });
    expect(await actionOf(SHIPPED, 'AddOrderComment', AUDITOR)).toMatchObject({ allowed: false, who: { roles: ['csr', 'supervisor'] } });
  });

  it('name nobody where the order itself stands in the way, and the event that made it so', async () => {
    expect(await actionOf(SUBMITTED, 'LockOrder', ANNA)).toMatchObject({
      allowed: false, refusal: { code: 'order-not-pending' }, who: { roles: [], agentIds: [] },
      since: { type: 'OrderSubmitted', title: 'Order submitted', recordedAt: minute(3), actorId: 'anna', revision: 3 },
    });
  });

  it('name the holder of a lock, and the lock', async () => {
    const locked = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 28_800 })];
    expect(await actionOf(locked, 'SubmitOrder', BEN)).toMatchObject({ allowed: false, refusal: { code: 'order-locked-by-another' }, who: { roles: [], agentIds: ['anna'] }, since: { type: 'OrderLocked', actorId: 'anna' } });
    expect(await actionOf(locked, 'SubmitOrder', ANNA)).toMatchObject({ allowed: true });
    expect(await actionOf(locked, 'TakeOverAndUnlockOrder', BEN)).toMatchObject({ allowed: true });
  });

  it('tell who resolves a hold of that type (A51)', async () => {
    const held = [...SUBMITTED, ask({ type: 'ApplyOrderHold', holdType: 'fraud-check', scope: { kind: 'order' }, effects: ['confirm'] })];
    expect(await actionOf(held, 'ResolveOrderHold', ANNA)).toMatchObject({ allowed: false, refusal: { code: 'hold-not-yours-to-resolve' }, who: { roles: ['supervisor'] }, since: { type: 'OrderHoldApplied', actorId: 'anna' } });
    expect(await actionOf(held, 'ResolveOrderHold', SUE)).toMatchObject({ allowed: true, bounds: { parts: [expect.any(String)] } });
  });

  it('ask the cart as well, before an order goes into it again (A24)', async () => {
    const cartLocked = { code: 'cart-locked', rule: 'A24', message: 'The cart is locked.' };
    const answered = async (steps: readonly OrderStep[], cart?: typeof cartLocked) => explainOrder(recorded(steps), ANNA, NOW, await orderRights(lists, [], cart)).find(({ operation }) => operation === 'reorderOrder');
    const registered = [createOrder({ customer: { kind: 'registered', customerId: 'c1' } }), ...SUBMITTED.slice(1)];
    const guests = [createOrder({ customer: { kind: 'guest' } }), ...SUBMITTED.slice(1)];
    expect(await answered(registered)).toMatchObject({ allowed: true });
    expect(await answered(registered, cartLocked)).toMatchObject({ allowed: false, refusal: cartLocked, who: { roles: [], agentIds: [] } });
    expect(await answered(guests, cartLocked)).toMatchObject({ refusal: { code: 'customer-is-a-guest' } });
  });

  it('give the bounds of what is allowed', async () => {
    expect(await actionOf(SHIPPED, 'ReshipOrder', ANNA)).toMatchObject({ allowed: true, seenRevision: 'needed', bounds: { lines: [{ lineId: FIRST_LINE, least: 1, greatest: 6 }, { greatest: 2 }] } });
  });

  it('tell how far the own role goes alone, in which currency, and how to ask for more (G3)', async () => {
    expect((await actionOf(SHIPPED, 'AppeaseOrder', ANNA))?.limits).toEqual([{ amountMinor: 5_000, currency: 'GBP', beyond: 'second-person', askedWith: 'requestAppeasement' }]);
    expect((await actionOf(SHIPPED, 'AppeaseOrder', SUE))?.limits).toMatchObject([{ amountMinor: 50_000 }]);
    expect((await actionOf(SHIPPED, 'AddOrderCharge', ANNA))?.limits?.slice(0, 2)).toEqual([
      { kind: 'charge', amountMinor: 1_765, currency: 'GBP', beyond: 'second-person', askedWith: 'requestOrderCharge' },
      { kind: 'charge', lineId: FIRST_LINE, amountMinor: 765, currency: 'GBP', beyond: 'second-person', askedWith: 'requestOrderCharge' },
    ]);
    expect(await actionOf(SHIPPED, 'RequestAppeasement', ANNA)).not.toHaveProperty('limits');
  });

  it('name who could, once one may no more alone, and since when', async () => {
    const dear = [...PENDING, addLine('TEA', 1, 9_000), ...SHIPPED.slice(PENDING.length)];
    const given = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 2_600, on: 'future-order' }, reasonCode: 'late', limitMinor: null }, { by: SUE });
    expect((await actionOf([...dear, given], 'AppeaseOrder', ANNA))?.limits).toMatchObject([{ amountMinor: 2_400 }]);
    expect(await actionOf([...dear, given, given], 'AppeaseOrder', ANNA)).toMatchObject({
      allowed: false, refusal: { code: 'appeasement-needs-approval' }, since: { type: 'OrderAppeased', revision: recorded(dear).length + 1 }, who: { roles: ['supervisor'] },
    });
  });

  it('allow nothing for which nothing of a list is left, since no event of the order (G5)', async () => {
    const cases = [['FlagOrder', 'reason-unknown'], ['CancelOrder', 'reason-unknown'], ['ApplyOrderHold', 'hold-type-unknown'], ['AddOrderCharge', 'reason-unknown']] as const;
    for (const [type, code] of cases) {
      expect(await actionOf(SUBMITTED, type, ANNA)).toMatchObject({ allowed: true });
      const answer = await actionOf(SUBMITTED, type, ANNA, retired);
      expect(answer).toMatchObject({ allowed: false, refusal: { code }, who: { roles: [], agentIds: [] } });
      expect(answer).not.toHaveProperty('since');
    }
    expect(await actionOf(SUBMITTED, 'RaiseOrderAlert', SUE, retired)).toMatchObject({ allowed: false, refusal: { code: 'alert-type-unknown' } });
  });

  it('tell which commands can be taken back, and what stands in the way of the others (D11)', async () => {
    const steps = [...PENDING, ask({ type: 'FlagOrder', reasonCode: 'any' }), ask({ type: 'ApplyOrderHold', holdType: 'fraud-check', scope: { kind: 'order' }, effects: ['confirm'] }, { by: SUE })];
    const [flag, hold] = [3, 4].map((step) => contextOf(steps[step] ?? ask({ type: 'UnflagOrder' }), step).commandId);
    const undo = async (by: Actor, of = steps): Promise<ActionAnswer> => explainUndo(recorded(of), by, NOW, await orderRights(lists));
    expect(await undo(ANNA)).toMatchObject({
      operation: 'undoOrderCommand', allowed: true, seenRevision: 'not-needed', bounds: { parts: expect.arrayContaining([flag]) },
      commands: expect.arrayContaining([
        expect.objectContaining({ commandId: hold, takenBackBy: 'resolveOrderHold', allowed: false, refusal: expect.objectContaining({ code: 'hold-not-yours-to-resolve' }) }),
        expect.objectContaining({ commandId: flag, takenBackBy: 'unflagOrder', allowed: true }),
      ]),
    });
    expect((await undo(SUE)).bounds?.parts).toEqual(expect.arrayContaining([hold, flag]));
    expect(await undo(AUDITOR)).toMatchObject({ allowed: false, refusal: { code: 'not-allowed' }, who: { roles: ['csr', 'supervisor'] } });
    expect(await undo(ANNA, steps.slice(0, 1))).toMatchObject({ allowed: false, refusal: { code: 'nothing-to-undo', rule: 'D11' } });
  });

  it('pass over what changed nothing: ten thousand comments make no order slow', async () => {
    const events = recorded(SUBMITTED);
    const comment = recorded([...SUBMITTED, ask({ type: 'AddOrderComment', text: { subjectId: 's', is: 'erased' }, visibility: 'internal' })]).at(-1);
    if (comment === undefined) throw new Error('the story is empty');
    const long = [...events, ...Array.from({ length: 10_000 }, (_, index) => ({ ...comment, revision: BigInt(events.length + index) }))];
    expect(turnsOf(long)).toHaveLength(events.length);
    expect(explainOrder(long, ANNA, NOW, await orderRights(lists)).find(({ operation }) => operation === 'lockOrder')).toMatchObject({ since: { type: 'OrderSubmitted' } });
  });
});
