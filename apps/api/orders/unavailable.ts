import type { Catalogue } from '#catalogue';
import type { OrderState } from '#ordering';

/** What cannot be ordered now; never left out silently. */
export interface Unavailable {
  readonly sku: string;
  readonly quantity: number;
  /** `sku-unknown`, or `price-missing` in that currency. */
  readonly because: string;
}

/**
 * Products of a cancelled order that are not sold any more in its currency: as far as Docket knows what can be reserved
 * again (C4). How many pieces lie in the warehouse, only the warehouse knows.
 */
export async function unavailableOf(catalogue: Pick<Catalogue, 'quote'>, order: OrderState): Promise<readonly string[]> {
  if (order.status !== 'cancelled') return [];
  const { lines, currency, shipTo, cancellation } = order;
  const named = new Set(cancellation?.lines.map(({ lineId }) => lineId));
  const skus = [...new Set(lines.filter(({ lineId }) => named.has(lineId)).map(({ sku }) => sku))];
  const at = new Date().toISOString();
  const answers = await Promise.all(skus.map((sku) => catalogue.quote({ sku, currency, country: shipTo.country, at })));
  return skus.filter((_, index) => answers[index]?.kind !== 'quoted');
}
