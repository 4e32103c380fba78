import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import type { OrderEvent } from '../order/order.events.js';
import { lockExpiry } from './lock-expiry.js';

const ORDER = '0d000000-0000-4000-8000-000000000001';
const UNTIL = '2026-01-05T09:10:00.000Z';
const happened = (event: OrderEvent): RecordedEvent<never> => ({ event, stream: `order-${ORDER}` }) as never;
const expiryOf = (lockId: string) => ({ kind: 'set-timer', timer: lockId, dueAt: UNTIL, to: 'order', id: ORDER, command: { type: 'ExpireOrderLock', lockId } });

describe('the end of a lease (A22)', () => {
  it('is waited for from the lock on, for the lock that is meant', () => {
    expect(lockExpiry.react(happened({ type: 'OrderLocked', data: { lockId: 'l1', agentId: 'anna', leaseSeconds: 600, expiresAt: UNTIL } }))).toEqual([expiryOf('l1')]);
  });

  it('is put off by a renewal', () => {
    expect(lockExpiry.react(happened({ type: 'OrderLockRenewed', data: { lockId: 'l1', leaseSeconds: 600, expiresAt: UNTIL } }))).toEqual([expiryOf('l1')]);
  });

  it('is that of the new lock after a take-over', () => {
    const data = { lockId: 'l1', fromAgentId: 'anna', toAgentId: 'ben', newLockId: 'l2', leaseSeconds: 600, expiresAt: UNTIL };
    expect(lockExpiry.react(happened({ type: 'OrderLockTakenOver', data }))).toEqual([{ kind: 'cancel-timer', timer: 'l1' }, expiryOf('l2')]);
  });

  it.each<OrderEvent>([
    { type: 'OrderUnlocked', data: { lockId: 'l1', agentId: 'anna' } },
    { type: 'OrderLockExpired', data: { lockId: 'l1', agentId: 'anna', expiredAt: UNTIL } },
  ])('is not waited for any more after $type', (event) => {
    expect(lockExpiry.react(happened(event))).toEqual([{ kind: 'cancel-timer', timer: 'l1' }]);
  });
});
