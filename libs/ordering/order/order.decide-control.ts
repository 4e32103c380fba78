import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { LineScope, OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import { isEnded, lineOf, type Order, type OrderHold } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Stops everything but comments, facts from outside and cancelling; a fraud alert waits for nobody's lock (A33). */
export function suspend(command: OrderCommandOf<'SuspendOrder'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  if (order.suspended) return no.suspended();
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderSuspended', data });
}

export function resume(command: OrderCommandOf<'ResumeOrder'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  if (!order.suspended) return no.reject('order-not-suspended', 'The order is not suspended.');
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderResumed', data });
}

/** One type is active once per scope (A50). */
export function applyHold(command: OrderCommandOf<'ApplyOrderHold'>, order: Order, context: DecisionContext): Decided {
  const holdId = createdIdOf(context.commandId, 'hold');
  if (order.createdIds.has(holdId)) return accept();
  if (isEnded(order)) return no.ended(order.status);
  const refused = scopeGuard(order, command.scope);
  if (refused !== undefined) return refused;
  if (command.effects.length === 0) return no.reject('hold-without-effect', 'A hold stops confirming, releasing or shipping.');
  const active = order.holds.find((hold) => hold.active && hold.holdType === command.holdType && sameScope(hold.scope, command.scope));
  if (active !== undefined) return no.reject('hold-already-active', 'That hold is active there already.', { holdId: active.holdId, holdType: active.holdType });
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderHoldApplied', data: { holdId, ...data } });
}

export function resolveHold(command: OrderCommandOf<'ResolveOrderHold'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const hold = order.holds.find(({ holdId }) => holdId === command.holdId);
  if (hold === undefined) return no.reject('hold-not-found', 'The order has no such hold.', { holdId: command.holdId });
  if (!hold.active) return no.reject('hold-already-resolved', 'That hold was resolved before.', { holdId: hold.holdId });
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderHoldResolved', data: { ...data, holdType: hold.holdType } });
}

/** Always possible, whatever the order's state (A27). */
export function comment(command: OrderCommandOf<'AddOrderComment'>, order: Order, context: DecisionContext): Decided {
  const commentId = createdIdOf(context.commandId, 'comment');
  if (order.createdIds.has(commentId)) return accept();
  const { text, visibility } = command;
  if (text.is === 'known' && text.value.trim() === '') return no.reject('comment-empty', 'A comment says something.');
  return accept({ type: 'OrderCommentAdded', data: { commentId, text, visibility } });
}

/** Every named line exists and is named once. */
export function scopeGuard(order: Order, scope: LineScope): no.Rejected | undefined {
  if (scope.kind === 'order') return undefined;
  const named = new Set<string>();
  for (const lineId of scope.lineIds) {
    if (lineOf(order, lineId) === undefined) return no.lineNotFound(lineId);
    if (named.has(lineId)) return no.reject('line-named-twice', 'A line is named once.', { lineId });
    named.add(lineId);
  }
  return named.size > 0 ? undefined : no.reject('scope-empty', 'Name at least one line, or the whole order.');
}

function sameScope(one: OrderHold['scope'], other: LineScope): boolean {
  if (one.kind === 'order' || other.kind === 'order') return one.kind === other.kind;
  return one.lineIds.length === other.lineIds.length && one.lineIds.every((lineId) => other.lineIds.includes(lineId));
}
