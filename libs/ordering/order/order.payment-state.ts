import type { MinorUnits, Personal } from '#kernel';
import type { PaymentAction, PaymentKind, PaymentQuestion } from './order.payment-events.js';

export interface PaymentMethod {
  readonly methodId: string;
  readonly kind: PaymentKind;
  readonly token?: Personal<string>;
  readonly limitMinor?: MinorUnits;
  readonly allocatedMinor: MinorUnits;
  readonly authorizedMinor: MinorUnits;
  readonly capturedMinor: MinorUnits;
  readonly refundedMinor: MinorUnits;
  /** What the provider declined: not asked again before the charges are allocated anew. */
  readonly declined: readonly PaymentAction[];
}

export interface OpenPayment extends PaymentQuestion {
  readonly attempt: number;
}

export interface PaymentTransaction {
  readonly externalId: string;
  readonly outcome: 'authorized' | 'captured' | 'refunded' | 'declined';
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
}

export interface OrderInvoice {
  readonly invoiceId: string;
  readonly shipmentId?: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly chargeIds: readonly string[];
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

/** What a method was charged at most: a capture uses up its authorization (A44). */
export const chargedMinor = ({ authorizedMinor, capturedMinor }: PaymentMethod): MinorUnits => Math.max(authorizedMinor, capturedMinor);

/** Collected and not given back. */
export const keptMinor = ({ capturedMinor, refundedMinor }: PaymentMethod): MinorUnits => capturedMinor - refundedMinor;

export const collectedMinor = ({ methods }: OrderPayments): MinorUnits => methods.reduce((sum, method) => sum + keptMinor(method), 0);

export const refundedMinor = ({ methods }: OrderPayments): MinorUnits => methods.reduce((sum, method) => sum + method.refundedMinor, 0);

export const invoicedMinor = ({ invoices }: OrderPayments): MinorUnits => invoices.reduce((sum, { totalMinor }) => sum + totalMinor, 0);

/** Pieces of a line that stand on an invoice. */
export const invoicedPieces = ({ invoices }: OrderPayments, lineId: string): number =>
  invoices.reduce((sum, { lines }) => sum + lines.reduce((pieces, line) => (line.lineId === lineId ? pieces + line.quantity : pieces), 0), 0);
