import type { Pool } from 'pg';
import type { MinorUnits } from '#kernel';
import { INVOICE_CURRENCY } from './invoice-row.js';

export interface LearnedProduct {
  readonly sku: string;
  readonly description: string;
  readonly price: { readonly currency: string; readonly unitPriceMinor: MinorUnits };
}

const LEARNED_TOGETHER = 1_000;

/** The products of batches that are not through, at the price that they were last sold for. */
export async function learnProducts(pool: Pool, learn: (products: readonly LearnedProduct[]) => Promise<unknown>): Promise<void> {
  const { rows } = await pool.query<{ sku: string; description: string; unit_price_minor: string }>(
    `SELECT DISTINCT ON (upper(r.sku)) upper(r.sku) AS sku, r.description, r.unit_price_minor
       FROM importing.input_row r JOIN importing.batch b USING (batch_id)
      WHERE b.finished_at IS NULL AND r.reason IS NULL AND NOT r.is_credit AND r.unit_price_minor > 0 AND r.description <> '' AND r.sku ~ '^[0-9]{5}'
      ORDER BY upper(r.sku), r.at DESC, r.source_id, r.row_no`,
  );
  const products = rows.map(({ sku, description, unit_price_minor: price }): LearnedProduct => ({ sku, description, price: { currency: INVOICE_CURRENCY, unitPriceMinor: Number(price) } }));
  for (let from = 0; from < products.length; from += LEARNED_TOGETHER) await learn(products.slice(from, from + LEARNED_TOGETHER));
}
