import type { Personal } from '#kernel';
import type { AppointmentScope, AppointmentService, Slot } from './order.fulfilment-events.js';

/** What can be asked about parcels on their way and appointments: part of `OrderCommandFields`. */
export interface FulfilmentCommandFields {
  readonly RecordShipmentException: {
    readonly shipmentId: string;
    readonly externalId: string;
    readonly exceptionCode: string;
    readonly expectedOn?: string;
    readonly note?: Personal<string>;
  };
  readonly RequestDeliveryStop: { readonly shipmentId: string; readonly reasonCode: string; readonly note?: Personal<string> };
  readonly ConfirmDeliveryStop: { readonly shipmentId: string; readonly externalId: string };
  /** `reasonCode`: the carrier's. */
  readonly RefuseDeliveryStop: { readonly shipmentId: string; readonly externalId: string; readonly reasonCode: string };
  readonly ArrangeOrderAppointment: { readonly scope: AppointmentScope; readonly service: AppointmentService; readonly slot: Slot };
  readonly RescheduleOrderAppointment: { readonly appointmentId: string; readonly slot: Slot; readonly reasonCode: string };
}
