import { accept, isAmount, type Decision, type DecisionContext, type MinorUnits } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { isQuantity, lockGuard, MAX_QUANTITY, releasedLock } from './order.guards.js';
import * as no from './order.rejections.js';
import { reinstateUntil } from './order.decide-reinstate.js';
import { anythingShipped, isEnded, lineOf, type Order, type OrderLine } from './order.state.js';
import { cancelCredit, creditableBalance } from './order.credits.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** From any state in which nothing has shipped, suspended or held or not; another's lock refuses (A25). */
export function cancelOrder(command: OrderCommandOf<'CancelOrder'>, order: Order, context: DecisionContext): Decided {
  const refused = cancelGuard(order, context);
  if (refused !== undefined) return refused;
  const { type: _type, ...data } = command;
  const lines = order.lines.filter((line) => line.open > 0).map(({ lineId, open }) => ({ lineId, quantity: open }));
  return accept<OrderEvent>(...releasedLock(order, context), { type: 'OrderCancelled', data: { ...data, lines, reinstateUntil: reinstateUntil(context.now) } });
}

/** Open pieces only; the credit is the line's share, and never more than the order still comes to (A25, A55). */
export function cancelLine(command: OrderCommandOf<'CancelOrderLine'>, order: Order, context: DecisionContext): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const refused = lockGuard(order, context);
  if (refused !== undefined) return refused;
  const { lineId, quantity, reasonCode, note } = command;
  const line = lineOf(order, lineId);
  if (line === undefined) return no.lineNotFound(lineId);
  if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
  if (line.open === 0 && line.shipped > 0) return no.alreadyShipped(order.status);
  if (quantity > line.open) return no.exceeds('quantity-exceeds-open', lineId, quantity, line.open);
  const creditedMinor = command.creditedMinor ?? ownCredit(order, line, quantity);
  if (!isAmount(creditedMinor) || creditedMinor < 0) return no.amountOutOfRange();
  const balance = creditableBalance(order);
  if (creditedMinor > balance) return no.creditExceeds(creditedMinor, balance, order.currency);
  const cancelled: OrderEvent = { type: 'OrderLineCancelled', data: { lineId, quantity, reasonCode, creditedMinor, ...(note && { note }) } };
  return accept<OrderEvent>(...(isLast(order, line, quantity) ? releasedLock(order, context) : []), cancelled);
}

function cancelGuard(order: Order, context: DecisionContext): no.Rejected | undefined {
  if (isEnded(order)) return no.ended(order.status);
  if (anythingShipped(order)) return no.alreadyShipped(order.status);
  return lockGuard(order, context);
}

/** With the last open pieces of an order that never shipped, everything is credited, charges too. */
function ownCredit(order: Order, line: OrderLine, quantity: number): MinorUnits {
  const balance = creditableBalance(order);
  if (line.replaces !== undefined) return 0;
  return isLast(order, line, quantity) ? balance : Math.min(cancelCredit(order, line, quantity), balance);
}

const isLast = (order: Order, line: OrderLine, quantity: number): boolean =>
  !anythingShipped(order) && order.lines.every((other) => other.open === (other.lineId === line.lineId ? quantity : 0));
