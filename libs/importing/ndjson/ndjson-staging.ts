import type { Pool } from 'pg';
import { inTransaction } from '#sql';
import type { Refused } from '../refused-by.js';
import { insertOutcomes, type RowOutcome } from '../staging.js';

/** One line of an NDJSON file as it is remembered: no names, no addresses. */
export interface DocumentRow {
  readonly rowNo: number;
  readonly orderNumber?: string;
  readonly currency?: string;
  /** Milliseconds since 1970. */
  readonly placedAt?: number;
  /** Minor units; unknown where the line could not be read. */
  readonly amount?: number;
  readonly refused?: Refused;
}

/** The lines of this file that are through. */
export async function doneLines(pool: Pool, sourceId: string): Promise<ReadonlySet<number>> {
  const { rows } = await pool.query<{ row_no: number }>('SELECT row_no FROM importing.outcome WHERE source_id = $1', [sourceId]);
  return new Set(rows.map((row) => row.row_no));
}

export async function saveDocuments(pool: Pool, sourceId: string, lines: readonly DocumentRow[]): Promise<void> {
  const records = lines.map(({ rowNo, orderNumber, currency, placedAt, amount }) => ({
    source_id: sourceId, row_no: rowNo, batch_id: null, unit: null, invoice: orderNumber ?? '', is_credit: false, sku: '', description: '', quantity: 0,
    at: placedAt ?? 0, unit_price_minor: 0, customer: null, country: '', currency: currency ?? null, amount: amount ?? null, reason: null,
  }));
  const outcomes = lines.map(({ rowNo, orderNumber, refused }): RowOutcome => ({
    sourceId,
    rowNo,
    ...(refused ?? { kind: 'order' }),
    ...(orderNumber !== undefined && { orderNumber }),
  }));
  await inTransaction(pool, async (client) => {
    await client.query('INSERT INTO importing.input_row SELECT * FROM json_populate_recordset(NULL::importing.input_row, $1)', [JSON.stringify(records)]);
    await insertOutcomes(client, outcomes);
  });
}
