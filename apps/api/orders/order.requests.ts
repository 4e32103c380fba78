import type { AppeasementOffer, AppointmentScope, AppointmentService, HoldEffect, LineScope, Slot } from '#ordering';
import { Choices, Code, Day, Id, Ids, ListOf, Nothing, OneOf, PartOf, Pattern, Text, Whole } from '../http/fields.js';

const MOST_PIECES = 1_000_000;
const MOST_MONEY = 1_000_000_000_000;
const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z$/;
const COUNTRY = /^[A-Z]{2}$/;
const PHONE = /^[+(]{0,2}[0-9][+()0-9 ./-]{2,38}$/;

export class ContactBody {
  @Text({ most: 200, example: 'Ada Lovelace' }) readonly name!: string;
  @Pattern(/^[^\s@]+@[^\s@]+$/u, { most: 254, optional: true, example: 'ada@example.net' }) readonly email?: string;
  @Pattern(PHONE, { most: 40, optional: true, example: '+44 20 7946 0000' }) readonly phone?: string;
}

export class AddressBody {
  @Text({ most: 200, example: 'Ada Lovelace' }) readonly recipient!: string;
  @Text({ most: 200, example: '1 Long Lane' }) readonly line1!: string;
  @Text({ most: 200, optional: true }) readonly line2?: string;
  @Text({ most: 100, example: 'London' }) readonly city!: string;
  @Text({ most: 100, optional: true }) readonly region?: string;
  @Text({ most: 20, optional: true, example: 'EC1A 9HF' }) readonly postcode?: string;
  @Pattern(PHONE, { most: 40, optional: true }) readonly phone?: string;
}

export class PlaceBody {
  @Pattern(COUNTRY, { most: 2, description: 'ISO 3166-1 alpha-2', example: 'GB' }) readonly country!: string;
  @PartOf(() => AddressBody) readonly address!: AddressBody;
}

export class NewLineBody {
  @Text({ most: 64, description: 'Price and tax come from the catalogue.', example: 'POT-06' }) readonly sku!: string;
  @Whole(1, MOST_PIECES, { example: 2 }) readonly quantity!: number;
}

export class CustomerBody {
  @OneOf(['registered', 'guest']) readonly kind!: 'registered' | 'guest';
  @Id({ optional: true, description: 'Of a registered customer.' }) readonly customerId?: string;
}

export class CreateOrderBody {
  @Code({ example: 'demo' }) readonly storeId!: string;
  @Pattern(/^[A-Z]{3}$/, { most: 3, description: 'ISO 4217', example: 'GBP' }) readonly currency!: string;
  @OneOf(['phone', 'web', 'store'], { optional: true, description: 'phone unless said.' }) readonly channel?: 'phone' | 'web' | 'store';
  @PartOf(() => CustomerBody, { optional: true, description: 'A guest unless said.' }) readonly customer?: CustomerBody;
  @PartOf(() => ContactBody) readonly contact!: ContactBody;
  @PartOf(() => PlaceBody) readonly shipTo!: PlaceBody;
  @PartOf(() => PlaceBody, { optional: true }) readonly billTo?: PlaceBody;
  @ListOf(() => NewLineBody, { optional: true, least: 0, most: 200 }) readonly lines?: readonly NewLineBody[];
}

export class RegisterCustomerBody {
  @Code({ example: 'demo' }) readonly storeId!: string;
  @PartOf(() => ContactBody) readonly contact!: ContactBody;
}

export class QuantityBody {
  @Whole(1, MOST_PIECES) readonly quantity!: number;
}

/** Whatever is sent is one field too many. */
export class EmptyBody {
  @Nothing() readonly nothing?: never;
}

export class ReasonBody {
  @Code() readonly reasonCode!: string;
}

export class ReasonAndNoteBody extends ReasonBody {
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class NoteBody {
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class LeaseBody {
  @Whole(10, 28_800, { optional: true, description: 'Seconds; ten minutes unless said.' }) readonly leaseSeconds?: number;
}

export class ScopeBody {
  @OneOf(['order', 'lines']) readonly kind!: 'order' | 'lines';
  @Ids({ most: 200, optional: true }) readonly lineIds?: readonly string[];
}

export class HoldBody {
  @Code() readonly holdType!: string;
  @PartOf(() => ScopeBody) readonly scope!: ScopeBody;
  @Choices(['confirm', 'release', 'ship'], { optional: true, description: 'What the hold type stops, unless said; it may stop more, never less.' }) readonly effects?: readonly HoldEffect[];
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class ResolveHoldBody {
  @Code() readonly resolutionCode!: string;
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class RaiseAlertBody {
  @Code({ example: 'fraud-suspected' }) readonly alertType!: string;
  @Text({ most: 200, optional: true, description: "The sender's own id: told again, it adds nothing." }) readonly externalId?: string;
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class ClearAlertsBody {
  @Ids({ most: 200 }) readonly alertIds!: readonly string[];
  @Code({ example: 'checked' }) readonly resolutionCode!: string;
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class CommentBody {
  @Text({ most: 4_000, lines: true }) readonly text!: string;
  @OneOf(['internal', 'customer'], { optional: true, description: 'internal unless said.' }) readonly visibility?: 'internal' | 'customer';
}

export class ChangeAddressBody {
  @PartOf(() => PlaceBody) readonly shipTo!: PlaceBody;
  @Code({ optional: true }) readonly reasonCode?: string;
}

export class CancelLineBody extends ReasonAndNoteBody {
  @Whole(1, MOST_PIECES) readonly quantity!: number;
}

export class LineQuantityBody {
  @Id() readonly lineId!: string;
  @Whole(1, MOST_PIECES) readonly quantity!: number;
}

export class ShipmentBody {
  @Text({ most: 200, description: "The carrier's or warehouse's own id." }) readonly externalId!: string;
  @ListOf(() => LineQuantityBody, { most: 200 }) readonly lines!: readonly LineQuantityBody[];
  @Text({ most: 100, optional: true }) readonly carrier?: string;
  @Text({ most: 100, optional: true }) readonly trackingNumber?: string;
  @Day({ optional: true }) readonly expectedOn?: string;
}

export class DeliveryBody {
  @Text({ most: 200 }) readonly externalId!: string;
}

export class ShipmentExceptionBody {
  @Text({ most: 200, description: "The carrier's own id of the report." }) readonly externalId!: string;
  @Code({ description: "The carrier's own code.", example: 'weather' }) readonly exceptionCode!: string;
  @Day({ optional: true, description: 'When it is expected now.' }) readonly expectedOn?: string;
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class StopConfirmedBody {
  @Text({ most: 200 }) readonly externalId!: string;
}

export class StopRefusedBody {
  @Text({ most: 200 }) readonly externalId!: string;
  @Code({ description: "The carrier's own code.", example: 'out-for-delivery' }) readonly reasonCode!: string;
}

export class SlotBody {
  @Pattern(INSTANT, { most: 24, description: 'ISO 8601 UTC.', example: '2026-01-08T09:00:00Z' }) readonly startsAt!: string;
  @Pattern(INSTANT, { most: 24, description: 'ISO 8601 UTC.', example: '2026-01-08T12:00:00Z' }) readonly endsAt!: string;
}

export class AppointmentScopeBody {
  @OneOf(['line', 'shipment']) readonly kind!: 'line' | 'shipment';
  @Id({ optional: true }) readonly lineId?: string;
  @Id({ optional: true }) readonly shipmentId?: string;
}

export class AppointmentBody {
  @PartOf(() => AppointmentScopeBody) readonly scope!: AppointmentScopeBody;
  @OneOf(['delivery', 'installation']) readonly service!: AppointmentService;
  @PartOf(() => SlotBody) readonly slot!: SlotBody;
}

export class RescheduleBody extends ReasonBody {
  @PartOf(() => SlotBody) readonly slot!: SlotBody;
}

export class ReshipBody extends ReasonBody {
  @Id() readonly lineId!: string;
  @Whole(1, MOST_PIECES) readonly quantity!: number;
}

export class OfferBody {
  @OneOf(['percentage', 'amount', 'coupon', 'gift-card']) readonly kind!: AppeasementOffer['kind'];
  @Whole(1, 10_000, { optional: true }) readonly basisPoints?: number;
  @Whole(1, MOST_MONEY, { optional: true }) readonly amountMinor?: number;
  @OneOf(['this-order', 'future-order'], { optional: true }) readonly on?: 'this-order' | 'future-order';
  @Code({ optional: true }) readonly code?: string;
}

export class AppeaseBody extends ReasonBody {
  @PartOf(() => ScopeBody) readonly scope!: ScopeBody;
  @PartOf(() => OfferBody) readonly offer!: OfferBody;
  @Text({ most: 2_000, lines: true, optional: true }) readonly note?: string;
}

export class ReturnBody {
  @Text({ most: 200 }) readonly externalId!: string;
  @Id() readonly lineId!: string;
  @Whole(1, MOST_PIECES) readonly quantity!: number;
  @Whole(0, MOST_MONEY) readonly creditedMinor!: number;
}

/** @returns undefined when the parts of a scope do not fit together */
export function scopeOf({ kind, lineIds }: ScopeBody): LineScope | undefined {
  if (kind === 'order') return lineIds === undefined ? { kind } : undefined;
  return lineIds === undefined ? undefined : { kind, lineIds };
}

/** @returns undefined when the parts of it do not fit together */
export function appointmentScopeOf({ kind, lineId, shipmentId }: AppointmentScopeBody): AppointmentScope | undefined {
  if (kind === 'line') return lineId !== undefined && shipmentId === undefined ? { kind, lineId } : undefined;
  return shipmentId !== undefined && lineId === undefined ? { kind, shipmentId } : undefined;
}

/** Times as they are stored, to the millisecond. @returns undefined for a day that the calendar does not have */
export function slotOf({ startsAt, endsAt }: SlotBody): Slot | undefined {
  const [from, to] = [new Date(startsAt), new Date(endsAt)];
  const real = [from, to].every((time, at) => time.toISOString().startsWith((at === 0 ? startsAt : endsAt).slice(0, 19)));
  return real ? { startsAt: from.toISOString(), endsAt: to.toISOString() } : undefined;
}

/** @returns undefined when the parts of an offer do not fit together */
export function offerOf({ kind, basisPoints, amountMinor, on, code }: OfferBody): AppeasementOffer | undefined {
  if (kind === 'percentage' && basisPoints !== undefined) return { kind, basisPoints, on: on ?? 'this-order' };
  if (kind === 'amount' && amountMinor !== undefined) return { kind, amountMinor, on: on ?? 'this-order' };
  if (kind === 'gift-card' && amountMinor !== undefined) return { kind, amountMinor };
  return kind === 'coupon' && code !== undefined ? { kind, code } : undefined;
}
