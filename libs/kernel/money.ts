/**
 * Money is an integer count of minor units (pence, cents, fils, whole yen) with an ISO 4217 currency.
 * Amounts inside one order share the order's currency, so the domain passes bare integers named `…Minor`
 * and keeps the currency once.
 */
export type MinorUnits = number;

/** The greatest amount a single figure may reach: far below 2^53, so that sums of many figures stay exact. */
export const MAX_AMOUNT_MINOR: MinorUnits = 1_000_000_000_000;

/** Minor-unit digits by ISO 4217 code; the currencies that Docket trades in. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  AUD: 2, BHD: 3, CAD: 2, CHF: 2, CZK: 2, DKK: 2, EUR: 2, GBP: 2, HKD: 2, HUF: 2, ILS: 2, JPY: 0,
  KRW: 0, KWD: 3, MXN: 2, NOK: 2, NZD: 2, PLN: 2, SAR: 2, SEK: 2, SGD: 2, USD: 2, ZAR: 2,
};

export const CURRENCIES: readonly string[] = Object.keys(MINOR_DIGITS);

export function isCurrency(code: string): boolean {
  return Object.hasOwn(MINOR_DIGITS, code);
}

/** Digits after the decimal point. @throws RangeError for a currency Docket does not know. */
export function minorDigits(currency: string): number {
  const digits = Object.hasOwn(MINOR_DIGITS, currency) ? MINOR_DIGITS[currency] : undefined;
  if (digits === undefined) throw new RangeError(`unknown currency ${currency}`);
  return digits;
}

export function isAmount(minor: number): boolean {
  return Number.isSafeInteger(minor) && Math.abs(minor) <= MAX_AMOUNT_MINOR;
}

/** `basisPoints` ten-thousandths of an amount, rounded half away from zero; exact for every amount. */
export function basisPointsOf(minor: MinorUnits, basisPoints: number): MinorUnits {
  const rounded = quotient(Math.abs(minor), basisPoints, 5_000, 10_000);
  return minor < 0 ? 0 - rounded : rounded;
}

/** `part / whole` of an amount, rounded down toward zero; exact. Used to credit part of a line. */
export function shareOf(minor: MinorUnits, part: number, whole: number): MinorUnits {
  if (whole === 0) return 0;
  return quotient(minor, part, 0, whole);
}

/** (`one` × `other` + `more`) / `whole`, rounded down toward zero: by plain numbers as long as they are exact. */
function quotient(one: number, other: number, more: number, whole: number): number {
  const dividend = one * other + more;
  if (Number.isSafeInteger(dividend)) return (dividend - (dividend % whole)) / whole;
  return Number((BigInt(one) * BigInt(other) + BigInt(more)) / BigInt(whole));
}

/** "1234.50" in the currency's own digits; no grouping, no symbol. */
export function formatMinor(minor: MinorUnits, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Reads "12.5" as minor units; undefined when it is not a plain decimal or has digits below the minor unit. */
export function parseMinor(decimal: string, currency: string): MinorUnits | undefined {
  const digits = minorDigits(currency);
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/.exec(decimal);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const padded = fraction.padEnd(digits, '0');
  if (/[1-9]/.test(padded.slice(digits))) return undefined;
  const minor = Number(whole + padded.slice(0, digits));
  if (!isAmount(minor)) return undefined;
  return sign && minor !== 0 ? -minor : minor;
}
