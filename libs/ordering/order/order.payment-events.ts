import type { MinorUnits, Personal } from '#kernel';

/** On account and by transfer the customer pays by themselves; the others are charged through the gateway. */
export type PaymentKind = 'on-account' | 'bank-transfer' | 'card' | 'gift-card' | 'wallet';

export type PaymentAction = 'authorize' | 'capture' | 'refund' | 'void';

export interface Allocation {
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
}

/** What is asked of the gateway. It holds all that the question needs: who asks looks at nothing else. */
export interface PaymentQuestion {
  /** The gateway does one thing once for it, however often it is asked. */
  readonly paymentId: string;
  readonly action: PaymentAction;
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
  readonly currency: string;
  readonly token?: Personal<string>;
}

/** What a payment provider says has happened; `paymentId` when it answers a question. */
export interface PaymentFact {
  readonly transactionId: string;
  /** The provider's own id; seen once. */
  readonly externalId: string;
  readonly methodId: string;
  readonly amountMinor: MinorUnits;
  readonly paymentId?: string;
}

export interface InvoicedLine {
  readonly lineId: string;
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitPriceMinor: MinorUnits;
  readonly taxBasisPoints: number;
  readonly netMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
}

/** The kind says which way it counts; both amounts are 0 or more. */
export interface InvoicedCharge {
  readonly chargeId: string;
  readonly kind: 'charge' | 'discount';
  readonly netMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
}

/** Money and invoices: part of the storage format, see `OrderEventData`. */
export interface PaymentEventData {
  readonly OrderPaymentMethodAdded: {
    readonly methodId: string;
    readonly kind: PaymentKind;
    /** The provider's name for the card, gift card or wallet; never its number. */
    readonly token?: Personal<string>;
    /** As the customer would say it: "Visa ending 4242". */
    readonly label?: Personal<string>;
    /** The most that may be charged to it; without one, anything. */
    readonly limitMinor?: MinorUnits;
  };
  /** Without `limitMinor` it has no limit from now on. */
  readonly OrderPaymentMethodChanged: { readonly methodId: string; readonly limitMinor?: MinorUnits };
  /** Of every method that is charged anything. */
  readonly OrderChargesAllocated: { readonly allocations: readonly Allocation[] };
  readonly OrderPaymentRequested: PaymentQuestion;
  /** Asked again, because no answer came: from 2. */
  readonly OrderPaymentChased: PaymentQuestion & { readonly attempt: number };
  readonly OrderPaymentAuthorized: PaymentFact;
  readonly OrderPaymentCaptured: PaymentFact;
  /** What was authorized and will not be collected is the customer's again. */
  readonly OrderPaymentVoided: PaymentFact;
  readonly OrderPaymentFailed: PaymentFact & { readonly action: PaymentAction; readonly failureCode: string };
  readonly OrderRefundIssued: PaymentFact;
  readonly OrderInvoiceIssued: {
    readonly invoiceId: string;
    readonly invoiceNumber: string;
    readonly shipmentId?: string;
    readonly lines: readonly InvoicedLine[];
    readonly charges: readonly InvoicedCharge[];
    readonly totalMinor: MinorUnits;
  };
}

export const PAYMENT_EVENT_VERSIONS: Readonly<Record<keyof PaymentEventData, number>> = {
  OrderPaymentMethodAdded: 1,
  OrderPaymentMethodChanged: 1,
  OrderChargesAllocated: 1,
  OrderPaymentRequested: 2,
  OrderPaymentChased: 2,
  OrderPaymentAuthorized: 1,
  OrderPaymentCaptured: 1,
  OrderPaymentVoided: 1,
  OrderPaymentFailed: 2,
  OrderRefundIssued: 1,
  OrderInvoiceIssued: 1,
};
