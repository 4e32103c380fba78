import { accept, createdIdOf, isAmount, isCurrency, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { LineQuote, OrderEvent } from './order.events.js';
import { chargesTaxedAnew } from './order.decide-tax.js';
import { coverGuard } from './order.decide-payment.js';
import { after, balanceGuard, isQuantity, lockGuard, MAX_QUANTITY, modifyGuard, progressGuard, releasedLock, unshippedGuard } from './order.guards.js';
import { lesseningGuard } from './order.limits.js';
import * as no from './order.rejections.js';
import { anythingShipped, holdsOnLine, lineOf, type Order, type OrderLine } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

export function createOrder(command: OrderCommandOf<'CreateOrder'>): Decided {
  const { type: _type, ...data } = command;
  if (!isCurrency(data.currency)) return no.reject('currency-unknown', `Docket does not trade in ${data.currency}.`, { currency: data.currency });
  return accept({ type: 'OrderCreated', data: { ...data, paymentTerms: 'on-account' } });
}

export function addLine(command: OrderCommandOf<'AddOrderLine'>, order: Order, context: DecisionContext): Decided {
  const lineId = createdIdOf(context.commandId, 'line');
  if (order.createdIds.has(lineId)) return accept();
  const refused = unshippedGuard(order, context) ?? figuresGuard(command.quantity, command.quote);
  if (refused !== undefined) return refused;
  const { type: _type, ...line } = command;
  const event: OrderEvent = { type: 'OrderLineAdded', data: { lineId, ...line } };
  return balanceGuard(order, event) ?? accept(event);
}

/**
 * `quantity`: the pieces wanted now, shipped ones included and cancelled ones not. Priced anew (A48), unless pieces have
 * left: what was agreed for them stands (A46), and the others are of the same line.
 */
export function changeQuantity(command: OrderCommandOf<'ChangeOrderLineQuantity'>, order: Order, context: DecisionContext): Decided {
  const { lineId, quantity } = command;
  const line = lineOf(order, lineId);
  const quote = line !== undefined && line.shipped > 0 ? line.quote : command.quote;
  const refused = unshippedGuard(order, context) ?? figuresGuard(quantity, quote);
  if (refused !== undefined) return refused;
  if (line === undefined) return no.lineNotFound(lineId);
  if (line.replaces !== undefined) return no.lineIsReplacement(lineId);
  if (quantity < line.shipped) return no.reject('line-shipped', 'Pieces of the line that were shipped stay on it.', { lineId, least: line.shipped });
  const from = line.ordered - line.cancelled;
  if (quantity === from) return no.reject('quantity-unchanged', 'The line has that quantity already.', { lineId, quantity });
  const event: OrderEvent = { type: 'OrderLineQuantityChanged', data: { lineId, from, to: quantity, quote, ...chargesTaxedAnew(order, line, quote) } };
  return balanceGuard(order, event) ?? lesseningGuard(order, after(order, event), command.limits) ?? accept(event);
}

export function removeLine(command: OrderCommandOf<'RemoveOrderLine'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const line = lineOf(order, command.lineId);
  if (line === undefined) return no.lineNotFound(command.lineId);
  if (line.replaces !== undefined) return no.lineIsReplacement(line.lineId);
  if (line.shipped > 0) return no.reject('line-shipped', 'Pieces of the line were shipped: cancel the others.', { lineId: line.lineId, open: line.open });
  if (order.status !== 'pending' && line.open > 0 && endsWithout(order, line)) return no.reject('order-empty', 'The last open line of a placed order is cancelled, not removed.');
  const holds = holdsOnLine(order, line.lineId);
  if (holds.length > 0) return no.lineOnHold(line.lineId, holds);
  const event: OrderEvent = { type: 'OrderLineRemoved', data: { lineId: line.lineId, quantity: line.ordered } };
  return balanceGuard(order, event) ?? lesseningGuard(order, after(order, event), command.limits) ?? accept(event);
}

/** Nothing would be left to send of an order of which nothing was sent: it would end with what was charged on it. */
const endsWithout = (order: Order, { lineId }: OrderLine): boolean => !anythingShipped(order) && order.lines.every((other) => other.open === 0 || other.lineId === lineId);

/** As it was, for what it cost; wherever the order stands, since it was part of it (D11). */
export function restoreLine({ lineId }: OrderCommandOf<'RestoreOrderLine'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const removed = order.removedLines?.find((each) => each.lineId === lineId);
  if (removed === undefined) return no.reject('line-not-removed', 'No such line was removed from the order.', { lineId });
  if (removed.country !== order.shipTo.country) {
    return no.reject('line-taxed-elsewhere', 'The order goes to another country since: add the line anew, at the taxes there.', { lineId, country: removed.country });
  }
  const event: OrderEvent = { type: 'OrderLineRestored', data: { lineId, quantity: removed.line.ordered } };
  return balanceGuard(order, event) ?? accept(event);
}

/** Placing the order lets its lock go (C1). Without payment methods it is paid on account (settled 4.1). */
export function submit(order: Order, context: DecisionContext): Decided {
  if (order.status !== 'pending') return no.notPending(order.status);
  const refused = order.suspended ? no.suspended() : lockGuard(order, context);
  if (refused !== undefined) return refused;
  if (order.lines.length + order.charges.length === 0) return no.reject('order-empty', 'An order needs at least one line before it is submitted.');
  return coverGuard(order) ?? accept<OrderEvent>(...releasedLock(order, context), { type: 'OrderSubmitted', data: {} });
}

export function confirm(order: Order): Decided {
  if (order.status !== 'submitted') return no.reject('order-not-submitted', `Only a submitted order is confirmed; this one is ${order.status}.`, { status: order.status });
  return progressGuard(order, 'confirm') ?? accept({ type: 'OrderConfirmed', data: {} });
}

export function release(order: Order): Decided {
  if (order.status !== 'confirmed') return no.reject('order-not-confirmed', `Only a confirmed order is released; this one is ${order.status}.`, { status: order.status });
  return progressGuard(order, 'release') ?? accept({ type: 'OrderReleased', data: {} });
}

/** Pending only, and not while another holds the lock (A28). */
export function voidOrder(command: OrderCommandOf<'VoidOrder'>, order: Order, context: DecisionContext): Decided {
  if (order.status !== 'pending') return no.notPending(order.status);
  const { reasonCode } = command;
  return lockGuard(order, context) ?? accept<OrderEvent>(...releasedLock(order, context), { type: 'OrderVoided', data: { reasonCode } });
}

export function figuresGuard(quantity: number, quote: LineQuote): no.Rejected | undefined {
  if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
  const priced = isAmount(quote.unitPriceMinor) && quote.unitPriceMinor >= 0 && isAmount(quote.unitPriceMinor * quantity);
  return priced && isTaxRate(quote.taxBasisPoints) ? undefined : no.amountOutOfRange();
}

export const isTaxRate = (basisPoints: number): boolean => Number.isInteger(basisPoints) && basisPoints >= 0 && basisPoints <= 10_000;
