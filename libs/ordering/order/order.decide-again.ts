import { accept, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { lockGuard } from './order.guards.js';
import { ORDER_LIFECYCLE } from './order.lifecycle.js';
import * as no from './order.rejections.js';
import type { Order } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** A similar order is made of one that was confirmed (A59). */
export function copy({ status }: Order): Decided {
  return ORDER_LIFECYCLE.CopyOrder.includes(status) ? accept() : no.notConfirmedToCopy(status);
}

/** Into the cart of a customer who has one (A24); of an order that another has locked, only after taking over (A23). */
export function reorder(order: Order, context: DecisionContext): Decided {
  const refused = lockGuard(order, context);
  if (refused !== undefined) return refused;
  return order.customer.kind === 'guest' ? no.reject('customer-is-a-guest', 'A guest has no cart: copy the order, or register the guest.') : accept();
}

/** The copy is there, whatever became of this order meanwhile; told once. */
export function recordCopy({ copyOrderId, copyOrderNumber }: OrderCommandOf<'RecordCopy'>, order: Order): Decided {
  return order.createdIds.has(copyOrderId) ? accept() : accept({ type: 'OrderCopied', data: { copyOrderId, copyOrderNumber } });
}

export function recordReorder({ reorderId, cartId, items }: OrderCommandOf<'RecordReorder'>, order: Order): Decided {
  return order.createdIds.has(reorderId) ? accept() : accept({ type: 'OrderReordered', data: { reorderId, cartId, items } });
}
