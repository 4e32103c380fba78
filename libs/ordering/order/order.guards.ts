import { isAmount, type DecisionContext } from '#kernel';
import { evolveOrder } from './order.evolve.js';
import type { HoldEffect, OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import { isEnded, lineOf, lockAt, type Order, type OrderHold } from './order.state.js';
import { lineBalance, orderTotals } from './order.totals.js';

export const MAX_QUANTITY = 1_000_000;

export const isQuantity = (quantity: number): boolean => Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;

/** Another's lock keeps everyone else from changing the order (A22). */
export function lockGuard(order: Order, context: DecisionContext): no.Rejected | undefined {
  const lock = lockAt(order, context.now);
  return lock === undefined || lock.agentId === context.actor.id ? undefined : no.lockedByAnother(lock.agentId, lock.expiresAt);
}

/** Guard M: not ended, not suspended, lock absent or mine (C3). */
export function modifyGuard(order: Order, context: DecisionContext): no.Rejected | undefined {
  if (isEnded(order)) return no.ended(order.status);
  if (order.suspended) return no.suspended();
  return lockGuard(order, context);
}

/** Guard M for what can only be changed before it has left: some pieces must still be open (A49, C3). */
export function unshippedGuard(order: Order, context: DecisionContext): no.Rejected | undefined {
  if (order.status === 'shipped' || order.status === 'delivered') return no.alreadyShipped(order.status);
  return modifyGuard(order, context);
}

/** Guard P: nothing advances while suspended, while an alert is uncleared, or while a hold with that effect covers it (A33, A35, A50). */
export function progressGuard(order: Order, effect: HoldEffect, lineIds?: readonly string[]): no.Rejected | undefined {
  if (isEnded(order)) return no.ended(order.status);
  if (order.suspended) return no.suspended();
  const uncleared = order.alerts.filter((alert) => !alert.cleared);
  if (uncleared.length > 0) return no.alertsUncleared(uncleared);
  const holds = order.holds.filter((hold) => hold.active && hold.effects.includes(effect) && covers(hold, lineIds));
  return holds.length === 0 ? undefined : no.onHold(effect, holds);
}

function covers(hold: OrderHold, lineIds: readonly string[] | undefined): boolean {
  return hold.scope.kind === 'order' || lineIds === undefined || hold.scope.lineIds.some((lineId) => lineIds.includes(lineId));
}

/** What ends an order or hands it on lets its lock go. */
export function releasedLock(order: Order, context: DecisionContext): readonly OrderEvent[] {
  const { lock } = order;
  if (lock === undefined) return [];
  const { lockId, agentId } = lock;
  if (lockAt(order, context.now) === undefined) return [{ type: 'OrderLockExpired', data: { lockId, agentId, expiredAt: lock.expiresAt } }];
  return [{ type: 'OrderUnlocked', data: { lockId, agentId } }];
}

/** The order as it would be. */
export function after(order: Order, ...events: readonly OrderEvent[]): Order {
  return events.reduce<Order>((now, event) => {
    const next = evolveOrder(now, event);
    return next.status === 'none' ? now : next;
  }, order);
}

/** Money stays within bounds, and no order, and no line of it, ever comes to less than nothing. */
export function balanceGuard(order: Order, ...events: readonly OrderEvent[]): no.Rejected | undefined {
  const next = after(order, ...events);
  const totals = orderTotals(next);
  if (!Object.values(totals).every((figure: number) => isAmount(figure))) return no.amountOutOfRange();
  if (totals.totalMinor >= 0) return lineBalanceGuard(order, next);
  const before = orderTotals(order).totalMinor;
  return no.creditExceeds(before - totals.totalMinor, Math.max(before, 0), order.currency);
}

function lineBalanceGuard(order: Order, next: Order): no.Rejected | undefined {
  for (const line of next.lines) {
    const balance = lineBalance(line, next.charges);
    if (balance >= 0) continue;
    const was = lineOf(order, line.lineId);
    const before = was === undefined ? 0 : lineBalance(was, order.charges);
    if (balance < before) return no.discountExceedsLine(line.lineId, Math.max(before, 0));
  }
  return undefined;
}
