import type { OrderEvent, OrderEventOf } from '#ordering';
import type { OrderDetails, Trace } from './order-details.types.js';
import { textOf } from './personal-text.js';

const TYPES = [
  'OrderLocked',
  'OrderLockRenewed',
  'OrderLockTakenOver',
  'OrderLockExpired',
  'OrderUnlocked',
  'OrderParked',
  'OrderTransferred',
  'OrderSuspended',
  'OrderResumed',
  'OrderHoldApplied',
  'OrderHoldResolved',
  'OrderFlagged',
  'OrderUnflagged',
  'OrderAlertRaised',
  'OrderAlertsCleared',
] as const;

type ControlEvent = OrderEventOf<(typeof TYPES)[number]>;

export const isControlEvent = (event: OrderEvent): event is ControlEvent => (TYPES as readonly string[]).includes(event.type);

/** Locks, suspension, holds, flags and alerts: what stops an order without changing it. */
export function foldControl(details: OrderDetails, event: ControlEvent, trace: Trace): OrderDetails {
  switch (event.type) {
    case 'OrderLocked':
      return { ...details, lock: { ...event.data, lockedAt: trace.at } };
    case 'OrderLockRenewed':
      return details.lock === undefined ? details : { ...details, lock: { ...details.lock, leaseSeconds: event.data.leaseSeconds, expiresAt: event.data.expiresAt } };
    case 'OrderLockTakenOver': {
      const { newLockId, toAgentId, leaseSeconds, expiresAt } = event.data;
      return { ...details, lock: { lockId: newLockId, agentId: toAgentId, leaseSeconds, expiresAt, lockedAt: trace.at } };
    }
    case 'OrderLockExpired':
    case 'OrderUnlocked': {
      const { lock: _released, ...unlocked } = details;
      return unlocked;
    }
    case 'OrderParked':
      return { ...details, assignee: event.data.agentId };
    case 'OrderTransferred':
      return { ...details, assignee: event.data.toAgentId };
    case 'OrderSuspended': {
      const { reasonCode, note } = event.data;
      return { ...details, suspension: { ...trace, reasonCode, ...(note && { note: textOf(note) }) } };
    }
    case 'OrderResumed': {
      const { suspension: _over, ...resumed } = details;
      return resumed;
    }
    case 'OrderHoldApplied': {
      const { note, ...hold } = event.data;
      return { ...details, holds: [...details.holds, { ...hold, applied: trace, ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderHoldResolved': {
      const { holdId, resolutionCode, note } = event.data;
      const resolved = { ...trace, resolutionCode, ...(note && { note: textOf(note) }) };
      return { ...details, holds: details.holds.map((hold) => (hold.holdId === holdId ? { ...hold, resolved } : hold)) };
    }
    case 'OrderFlagged': {
      const { reasonCode, note } = event.data;
      return { ...details, flag: { ...trace, reasonCode, ...(note && { note: textOf(note) }) } };
    }
    case 'OrderUnflagged': {
      const { flag: _seenTo, ...unflagged } = details;
      return unflagged;
    }
    case 'OrderAlertRaised': {
      const { note, ...alert } = event.data;
      return { ...details, alerts: [...details.alerts, { ...alert, raised: trace, ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderAlertsCleared': {
      const { alertIds, resolutionCode, note } = event.data;
      const cleared = { ...trace, resolutionCode, ...(note && { note: textOf(note) }) };
      return { ...details, alerts: details.alerts.map((alert) => (alertIds.includes(alert.alertId) ? { ...alert, cleared } : alert)) };
    }
  }
}
