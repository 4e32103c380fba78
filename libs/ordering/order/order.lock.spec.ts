import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMoves, ask, BEN, commandOf, contextOf, contextOfMove, createOrder, idAt, minute, PENDING, SUBMITTED, SUE, tell, type OrderStep } from '#testing';
import { explainAction } from './order.actions.js';
import type { OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { ORDER_LIFECYCLE } from './order.lifecycle.js';
import type { OrderState } from './order.state.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const lockOrder = (leaseSeconds = 600, rest: Omit<OrderStep, 'command'> = {}): OrderStep => ask({ type: 'LockOrder', leaseSeconds }, rest);
const renew = (at: string, leaseSeconds = 600): OrderStep => ask({ type: 'RenewOrderLock', leaseSeconds }, { at });
const takeOver = (rest: Omit<OrderStep, 'command'>, leaseSeconds = 600): OrderStep => ask({ type: 'TakeOverOrderLock', leaseSeconds }, rest);
const takeOverAndUnlock = (rest: Omit<OrderStep, 'command'>): OrderStep => ask({ type: 'TakeOverAndUnlockOrder' }, rest);
const UNLOCK = ask({ type: 'UnlockOrder' });

/** Anna's lock, from minute 3 to minute 13. */
const LOCKED = [...PENDING, lockOrder()];
const LOCK_ID = idAt(LOCKED, 3, 'lock');

describe('locking an order (A22)', () => {
  it('locks a pending order until the lease ends', () => {
    expect(told(...LOCKED)).toMatchObject({
      news: [{ type: 'OrderLocked', data: { lockId: LOCK_ID, agentId: 'anna', leaseSeconds: 600, expiresAt: minute(13) } }],
      state: { lock: { agentId: 'anna' } },
    });
  });

  it('finds a lock whose lease is over expired, and locks anew', () => {
    expect(told(...LOCKED, lockOrder(600, { by: BEN, at: minute(13) })).news).toMatchObject([
      { type: 'OrderLockExpired', data: { lockId: LOCK_ID, agentId: 'anna', expiredAt: minute(13) } },
      { type: 'OrderLocked', data: { agentId: 'ben' } },
    ]);
  });

  it('still holds a millisecond before', () => {
    expect(told(...LOCKED, lockOrder(600, { by: BEN, at: '2026-01-05T09:12:59.999Z' })).refusal).toMatchObject({ code: 'order-locked-by-another', details: { agentId: 'anna' } });
  });

  it('is renewed from the middle of its lease on, and no earlier', () => {
    expect(told(...LOCKED, renew(minute(8))).news).toMatchObject([{ type: 'OrderLockRenewed', data: { lockId: LOCK_ID, expiresAt: minute(18) } }]);
    expect(told(...LOCKED, renew('2026-01-05T09:07:59.999Z')).refusal).toMatchObject({ code: 'lock-renewed-too-early', rule: 'A22', details: { from: minute(8) } });
  });

  it('measures the second half by the lease that was renewed last', () => {
    const renewed = [...LOCKED, renew(minute(8), 1_200)];
    expect(told(...renewed, renew(minute(17))).refusal?.code).toBe('lock-renewed-too-early');
    expect(told(...renewed, renew(minute(18))).refusal).toBeUndefined();
  });

  it('is unlocked by its holder', () => {
    const { news, state } = told(...LOCKED, UNLOCK);
    expect(news).toEqual([{ type: 'OrderUnlocked', data: { lockId: LOCK_ID, agentId: 'anna' } }]);
    expect(state).not.toHaveProperty('lock');
  });

  it('expires once, by the timer that means it', () => {
    const expire = (lockId: string, step: number): OrderStep => ask({ type: 'ExpireOrderLock', lockId }, { at: minute(step) });
    expect(told(...LOCKED, expire(LOCK_ID, 13)).news).toMatchObject([{ type: 'OrderLockExpired', data: { expiredAt: minute(13) } }]);
    for (const story of [
      [...LOCKED, expire(LOCK_ID, 12)],
      [...LOCKED, expire('another', 13)],
      [...LOCKED, renew(minute(9)), expire(LOCK_ID, 13)],
      [...LOCKED, UNLOCK, expire(LOCK_ID, 13)],
      [...LOCKED, expire(LOCK_ID, 13), expire(LOCK_ID, 14)],
    ]) {
      expect(told(...story).decision).toEqual({ kind: 'accepted', events: [] });
    }
  });
});

describe('taking a lock over (A23)', () => {
  it('moves it to whom takes it, under a new id', () => {
    expect(told(...LOCKED, takeOver({ by: SUE })).news).toMatchObject([
      { type: 'OrderLockTakenOver', data: { lockId: LOCK_ID, fromAgentId: 'anna', toAgentId: 'sue', newLockId: idAt([...LOCKED, takeOver({ by: SUE })], 4, 'lock'), expiresAt: minute(14) } },
    ]);
  });

  it('takes over and unlocks at once', () => {
    const { news, state } = told(...LOCKED, takeOverAndUnlock({ by: SUE }));
    expect(news.map(({ type }) => type)).toEqual(['OrderLockTakenOver', 'OrderUnlocked']);
    expect(news).toMatchObject([{ data: { fromAgentId: 'anna', toAgentId: 'sue' } }, { data: { agentId: 'sue' } }]);
    expect(state).not.toHaveProperty('lock');
  });

  it('leaves the former holder outside', () => {
    expect(told(...LOCKED, takeOver({ by: SUE }), UNLOCK).refusal).toMatchObject({ code: 'lock-not-yours', details: { agentId: 'sue' } });
  });

  it.each([
    ['LockOrder', lockOrder(600, { key: 'k' }), []],
    ['TakeOverOrderLock', takeOver({ by: SUE, key: 'k' }), [lockOrder()]],
    ['TakeOverAndUnlockOrder', takeOverAndUnlock({ by: SUE, key: 'k' }), [lockOrder()]],
  ])('yields nothing new when %s is repeated', (_type, command, before) => {
    expect(told(...PENDING, ...before, command, command).decision).toEqual({ kind: 'accepted', events: [] });
  });
});

describe('what locks refuse', () => {
  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['to lock a submitted order', SUBMITTED, lockOrder(), 'order-not-pending'],
    ['to lock what one holds', LOCKED, lockOrder(), 'order-already-locked'],
    ['to lock what another holds', LOCKED, lockOrder(600, { by: BEN }), 'order-locked-by-another'],
    ['a lease of no length', PENDING, lockOrder(0), 'lease-out-of-range'],
    ['a lease of half seconds', PENDING, lockOrder(60.5), 'lease-out-of-range'],
    ['a lease of days', PENDING, lockOrder(100_000), 'lease-out-of-range'],
    ['to renew for days', LOCKED, renew(minute(9), 100_000), 'lease-out-of-range'],
    ['to renew what nobody holds', PENDING, renew(minute(9)), 'order-not-locked'],
    ['to renew what is over', LOCKED, renew(minute(13)), 'order-not-locked'],
    ['to renew another\'s lock', LOCKED, { ...renew(minute(9)), by: BEN }, 'lock-not-yours'],
    ['to unlock what nobody holds', PENDING, UNLOCK, 'order-not-locked'],
    ['to unlock another\'s lock', LOCKED, { ...UNLOCK, by: BEN }, 'lock-not-yours'],
    ['to take over what nobody holds', PENDING, takeOver({ by: SUE }), 'order-not-locked'],
    ['to take over what is over', LOCKED, takeOver({ by: SUE, at: minute(13) }), 'order-not-locked'],
    ['to take over one\'s own lock', LOCKED, takeOver({}), 'lock-already-yours'],
    ['to take over for days', LOCKED, takeOver({ by: SUE }, 100_000), 'lease-out-of-range'],
    ['to take over a submitted order', SUBMITTED, takeOver({ by: SUE }), 'order-not-pending'],
    ['to take over and unlock what nobody holds', PENDING, takeOverAndUnlock({ by: SUE }), 'order-not-locked'],
    ['to take over and unlock one\'s own lock', LOCKED, takeOverAndUnlock({}), 'lock-already-yours'],
    ['to lock what is not there', [], lockOrder(), 'order-not-found'],
    ['to begin what is locked', LOCKED, createOrder({ storeId: 'DE' }), 'order-exists'],
  ])('refuses %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});

/** Done to a pending order whoever holds it: it changes nothing that the holder works on, or comes from outside. */
const BESIDE_A_LOCK: ReadonlySet<OrderCommandType> = new Set<OrderCommandType>([
  'ExpireOrderLock',
  'SuspendOrder',
  'ResumeOrder',
  'ApplyOrderHold',
  'ResolveOrderHold',
  'FlagOrder',
  'UnflagOrder',
  'RaiseOrderAlert',
  'ClearOrderAlerts',
  'AddOrderComment',
  'DeclineOrderCharge',
  'AppeaseOrder',
  'RequestAppeasement',
  'ApproveAppeasement',
  'DeclineAppeasement',
  'SettlePayments',
  'ChasePayment',
  'RecordPayment',
  'RecordCopy',
  'RecordReorder',
]);
/** Of a lock itself; and what leads elsewhere. */
const NEEDS_MORE: readonly OrderCommandType[] = ['RenewOrderLock', 'UnlockOrder', 'TakeOverOrderLock', 'TakeOverAndUnlockOrder', 'ReorderOrder'];

describe("another's lock (A22)", () => {
  it('keeps everyone else from every command that it is there for, each alone', () => {
    const pending = (Object.keys(ORDER_LIFECYCLE) as OrderCommandType[]).filter((type) => ORDER_LIFECYCLE[type].includes('pending'));
    const met = new Set<OrderCommandType>();
    const unmet = (): readonly OrderCommandType[] => pending.filter((type) => !met.has(type));
    // Sixty lives, and more until every command has had its turn.
    for (const [life, moves] of fc.sample(anyMoves, { numRuns: 600, seed: 7 }).entries()) {
      if (life >= 60 && unmet().length <= NEEDS_MORE.length) break;
      let state: OrderState = orderDecider.initialState;
      let minutes = 0;
      for (const [step, move] of moves.entries()) {
        minutes += move.later;
        const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, minutes));
        if (decision.kind === 'accepted') for (const event of decision.events) state = orderDecider.evolve(state, event);
        if (state.status !== 'pending') continue;
        const context = contextOf(ask({ type: 'SubmitOrder' }, { by: BEN, at: minute(minutes) }), 999);
        const { lock: _, ...free } = state;
        const locked = orderDecider.evolve(free, { type: 'OrderLocked', data: { lockId: 'l', agentId: 'anna', leaseSeconds: 600, expiresAt: minute(minutes + 10) } });
        for (const type of pending) {
          const unlocked = explainAction(type, free, context);
          if (unlocked.kind === 'refused') continue;
          met.add(type);
          const under = orderDecider.decide(unlocked.example, locked, context);
          expect([type, under.kind === 'accepted' ? 'accepted' : under.refusal.code]).toEqual([type, BESIDE_A_LOCK.has(type) ? 'accepted' : 'order-locked-by-another']);
        }
      }
    }
    expect(unmet()).toEqual(NEEDS_MORE);
  });
});
