import { minorDigits } from '#kernel';
import type { ImportReport, Tally } from '#importing';

const KINDS: Readonly<Record<string, string>> = {
  line: 'order lines',
  charge: 'charges',
  cancellation: 'cancelled pieces',
  return: 'returned pieces',
  discount: 'discounts',
  mixed: 'cancelled and returned pieces',
  order: 'orders',
};

/** The report as a person reads it at the end of an import. */
export function reportText(report: ImportReport): string {
  const { files, read, takenOver, refused, waiting, orders, kinds, reasons, credits } = report;
  const lines = [
    ...files.map(({ name, rows }) => `${name}: ${count(rows)} rows`),
    '',
    row('read', read),
    row('taken over', takenOver),
    ...kinds.map((kind) => row(`  ${KINDS[kind.kind] ?? kind.kind}`, kind)),
    row('refused', refused),
    ...reasons.map((reason) => row(`  ${reason.reason}`, reason)),
    ...(waiting.rows > 0 ? [row('waiting', waiting), 'Not everything is through: give the same command again.'] : []),
    '',
    `${count(orders)} orders.`,
    ...credits.map(({ match, rows, atAnotherPrice }) => `credits by ${MATCHES[match] ?? match}: ${count(rows)}${atAnotherPrice > 0 ? `, ${count(atAnotherPrice)} of them at another price than the sale` : ''}`),
  ];
  if (reasons.length > 0) {
    lines.push('', 'What to do about refused rows (--refused <file> lists them):', ...reasons.map(({ reason, remedy }) => `  ${reason}: ${remedy}`));
  }
  return `${lines.join('\n')}\n`;
}

const MATCHES: Readonly<Record<string, string>> = { one: 'one earlier line', several: 'several earlier lines', charge: 'a charge of their kind', 'latest-order': "the customer's latest order" };

const count = (rows: number): string => rows.toLocaleString('en-GB');

function row(name: string, { rows, amounts }: Tally): string {
  const money = Object.entries(amounts).map(([currency, amount]) => `${majorUnits(amount, currency)} ${currency}`);
  return `${name.padEnd(34)}${count(rows).padStart(10)}${money.map((each) => each.padStart(22)).join('')}`.trimEnd();
}

/** "123.1" pence are 1.231 pounds: digits below the minor unit are shown where there are any. */
export function majorUnits(minor: string, currency: string): string {
  const [whole = '0', below = ''] = minor.replace('-', '').split('.');
  const digits = minorDigits(currency);
  const padded = whole.padStart(digits + 1, '0');
  const fraction = (digits === 0 ? '' : padded.slice(-digits)) + below;
  const grouped = (digits === 0 ? padded : padded.slice(0, -digits)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${minor.startsWith('-') ? '-' : ''}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}
