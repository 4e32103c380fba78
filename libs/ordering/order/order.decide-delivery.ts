import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import type { StoppedLine } from './order.fulfilment-events.js';
import * as no from './order.rejections.js';
import { exceptionFact, lineOf, shipmentOf, stopFact, type DeliveryStop, type Order, type OrderShipment } from './order.state.js';
import { creditableBalance, returnCredit } from './order.credits.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** What delays a parcel is recorded whatever state the order is in, until the parcel has arrived (A41). */
export function recordException(command: OrderCommandOf<'RecordShipmentException'>, order: Order, context: DecisionContext): Decided {
  const exceptionId = createdIdOf(context.commandId, 'exception');
  if (order.createdIds.has(exceptionId)) return accept();
  const { type: _type, ...data } = command;
  const shipment = shipmentOf(order, data.shipmentId);
  if (shipment === undefined) return no.shipmentNotFound(data.shipmentId);
  if (order.externalIds.has(exceptionFact(data.externalId))) {
    const known = shipment.exceptions?.find(({ externalId }) => externalId === data.externalId);
    return known?.exceptionCode === data.exceptionCode && known.expectedOn === data.expectedOn ? accept() : no.alreadyRecorded(data.externalId);
  }
  return arrivedGuard(shipment) ?? accept({ type: 'OrderShipmentExceptionRecorded', data: { exceptionId, ...data } });
}

/** What has left cannot be cancelled; the carrier can be asked to turn round (A26). A suspicion is no reason to wait. */
export function requestStop(command: OrderCommandOf<'RequestDeliveryStop'>, order: Order, context: DecisionContext): Decided {
  const stopId = createdIdOf(context.commandId, 'stop');
  if (order.createdIds.has(stopId)) return accept();
  const { type: _type, ...data } = command;
  const shipment = shipmentOf(order, data.shipmentId);
  if (shipment === undefined) return no.shipmentNotFound(data.shipmentId);
  const refused = arrivedGuard(shipment);
  if (refused !== undefined) return refused;
  if (shipment.stop?.outcome === 'open') return no.reject('delivery-stop-already-requested', 'The carrier was asked before and has not answered yet.', { shipmentId: data.shipmentId });
  return accept({ type: 'OrderDeliveryStopRequested', data: { stopId, ...data } });
}

/** The pieces count as returned, and are credited unless they were replaced meanwhile (A26, A6.1). */
export function confirmStop(command: OrderCommandOf<'ConfirmDeliveryStop'>, order: Order): Decided {
  const asked = openStop(command, order, 'confirmed');
  if (asked.kind === 'decided') return asked.decision;
  const { shipment, stop } = asked;
  if (shipment.delivered) return no.shipmentDelivered(shipment.shipmentId);
  const { shipmentId, externalId } = command;
  return accept({ type: 'OrderDeliveryStopConfirmed', data: { stopId: stop.stopId, shipmentId, externalId, lines: stoppedLines(order, shipment) } });
}

export function refuseStop(command: OrderCommandOf<'RefuseDeliveryStop'>, order: Order): Decided {
  const asked = openStop(command, order, 'refused');
  if (asked.kind === 'decided') return asked.decision;
  const { shipmentId, externalId, reasonCode } = command;
  return accept({ type: 'OrderDeliveryStopRefused', data: { stopId: asked.stop.stopId, shipmentId, externalId, reasonCode } });
}

type Asked = { readonly kind: 'open'; readonly shipment: OrderShipment; readonly stop: DeliveryStop } | { readonly kind: 'decided'; readonly decision: Decided };

/** An answer needs a question; the same answer told again adds nothing. */
function openStop({ shipmentId, externalId }: { readonly shipmentId: string; readonly externalId: string }, order: Order, outcome: DeliveryStop['outcome']): Asked {
  const shipment = shipmentOf(order, shipmentId);
  if (shipment === undefined) return { kind: 'decided', decision: no.shipmentNotFound(shipmentId) };
  const { stop } = shipment;
  if (order.externalIds.has(stopFact(externalId))) return { kind: 'decided', decision: stop?.outcome === outcome ? accept() : no.alreadyRecorded(externalId) };
  if (stop?.outcome === 'open') return { kind: 'open', shipment, stop };
  return { kind: 'decided', decision: no.reject('delivery-stop-not-requested', 'Nobody asked the carrier to stop that shipment, or it was answered.', { shipmentId }) };
}

function arrivedGuard({ shipmentId, delivered, stop }: OrderShipment): no.Rejected | undefined {
  if (delivered) return no.shipmentDelivered(shipmentId);
  return stop?.outcome === 'confirmed' ? no.deliveryStopped(shipmentId) : undefined;
}

/** Pieces that came back before do not come back again; all credits together stay within what the order comes to. */
function stoppedLines(order: Order, shipment: OrderShipment): readonly StoppedLine[] {
  let balance = creditableBalance(order);
  const stopped: StoppedLine[] = [];
  for (const { lineId, quantity } of shipment.lines) {
    const line = lineOf(order, lineId);
    const back = line === undefined ? 0 : Math.min(quantity, line.shipped - line.returned);
    if (line === undefined || back < 1) continue;
    const paid = Math.min(back, Math.max(line.shipped - line.returned - line.reshipped, 0));
    const creditedMinor = Math.min(returnCredit(order, line, paid), balance);
    balance -= creditedMinor;
    stopped.push({ lineId, quantity: back, creditedMinor });
  }
  return stopped;
}
