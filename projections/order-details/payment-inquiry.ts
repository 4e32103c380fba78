import { shareOf, type MinorUnits } from '#kernel';
import type { AppeasementView, DeliveryStopView, InvoiceView, OpenPaymentView, OrderDetails, PaymentMethodView, ReturnView, TotalsView, TransactionView } from './order-details.types.js';

/** Charges, refunds, what is outstanding and all that led to it (A43). Minor units of the order's currency. */
export interface PaymentInquiry {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly revision: number;
  readonly currency: string;
  readonly totals: TotalsView;
  readonly authorizedMinor: MinorUnits;
  readonly capturedMinor: MinorUnits;
  readonly refundedMinor: MinorUnits;
  /** What the customer still owes; 0 when nothing. */
  readonly outstandingMinor: MinorUnits;
  /** Collected beyond what the order comes to, and not given back yet; 0 when nothing. */
  readonly refundDueMinor: MinorUnits;
  readonly methods: readonly PaymentMethodView[];
  readonly open: readonly OpenPaymentView[];
  readonly transactions: readonly TransactionView[];
  /** Why the order comes to less than its goods and charges. */
  readonly credits: {
    readonly cancelledMinor: MinorUnits;
    readonly returns: readonly ReturnView[];
    readonly stoppedDeliveries: readonly DeliveryStopView[];
    readonly appeasements: readonly AppeasementView[];
  };
}

/**
 * An invoice and how far it is paid (A46). Invoices are payable without their pieces that came back, and for what the
 * order comes to at most: what was credited, given or taken off since is credited on the newest first. What was
 * collected pays the oldest first. All balances together are what is outstanding of what was invoiced.
 */
export interface InvoiceWithBalance extends InvoiceView {
  readonly netMinor: MinorUnits;
  readonly chargesMinor: MinorUnits;
  readonly discountsMinor: MinorUnits;
  readonly taxMinor: MinorUnits;
  /** Of the total, what the customer does not owe any more. */
  readonly creditedMinor: MinorUnits;
  readonly collectedMinor: MinorUnits;
  readonly balanceMinor: MinorUnits;
}

const sumOf = <T>(items: readonly T[], amount: (item: T) => MinorUnits): MinorUnits => items.reduce((sum, item) => sum + amount(item), 0);

export function paymentInquiryOf({ orderId, orderNumber, revision, status, currency, totals, payments, lines, cancelledMinor, returns, shipments, appeasements }: OrderDetails): PaymentInquiry {
  const capturedMinor = sumOf(payments.methods, (method) => method.capturedMinor);
  const refundedMinor = sumOf(payments.methods, (method) => method.refundedMinor);
  // Of what was dropped nobody owes anything.
  const owed = (status === 'voided' ? 0 : totals.totalMinor) - (capturedMinor - refundedMinor);
  return {
    orderId,
    orderNumber,
    revision,
    currency,
    totals,
    authorizedMinor: sumOf(payments.methods, (method) => method.authorizedMinor),
    capturedMinor,
    refundedMinor,
    outstandingMinor: Math.max(owed, 0),
    refundDueMinor: Math.max(-owed, 0),
    ...payments,
    credits: {
      cancelledMinor: cancelledMinor + sumOf(lines, (line) => line.cancelledMinor),
      returns,
      stoppedDeliveries: shipments.flatMap(({ stops = [] }) => stops.filter(({ confirmed }) => confirmed !== undefined)),
      appeasements,
    },
  };
}

export function invoicesOf(details: OrderDetails): readonly InvoiceWithBalance[] {
  const { invoices, payments } = details;
  const credits = creditsOf(details);
  let left = sumOf(payments.methods, (method) => method.capturedMinor - method.refundedMinor);
  return invoices.map((invoice, index) => {
    const { lines, charges, totalMinor } = invoice;
    const creditedMinor = credits[index] ?? 0;
    const collected = Math.min(left, totalMinor - creditedMinor);
    left -= collected;
    const added = charges.filter(({ kind }) => kind === 'charge');
    const discounts = charges.filter(({ kind }) => kind === 'discount');
    return {
      ...invoice,
      netMinor: sumOf(lines, (line) => line.netMinor),
      chargesMinor: sumOf(added, (charge) => charge.netMinor),
      discountsMinor: sumOf(discounts, (charge) => charge.netMinor),
      taxMinor: sumOf(lines, (line) => line.taxMinor) + sumOf(added, (charge) => charge.taxMinor) - sumOf(discounts, (charge) => charge.taxMinor),
      creditedMinor,
      collectedMinor: collected,
      balanceMinor: totalMinor - creditedMinor - collected,
    };
  });
}

/** What is credited on each invoice: for its pieces that came back, and what the order does not come to. */
function creditsOf({ invoices, lines, totals }: OrderDetails): readonly MinorUnits[] {
  const invoicedMinor = sumOf(invoices, ({ totalMinor }) => totalMinor);
  const cameBackMinor = sumOf(lines, ({ lineId, shipped, returned, returnedMinor }) => {
    const invoiced = sumOf(invoices, (invoice) => sumOf(invoice.lines.filter((line) => line.lineId === lineId), ({ quantity }) => quantity));
    return shareOf(returnedMinor, Math.min(Math.max(returned - (shipped - invoiced), 0), returned), returned);
  });
  const payableMinor = Math.min(Math.max(invoicedMinor - cameBackMinor, 0), Math.max(totals.totalMinor, 0));
  let left = invoicedMinor - payableMinor;
  return invoices
    .map(({ totalMinor }) => totalMinor)
    .reverse()
    .map((totalMinor) => {
      const credited = Math.min(left, totalMinor);
      left -= credited;
      return credited;
    })
    .reverse();
}
