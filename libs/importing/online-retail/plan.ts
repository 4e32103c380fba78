import { commandIdOf, createdIdOf, type MinorUnits } from '#kernel';
import type { RefusalReason } from '../refusal-reasons.js';
import type { InvoiceRow } from './invoice-row.js';
import type { OpenLine } from './open-lines.js';

/** The day of an invoice, at whose end it ships: a credit within it cancels, a later one returns. */
export const DAY_MS = 24 * 3_600_000;

export const IMPORT_ACTOR_ID = 'import';

/** Ids come from file and row, never from content: many rows are identical twins, and all of them count. */
export const commandIdOfRow = ({ sourceId, rowNo }: Pick<InvoiceRow, 'sourceId' | 'rowNo'>, purpose: string): string =>
  commandIdOf(IMPORT_ACTOR_ID, `${sourceId}:${String(rowNo)}:${purpose}`);

export const lineIdOfRow = (row: Pick<InvoiceRow, 'sourceId' | 'rowNo'>): string => createdIdOf(commandIdOfRow(row, 'line'), 'line');

export const orderNumberOf = (invoice: string): string => `OR-${invoice}`;

export interface PlannedOrder {
  readonly orderNumber: string;
  /** In the order of the file, as the charges are. */
  readonly lines: readonly InvoiceRow[];
  readonly charges: readonly InvoiceRow[];
  /** Milliseconds since 1970. */
  readonly placedAt: number;
  readonly shippedAt: number;
  readonly customer: string | undefined;
  readonly country: string;
  /** Credits before the shipment, in order of time. */
  readonly early: CreditPart[];
}

/** What one credit row takes off one order. */
export type CreditPart = {
  readonly row: InvoiceRow;
  /** Counted within the row. */
  readonly index: number;
  readonly orderNumber: string;
  readonly creditedMinor: MinorUnits;
} & ({ readonly kind: 'cancellation' | 'return'; readonly lineId: string; readonly quantity: number } | { readonly kind: 'discount'; readonly category: string });

export interface PlannedCredit {
  readonly row: InvoiceRow;
  /** How it was found: one line, several, a charge of the same kind, or the customer's latest order. */
  readonly match: 'one' | 'several' | 'charge' | 'latest-order';
  /** Credited at another price than it was sold for. */
  readonly otherPrice: boolean;
  readonly parts: readonly CreditPart[];
}

export interface RefusedRow {
  readonly row: InvoiceRow;
  readonly reason: RefusalReason;
  readonly detail?: string;
}

export interface OrderBalance {
  readonly orderNumber: string;
  /** What is left to credit. */
  creditableMinor: MinorUnits;
}

export interface UnitPlan {
  readonly orders: readonly PlannedOrder[];
  readonly credits: readonly PlannedCredit[];
  /** Parts of credits after the shipment, in order of time. */
  readonly late: readonly CreditPart[];
  readonly refused: readonly RefusedRow[];
  /** Every line and order of the customer as the plan leaves it, carried ones included. */
  readonly openLines: readonly OpenLine[];
  readonly balances: readonly OrderBalance[];
}

/** What earlier imports left behind for this customer, oldest first. */
export interface CarriedIn {
  readonly lines: readonly (OpenLine & { readonly sku: string })[];
  readonly balances: readonly OrderBalance[];
}
