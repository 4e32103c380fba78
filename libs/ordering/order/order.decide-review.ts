import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import { alertFact, isEnded, type Order } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** A flagged order stays flagged as it was: flagging it again adds nothing (A34). */
export function flag(command: OrderCommandOf<'FlagOrder'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  if (order.flag !== undefined) return accept();
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderFlagged', data });
}

export function unflag(command: OrderCommandOf<'UnflagOrder'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  if (order.flag === undefined) return accept();
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderUnflagged', data });
}

/** Whoever finds something raises it, whoever holds the lock; the same finding told again adds nothing (A35). */
export function raiseAlert(command: OrderCommandOf<'RaiseOrderAlert'>, order: Order, context: DecisionContext): Decided {
  const alertId = createdIdOf(context.commandId, 'alert');
  if (order.createdIds.has(alertId)) return accept();
  const { type: _type, ...data } = command;
  if (data.externalId !== undefined && order.externalIds.has(alertFact(data.externalId))) return accept();
  return isEnded(order) ? no.ended(order.status) : accept({ type: 'OrderAlertRaised', data: { alertId, ...data } });
}

/** Each named alert is there and uncleared (A35); who may clear which type was looked up before. */
export function clearAlerts(command: OrderCommandOf<'ClearOrderAlerts'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const { type: _type, ...data } = command;
  const named = new Set<string>();
  for (const alertId of data.alertIds) {
    const alert = order.alerts.find((each) => each.alertId === alertId);
    if (alert === undefined) return no.reject('alert-not-found', 'The order has no such alert.', { alertId });
    if (alert.cleared) return no.reject('alert-already-cleared', 'That alert was cleared before.', { alertId });
    if (named.has(alertId)) return no.reject('alert-named-twice', 'An alert is named once.', { alertId });
    named.add(alertId);
  }
  return named.size > 0 ? accept({ type: 'OrderAlertsCleared', data }) : no.reject('alerts-not-named', 'Name at least one alert.');
}
