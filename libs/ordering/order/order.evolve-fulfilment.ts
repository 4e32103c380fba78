import type { OrderEventOf } from './order.events.js';
import { heard, exceptionFact, remember, stopFact, type Order, type OrderShipment } from './order.state.js';

export type FulfilmentEvent = OrderEventOf<
  | 'OrderShipmentExceptionRecorded'
  | 'OrderDeliveryStopRequested'
  | 'OrderDeliveryStopConfirmed'
  | 'OrderDeliveryStopRefused'
  | 'OrderAppointmentArranged'
  | 'OrderAppointmentRescheduled'
>;

/** Parcels on their way, and appointments. The status that follows from it is the caller's to settle. */
export function evolveFulfilment(order: Order, event: FulfilmentEvent): Order {
  switch (event.type) {
    case 'OrderShipmentExceptionRecorded': {
      const { exceptionId, shipmentId, externalId, exceptionCode, expectedOn } = event.data;
      const exception = { externalId, exceptionCode, ...(expectedOn !== undefined && { expectedOn }) };
      const reported = onShipment(order, shipmentId, (shipment) => ({ ...shipment, exceptions: [...(shipment.exceptions ?? []), exception] }));
      return heard(remember(reported, exceptionId), exceptionFact(externalId));
    }
    case 'OrderDeliveryStopRequested': {
      const { stopId, shipmentId } = event.data;
      return remember(onShipment(order, shipmentId, (shipment) => ({ ...shipment, stop: { stopId, outcome: 'open' } })), stopId);
    }
    case 'OrderDeliveryStopConfirmed': {
      const { stopId, shipmentId, externalId, lines } = event.data;
      const stopped = onShipment(order, shipmentId, (shipment) => ({ ...shipment, stop: { stopId, outcome: 'confirmed' } }));
      const back = stopped.lines.map((line) => {
        const part = lines.find(({ lineId }) => lineId === line.lineId);
        return part === undefined ? line : { ...line, returned: line.returned + part.quantity, returnedMinor: line.returnedMinor + part.creditedMinor };
      });
      return heard({ ...stopped, lines: back }, stopFact(externalId));
    }
    case 'OrderDeliveryStopRefused': {
      const { stopId, shipmentId, externalId } = event.data;
      return heard(onShipment(order, shipmentId, (shipment) => ({ ...shipment, stop: { stopId, outcome: 'refused' } })), stopFact(externalId));
    }
    case 'OrderAppointmentArranged':
      return remember({ ...order, appointments: [...order.appointments, event.data] }, event.data.appointmentId);
    case 'OrderAppointmentRescheduled': {
      const { appointmentId, to } = event.data;
      return { ...order, appointments: order.appointments.map((appointment) => (appointment.appointmentId === appointmentId ? { ...appointment, slot: to } : appointment)) };
    }
  }
}

function onShipment(order: Order, shipmentId: string, change: (shipment: OrderShipment) => OrderShipment): Order {
  return { ...order, shipments: order.shipments.map((shipment) => (shipment.shipmentId === shipmentId ? change(shipment) : shipment)) };
}
