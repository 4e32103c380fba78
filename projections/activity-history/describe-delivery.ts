import type { AppointmentScope, OrderEventOf, Slot } from '#ordering';
import { amount, fact, lineName, note, quantities, said, type Described, type Surroundings } from './wording.js';

type DeliveryEvent = OrderEventOf<
  | 'OrderShipmentExceptionRecorded'
  | 'OrderDeliveryStopRequested'
  | 'OrderDeliveryStopConfirmed'
  | 'OrderDeliveryStopRefused'
  | 'OrderAppointmentArranged'
  | 'OrderAppointmentRescheduled'
>;

export function describeDelivery(event: DeliveryEvent, around: Surroundings): Described {
  switch (event.type) {
    case 'OrderShipmentExceptionRecorded': {
      const { exceptionCode, expectedOn, externalId } = event.data;
      return said(`Delivery exception: ${exceptionCode}`, fact('Expected on', expectedOn), fact('Report', externalId), note(event.data.note));
    }
    case 'OrderDeliveryStopRequested':
      return said('Carrier asked to stop the delivery', fact('Reason', event.data.reasonCode), note(event.data.note));
    case 'OrderDeliveryStopConfirmed': {
      const { lines, externalId } = event.data;
      const credited = lines.reduce((sum, { creditedMinor }) => sum + creditedMinor, 0);
      return said('Delivery stopped', fact('Pieces', quantities(lines, around) || undefined), fact('Credited', amount(credited, around)), fact('Answer', externalId));
    }
    case 'OrderDeliveryStopRefused':
      return said('Delivery stop refused by the carrier', fact('Reason', event.data.reasonCode), fact('Answer', event.data.externalId));
    case 'OrderAppointmentArranged': {
      const { scope, service, slot } = event.data;
      return said(`Appointment for ${service} agreed`, fact('For', subjectOf(scope, around)), fact('At', slotText(slot)));
    }
    case 'OrderAppointmentRescheduled': {
      const { from, to, reasonCode } = event.data;
      return said('Appointment moved', [{ label: 'At', from: slotText(from), to: slotText(to) }], fact('Reason', reasonCode));
    }
  }
}

const subjectOf = (scope: AppointmentScope, around: Surroundings): string => (scope.kind === 'line' ? lineName(scope.lineId, around) : 'a shipment');

const slotText = ({ startsAt, endsAt }: Slot): string => `${startsAt} – ${endsAt}`;
