import type { Pool } from 'pg';
import { isAmount, isCurrency, systemClock, type Clock } from '#kernel';
import type { Catalogue, ProductPage, ProductQuery } from './catalogue.port.js';
import { defineEntry, retireEntry } from './list-administration.js';
import { KeptFresh } from './kept-fresh.js';
import { loadChanges, taxKey, valueAt, type Loaded, type LoadedProduct } from './loaded.js';
import { TAX_CLASSES, type Product, type QuoteAnswer, type QuoteRequest } from './price-and-tax.port.js';

export interface CatalogueOptions {
  readonly clock?: Clock;
  /** How old prices and lists may be; the database is asked for changes after that. */
  readonly maxAgeMs?: number;
  readonly databaseTimeoutMs?: number;
}

const LONGEST_SKU = 64;
const MOST_PRODUCTS = 200;

/** Prices, taxes and lists from PostgreSQL, answered from memory; `migrateCatalogue` makes the tables. */
export function createCatalogue(pool: Pool, { clock = systemClock, maxAgeMs = 5_000, databaseTimeoutMs = 2_000 }: CatalogueOptions = {}): Catalogue {
  const kept = new KeptFresh<Loaded>({
    nowMs: () => Date.parse(clock.now()),
    maxAgeMs,
    timeoutMs: databaseTimeoutMs,
    load: (known) => loadChanges(pool, known),
  });

  return {
    async quote(request) {
      const loaded = await kept.get();
      const answer = quoteFrom(loaded, request);
      // It may have been added a moment ago, by an import for instance.
      return answer.kind === 'quoted' ? answer : quoteFrom(await kept.reload(), request);
    },

    async taxRates(country, at) {
      const { taxes } = await kept.get();
      return Object.fromEntries(TAX_CLASSES.map((taxClass) => [taxClass, valueAt(taxes.get(taxKey(country, taxClass)), at)?.value ?? 0]));
    },

    async products(query = {}) {
      return pageOf(await kept.get(), query, clock.now());
    },

    async learn(products) {
      const usable = products.filter(({ sku, price }) => sku.length <= LONGEST_SKU && isCurrency(price.currency) && isAmount(price.unitPriceMinor) && price.unitPriceMinor >= 0);
      const { rowCount } = await pool.query(
        `WITH given AS (
           SELECT DISTINCT ON (sku) sku, description, currency, price
             FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS g (sku, description, currency, price) ORDER BY sku),
         added AS (
           INSERT INTO catalogue.product (sku, description, tax_class) SELECT sku, description, 'standard' FROM given
           ON CONFLICT (sku) DO NOTHING RETURNING sku)
         INSERT INTO catalogue.price (sku, currency, valid_from, unit_price_minor)
         SELECT sku, currency, '2000-01-01T00:00:00Z', price FROM given JOIN added USING (sku)`,
        [usable.map(({ sku }) => normaliseSku(sku)), usable.map(({ description }) => description), usable.map(({ price }) => price.currency), usable.map(({ price }) => price.unitPriceMinor)],
      );
      return rowCount ?? 0;
    },

    reasonCodes: async () => [...(await kept.get()).reasons.values()],
    holdTypes: async () => [...(await kept.get()).holdTypes.values()],
    resolutionCodes: async () => [...(await kept.get()).resolutions.values()],

    alertTypes: async () => [...(await kept.get()).alertTypes.values()],
    chargeCategories: async () => [...(await kept.get()).chargeCategories.values()],
    pickupStores: async () => [...(await kept.get()).pickupStores.values()],

    async mayUseReason(code, use) {
      const reason = (await kept.get()).reasons.get(code);
      return reason !== undefined && reason.active && reason.uses.includes(use);
    },

    async activeHoldType(code) {
      const type = (await kept.get()).holdTypes.get(code);
      return type?.active === true ? type : undefined;
    },

    mayUseResolution: async (code) => (await kept.get()).resolutions.get(code)?.active === true,
    holdType: async (code) => (await kept.get()).holdTypes.get(code),
    alertType: async (code) => (await kept.get()).alertTypes.get(code),

    async activeChargeCategory(code, kind) {
      const category = (await kept.get()).chargeCategories.get(code);
      return category?.active === true && category.kinds.includes(kind) ? category : undefined;
    },

    async activePickupStore(code) {
      const store = (await kept.get()).pickupStores.get(code);
      return store?.active === true ? store : undefined;
    },

    async defineEntry(list, entry, by) {
      await defineEntry(pool, list, entry, by);
      await kept.renew();
    },

    async retireEntry(list, code, by) {
      const known = await retireEntry(pool, list, code, by);
      await kept.renew();
      return known;
    },
  };
}

const normaliseSku = (sku: string): string => sku.trim().toUpperCase();

function quoteFrom(loaded: Loaded, { sku, currency, country, at }: QuoteRequest): QuoteAnswer {
  const product = loaded.products.get(normaliseSku(sku));
  if (product === undefined) return { kind: 'unknown-sku' };
  const price = valueAt(product.prices.get(currency), at);
  if (price === undefined) return { kind: 'no-price', currencies: [...product.prices.keys()] };
  const tax = valueAt(loaded.taxes.get(taxKey(country, product.taxClass)), at);
  return {
    kind: 'quoted',
    sku: product.sku,
    description: product.description,
    ...(product.parentSku !== undefined && { parentSku: product.parentSku }),
    quote: {
      unitPriceMinor: price.value,
      taxClass: product.taxClass,
      taxBasisPoints: tax?.value ?? 0,
      source: `catalogue:${price.from.slice(0, 10)}`,
    },
  };
}

function pageOf(loaded: Loaded, { currency, text, limit = 50, after }: ProductQuery, at: string): ProductPage {
  const most = Math.min(Math.max(1, limit), MOST_PRODUCTS);
  const wanted = text?.trim().toLowerCase() ?? '';
  const products: Product[] = [];
  for (const product of loaded.products.values()) {
    if (after !== undefined && product.sku <= after) continue;
    if (!product.sku.toLowerCase().startsWith(wanted) && !product.description.toLowerCase().includes(wanted)) continue;
    const shown = productAt(product, currency, at);
    if (shown === undefined) continue;
    const last = products.at(-1);
    if (products.length === most && last !== undefined) return { products, next: last.sku };
    products.push(shown);
  }
  return { products };
}

/** Undefined when it has no price in the currency asked for. */
function productAt({ sku, description, parentSku, taxClass, prices }: LoadedProduct, currency: string | undefined, at: string): Product | undefined {
  const wanted = currency === undefined ? [...prices.keys()] : [currency];
  const current = wanted.flatMap((each) => {
    const price = valueAt(prices.get(each), at);
    return price === undefined ? [] : [{ currency: each, unitPriceMinor: price.value }];
  });
  if (current.length === 0) return undefined;
  return { sku, description, ...(parentSku !== undefined && { parentSku }), taxClass, prices: current };
}
