import type { MinorUnits } from '#kernel';
import type { LineQuote, TaxRates } from '#ordering';

export interface QuoteRequest {
  readonly sku: string;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2: where the goods go decides the tax. */
  readonly country: string;
  /** ISO 8601 UTC: the prices of that moment. */
  readonly at: string;
}

export type QuoteAnswer =
  | {
      readonly kind: 'quoted';
      readonly sku: string;
      readonly description: string;
      /** The product of which this SKU is a variant. */
      readonly parentSku?: string;
      readonly quote: LineQuote;
    }
  | { readonly kind: 'unknown-sku' }
  /** Known and not sold in that currency; the currencies that it is sold in. */
  | { readonly kind: 'no-price'; readonly currencies: readonly string[] };

/** Says what something costs and how it is taxed: the only source of prices that a command may carry (settled 4.2). */
export interface PriceAndTaxPort {
  /** Answers from memory; prices may be `maxAgeMs` old. @throws Error when nothing was ever loaded and Postgres is away */
  quote(request: QuoteRequest): Promise<QuoteAnswer>;
  /** Basis points by tax class for goods that go to a country (ISO 3166-1 alpha-2); 0 where the table is silent. */
  taxRates(country: string, at: string): Promise<TaxRates>;
}

export interface ProductPrice {
  readonly currency: string;
  /** Without tax. */
  readonly unitPriceMinor: MinorUnits;
}

export const TAX_CLASSES = ['standard', 'reduced', 'zero'] as const;
export type TaxClass = (typeof TAX_CLASSES)[number];

export interface Product {
  /** Upper case, as it is printed. */
  readonly sku: string;
  readonly description: string;
  readonly parentSku?: string;
  readonly taxClass: TaxClass;
  readonly prices: readonly ProductPrice[];
}
