import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import { lockAt, type Order, type OrderLock } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** A lock is a lease: it ends by itself (A22). In seconds. */
export const LEASE = { least: 10, greatest: 28_800 } as const;

export function lock(command: OrderCommandOf<'LockOrder'>, order: Order, context: DecisionContext): Decided {
  const lockId = createdIdOf(context.commandId, 'lock');
  if (order.createdIds.has(lockId)) return accept();
  if (order.status !== 'pending') return no.notPending(order.status);
  const { leaseSeconds } = command;
  const refused = leaseGuard(leaseSeconds);
  if (refused !== undefined) return refused;
  const held = lockAt(order, context.now);
  if (held?.agentId === context.actor.id) return no.reject('order-already-locked', 'You hold the lock already.', { lockId: held.lockId, expiresAt: held.expiresAt });
  if (held !== undefined) return no.lockedByAnother(held.agentId, held.expiresAt);
  const locked: OrderEvent = { type: 'OrderLocked', data: { lockId, agentId: context.actor.id, leaseSeconds, expiresAt: later(context.now, leaseSeconds) } };
  return order.lock === undefined ? accept(locked) : accept(expired(order.lock), locked);
}

/** Refused in the first half of the lease, since every renewal moves the order's revision (settled 4.4). */
export function renewLock(command: OrderCommandOf<'RenewOrderLock'>, order: Order, context: DecisionContext): Decided {
  const held = lockAt(order, context.now);
  if (held === undefined) return notLocked();
  if (held.agentId !== context.actor.id) return no.reject('lock-not-yours', 'Only the holder renews a lock.', { agentId: held.agentId });
  const { leaseSeconds } = command;
  const refused = leaseGuard(leaseSeconds);
  if (refused !== undefined) return refused;
  const from = later(held.expiresAt, -held.leaseSeconds / 2);
  if (context.now < from) return no.reject('lock-renewed-too-early', 'A lock is renewed in the second half of its lease.', { from });
  return accept({ type: 'OrderLockRenewed', data: { lockId: held.lockId, leaseSeconds, expiresAt: later(context.now, leaseSeconds) } });
}

export function unlock(order: Order, context: DecisionContext): Decided {
  const held = lockAt(order, context.now);
  if (held === undefined) return notLocked();
  if (held.agentId !== context.actor.id) return no.reject('lock-not-yours', 'Only the holder unlocks; another takes it over.', { agentId: held.agentId });
  return accept({ type: 'OrderUnlocked', data: { lockId: held.lockId, agentId: held.agentId } });
}

export function takeOver(command: OrderCommandOf<'TakeOverOrderLock'>, order: Order, context: DecisionContext): Decided {
  const newLockId = createdIdOf(context.commandId, 'lock');
  if (order.createdIds.has(newLockId)) return accept();
  const taken = takenOver(order, context, newLockId, command.leaseSeconds);
  return taken.kind === 'taken' ? accept(taken.event) : taken.refused;
}

/** Both at once: nobody can step in between (A23). */
export function takeOverAndUnlock(order: Order, context: DecisionContext): Decided {
  const newLockId = createdIdOf(context.commandId, 'lock');
  if (order.createdIds.has(newLockId)) return accept();
  const taken = takenOver(order, context, newLockId, LEASE.least);
  if (taken.kind === 'refused') return taken.refused;
  return accept<OrderEvent>(taken.event, { type: 'OrderUnlocked', data: { lockId: newLockId, agentId: context.actor.id } });
}

/** The timer's: nothing happens when that lock is gone, or was renewed meanwhile. */
export function expireLock(command: OrderCommandOf<'ExpireOrderLock'>, order: Order, context: DecisionContext): Decided {
  const { lock: held } = order;
  return held?.lockId === command.lockId && held.expiresAt <= context.now ? accept(expired(held)) : accept();
}

function takenOver(order: Order, context: DecisionContext, newLockId: string, leaseSeconds: number) {
  const refused = order.status === 'pending' ? leaseGuard(leaseSeconds) : no.notPending(order.status);
  if (refused !== undefined) return { kind: 'refused', refused } as const;
  const held = lockAt(order, context.now);
  if (held === undefined) return { kind: 'refused', refused: notLocked() } as const;
  if (held.agentId === context.actor.id) return { kind: 'refused', refused: no.reject('lock-already-yours', 'You hold the lock yourself.', { lockId: held.lockId }) } as const;
  const event: OrderEvent = {
    type: 'OrderLockTakenOver',
    data: {
      lockId: held.lockId,
      fromAgentId: held.agentId,
      toAgentId: context.actor.id,
      newLockId,
      leaseSeconds,
      expiresAt: later(context.now, leaseSeconds),
    },
  };
  return { kind: 'taken', event } as const;
}

const notLocked = (): no.Rejected => no.reject('order-not-locked', 'Nobody holds a lock on the order.');

const expired = ({ lockId, agentId, expiresAt }: OrderLock): OrderEvent => ({ type: 'OrderLockExpired', data: { lockId, agentId, expiredAt: expiresAt } });

function leaseGuard(seconds: number): no.Rejected | undefined {
  if (Number.isInteger(seconds) && seconds >= LEASE.least && seconds <= LEASE.greatest) return undefined;
  return no.reject('lease-out-of-range', `A lock lasts from ${String(LEASE.least)} to ${String(LEASE.greatest)} seconds.`, LEASE);
}

const later = (time: string, seconds: number): string => new Date(Date.parse(time) + seconds * 1_000).toISOString();
