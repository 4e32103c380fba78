import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { isQuantity, MAX_QUANTITY } from './order.guards.js';
import * as no from './order.rejections.js';
import { isEnded, lineOf, type Order } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Pieces that were shipped and neither came back nor were replaced before go out again, free of charge (A42). */
export function reship(command: OrderCommandOf<'ReshipOrder'>, order: Order, context: DecisionContext): Decided {
  const reshipmentId = createdIdOf(context.commandId, 'reshipment');
  if (order.createdIds.has(reshipmentId)) return accept();
  if (isEnded(order)) return no.ended(order.status);
  if (order.suspended) return no.suspended();
  const { lineId, quantity, reasonCode } = command;
  const line = lineOf(order, lineId);
  if (line === undefined) return no.lineNotFound(lineId);
  if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
  const left = line.shipped - line.returned - line.reshipped;
  if (quantity > left) return no.exceeds('quantity-exceeds-reshippable', lineId, quantity, left);
  const newLineId = createdIdOf(context.commandId, 'line');
  return accept({ type: 'OrderReshipped', data: { reshipmentId, lineId, newLineId, quantity, reasonCode } });
}
