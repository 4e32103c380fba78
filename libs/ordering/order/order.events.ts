import type { MinorUnits, Personal } from '#kernel';
import { FULFILMENT_EVENT_VERSIONS, type FulfilmentEventData } from './order.fulfilment-events.js';
import { PAYMENT_EVENT_VERSIONS, type PaymentEventData } from './order.payment-events.js';

/**
 * The storage format of an order: stored type names and payloads. Frozen once written; a change of meaning is a new
 * version with an upcaster. Amounts are minor units of the order's currency. Optional members are absent, not null.
 */

export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

export interface PostalAddress {
  readonly recipient: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postcode?: string;
  readonly phone?: string;
}

/** The country (ISO 3166-1 alpha-2) stays readable for analysts; who lives where does not. */
export interface Place {
  readonly country: string;
  readonly address: Personal<PostalAddress>;
}

export type Channel = 'phone' | 'web' | 'store' | 'import';

export type OrderCustomer =
  | { readonly kind: 'registered'; readonly customerId: string }
  | { readonly kind: 'guest' };

/** The price and tax that applied, from the price and tax port; never from the caller. Prices exclude tax. */
export interface LineQuote {
  readonly unitPriceMinor: MinorUnits;
  readonly taxClass: string;
  readonly taxBasisPoints: number;
  /** Which list and version said so, for example `catalogue:2026-01` or `invoice:536365`. */
  readonly source: string;
}

export type ChargeScope = { readonly kind: 'order' } | { readonly kind: 'line'; readonly lineId: string };

export type LineScope = { readonly kind: 'order' } | { readonly kind: 'lines'; readonly lineIds: readonly string[] };

/** How a line reaches the customer (A56). */
export type Fulfilment = { readonly kind: 'ship' } | { readonly kind: 'pickup'; readonly storeCode: string };

export interface GiftOptions {
  readonly wrap: boolean;
  /** What the card says. */
  readonly message?: Personal<string>;
}

/** What can be changed about a charge or discount made by hand (A52). */
export interface ChargeTerms {
  readonly category: string;
  readonly name: string;
  /** What it comes to, greater than zero. */
  readonly amountMinor: MinorUnits;
  /** For each ordered piece of its line; absent when it counts once. */
  readonly perUnitMinor?: MinorUnits;
  readonly taxBasisPoints: number;
}

/** Rates of charges and discounts that changed, in basis points. */
export interface ChargesTaxedAnew {
  readonly charges: readonly { readonly chargeId: string; readonly from: number; readonly to: number }[];
}

/** And of lines. */
export interface TaxedAnew extends ChargesTaxedAnew {
  readonly lines: readonly { readonly lineId: string; readonly from: number; readonly to: number }[];
}

export interface LineQuantity {
  readonly lineId: string;
  readonly quantity: number;
}

/** Where an order stands of which nothing was shipped, before it ended. */
export type UnshippedStatus = 'pending' | 'submitted' | 'confirmed' | 'released';

/** What a hold stops. */
export type HoldEffect = 'confirm' | 'release' | 'ship';

/** Both stop progress until they are cleared (A35); a warning asks for less haste. */
/** Which guard refused, and the row of its rule. */
export interface Guard {
  readonly code: string;
  readonly rule: string;
}

export type AlertSeverity = 'alert' | 'warning';

export type AppeasementOffer =
  | { readonly kind: 'percentage'; readonly basisPoints: number; readonly on: 'this-order' | 'future-order' }
  | { readonly kind: 'amount'; readonly amountMinor: MinorUnits; readonly on: 'this-order' | 'future-order' }
  | { readonly kind: 'coupon'; readonly code: string }
  | { readonly kind: 'gift-card'; readonly amountMinor: MinorUnits };

export interface OrderEventData extends FulfilmentEventData, PaymentEventData {
  readonly OrderCreated: {
    readonly orderNumber: string;
    readonly storeId: string;
    readonly currency: string;
    readonly channel: Channel;
    readonly customer: OrderCustomer;
    readonly contact: Personal<Contact>;
    readonly shipTo: Place;
    readonly billTo?: Place;
    readonly paymentTerms: 'on-account';
    /** Where an imported order comes from. */
    readonly source?: { readonly system: string; readonly reference: string };
  };
  readonly OrderLineAdded: {
    readonly lineId: string;
    readonly sku: string;
    readonly description: string;
    readonly parentSku?: string;
    readonly quantity: number;
    readonly quote: LineQuote;
  };
  /** `taxed` when the line has another rate now, and what is charged or given on it follows (A52). */
  readonly OrderLineQuantityChanged: { readonly lineId: string; readonly from: number; readonly to: number; readonly quote: LineQuote; readonly taxed?: ChargesTaxedAnew };
  /** Another variant of the same parent product; of the line nothing was shipped (A53). */
  readonly OrderLineVariantChanged: {
    readonly lineId: string;
    readonly from: { readonly sku: string; readonly description: string };
    readonly to: { readonly sku: string; readonly description: string; readonly parentSku: string };
    readonly quote: LineQuote;
    readonly taxed?: ChargesTaxedAnew;
  };
  readonly OrderGiftOptionsChanged: { readonly scope: ChargeScope; readonly from: GiftOptions; readonly to: GiftOptions };
  readonly OrderFulfilmentChanged: { readonly lines: readonly { readonly lineId: string; readonly from: Fulfilment }[]; readonly to: Fulfilment };
  readonly OrderTaxExemptionGranted: { readonly exemptionId: string; readonly certificate: Personal<string>; readonly note?: Personal<string> };
  readonly OrderTaxExemptionRevoked: { readonly exemptionId: string; readonly note?: Personal<string> };
  readonly OrderLineRemoved: { readonly lineId: string; readonly quantity: number };
  /** A line that had been removed is there again as it was, with its charges. */
  readonly OrderLineRestored: { readonly lineId: string; readonly quantity: number };
  readonly OrderSubmitted: Readonly<Record<never, never>>;
  readonly OrderConfirmed: Readonly<Record<never, never>>;
  readonly OrderReleased: Readonly<Record<never, never>>;
  readonly OrderVoided: { readonly reasonCode: string };

  /** `leaseSeconds` before `expiresAt` the lease began: it may be renewed in its second half (settled 4.4). */
  readonly OrderLocked: { readonly lockId: string; readonly agentId: string; readonly leaseSeconds: number; readonly expiresAt: string };
  readonly OrderLockRenewed: { readonly lockId: string; readonly leaseSeconds: number; readonly expiresAt: string };
  readonly OrderLockExpired: { readonly lockId: string; readonly agentId: string; readonly expiredAt: string };
  readonly OrderUnlocked: { readonly lockId: string; readonly agentId: string };
  readonly OrderLockTakenOver: {
    readonly lockId: string;
    readonly fromAgentId: string;
    readonly toAgentId: string;
    readonly newLockId: string;
    readonly leaseSeconds: number;
    readonly expiresAt: string;
  };

  /** `agentId`: who had the call, and works on the order from now on. */
  readonly OrderParked: { readonly callId: string; readonly agentId: string };
  readonly OrderTransferred: { readonly callId: string; readonly fromAgentId: string; readonly toAgentId: string };

  readonly OrderSuspended: { readonly reasonCode: string; readonly note?: Personal<string> };
  readonly OrderResumed: { readonly note?: Personal<string> };
  readonly OrderHoldApplied: {
    readonly holdId: string;
    readonly holdType: string;
    readonly scope: LineScope;
    readonly effects: readonly HoldEffect[];
    readonly note?: Personal<string>;
  };
  readonly OrderHoldResolved: { readonly holdId: string; readonly holdType: string; readonly resolutionCode: string; readonly note?: Personal<string> };
  readonly OrderFlagged: { readonly reasonCode: string; readonly note?: Personal<string> };
  readonly OrderUnflagged: { readonly note?: Personal<string> };
  readonly OrderAlertRaised: {
    readonly alertId: string;
    readonly alertType: string;
    readonly severity: AlertSeverity;
    /** Under which its sender knows it. */
    readonly externalId?: string;
    /** The guard that refused what should have been done to the order. */
    readonly refusedBy?: Guard;
    readonly note?: Personal<string>;
  };
  readonly OrderAlertsCleared: { readonly alertIds: readonly string[]; readonly resolutionCode: string; readonly note?: Personal<string> };
  readonly OrderCommentAdded: { readonly commentId: string; readonly text: Personal<string>; readonly visibility: 'internal' | 'customer' };
  /** `taxed` when the goods go to another country, whose taxes are others (A49). */
  readonly OrderAddressChanged: { readonly from: Place; readonly to: Place; readonly reasonCode?: string; readonly taxed?: TaxedAnew };

  readonly OrderCancelled: {
    readonly reasonCode: string;
    readonly lines: readonly LineQuantity[];
    /** Until then it can be taken back (C4); absent of what was cancelled before that was possible. */
    readonly reinstateUntil?: string;
    readonly note?: Personal<string>;
  };
  /** A cancellation was taken back: the order stands where it stood, its pieces are open again. */
  readonly OrderReinstated: {
    readonly status: UnshippedStatus;
    readonly lines: readonly LineQuantity[];
    /** What the order comes to again. */
    readonly totalMinor: MinorUnits;
    readonly note?: Personal<string>;
  };
  readonly OrderLineCancelled: {
    readonly lineId: string;
    readonly quantity: number;
    readonly reasonCode: string;
    /** Taken off what the line costs, tax included; for imported credit notes the credited figure itself. */
    readonly creditedMinor: MinorUnits;
    readonly note?: Personal<string>;
  };
  readonly OrderShipmentRecorded: {
    readonly shipmentId: string;
    /** The carrier's or warehouse's own id; seen once. */
    readonly externalId: string;
    readonly lines: readonly LineQuantity[];
    readonly carrier?: string;
    readonly trackingNumber?: string;
    readonly expectedOn?: string;
  };
  readonly OrderDeliveryRecorded: { readonly shipmentId: string; readonly externalId: string };
  readonly OrderReshipped: {
    readonly reshipmentId: string;
    readonly lineId: string;
    /** The line, free of charge, that carries the replacement pieces. */
    readonly newLineId: string;
    readonly quantity: number;
    readonly reasonCode: string;
  };
  readonly OrderAppeased: {
    readonly appeasementId: string;
    readonly scope: LineScope;
    readonly offer: AppeasementOffer;
    /** What counts against the creditable balance of this order; 0 for offers on a future order. */
    readonly creditedMinor: MinorUnits;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly approvedBy?: string;
  };
  /** What goes beyond the agent's limit waits for a second person; granted, `OrderAppeased` bears the same id. */
  readonly OrderAppeasementRequested: {
    readonly appeasementId: string;
    readonly scope: LineScope;
    readonly offer: AppeasementOffer;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly requestedBy: string;
  };
  readonly OrderAppeasementDeclined: { readonly appeasementId: string; readonly note?: Personal<string> };
  /** A new order was made of it (A59), which names this one as its source. */
  readonly OrderCopied: { readonly copyOrderId: string; readonly copyOrderNumber: string };
  /** Its items went into the customer's cart (A24). */
  readonly OrderReordered: { readonly reorderId: string; readonly cartId: string; readonly items: readonly { readonly sku: string; readonly quantity: number }[] };
  readonly OrderReturnRecorded: {
    readonly returnId: string;
    readonly lineId: string;
    readonly quantity: number;
    /** What was credited for it, which need not be the sale's price. */
    readonly creditedMinor: MinorUnits;
    readonly externalId: string;
  };
  readonly OrderChargeAdded: {
    readonly chargeId: string;
    readonly kind: 'charge' | 'discount';
    readonly category: string;
    readonly name: string;
    readonly scope: ChargeScope;
    /** Greater than zero: the kind says which way it counts. */
    readonly amountMinor: MinorUnits;
    readonly taxBasisPoints: number;
    /** Engine-made and imported ones cannot be edited by hand (A52). */
    readonly origin: 'manual' | 'engine' | 'import';
    readonly reasonCode?: string;
    /** By the piece: `amountMinor` follows the ordered pieces of its line. Absent when it counts once. */
    readonly perUnitMinor?: MinorUnits;
    readonly note?: Personal<string>;
    readonly approvedBy?: string;
  };
  /** What goes beyond the agent's limit waits for a second person; granted, `OrderChargeAdded` bears the same id. */
  readonly OrderChargeRequested: {
    readonly chargeId: string;
    readonly kind: 'charge' | 'discount';
    readonly category: string;
    readonly name: string;
    readonly scope: ChargeScope;
    /** For each ordered piece of its line when `perUnit`. */
    readonly amountMinor: MinorUnits;
    readonly perUnit?: boolean;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly requestedBy: string;
  };
  readonly OrderChargeDeclined: { readonly chargeId: string; readonly note?: Personal<string> };
  readonly OrderChargeChanged: {
    readonly chargeId: string;
    readonly scope: ChargeScope;
    readonly from: ChargeTerms;
    readonly to: ChargeTerms;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly approvedBy?: string;
  };
  /** A change beyond the agent's limit waits for a second person; granted, it is an `OrderChargeChanged` with `approvedBy`. */
  readonly OrderChargeChangeRequested: {
    readonly chargeId: string;
    readonly kind: 'charge' | 'discount';
    readonly scope: ChargeScope;
    readonly from: ChargeTerms;
    readonly to: ChargeTerms;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly requestedBy: string;
  };
  /** A charge or discount that had been taken off is there again; `amountMinor` as it stands now. */
  readonly OrderChargeRestored: { readonly chargeId: string; readonly kind: 'charge' | 'discount'; readonly scope: ChargeScope; readonly amountMinor: MinorUnits };
  readonly OrderChargeRemoved: {
    readonly chargeId: string;
    readonly kind: 'charge' | 'discount';
    readonly scope: ChargeScope;
    readonly amountMinor: MinorUnits;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
  };
}

export type OrderEventType = keyof OrderEventData;

export type OrderEvent = { [Type in OrderEventType]: { readonly type: Type; readonly data: OrderEventData[Type] } }[OrderEventType];

/** The event of one stored type. */
export type OrderEventOf<Type extends OrderEventType> = Extract<OrderEvent, { readonly type: Type }>;

/** Every stored type with its current schema version. The registry that tests, codec and catalogue enumerate. */
export const ORDER_EVENT_VERSIONS: Readonly<Record<OrderEventType, number>> = {
  OrderCreated: 1,
  OrderLineAdded: 1,
  OrderLineQuantityChanged: 2,
  OrderLineVariantChanged: 2,
  OrderGiftOptionsChanged: 1,
  OrderFulfilmentChanged: 1,
  OrderTaxExemptionGranted: 1,
  OrderTaxExemptionRevoked: 1,
  OrderLineRemoved: 1,
  OrderLineRestored: 1,
  OrderSubmitted: 1,
  OrderConfirmed: 1,
  OrderReleased: 1,
  OrderVoided: 1,
  OrderLocked: 1,
  OrderLockRenewed: 1,
  OrderLockExpired: 1,
  OrderUnlocked: 1,
  OrderLockTakenOver: 1,
  OrderParked: 1,
  OrderTransferred: 1,
  OrderSuspended: 1,
  OrderResumed: 1,
  OrderHoldApplied: 1,
  OrderHoldResolved: 1,
  OrderFlagged: 1,
  OrderUnflagged: 1,
  OrderAlertRaised: 1,
  OrderAlertsCleared: 1,
  OrderCommentAdded: 1,
  OrderAddressChanged: 2,
  OrderCancelled: 1,
  OrderReinstated: 1,
  OrderLineCancelled: 1,
  OrderShipmentRecorded: 1,
  OrderDeliveryRecorded: 1,
  OrderReshipped: 1,
  OrderAppeased: 1,
  OrderAppeasementRequested: 1,
  OrderAppeasementDeclined: 1,
  OrderCopied: 1,
  OrderReordered: 1,
  OrderReturnRecorded: 1,
  OrderChargeAdded: 1,
  ...FULFILMENT_EVENT_VERSIONS,
  OrderChargeRequested: 1,
  OrderChargeDeclined: 1,
  OrderChargeChanged: 1,
  OrderChargeChangeRequested: 1,
  OrderChargeRemoved: 1,
  OrderChargeRestored: 1,
  ...PAYMENT_EVENT_VERSIONS,
};
