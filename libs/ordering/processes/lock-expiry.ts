import type { OrderEventOf } from '../order/order.events.js';
import type { Process } from './process.js';

type LockEvent = OrderEventOf<'OrderLocked' | 'OrderLockRenewed' | 'OrderLockTakenOver' | 'OrderLockExpired' | 'OrderUnlocked'>;

/** A lease that nobody gave up or renewed ends by an event, too (A22). Each timer names the lock it means (settled 4.4). */
export const lockExpiry: Process<LockEvent> = {
  name: 'lock-expiry',
  follows: ['OrderLocked', 'OrderLockRenewed', 'OrderLockTakenOver', 'OrderLockExpired', 'OrderUnlocked'],
  react({ event, stream }) {
    const { lockId } = event.data;
    const id = stream.slice('order-'.length);
    const expiry = (of: string, dueAt: string) => ({ kind: 'set-timer', timer: of, dueAt, to: 'order', id, command: { type: 'ExpireOrderLock', lockId: of } }) as const;
    switch (event.type) {
      case 'OrderLocked':
      case 'OrderLockRenewed':
        return [expiry(lockId, event.data.expiresAt)];
      case 'OrderLockTakenOver':
        return [{ kind: 'cancel-timer', timer: lockId }, expiry(event.data.newLockId, event.data.expiresAt)];
      case 'OrderLockExpired':
      case 'OrderUnlocked':
        return [{ kind: 'cancel-timer', timer: lockId }];
    }
  },
};
