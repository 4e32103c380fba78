import type { MinorUnits, Personal } from '#kernel';
import type { Allocation, PaymentAction, PaymentKind } from './order.payment-events.js';

/** `action` says what was declined. */
export type PaymentResult = { readonly outcome: 'authorized' | 'captured' | 'refunded' | 'voided' } | { readonly outcome: 'declined'; readonly action: PaymentAction; readonly failureCode: string };

export type InvoiceScope =
  | { readonly kind: 'shipment'; readonly shipmentId: string }
  | { readonly kind: 'lines'; readonly lines: readonly { readonly lineId: string; readonly quantity: number }[] }
  | { readonly kind: 'charges' };

/** How often the gateway is asked about one payment before people have to look. */
export const MOST_ATTEMPTS = 20;

/** What can be asked about money and invoices: part of `OrderCommandFields`. */
export interface PaymentCommandFields {
  readonly AddPaymentMethod: { readonly kind: PaymentKind; readonly token?: Personal<string>; readonly label?: Personal<string>; readonly limitMinor?: MinorUnits };
  readonly ChangePaymentMethod: { readonly methodId: string; readonly limitMinor?: MinorUnits };
  readonly AllocateCharges: { readonly allocations: readonly Allocation[] };
  /** Sent by the process that settles: whatever the gateway should be asked now, and was not asked yet. */
  readonly SettlePayments: Readonly<Record<never, never>>;
  /** Sent by a timer when no answer came; nothing happens when one came, or when it was asked that often already. */
  readonly ChasePayment: { readonly paymentId: string; readonly attempt: number };
  readonly RecordPayment: {
    readonly externalId: string;
    readonly methodId: string;
    readonly amountMinor: MinorUnits;
    readonly paymentId?: string;
    readonly result: PaymentResult;
  };
  /** What a shipment carried, or pieces of lines that were shipped; or only what is charged besides, once all that was sent is invoiced. */
  readonly IssueInvoice: { readonly of: InvoiceScope };
}
