import type { MinorUnits, Personal } from '#kernel';

/** A line whose pieces never reached the customer, and what is credited for them, tax included. */
export interface StoppedLine {
  readonly lineId: string;
  readonly quantity: number;
  readonly creditedMinor: MinorUnits;
}

/** Something that somebody comes to the customer for: with a line, or with a shipment. */
export type AppointmentScope = { readonly kind: 'line'; readonly lineId: string } | { readonly kind: 'shipment'; readonly shipmentId: string };

export type AppointmentService = 'delivery' | 'installation';

/** ISO 8601 UTC, milliseconds; `startsAt` comes first. */
export interface Slot {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What can happen to a parcel on its way, and the appointments for it: part of the storage format, see `OrderEventData`. */
export interface FulfilmentEventData {
  readonly OrderShipmentExceptionRecorded: {
    readonly exceptionId: string;
    readonly shipmentId: string;
    /** The carrier's own id of the report; seen once. */
    readonly externalId: string;
    readonly exceptionCode: string;
    /** When it is expected now, if the carrier says so: `YYYY-MM-DD`. */
    readonly expectedOn?: string;
    readonly note?: Personal<string>;
  };
  readonly OrderDeliveryStopRequested: { readonly stopId: string; readonly shipmentId: string; readonly reasonCode: string; readonly note?: Personal<string> };
  readonly OrderDeliveryStopConfirmed: {
    readonly stopId: string;
    readonly shipmentId: string;
    readonly externalId: string;
    readonly lines: readonly StoppedLine[];
  };
  readonly OrderDeliveryStopRefused: { readonly stopId: string; readonly shipmentId: string; readonly externalId: string; readonly reasonCode: string };
  readonly OrderAppointmentArranged: {
    readonly appointmentId: string;
    readonly scope: AppointmentScope;
    readonly service: AppointmentService;
    readonly slot: Slot;
  };
  readonly OrderAppointmentRescheduled: { readonly appointmentId: string; readonly from: Slot; readonly to: Slot; readonly reasonCode: string };
}

/** Whether an appointment goes because lines reach the customer otherwise from now on: nothing is delivered of what is fetched (A56). */
export const isOver = (
  { scope, service }: { readonly scope: AppointmentScope; readonly service: AppointmentService },
  { lines, to }: { readonly lines: readonly { readonly lineId: string }[]; readonly to: { readonly kind: 'ship' | 'pickup' } },
): boolean => to.kind === 'pickup' && service === 'delivery' && scope.kind === 'line' && lines.some(({ lineId }) => lineId === scope.lineId);

export const FULFILMENT_EVENT_VERSIONS: Readonly<Record<keyof FulfilmentEventData, number>> = {
  OrderShipmentExceptionRecorded: 1,
  OrderDeliveryStopRequested: 1,
  OrderDeliveryStopConfirmed: 1,
  OrderDeliveryStopRefused: 1,
  OrderAppointmentArranged: 1,
  OrderAppointmentRescheduled: 1,
};
