import { accept, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { lockGuard, releasedLock } from './order.guards.js';
import * as no from './order.rejections.js';
import type { Order } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** The order in progress is saved as pending when its call is parked, and its lock let go (A30). */
export function park({ callId }: OrderCommandOf<'ParkOrder'>, order: Order, context: DecisionContext): Decided {
  return leave('A30', callId, order, context, { type: 'OrderParked', data: { callId, agentId: context.actor.id } });
}

/** Saved as pending and given to another agent (A31). That the agent is active was looked up before. */
export function transfer({ callId, toAgentId }: OrderCommandOf<'TransferOrder'>, order: Order, context: DecisionContext): Decided {
  return leave('A31', callId, order, context, { type: 'OrderTransferred', data: { callId, fromAgentId: context.actor.id, toAgentId } });
}

/** A call leaves an order once, so its id says whether that was done. */
function leave(rule: string, callId: string, order: Order, context: DecisionContext, event: OrderEvent): Decided {
  if (order.status !== 'pending') return no.notPendingInCall(rule, order.status);
  if (order.createdIds.has(callId)) return accept();
  return lockGuard(order, context) ?? accept(event, ...releasedLock(order, context));
}
