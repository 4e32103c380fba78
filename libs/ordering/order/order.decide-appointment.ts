import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import type { AppointmentScope, AppointmentService, Slot } from './order.fulfilment-events.js';
import { modifyGuard } from './order.guards.js';
import * as no from './order.rejections.js';
import { lineOf, shipmentOf, type Order } from './order.state.js';

/** Milliseconds: nobody waits at home for longer. */
const LONGEST_SLOT = 24 * 3_600_000;

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** A line or a shipment has at most one appointment for a service (A56, A58). */
export function arrangeAppointment(command: OrderCommandOf<'ArrangeOrderAppointment'>, order: Order, context: DecisionContext): Decided {
  const appointmentId = createdIdOf(context.commandId, 'appointment');
  if (order.createdIds.has(appointmentId)) return accept();
  const { scope, service, slot } = command;
  const refused = modifyGuard(order, context) ?? scopeGuard(order, scope) ?? pickupGuard(order, scope, service) ?? slotGuard(slot, context);
  if (refused !== undefined) return refused;
  const known = order.appointments.find((appointment) => appointment.service === service && sameScope(appointment.scope, scope));
  if (known !== undefined) return no.reject('appointment-exists', 'There is one already: reschedule it.', { appointmentId: known.appointmentId });
  return accept({ type: 'OrderAppointmentArranged', data: { appointmentId, scope, service, slot } });
}

/** Only one that exists and has not begun, to another time that is still to come (A58). */
export function rescheduleAppointment(command: OrderCommandOf<'RescheduleOrderAppointment'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { appointmentId, slot, reasonCode } = command;
  const appointment = order.appointments.find((each) => each.appointmentId === appointmentId);
  if (appointment === undefined) return no.reject('appointment-not-found', 'The order has no such appointment.', { appointmentId });
  const from = appointment.slot;
  if (from.startsAt <= context.now) return no.reject('appointment-past', 'It has begun, or is over.', { appointmentId, startsAt: from.startsAt });
  const wrong = slotGuard(slot, context) ?? arrivedGuard(order, appointment.scope);
  if (wrong !== undefined) return wrong;
  if (slot.startsAt === from.startsAt && slot.endsAt === from.endsAt) return no.reject('slot-unchanged', 'The appointment is at that time already.', { appointmentId });
  return accept({ type: 'OrderAppointmentRescheduled', data: { appointmentId, from, to: slot, reasonCode } });
}

function scopeGuard(order: Order, scope: AppointmentScope): no.Rejected | undefined {
  if (scope.kind === 'line') return lineOf(order, scope.lineId) === undefined ? no.lineNotFound(scope.lineId) : undefined;
  return shipmentOf(order, scope.shipmentId) === undefined ? no.shipmentNotFound(scope.shipmentId) : arrivedGuard(order, scope);
}

/** Nothing is delivered of what the customer fetches (A56). */
function pickupGuard(order: Order, scope: AppointmentScope, service: AppointmentService): no.Rejected | undefined {
  const line = scope.kind === 'line' && service === 'delivery' ? lineOf(order, scope.lineId) : undefined;
  return line?.fulfilment?.kind === 'pickup' ? no.reject('line-picked-up', 'The customer fetches the line at a store: nothing is delivered.', { lineId: line.lineId, storeCode: line.fulfilment.storeCode }) : undefined;
}

/** What has arrived, or turned round, needs no appointment. */
function arrivedGuard(order: Order, scope: AppointmentScope): no.Rejected | undefined {
  const shipment = scope.kind === 'shipment' ? shipmentOf(order, scope.shipmentId) : undefined;
  if (shipment?.delivered === true) return no.shipmentDelivered(shipment.shipmentId);
  return shipment?.stop?.outcome === 'confirmed' ? no.deliveryStopped(shipment.shipmentId) : undefined;
}

function slotGuard({ startsAt, endsAt }: Slot, { now }: DecisionContext): no.Rejected | undefined {
  if (startsAt < endsAt && startsAt > now && Date.parse(endsAt) - Date.parse(startsAt) <= LONGEST_SLOT) return undefined;
  return no.reject('slot-out-of-range', 'An appointment begins later than now, ends after it began, and is over within a day.', { startsAt, endsAt });
}

const sameScope = (one: AppointmentScope, other: AppointmentScope): boolean =>
  one.kind === 'line' ? other.kind === 'line' && one.lineId === other.lineId : other.kind === 'shipment' && one.shipmentId === other.shipmentId;
