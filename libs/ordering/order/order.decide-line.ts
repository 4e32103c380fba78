import { accept, canonicalJson, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import { figuresGuard } from './order.decide-capture.js';
import { scopeGuard } from './order.decide-control.js';
import { chargesTaxedAnew } from './order.decide-tax.js';
import type { Fulfilment, GiftOptions, OrderEvent } from './order.events.js';
import { after, balanceGuard, unshippedGuard } from './order.guards.js';
import { lesseningGuard } from './order.limits.js';
import * as no from './order.rejections.js';
import { lineOf, type Order, type OrderLine } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

const SHIP: Fulfilment = { kind: 'ship' };
const PLAIN: GiftOptions = { wrap: false };

/** Another variant of what was ordered, at its own price; shipped pieces stay what they are (A53). */
export function changeVariant(command: OrderCommandOf<'ChangeOrderLineVariant'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const { lineId, sku, description, parentSku, quote } = command;
  const line = lineOf(order, lineId);
  if (line === undefined) return no.lineNotFound(lineId);
  if (line.replaces !== undefined) return no.lineIsReplacement(lineId);
  if (line.shipped > 0) return no.reject('line-shipped', 'Pieces of the line were shipped: cancel the others, and add a line.', { lineId, open: line.open });
  if (line.open === 0) return no.lineNotOpen(lineId);
  if (sku === line.sku) return no.reject('variant-unchanged', 'The line is of that variant already.', { lineId, sku });
  if (parentSku === undefined || parentSku !== line.parentSku) {
    return no.reject('variant-of-another-product', 'Only another variant of the same product can take its place.', { lineId, sku, parentSku: line.parentSku ?? null });
  }
  const from = { sku: line.sku, description: line.description };
  const event: OrderEvent = { type: 'OrderLineVariantChanged', data: { lineId, from, to: { sku, description, parentSku }, quote, ...chargesTaxedAnew(order, line, quote) } };
  return figuresGuard(line.ordered, quote) ?? balanceGuard(order, event) ?? lesseningGuard(order, after(order, event), command.limits) ?? accept(event);
}

/** Until it has left (A45). */
export function changeGiftOptions(command: OrderCommandOf<'ChangeOrderGiftOptions'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const { scope, gift: to } = command;
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  if (scope.kind === 'line' && line === undefined) return no.lineNotFound(scope.lineId);
  if (line?.open === 0) return no.lineNotOpen(line.lineId);
  const from = (line ?? order).gift ?? PLAIN;
  if (canonicalJson(from) === canonicalJson(to)) return no.reject('gift-options-unchanged', 'It is wrapped like that already.');
  return accept({ type: 'OrderGiftOptionsChanged', data: { scope, from, to } });
}

/** Lines with open pieces; of the whole order, all of them (A56). */
export function changeFulfilment(command: OrderCommandOf<'ChangeOrderFulfilment'>, order: Order, context: DecisionContext): Decided {
  const { scope, fulfilment: to } = command;
  const refused = unshippedGuard(order, context) ?? scopeGuard(order, scope);
  if (refused !== undefined) return refused;
  const named = scope.kind === 'order' ? order.lines.filter((line) => line.open > 0) : order.lines.filter(({ lineId }) => scope.lineIds.includes(lineId));
  const gone = named.find((line) => line.open === 0);
  if (gone !== undefined) return no.lineNotOpen(gone.lineId);
  const fulfilmentOf = (line: OrderLine): Fulfilment => line.fulfilment ?? SHIP;
  const changed = named.filter((line) => canonicalJson(fulfilmentOf(line)) !== canonicalJson(to));
  if (changed.length === 0) return no.reject('fulfilment-unchanged', 'That is how it gets to the customer already.');
  return accept({ type: 'OrderFulfilmentChanged', data: { lines: changed.map((line) => ({ lineId: line.lineId, from: fulfilmentOf(line) })), to } });
}
