import { accept, createdIdOf, isAmount, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { LineQuantity, OrderEvent } from './order.events.js';
import { isQuantity, MAX_QUANTITY, progressGuard } from './order.guards.js';
import * as no from './order.rejections.js';
import { deliveryFact, isEnded, lineOf, returnFact, shipmentFact, shipmentOf, type Order, type OrderStatus } from './order.state.js';
import { creditableBalance } from './order.credits.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

const SHIPPABLE: readonly OrderStatus[] = ['released', 'partially-shipped', 'shipped', 'delivered'];

/** Only released orders ship, line by line, and not past a hold (C4, A50). The same fact told again adds nothing. */
export function recordShipment(command: OrderCommandOf<'RecordShipment'>, order: Order, context: DecisionContext): Decided {
  const shipmentId = createdIdOf(context.commandId, 'shipment');
  if (order.createdIds.has(shipmentId)) return accept();
  const { externalId, lines } = command;
  if (order.externalIds.has(shipmentFact(externalId))) {
    const known = order.shipments.find((shipment) => shipment.externalId === externalId);
    return known !== undefined && sameLines(known.lines, lines) ? accept() : no.alreadyRecorded(externalId);
  }
  const refused = progressGuard(order, 'ship', lines.map(({ lineId }) => lineId)) ?? shippableGuard(order) ?? openGuard(order, lines);
  if (refused !== undefined) return refused;
  const { type: _type, ...data } = command;
  return accept({ type: 'OrderShipmentRecorded', data: { shipmentId, ...data } });
}

/** What the carrier says has happened is recorded even while the order is suspended (A41). */
export function recordDelivery(command: OrderCommandOf<'RecordDelivery'>, order: Order): Decided {
  const { shipmentId, externalId } = command;
  const shipment = shipmentOf(order, shipmentId);
  if (shipment === undefined) return no.shipmentNotFound(shipmentId);
  if (order.externalIds.has(deliveryFact(externalId))) return shipment.delivered ? accept() : no.alreadyRecorded(externalId);
  if (shipment.delivered) return no.shipmentDelivered(shipmentId);
  if (shipment.stop?.outcome === 'confirmed') return no.deliveryStopped(shipmentId);
  return accept({ type: 'OrderDeliveryRecorded', data: { shipmentId, externalId } });
}

/** Shipped pieces come back once, and never bring more money back than the order still comes to (C4, A55). */
export function recordReturn(command: OrderCommandOf<'RecordReturn'>, order: Order, context: DecisionContext): Decided {
  const returnId = createdIdOf(context.commandId, 'return');
  if (order.createdIds.has(returnId)) return accept();
  if (isEnded(order)) return no.ended(order.status);
  const { externalId, lineId, quantity, creditedMinor } = command;
  if (order.externalIds.has(returnFact(externalId))) return no.alreadyRecorded(externalId);
  const line = lineOf(order, lineId);
  if (line === undefined) return no.lineNotFound(lineId);
  if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
  const returnable = line.shipped - line.returned;
  if (quantity > returnable) return no.exceeds('quantity-exceeds-returnable', lineId, quantity, returnable);
  if (!isAmount(creditedMinor) || creditedMinor < 0) return no.amountOutOfRange();
  const balance = creditableBalance(order);
  if (creditedMinor > balance) return no.creditExceeds(creditedMinor, balance, order.currency);
  return accept({ type: 'OrderReturnRecorded', data: { returnId, lineId, quantity, creditedMinor, externalId } });
}

function shippableGuard(order: Order): no.Rejected | undefined {
  if (SHIPPABLE.includes(order.status)) return undefined;
  return no.reject('order-not-released', `Only a released order ships; this one is ${order.status}.`, { status: order.status });
}

function openGuard(order: Order, lines: readonly LineQuantity[]): no.Rejected | undefined {
  const named = new Set<string>();
  for (const { lineId, quantity } of lines) {
    const line = lineOf(order, lineId);
    if (line === undefined) return no.lineNotFound(lineId);
    if (named.has(lineId)) return no.reject('line-named-twice', 'A line is named once.', { lineId });
    named.add(lineId);
    if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
    if (quantity > line.open) return no.exceeds('quantity-exceeds-open', lineId, quantity, line.open);
  }
  return named.size > 0 ? undefined : no.reject('scope-empty', 'A shipment names at least one line.');
}

function sameLines(one: readonly LineQuantity[], other: readonly LineQuantity[]): boolean {
  return one.length === other.length && one.every(({ lineId, quantity }) => other.some((line) => line.lineId === lineId && line.quantity === quantity));
}
