import type { OrderEvent, OrderEventOf } from '#ordering';
import type { DeliveryStopView, OrderDetails, ShipmentView, Trace } from './order-details.types.js';
import { settled } from './order-lines.fold.js';
import { textOf } from './personal-text.js';

const TYPES = [
  'OrderShipmentExceptionRecorded',
  'OrderDeliveryStopRequested',
  'OrderDeliveryStopConfirmed',
  'OrderDeliveryStopRefused',
  'OrderAppointmentArranged',
  'OrderAppointmentRescheduled',
] as const;

type DeliveryEvent = OrderEventOf<(typeof TYPES)[number]>;

export const isDeliveryEvent = (event: OrderEvent): event is DeliveryEvent => (TYPES as readonly string[]).includes(event.type);

/** What happens to parcels on their way, and appointments for them (A26, A41, A58). */
export function foldDelivery(details: OrderDetails, event: DeliveryEvent, trace: Trace): OrderDetails {
  switch (event.type) {
    case 'OrderShipmentExceptionRecorded': {
      const { shipmentId, note, ...data } = event.data;
      const exception = { ...trace, ...data, ...(note && { note: textOf(note) }) };
      return onShipment(details, shipmentId, (shipment) => ({
        ...shipment,
        ...(data.expectedOn !== undefined && { expectedOn: data.expectedOn }),
        exceptions: [...(shipment.exceptions ?? []), exception],
      }));
    }
    case 'OrderDeliveryStopRequested': {
      const { stopId, shipmentId, reasonCode, note } = event.data;
      const stop: DeliveryStopView = { stopId, reasonCode, ...(note && { note: textOf(note) }), requested: trace };
      return onShipment(details, shipmentId, (shipment) => ({ ...shipment, stops: [...(shipment.stops ?? []), stop] }));
    }
    case 'OrderDeliveryStopConfirmed': {
      const { stopId, shipmentId, externalId, lines } = event.data;
      const answered = onStop(details, shipmentId, stopId, (stop) => ({ ...stop, confirmed: { ...trace, externalId, lines } }));
      const back = answered.lines.map((line) => {
        const part = lines.find(({ lineId }) => lineId === line.lineId);
        return part === undefined ? line : { ...line, returned: line.returned + part.quantity, returnedMinor: line.returnedMinor + part.creditedMinor };
      });
      return settled({ ...answered, lines: back });
    }
    case 'OrderDeliveryStopRefused': {
      const { stopId, shipmentId, externalId, reasonCode } = event.data;
      return onStop(details, shipmentId, stopId, (stop) => ({ ...stop, refused: { ...trace, externalId, reasonCode } }));
    }
    case 'OrderAppointmentArranged':
      return { ...details, appointments: [...details.appointments, { ...event.data, arranged: trace }] };
    case 'OrderAppointmentRescheduled': {
      const { appointmentId, from, to, reasonCode } = event.data;
      const moved = { slot: to, rescheduled: { ...trace, from, reasonCode } };
      return { ...details, appointments: details.appointments.map((appointment) => (appointment.appointmentId === appointmentId ? { ...appointment, ...moved } : appointment)) };
    }
  }
}

function onShipment(details: OrderDetails, shipmentId: string, change: (shipment: ShipmentView) => ShipmentView): OrderDetails {
  return { ...details, shipments: details.shipments.map((shipment) => (shipment.shipmentId === shipmentId ? change(shipment) : shipment)) };
}

function onStop(details: OrderDetails, shipmentId: string, stopId: string, change: (stop: DeliveryStopView) => DeliveryStopView): OrderDetails {
  return onShipment(details, shipmentId, (shipment) => ({ ...shipment, stops: (shipment.stops ?? []).map((stop) => (stop.stopId === stopId ? change(stop) : stop)) }));
}
