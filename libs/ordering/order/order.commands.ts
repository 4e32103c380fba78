import type { MinorUnits, Personal } from '#kernel';
import type {
  AlertSeverity,
  AppeasementOffer,
  Channel,
  ChargeScope,
  Contact,
  Fulfilment,
  Guard,
  GiftOptions,
  HoldEffect,
  LineQuantity,
  LineQuote,
  LineScope,
  OrderCustomer,
  Place,
} from './order.events.js';
import type { FulfilmentCommandFields } from './order.fulfilment-commands.js';
import type { PaymentCommandFields } from './order.payment-commands.js';

/** Basis points by tax class, as the tax table of one country has them. */
export type TaxRates = Readonly<Record<string, number>>;

/** How far charges and discounts by hand may go (A52): a share of what they are put on, or taken off. Absent: no limit. */
export interface ChargeLimit {
  readonly limitBasisPoints?: number;
}

/** What one may give and charge by hand alone on an order, as shares of it; absent: as much as they like (G3). */
export interface HandLimits {
  readonly discountBasisPoints?: number;
  readonly chargeBasisPoints?: number;
}

/** Of a command that can leave less under what was given and charged by hand (A52). */
interface Lessening {
  readonly limits?: HandLimits;
}

/**
 * What can be asked of an order. Prices (`quote`), hold types and reason codes were looked up before; times and
 * command ids come in the decision's context. Ids of created things derive from the command id unless named here.
 */
export interface OrderCommandFields extends FulfilmentCommandFields, PaymentCommandFields {
  readonly CreateOrder: {
    readonly orderNumber: string;
    readonly storeId: string;
    readonly currency: string;
    readonly channel: Channel;
    readonly customer: OrderCustomer;
    readonly contact: Personal<Contact>;
    readonly shipTo: Place;
    readonly billTo?: Place;
    readonly source?: { readonly system: string; readonly reference: string };
  };
  readonly AddOrderLine: {
    readonly sku: string;
    readonly description: string;
    readonly parentSku?: string;
    readonly quantity: number;
    readonly quote: LineQuote;
  };
  readonly ChangeOrderLineQuantity: Lessening & { readonly lineId: string; readonly quantity: number; readonly quote: LineQuote };
  /** What the catalogue says of the variant wanted, its price included. */
  readonly ChangeOrderLineVariant: Lessening & { readonly lineId: string; readonly sku: string; readonly description: string; readonly parentSku?: string; readonly quote: LineQuote };
  readonly ChangeOrderGiftOptions: { readonly scope: ChargeScope; readonly gift: GiftOptions };
  readonly ChangeOrderFulfilment: { readonly scope: LineScope; readonly fulfilment: Fulfilment };
  readonly GrantOrderTaxExemption: { readonly certificate: Personal<string>; readonly note?: Personal<string> };
  readonly RevokeOrderTaxExemption: { readonly note?: Personal<string> };
  readonly RemoveOrderLine: Lessening & { readonly lineId: string };
  /** Takes a removal back: at the price that it had, with its charges and gift options. */
  readonly RestoreOrderLine: { readonly lineId: string };
  readonly SubmitOrder: Readonly<Record<never, never>>;
  readonly ConfirmOrder: Readonly<Record<never, never>>;
  readonly ReleaseOrder: Readonly<Record<never, never>>;
  readonly VoidOrder: { readonly reasonCode: string };

  /** `leaseSeconds`: how long the lock holds unless renewed. */
  readonly LockOrder: { readonly leaseSeconds: number };
  readonly RenewOrderLock: { readonly leaseSeconds: number };
  readonly UnlockOrder: Readonly<Record<never, never>>;
  readonly TakeOverOrderLock: { readonly leaseSeconds: number };
  readonly TakeOverAndUnlockOrder: Readonly<Record<never, never>>;
  /** Sent by the timer for the lock it means; nothing happens when that lock is gone or was renewed. */
  readonly ExpireOrderLock: { readonly lockId: string };

  /** Sent by the process of calls, in the name of the agent who had the call (A30, A31). */
  readonly ParkOrder: { readonly callId: string };
  readonly TransferOrder: { readonly callId: string; readonly toAgentId: string };

  readonly SuspendOrder: { readonly reasonCode: string; readonly note?: Personal<string> };
  readonly ResumeOrder: { readonly note?: Personal<string> };
  readonly ApplyOrderHold: {
    readonly holdType: string;
    readonly scope: LineScope;
    readonly effects: readonly HoldEffect[];
    readonly note?: Personal<string>;
  };
  readonly ResolveOrderHold: { readonly holdId: string; readonly resolutionCode: string; readonly note?: Personal<string> };
  readonly FlagOrder: { readonly reasonCode: string; readonly note?: Personal<string> };
  readonly UnflagOrder: { readonly note?: Personal<string> };
  /** `externalId`: the id under which the sender knows the alert; told again, it adds nothing. */
  readonly RaiseOrderAlert: { readonly alertType: string; readonly severity: AlertSeverity; readonly externalId?: string; readonly refusedBy?: Guard; readonly note?: Personal<string> };
  readonly ClearOrderAlerts: { readonly alertIds: readonly string[]; readonly resolutionCode: string; readonly note?: Personal<string> };
  readonly AddOrderComment: { readonly text: Personal<string>; readonly visibility: 'internal' | 'customer' };
  /** `taxRates`: of the country, when it is another than the order went to. */
  readonly ChangeOrderAddress: { readonly shipTo: Place; readonly reasonCode?: string; readonly taxRates?: TaxRates };

  readonly CancelOrder: { readonly reasonCode: string; readonly note?: Personal<string> };
  /** Takes a cancellation back. `unavailable`: products of its lines that are not sold any more, by the catalogue. */
  readonly ReinstateOrder: { readonly unavailable: readonly string[]; readonly note?: Personal<string> };
  /** `creditedMinor` only from an import, where the credit note says it; otherwise the decider derives it. */
  readonly CancelOrderLine: { readonly lineId: string; readonly quantity: number; readonly reasonCode: string; readonly creditedMinor?: MinorUnits; readonly note?: Personal<string> };
  readonly RecordShipment: {
    readonly externalId: string;
    readonly lines: readonly LineQuantity[];
    readonly carrier?: string;
    readonly trackingNumber?: string;
    readonly expectedOn?: string;
  };
  readonly RecordDelivery: { readonly shipmentId: string; readonly externalId: string };
  readonly ReshipOrder: { readonly lineId: string; readonly quantity: number; readonly reasonCode: string };
  /** `limitMinor`: the most the actor may grant on one order without a second person; null = no limit. */
  readonly AppeaseOrder: {
    readonly scope: LineScope;
    readonly offer: AppeasementOffer;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
    readonly limitMinor: MinorUnits | null;
  };
  readonly RequestAppeasement: { readonly scope: LineScope; readonly offer: AppeasementOffer; readonly reasonCode: string; readonly note?: Personal<string> };
  /** `limitMinor`: the most that whoever approves may grant on one order; null = no limit. */
  readonly ApproveAppeasement: { readonly appeasementId: string; readonly limitMinor: MinorUnits | null };
  readonly DeclineAppeasement: { readonly appeasementId: string; readonly note?: Personal<string> };
  /** Whether it may be copied, or ordered again. What comes of it is elsewhere, and told here once it is there (A59, A24). */
  readonly CopyOrder: Readonly<Record<never, never>>;
  readonly ReorderOrder: Readonly<Record<never, never>>;
  /** Sent by the process that follows copies and carts; true wherever the order stands by then. */
  readonly RecordCopy: { readonly copyOrderId: string; readonly copyOrderNumber: string };
  readonly RecordReorder: { readonly reorderId: string; readonly cartId: string; readonly items: readonly { readonly sku: string; readonly quantity: number }[] };
  readonly RecordReturn: { readonly externalId: string; readonly lineId: string; readonly quantity: number; readonly creditedMinor: MinorUnits };
  /** `amountMinor` is for each ordered piece of the line when `perUnit`. `taxBasisPoints`, of what is charged by hand, only counts for the order as a whole. */
  readonly AddOrderCharge: ChargeLimit & {
    readonly kind: 'charge' | 'discount';
    readonly category: string;
    readonly name: string;
    readonly scope: ChargeScope;
    readonly amountMinor: MinorUnits;
    readonly taxBasisPoints: number;
    readonly origin: 'manual' | 'engine' | 'import';
    readonly reasonCode?: string;
    readonly perUnit?: boolean;
    readonly note?: Personal<string>;
  };
  /** Beyond the agent's own limit. `amountMinor` is for each ordered piece of the line when `perUnit`. */
  readonly RequestOrderCharge: {
    readonly kind: 'charge' | 'discount';
    readonly category: string;
    readonly name: string;
    readonly scope: ChargeScope;
    readonly amountMinor: MinorUnits;
    readonly perUnit?: boolean;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
  };
  /** What was asked for, or the change of what is there. The limit of whoever approves; `taxBasisPoints` as for what is charged on the order as a whole now. */
  readonly ApproveOrderCharge: ChargeLimit & { readonly chargeId: string; readonly taxBasisPoints: number };
  readonly DeclineOrderCharge: { readonly chargeId: string; readonly note?: Personal<string> };
  /** What is not named stays. `amountMinor` is for each ordered piece when the charge is by the piece. */
  readonly ChangeOrderCharge: ChargeLimit & {
    readonly chargeId: string;
    readonly category?: string;
    readonly name?: string;
    readonly amountMinor?: MinorUnits;
    readonly taxBasisPoints?: number;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
  };
  /** Beyond the agent's own limit; named and meant as in `ChangeOrderCharge`. */
  readonly RequestOrderChargeChange: {
    readonly chargeId: string;
    readonly category?: string;
    readonly name?: string;
    readonly amountMinor?: MinorUnits;
    readonly reasonCode: string;
    readonly note?: Personal<string>;
  };
  /** Takes a removal back; within what the actor may by hand in all. */
  readonly RestoreOrderCharge: ChargeLimit & { readonly chargeId: string };
  readonly RemoveOrderCharge: { readonly chargeId: string; readonly reasonCode: string; readonly note?: Personal<string> };
}

export type OrderCommandType = keyof OrderCommandFields;

export type OrderCommand = { [Type in OrderCommandType]: { readonly type: Type } & OrderCommandFields[Type] }[OrderCommandType];

export type OrderCommandOf<Type extends OrderCommandType> = Extract<OrderCommand, { readonly type: Type }>;
