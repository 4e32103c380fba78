import type { MinorUnits } from '#kernel';
import type { AlertSeverity, AppointmentScope, InvoicedCharge, InvoicedLine, PaymentAction, PaymentKind, PaymentTransaction, AppointmentService, Slot, StoppedLine, AppeasementOffer, Channel, ChargeScope, ChargeTerms, Fulfilment, HoldEffect, LineQuantity, LineQuote, LineScope, OrderCustomer, PostalAddress } from '#ordering';

/** Where an order stands; lock, suspension and holds are shown beside it. */
export type DetailsStatus =
  | 'pending'
  | 'submitted'
  | 'confirmed'
  | 'released'
  | 'partially-shipped'
  | 'shipped'
  | 'delivered'
  | 'voided'
  | 'cancelled';

/** A person's fields once the person is erased (or while the key is out of reach) read `[erased]` (`[unavailable]`). */
export interface ContactView {
  readonly subjectId: string;
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

export interface PlaceView {
  readonly country: string;
  readonly address: PostalAddress;
}

/** Who did it and when, as recorded. Times are ISO 8601 UTC. */
export interface Trace {
  readonly at: string;
  readonly by: string;
}

export interface GiftView {
  readonly wrap: boolean;
  /** What the card says. */
  readonly message?: string;
}

export interface LineView {
  readonly lineId: string;
  readonly sku: string;
  readonly description: string;
  readonly parentSku?: string;
  readonly quote: LineQuote;
  /** Pieces: ordered = open + cancelled + shipped. */
  readonly ordered: number;
  readonly open: number;
  readonly cancelled: number;
  readonly shipped: number;
  readonly returned: number;
  readonly reshipped: number;
  /** Credited for cancelled and for returned pieces, tax included. */
  readonly cancelledMinor: MinorUnits;
  readonly returnedMinor: MinorUnits;
  readonly netMinor: MinorUnits;
  /** Nothing while the order is exempt (A57). */
  readonly taxMinor: MinorUnits;
  /** Absent: shipped (A56). */
  readonly fulfilment?: Fulfilment;
  readonly gift?: GiftView;
  /** The line whose lost pieces this one replaces, free of charge (A42). */
  readonly replaces?: string;
}

export interface HoldView {
  readonly holdId: string;
  readonly holdType: string;
  readonly scope: LineScope;
  readonly effects: readonly HoldEffect[];
  readonly note?: string;
  readonly applied: Trace;
  /** Resolved holds stay visible (A51). */
  readonly resolved?: Trace & { readonly resolutionCode: string; readonly note?: string };
}

export interface FlagView extends Trace {
  readonly reasonCode: string;
  readonly note?: string;
}

export interface AlertView {
  readonly alertId: string;
  readonly alertType: string;
  readonly severity: AlertSeverity;
  readonly externalId?: string;
  /** The guard that refused what should have been done to the order. */
  readonly refusedBy?: { readonly code: string; readonly rule: string };
  readonly note?: string;
  readonly raised: Trace;
  /** Cleared alerts stay listed (A35). */
  readonly cleared?: Trace & { readonly resolutionCode: string; readonly note?: string };
}

export interface ShipmentView {
  readonly shipmentId: string;
  readonly externalId: string;
  readonly lines: readonly LineQuantity[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly expectedOn?: string;
  readonly shipped: Trace;
  readonly delivered?: Trace;
  /** Oldest first; the last one that names a day has changed `expectedOn` (A41). */
  readonly exceptions?: readonly ShipmentExceptionView[];
  /** Oldest first; only the last may be unanswered (A26). */
  readonly stops?: readonly DeliveryStopView[];
}

export interface ShipmentExceptionView extends Trace {
  readonly exceptionId: string;
  readonly externalId: string;
  readonly exceptionCode: string;
  readonly expectedOn?: string;
  readonly note?: string;
}

export interface DeliveryStopView {
  readonly stopId: string;
  readonly reasonCode: string;
  readonly note?: string;
  readonly requested: Trace;
  readonly confirmed?: Trace & { readonly externalId: string; readonly lines: readonly StoppedLine[] };
  readonly refused?: Trace & { readonly externalId: string; readonly reasonCode: string };
}

export interface AppointmentView {
  readonly appointmentId: string;
  readonly scope: AppointmentScope;
  readonly service: AppointmentService;
  readonly slot: Slot;
  readonly arranged: Trace;
  readonly rescheduled?: Trace & { readonly from: Slot; readonly reasonCode: string };
}

export interface AppeasementView extends Trace {
  readonly appeasementId: string;
  readonly scope: LineScope;
  readonly offer: AppeasementOffer;
  readonly creditedMinor: MinorUnits;
  readonly reasonCode: string;
  readonly note?: string;
  /** Of what a second person granted: who that was, who is `by` as well, and who had asked for it. */
  readonly approvedBy?: string;
  readonly requestedBy?: string;
}

/** Waits for a second person, or was answered by one (A55). The note is the agent's. */
export interface AppeasementRequestView extends Trace {
  readonly appeasementId: string;
  readonly scope: LineScope;
  readonly offer: AppeasementOffer;
  readonly reasonCode: string;
  readonly note?: string;
  readonly approved?: Trace;
  readonly declined?: Trace & { readonly note?: string };
}

/** Waits for a second person, or was answered by one (A52). `amountMinor` is for each piece when `perUnit`. */
export interface ChargeRequestView extends Trace {
  readonly chargeId: string;
  readonly kind: 'charge' | 'discount';
  readonly category: string;
  readonly name: string;
  readonly scope: ChargeScope;
  readonly amountMinor: MinorUnits;
  readonly perUnit?: boolean;
  readonly reasonCode: string;
  readonly note?: string;
  /** Of a change of what is there: what it was when the change was asked for. */
  readonly changes?: ChargeTerms;
  readonly approved?: Trace;
  readonly declined?: Trace & { readonly note?: string };
}

/** A method and what came of it; never its token. Amounts are minor units. */
export interface PaymentMethodView {
  readonly methodId: string;
  readonly kind: PaymentKind;
  readonly label?: string;
  readonly limitMinor?: MinorUnits;
  readonly allocatedMinor: MinorUnits;
  readonly authorizedMinor: MinorUnits;
  readonly capturedMinor: MinorUnits;
  readonly refundedMinor: MinorUnits;
  readonly added: Trace;
}

/** Asked of the payment gateway and not answered yet. */
export interface OpenPaymentView {
  readonly paymentId: string;
  readonly action: PaymentAction;
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
  /** How often it was asked. */
  readonly attempt: number;
  readonly requested: Trace;
}

export interface TransactionView extends Trace {
  readonly transactionId: string;
  readonly externalId: string;
  readonly outcome: PaymentTransaction['outcome'];
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
  readonly paymentId?: string;
  /** What was declined, and the provider's word for why. */
  readonly action?: PaymentAction;
  readonly failureCode?: string;
}

export interface PaymentsView {
  readonly methods: readonly PaymentMethodView[];
  readonly open: readonly OpenPaymentView[];
  readonly transactions: readonly TransactionView[];
}

export interface InvoiceView {
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly shipmentId?: string;
  readonly lines: readonly InvoicedLine[];
  readonly charges: readonly InvoicedCharge[];
  readonly totalMinor: MinorUnits;
  readonly issued: Trace;
}

export interface ReturnView extends Trace {
  readonly returnId: string;
  readonly externalId: string;
  readonly lineId: string;
  readonly quantity: number;
  readonly creditedMinor: MinorUnits;
}

/** An order that was made of this one (A59). */
export interface CopyView extends Trace {
  readonly copyOrderId: string;
  readonly copyOrderNumber: string;
}

/** What of this order went into its customer's cart (A24). */
export interface ReorderView extends Trace {
  readonly reorderId: string;
  readonly cartId: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

export interface ReshipmentView extends Trace {
  readonly reshipmentId: string;
  readonly lineId: string;
  readonly newLineId: string;
  readonly quantity: number;
  readonly reasonCode: string;
}

export interface ChargeView extends Trace {
  readonly chargeId: string;
  readonly kind: 'charge' | 'discount';
  readonly category: string;
  readonly name: string;
  readonly scope: ChargeScope;
  /** As it stands: one by the piece follows the ordered pieces of its line. */
  readonly amountMinor: MinorUnits;
  readonly perUnitMinor?: MinorUnits;
  /** Of one on a line that is not by the piece: pieces that were cancelled before, and bear nothing of it. Absent: none. */
  readonly cancelledBefore?: number;
  readonly taxBasisPoints: number;
  /** Engine-made and imported ones are not changed by hand (A52). */
  readonly origin: 'manual' | 'engine' | 'import';
  readonly reasonCode?: string;
  readonly note?: string;
  /** Of what a second person granted: who that was, who is `by` as well, and who had asked for it. */
  readonly approvedBy?: string;
  readonly requestedBy?: string;
  /** The last change of it. */
  readonly changed?: Trace & { readonly reasonCode: string; readonly note?: string; readonly approvedBy?: string; readonly requestedBy?: string };
}

/** A line that was removed, with the charges that went with it (D11). */
export interface RemovedLineView {
  readonly line: LineView;
  readonly charges: readonly ChargeView[];
  readonly removed: Trace;
}

export interface TaxExemptionView extends Trace {
  readonly exemptionId: string;
  readonly certificate: string;
  readonly note?: string;
}

export interface CommentView extends Trace {
  readonly commentId: string;
  readonly text: string;
  readonly visibility: 'internal' | 'customer';
}

/** As recorded: whether a lock still holds at a moment is told by `expiresAt`. */
export interface LockView {
  readonly lockId: string;
  readonly agentId: string;
  readonly lockedAt: string;
  readonly leaseSeconds: number;
  readonly expiresAt: string;
}

export interface SuspensionView extends Trace {
  readonly reasonCode: string;
  readonly note?: string;
}

/** All in minor units of the order's currency (A48). `totalMinor` = goods + charges − discounts + tax − credits. */
export interface TotalsView {
  readonly goodsMinor: MinorUnits;
  readonly chargesMinor: MinorUnits;
  readonly discountsMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
  readonly creditsMinor: MinorUnits;
  readonly totalMinor: MinorUnits;
}

/** A figure of a line, charge or appeasement, or of the order as a whole; discounts and credits count against the total. */
export interface RecalculatedPart {
  readonly figure: 'goods' | 'charges' | 'discounts' | 'tax' | 'credits';
  readonly lineId?: string;
  readonly chargeId?: string;
  readonly appeasementId?: string;
  readonly beforeMinor: MinorUnits;
  readonly afterMinor: MinorUnits;
}

/** Why the order comes to something else than before (A63): the parts sum up to the difference of the totals. */
export interface RecalculationView extends Trace {
  readonly revision: number;
  readonly event: string;
  /** Which command it was, and the row of the rule that it followed. */
  readonly command?: string;
  readonly rule?: string;
  /** Of what was approved: who had asked for it. */
  readonly requestedBy?: string;
  readonly commandId: string;
  readonly beforeMinor: MinorUnits;
  readonly afterMinor: MinorUnits;
  readonly parts: readonly RecalculatedPart[];
}

/** The newest recalculations that details carry; earlier ones stand in the order as of an earlier revision. */
export const RECALCULATIONS_SHOWN = 200;

/** The newest comments that details carry; the history has all of them. */
export const COMMENTS_SHOWN = 100;

/** An order as it stands after `revision` (A20, A21). Holds only what the log holds. */
export interface OrderDetails {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly storeId: string;
  /** Of the order's last event, from 0. */
  readonly revision: number;
  readonly status: DetailsStatus;
  readonly currency: string;
  readonly channel: Channel;
  readonly paymentTerms: 'on-account';
  readonly customer: OrderCustomer;
  readonly contact: ContactView;
  readonly shipTo: PlaceView;
  readonly billTo?: PlaceView;
  readonly source?: { readonly system: string; readonly reference: string };
  /** The order that this one is a copy of (A59). */
  readonly copiedFrom?: { readonly orderId: string; readonly orderNumber: string };
  readonly created: Trace;
  /** Business time of the creation; for imported orders long before `created.at`. */
  readonly orderedAt: string;
  readonly updated: Trace;
  /** Who changed it last; what Docket's own processes do does not count. */
  readonly workedBy: string;
  /** To whom a call left it that was parked or transferred (A30, A31). */
  readonly assignee?: string;
  readonly lock?: LockView;
  readonly suspension?: SuspensionView;
  /** Marked for further review (A34). */
  readonly flag?: FlagView;
  readonly lines: readonly LineView[];
  /** What can be put back as it was; absent as long as there is none. */
  readonly removedLines?: readonly RemovedLineView[];
  readonly removedCharges?: readonly { readonly charge: ChargeView; readonly removed: Trace }[];
  readonly totals: TotalsView;
  readonly charges: readonly ChargeView[];
  /** While nothing is taxed (A57). */
  readonly taxExemption?: TaxExemptionView;
  /** Of the order as a whole; lines have their own (A45). */
  readonly gift?: GiftView;
  /** Credited when the order was cancelled as a whole: what its lines' own credits had left. */
  readonly cancelledMinor: MinorUnits;
  readonly holds: readonly HoldView[];
  readonly alerts: readonly AlertView[];
  readonly shipments: readonly ShipmentView[];
  readonly appointments: readonly AppointmentView[];
  readonly returns: readonly ReturnView[];
  readonly reshipments: readonly ReshipmentView[];
  /** Absent as long as there are none. */
  readonly copies?: readonly CopyView[];
  readonly reorders?: readonly ReorderView[];
  readonly appeasements: readonly AppeasementView[];
  readonly appeasementRequests: readonly AppeasementRequestView[];
  /** Absent as long as nothing was requested. */
  readonly chargeRequests?: readonly ChargeRequestView[];
  readonly payments: PaymentsView;
  /** Oldest first. */
  readonly invoices: readonly InvoiceView[];
  /** Why the order was voided or cancelled as a whole. */
  readonly ended?: Trace & { readonly reasonCode: string; readonly note?: string };
  /** Oldest first; at most the newest 100 of `commentCount`. */
  readonly comments: readonly CommentView[];
  readonly commentCount: number;
  /** Oldest first; at most the newest 200 of `recalculationCount`. */
  readonly recalculations: readonly RecalculationView[];
  readonly recalculationCount: number;
}
