import type { TaxClass } from './price-and-tax.port.js';

/** Basis points by country and class, as of the list's date. Where the list is silent nothing is charged: export. */
export const SEED_TAXES: Readonly<Record<string, Readonly<Record<TaxClass, number>>>> = {
  GB: { standard: 2_000, reduced: 500, zero: 0 },
  IE: { standard: 2_300, reduced: 1_350, zero: 0 },
  DE: { standard: 1_900, reduced: 700, zero: 700 },
  FR: { standard: 2_000, reduced: 550, zero: 550 },
  NL: { standard: 2_100, reduced: 900, zero: 900 },
  ES: { standard: 2_100, reduced: 1_000, zero: 400 },
  IT: { standard: 2_200, reduced: 1_000, zero: 400 },
  AT: { standard: 2_000, reduced: 1_000, zero: 1_000 },
  BE: { standard: 2_100, reduced: 600, zero: 600 },
  DK: { standard: 2_500, reduced: 2_500, zero: 2_500 },
  SE: { standard: 2_500, reduced: 1_200, zero: 600 },
  JP: { standard: 1_000, reduced: 800, zero: 800 },
};
