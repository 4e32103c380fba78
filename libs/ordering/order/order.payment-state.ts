import type { MinorUnits, Personal } from '#kernel';
import type { PaymentAction, PaymentKind, PaymentQuestion } from './order.payment-events.js';

export interface PaymentMethod {
  readonly methodId: string;
  readonly kind: PaymentKind;
  readonly token?: Personal<string>;
  readonly limitMinor?: MinorUnits;
  readonly allocatedMinor: MinorUnits;
  /** Set aside, what was captured of it included; what was voided is not. */
  readonly authorizedMinor: MinorUnits;
  readonly capturedMinor: MinorUnits;
  /** Of what was captured, what had not been set aside before; absent as long as there is none. */
  readonly unheldMinor?: MinorUnits;
  readonly refundedMinor: MinorUnits;
  /** What the provider declined: not asked again before the charges are allocated anew. */
  readonly declined: readonly PaymentAction[];
}

export interface OpenPayment extends PaymentQuestion {
  readonly attempt: number;
}

export interface PaymentTransaction {
  readonly externalId: string;
  readonly outcome: 'authorized' | 'captured' | 'refunded' | 'voided' | 'declined';
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
}

/** Net and tax as they count: below zero for what is given. */
export interface Counted {
  readonly netMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
}

export interface OrderInvoice {
  readonly invoiceId: string;
  readonly shipmentId?: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number; readonly taxMinor: MinorUnits }[];
  /** Each charge and discount of it once. */
  readonly charges: readonly (Counted & { readonly chargeId: string })[];
  readonly totalMinor: MinorUnits;
}

/** The money side of an order. */
export interface OrderPayments {
  readonly methods: readonly PaymentMethod[];
  /** Asked of the gateway and not answered. */
  readonly open: readonly OpenPayment[];
  readonly transactions: readonly PaymentTransaction[];
  readonly invoices: readonly OrderInvoice[];
}

export const NO_PAYMENTS: OrderPayments = { methods: [], open: [], transactions: [], invoices: [] };

/** Whom the gateway charges; on account and by transfer the customer pays by themselves. */
export const isGatewayKind = (kind: PaymentKind): boolean => kind !== 'on-account' && kind !== 'bank-transfer';

/** Set aside and not collected: a capture uses up its authorization (A44). */
export const unusedMinor = ({ authorizedMinor, unheldMinor = 0, capturedMinor }: PaymentMethod): MinorUnits => authorizedMinor + unheldMinor - capturedMinor;

/** Collected and not given back. */
export const keptMinor = ({ capturedMinor, refundedMinor }: PaymentMethod): MinorUnits => capturedMinor - refundedMinor;

/** What a method was charged: collected or set aside, and not given back. */
export const chargedMinor = (method: PaymentMethod): MinorUnits => keptMinor(method) + unusedMinor(method);

/** What a method was charged, and what it may still be by what the gateway was asked: to set more aside, to collect more than is. */
export const bornMinor = (payments: OrderPayments, method: PaymentMethod): MinorUnits =>
  chargedMinor(method) + openOn(payments, method, 'authorize') + Math.max(openOn(payments, method, 'capture') - unusedMinor(method), 0);

export const openMinor = ({ open }: OrderPayments, action: PaymentAction): MinorUnits => open.reduce((sum, payment) => (payment.action === action ? sum + payment.amountMinor : sum), 0);

export const openOn = ({ open }: OrderPayments, { methodId }: PaymentMethod, action: PaymentAction): MinorUnits =>
  open.reduce((sum, payment) => (payment.action === action && payment.methodId === methodId ? sum + payment.amountMinor : sum), 0);

export const collectedMinor = ({ methods }: OrderPayments): MinorUnits => methods.reduce((sum, method) => sum + keptMinor(method), 0);

export const refundedMinor = ({ methods }: OrderPayments): MinorUnits => methods.reduce((sum, method) => sum + method.refundedMinor, 0);

export const invoicedMinor = ({ invoices }: OrderPayments): MinorUnits => invoices.reduce((sum, { totalMinor }) => sum + totalMinor, 0);

/** Pieces of a line that stand on an invoice. */
export const invoicedPieces = ({ invoices }: OrderPayments, lineId: string): number =>
  invoices.reduce((sum, { lines }) => sum + lines.reduce((pieces, line) => (line.lineId === lineId ? pieces + line.quantity : pieces), 0), 0);

/** Tax of a line's pieces that stand on an invoice. */
export const invoicedTaxMinor = ({ invoices }: OrderPayments, lineId: string): MinorUnits =>
  invoices.reduce((sum, { lines }) => sum + lines.reduce((tax, line) => (line.lineId === lineId ? tax + line.taxMinor : tax), 0), 0);

/** What stands of a charge or discount on all invoices together. */
export function invoicedOf({ invoices }: OrderPayments, chargeId: string): Counted {
  const entries = invoices.flatMap(({ charges }) => charges.filter((each) => each.chargeId === chargeId));
  return { netMinor: entries.reduce((sum, { netMinor }) => sum + netMinor, 0), taxMinor: entries.reduce((sum, { taxMinor }) => sum + taxMinor, 0) };
}

/** Every charge and discount that stands on an invoice. */
export const invoicedCharges = ({ invoices }: OrderPayments): ReadonlySet<string> => new Set(invoices.flatMap(({ charges }) => charges.map(({ chargeId }) => chargeId)));
