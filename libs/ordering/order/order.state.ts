import type { MinorUnits, Personal } from '#kernel';
import type { AlertSeverity, AppeasementOffer, Channel, ChargeScope, ChargeTerms, Contact, Fulfilment, GiftOptions, HoldEffect, LineQuantity, LineQuote, LineScope, OrderCustomer, Place } from './order.events.js';
import type { AppointmentScope, AppointmentService, Slot } from './order.fulfilment-events.js';
import type { OrderPayments } from './order.payment-state.js';
import type { IdSet } from './id-set.js';

/** Where an order stands. Lock, suspension and holds are told apart from it: they stop progress, not change it. */
export type OrderStatus =
  | 'pending'
  | 'submitted'
  | 'confirmed'
  | 'released'
  | 'partially-shipped'
  | 'shipped'
  | 'delivered'
  | 'voided'
  | 'cancelled';

/** The quantity ledger of a line: ordered = open + cancelled + shipped; returned ≤ shipped; reshipped ≤ shipped. */
export interface OrderLine {
  readonly lineId: string;
  readonly sku: string;
  readonly description: string;
  readonly parentSku?: string;
  readonly quote: LineQuote;
  readonly ordered: number;
  readonly open: number;
  readonly cancelled: number;
  readonly shipped: number;
  readonly returned: number;
  readonly reshipped: number;
  /** Taken off for cancelled pieces, and for returned ones: tax included. */
  readonly cancelledMinor: MinorUnits;
  readonly returnedMinor: MinorUnits;
  /** Of the discounts on the order, what the cancelled and returned pieces bore: their credit was less by that. Absent: nothing. */
  readonly discountBorneMinor?: MinorUnits;
  /** The line whose lost pieces this one replaces, free of charge (A42). */
  readonly replaces?: string;
  /** Set while the order is exempt from tax (A57). */
  readonly exempt?: true;
  /** Absent: shipped. */
  readonly fulfilment?: Fulfilment;
  readonly gift?: GiftOptions;
}

export interface OrderLock {
  readonly lockId: string;
  readonly agentId: string;
  readonly leaseSeconds: number;
  readonly expiresAt: string;
}

export interface OrderHold {
  readonly holdId: string;
  readonly holdType: string;
  readonly scope: LineScope;
  readonly effects: readonly HoldEffect[];
  /** Resolved holds stay visible (A51). */
  readonly active: boolean;
}

export interface OrderFlag {
  readonly reasonCode: string;
}

export interface OrderAlert {
  readonly alertId: string;
  readonly alertType: string;
  readonly severity: AlertSeverity;
  /** Cleared alerts stay listed (A35). */
  readonly cleared: boolean;
}

export interface OrderShipment {
  readonly shipmentId: string;
  readonly externalId: string;
  readonly lines: readonly LineQuantity[];
  readonly delivered: boolean;
  /** What the carrier reported; absent as long as it reported nothing. */
  readonly exceptions?: readonly ShipmentException[];
  /** The last time that the carrier was asked to turn round (A26). */
  readonly stop?: DeliveryStop;
}

export interface ShipmentException {
  readonly externalId: string;
  readonly exceptionCode: string;
  readonly expectedOn?: string;
}

export interface DeliveryStop {
  readonly stopId: string;
  readonly outcome: 'open' | 'confirmed' | 'refused';
}

export interface OrderAppointment {
  readonly appointmentId: string;
  readonly scope: AppointmentScope;
  readonly service: AppointmentService;
  readonly slot: Slot;
}

/** Kept so that its removal can be taken back; counts for nothing. */
export interface RemovedLine {
  readonly lineId: string;
  readonly line: OrderLine;
  /** What was charged or given on it, and went with it. */
  readonly charges: readonly OrderCharge[];
  /** Where the order went to: its taxes are of there. */
  readonly country: string;
}

/** `amountMinor` as it stands: one by the piece follows the ordered pieces of its line. */
export interface OrderCharge extends ChargeTerms {
  readonly chargeId: string;
  readonly kind: 'charge' | 'discount';
  readonly scope: ChargeScope;
  /** Once on a line: pieces of it that were cancelled before, and so bear nothing of it. Absent: none. */
  readonly cancelledBefore?: number;
  /** Engine-made and imported ones cannot be edited by hand (A52). */
  readonly origin: 'manual' | 'engine' | 'import';
  /** Set while the order is exempt from tax (A57). */
  readonly exempt?: true;
}

/** Kept so that its removal can be taken back; counts for nothing. */
export interface RemovedCharge {
  readonly chargeId: string;
  readonly charge: OrderCharge;
  /** Where the order went to: its tax is of there. */
  readonly country: string;
}

export interface OrderAppeasement {
  readonly appeasementId: string;
  readonly scope: LineScope;
  readonly offer: AppeasementOffer;
  readonly creditedMinor: MinorUnits;
  /** With what was granted besides credit on this order, at what it was worth then. */
  readonly worthMinor: MinorUnits;
}

/** Waits for a second person (A55). */
export interface AppeasementRequest {
  readonly appeasementId: string;
  readonly scope: LineScope;
  readonly offer: AppeasementOffer;
  readonly reasonCode: string;
  readonly note?: Personal<string>;
  readonly requestedBy: string;
}

/** What a cancellation of the whole order took away, as long as it stands. */
export interface OrderCancellation {
  readonly from: OrderStatus;
  readonly lines: readonly LineQuantity[];
  readonly creditedMinor: MinorUnits;
  /** What had been given back before it. */
  readonly refundedMinor: MinorUnits;
  readonly reinstateUntil?: string;
}

/** Waits for a second person (A52). */
export interface ChargeRequest {
  readonly chargeId: string;
  readonly kind: OrderCharge['kind'];
  readonly category: string;
  readonly name: string;
  readonly scope: ChargeScope;
  readonly amountMinor: MinorUnits;
  readonly perUnit?: boolean;
  readonly reasonCode: string;
  readonly note?: Personal<string>;
  readonly requestedBy: string;
}

/** Waits for a second person: what is there is to become something else (A52). */
export interface ChargeChangeRequest {
  readonly chargeId: string;
  readonly kind: OrderCharge['kind'];
  readonly scope: ChargeScope;
  readonly from: ChargeTerms;
  readonly to: ChargeTerms;
  readonly reasonCode: string;
  readonly note?: Personal<string>;
  readonly requestedBy: string;
}

/** No event yet. */
export interface NoOrder {
  readonly status: 'none';
}

export interface Order {
  readonly status: OrderStatus;
  readonly orderNumber: string;
  readonly storeId: string;
  readonly currency: string;
  readonly channel: Channel;
  readonly customer: OrderCustomer;
  readonly contact: Personal<Contact>;
  readonly shipTo: Place;
  readonly lines: readonly OrderLine[];
  readonly charges: readonly OrderCharge[];
  /** Absent as long as there are none. */
  readonly removedLines?: readonly RemovedLine[];
  readonly removedCharges?: readonly RemovedCharge[];
  readonly taxExemption?: { readonly exemptionId: string };
  /** For the order as a whole; lines have their own. */
  readonly gift?: GiftOptions;
  readonly appeasements: readonly OrderAppeasement[];
  readonly appeasementRequests: readonly AppeasementRequest[];
  readonly chargeRequests: readonly ChargeRequest[];
  /** At most one for each charge. */
  readonly chargeChangeRequests: readonly ChargeChangeRequest[];
  readonly payments: OrderPayments;
  readonly holds: readonly OrderHold[];
  readonly alerts: readonly OrderAlert[];
  readonly flag?: OrderFlag;
  readonly shipments: readonly OrderShipment[];
  readonly appointments: readonly OrderAppointment[];
  readonly lock?: OrderLock;
  /** To whom the order was left by a call that was parked or transferred (A30, A31). */
  readonly assignee?: string;
  readonly suspended: boolean;
  /** Taken off when the whole order was cancelled: what its lines' own credits had left. */
  readonly cancelledMinor: MinorUnits;
  readonly cancellation?: OrderCancellation;
  /** Ids of what commands created: by them a repeated command is recognised, never by content (settled 1.3). */
  readonly createdIds: IdSet;
  /** Facts from outside that were recorded, by the sender's own id. */
  readonly externalIds: IdSet;
}

export type OrderState = NoOrder | Order;

export const NO_ORDER: NoOrder = { status: 'none' };

export const lineOf = (order: Order, lineId: string): OrderLine | undefined => order.lines.find((line) => line.lineId === lineId);

export const shipmentOf = (order: Order, shipmentId: string): OrderShipment | undefined => order.shipments.find((shipment) => shipment.shipmentId === shipmentId);

export const anythingShipped = (order: Order): boolean => order.shipments.length > 0;

/** Active holds that name the line; those of the whole order do not go with it (A50). */
export const holdsOnLine = ({ holds }: Order, lineId: string): readonly OrderHold[] =>
  holds.filter(({ active, scope }) => active && scope.kind === 'lines' && scope.lineIds.includes(lineId));

/** Voided and cancelled orders take nothing but comments. */
export const isEnded = (order: Order): boolean => order.status === 'voided' || order.status === 'cancelled';

/** The lock that still holds at a time, if any: an expired one stops nobody (A22). */
export const lockAt = (order: Order, now: string): OrderLock | undefined =>
  order.lock !== undefined && order.lock.expiresAt > now ? order.lock : undefined;

export const subjectOf = (order: Order): string => order.contact.subjectId;

/** Names under which facts from outside are remembered: senders number them independently of each other. */
export const shipmentFact = (externalId: string): string => `shipment:${externalId}`;
export const deliveryFact = (externalId: string): string => `delivery:${externalId}`;
export const exceptionFact = (externalId: string): string => `exception:${externalId}`;
export const stopFact = (externalId: string): string => `stop:${externalId}`;
export const paymentFact = (externalId: string): string => `payment:${externalId}`;
export const returnFact = (externalId: string): string => `return:${externalId}`;
export const alertFact = (externalId: string): string => `alert:${externalId}`;

/** The order, knowing what a command created. */
export const remember = (order: Order, ...ids: readonly string[]): Order => ({ ...order, createdIds: ids.reduce((known, id) => known.with(id), order.createdIds) });

/** The order, knowing a fact from outside. */
export const heard = (order: Order, fact: string): Order => ({ ...order, externalIds: order.externalIds.with(fact) });

/** What waits for a second person: a charge or discount, or the change of one that is there. */
export const waitingCharges = ({ chargeRequests, chargeChangeRequests }: Order): readonly (ChargeRequest | ChargeChangeRequest)[] => [...chargeRequests, ...chargeChangeRequests];
