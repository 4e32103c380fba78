import { parse } from 'csv-parse/sync';
import { isAmount, parseMinor, type MinorUnits } from '#kernel';
import type { RefusalReason } from '../refusal-reasons.js';
import type { TextLine } from '../text-lines.js';
import { countryCodeOf } from './countries.js';
import { londonTime } from './london-time.js';

export const INVOICE_COLUMNS = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country'] as const;

/** Money of the invoices: pounds sterling. */
export const INVOICE_CURRENCY = 'GBP';

const MOST_PIECES = 1_000_000;

/** One line of an invoice or a credit note, read and found sound in itself. */
export interface InvoiceRow {
  /** Line number in its file. */
  readonly rowNo: number;
  readonly sourceId: string;
  /** Six digits; credits without their C. */
  readonly invoice: string;
  readonly isCredit: boolean;
  readonly sku: string;
  readonly description: string;
  /** Pieces, always positive: `isCredit` says which way. */
  readonly quantity: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly unitPriceMinor: MinorUnits;
  /** The customer's number; undefined for guests. */
  readonly customer: string | undefined;
  readonly country: string;
}

export type ReadRow =
  | { readonly kind: 'row'; readonly row: InvoiceRow; readonly amountPence: string }
  /** `amountPence` is a decimal, exact below the penny; undefined when the row does not say. */
  | { readonly kind: 'refused'; readonly rowNo: number; readonly reason: RefusalReason; readonly invoice: string; readonly amountPence: string | undefined };

/** The fields of one CSV line; undefined when its quotes are broken. */
export function fieldsOf(text: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(',');
  try {
    const records: readonly (readonly string[])[] = parse(text, { relax_column_count: true });
    return records[0];
  } catch {
    return undefined;
  }
}

export const isInvoiceHeader = (text: string): boolean => fieldsOf(text)?.map((field) => field.trim()).join() === INVOICE_COLUMNS.join();

/** @param latest Milliseconds since 1970 after which a date is taken for a mistake */
export function readInvoiceRow(line: TextLine, sourceId: string, latest: number): ReadRow {
  const refused = (reason: RefusalReason, invoice = '', amountPence?: string): ReadRow => ({ kind: 'refused', rowNo: line.number, reason, invoice, amountPence });
  if (line.text === undefined) return refused(line.fault ?? 'not-text');
  const fields = fieldsOf(line.text);
  if (fields === undefined) return refused('broken-quotes');
  if (fields.length !== INVOICE_COLUMNS.length) return refused('wrong-number-of-fields');
  const [invoiceNo = '', sku = '', description = '', quantityText = '', date = '', price = '', customerText = '', countryName = ''] = fields.map((field) => field.trim());
  const amountPence = exactPence(quantityText, price);
  const refuse = (reason: RefusalReason): ReadRow => refused(reason, invoiceNo.slice(0, 20), amountPence);

  const [, creditMark, invoice] = /^(C?)(\d{6})$/.exec(invoiceNo) ?? [];
  if (invoice === undefined) return refuse('bad-invoice-number');
  if (sku === '' || sku.length > 40) return refuse('bad-stock-code');
  if (description.length > 200) return refuse('bad-description');
  const quantity = /^-?\d{1,9}$/.test(quantityText) ? Number(quantityText) : Number.NaN;
  if (!(Math.abs(quantity) >= 1 && Math.abs(quantity) <= MOST_PIECES)) return refuse('bad-quantity');
  const at = londonTime(date);
  if (at === undefined || at > latest) return refuse('bad-date');
  if (amountPence === undefined) return refuse('bad-price');
  const customer = /^(\d{1,12})(?:\.0)?$/.exec(customerText)?.[1];
  if (customerText !== '' && customer === undefined) return refuse('bad-customer');
  const country = countryCodeOf(countryName);
  if (country === undefined) return refuse('unknown-country');
  const isCredit = creditMark === 'C';
  if (isCredit && quantity > 0) return refuse('credit-with-positive-quantity');
  const unitPriceMinor = parseMinor(price, INVOICE_CURRENCY);
  if (!isCredit && quantity < 0) return refuse(unitPriceMinor === 0 && customer === undefined ? 'stock-write-off' : 'negative-quantity');
  if (unitPriceMinor === undefined) return refuse(isSubPenny(price) ? 'sub-penny-price' : 'amount-too-large');
  if (!isAmount(unitPriceMinor * quantity)) return refuse('amount-too-large');
  const row = { rowNo: line.number, sourceId, invoice, isCredit, sku, description, quantity: Math.abs(quantity), at, unitPriceMinor, customer, country };
  return { kind: 'row', row, amountPence };
}

const PRICE = /^(\d{1,12})(?:\.(\d{1,6}))?$/;

/** Quantity times price in pence, to the last digit that the price has. */
function exactPence(quantity: string, price: string): string | undefined {
  const match = PRICE.exec(price);
  if (!match || !/^-?\d{1,9}$/.test(quantity)) return undefined;
  const [, whole = '0', fraction = ''] = match;
  const millionths = BigInt(quantity) * (BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0')));
  const sign = millionths < 0n ? '-' : '';
  const size = millionths < 0n ? -millionths : millionths;
  const rest = String(size % 10_000n).padStart(4, '0').replace(/0+$/, '');
  return `${sign}${String(size / 10_000n)}${rest === '' ? '' : `.${rest}`}`;
}

const isSubPenny = (price: string): boolean => /[1-9]/.test((PRICE.exec(price)?.[2] ?? '').slice(2));
