import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '#sql';
import type { RefusalReason } from './refusal-reasons.js';
import type { InvoiceRow, ReadRow } from './online-retail/invoice-row.js';
import { INVOICE_CURRENCY } from './online-retail/invoice-row.js';
import type { OpenLine } from './online-retail/open-lines.js';
import type { CarriedIn, OrderBalance } from './online-retail/plan.js';
import type { InputFile } from './input-files.js';

/** What became of one input row. A reason means refused. */
export interface RowOutcome {
  readonly sourceId: string;
  readonly rowNo: number;
  readonly reason?: RefusalReason;
  readonly detail?: string;
  readonly kind?: 'line' | 'charge' | 'cancellation' | 'return' | 'discount' | 'mixed' | 'order';
  readonly orderNumber?: string;
  readonly lineId?: string;
  /** Of a sold line: pieces still to credit. */
  readonly openQuantity?: number;
  readonly match?: string;
  readonly otherPrice?: boolean;
}

/** Everything that belongs to one customer, or one invoice of a guest, within one batch. */
export interface StagedUnit {
  readonly unit: string;
  readonly rows: readonly InvoiceRow[];
}

/** What is saved when a unit is through, all or nothing. */
export interface FinishedUnit {
  readonly unit: string;
  readonly outcomes: readonly RowOutcome[];
  readonly carriedLines: readonly OpenLine[];
  readonly balances: readonly (OrderBalance & { readonly placedAt: number })[];
}

const FETCH_ROWS = 2_000;

/** The ids among these that were read before. */
export async function stagedSources(pool: Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ source_id: string }>('SELECT source_id FROM importing.source WHERE source_id = ANY($1)', [ids]);
  return new Set(rows.map((row) => row.source_id));
}

export async function insertBatch(client: PoolClient, storeId: string): Promise<string> {
  const { rows } = await client.query<{ batch_id: string }>('INSERT INTO importing.batch (store_id) VALUES ($1) RETURNING batch_id', [storeId]);
  return rows[0]?.batch_id ?? '';
}

export async function insertSource(client: Pool | PoolClient, file: InputFile, source: { readonly batchId: string | null; readonly storeId: string; readonly format: string; readonly ordinal: number }): Promise<void> {
  await client.query('INSERT INTO importing.source (source_id, batch_id, store_id, format, name, ordinal) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING', [
    file.id, source.batchId, source.storeId, source.format, file.name, source.ordinal,
  ]);
}

/** Customers of one store are one unit over all files; a guest is a unit for each invoice. */
export const unitOf = (storeId: string, row: InvoiceRow): string =>
  row.customer === undefined ? `${row.sourceId}:${row.isCredit ? 'C' : ''}${row.invoice}` : `${storeId}:${row.customer}`;

export async function insertRows(client: PoolClient, batchId: string, storeId: string, sourceId: string, read: readonly ReadRow[]): Promise<void> {
  const records = read.map((item) => {
    const shared = { source_id: sourceId, batch_id: batchId, currency: INVOICE_CURRENCY };
    if (item.kind === 'refused') {
      return {
        ...shared, row_no: item.rowNo, unit: null, invoice: item.invoice, is_credit: item.invoice.startsWith('C'), sku: '', description: '', quantity: 0, at: 0,
        unit_price_minor: 0, customer: null, country: '', amount: item.amountPence ?? null, reason: item.reason,
      };
    }
    const { row } = item;
    return {
      ...shared, row_no: row.rowNo, unit: unitOf(storeId, row), invoice: row.invoice, is_credit: row.isCredit, sku: row.sku, description: row.description,
      quantity: row.quantity, at: row.at, unit_price_minor: row.unitPriceMinor, customer: row.customer ?? null, country: row.country, amount: item.amountPence, reason: null,
    };
  });
  await client.query('INSERT INTO importing.input_row SELECT * FROM json_populate_recordset(NULL::importing.input_row, $1)', [JSON.stringify(records)]);
}

/** Batches whose rows have not all been accounted for, oldest first. */
export async function unfinishedBatches(pool: Pool): Promise<readonly { readonly batchId: string; readonly storeId: string; readonly rows: number }[]> {
  const { rows } = await pool.query<{ batch_id: string; store_id: string; open: string }>(
    `SELECT b.batch_id, b.store_id,
            (SELECT count(*) FROM importing.input_row r WHERE r.batch_id = b.batch_id AND r.reason IS NULL
               AND NOT EXISTS (SELECT 1 FROM importing.outcome o WHERE o.source_id = r.source_id AND o.row_no = r.row_no)) AS open
       FROM importing.batch b WHERE b.finished_at IS NULL ORDER BY b.batch_id`,
  );
  return rows.map((row) => ({ batchId: row.batch_id, storeId: row.store_id, rows: Number(row.open) }));
}

/** A batch with a row that is not through stays open, so that the next run takes it up. */
export async function finishBatch(pool: Pool, batchId: string): Promise<void> {
  await pool.query(
    `UPDATE importing.batch SET finished_at = now() WHERE batch_id = $1 AND NOT EXISTS (
       SELECT 1 FROM importing.input_row r WHERE r.batch_id = $1 AND r.reason IS NULL
          AND NOT EXISTS (SELECT 1 FROM importing.outcome o WHERE o.source_id = r.source_id AND o.row_no = r.row_no))`,
    [batchId],
  );
}

interface StagedRow {
  readonly source_id: string;
  readonly row_no: number;
  readonly unit: string;
  readonly invoice: string;
  readonly is_credit: boolean;
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
  readonly at: string;
  readonly unit_price_minor: string;
  readonly customer: string | null;
  readonly country: string;
}

/** The units of a batch that are not through yet, by the time of their first row; rows in order of time and file. */
export async function* stagedUnits(pool: Pool, batchId: string): AsyncGenerator<StagedUnit> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(
      `DECLARE units NO SCROLL CURSOR FOR
         SELECT r.source_id, r.row_no, r.unit, r.invoice, r.is_credit, r.sku, r.description, r.quantity, r.at, r.unit_price_minor, r.customer, r.country
           FROM importing.input_row r JOIN importing.source s USING (source_id)
          WHERE r.batch_id = $1 AND r.reason IS NULL
            AND NOT EXISTS (SELECT 1 FROM importing.outcome o WHERE o.source_id = r.source_id AND o.row_no = r.row_no)
          ORDER BY min(r.at) OVER (PARTITION BY r.unit), r.unit, r.at, s.ordinal, r.row_no`,
      [batchId],
    );
    let unit = '';
    let rows: InvoiceRow[] = [];
    for (;;) {
      const page = await client.query<StagedRow>(`FETCH ${String(FETCH_ROWS)} FROM units`);
      for (const row of page.rows) {
        if (row.unit !== unit) {
          if (rows.length > 0) yield { unit, rows };
          unit = row.unit;
          rows = [];
        }
        rows.push(invoiceRowOf(row));
      }
      if (page.rows.length === 0) break;
    }
    if (rows.length > 0) yield { unit, rows };
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

const invoiceRowOf = (row: StagedRow): InvoiceRow => ({
  sourceId: row.source_id,
  rowNo: row.row_no,
  invoice: row.invoice,
  isCredit: row.is_credit,
  sku: row.sku,
  description: row.description,
  quantity: row.quantity,
  at: Number(row.at),
  unitPriceMinor: Number(row.unit_price_minor),
  customer: row.customer ?? undefined,
  country: row.country,
});

/** What earlier batches left open for this customer. */
export async function carriedIn(pool: Pool, unit: string, batchId: string): Promise<CarriedIn> {
  const [lines, balances] = await Promise.all([
    pool.query<{ source_id: string; row_no: number; sku: string; at: string; unit_price_minor: string; order_number: string; line_id: string; open_quantity: number }>(
      `SELECT r.source_id, r.row_no, r.sku, r.at, r.unit_price_minor, o.order_number, o.line_id, o.open_quantity
         FROM importing.input_row r JOIN importing.outcome o USING (source_id, row_no)
        WHERE r.unit = $1 AND r.batch_id < $2 AND o.open_quantity > 0 ORDER BY r.at, r.source_id, r.row_no`,
      [unit, batchId],
    ),
    pool.query<{ order_number: string; creditable_minor: string }>(
      'SELECT order_number, creditable_minor FROM importing.order_balance WHERE unit = $1 AND batch_id < $2 ORDER BY placed_at, order_number',
      [unit, batchId],
    ),
  ]);
  return {
    lines: lines.rows.map((row) => ({
      orderNumber: row.order_number,
      lineId: row.line_id,
      sourceId: row.source_id,
      rowNo: row.row_no,
      sku: row.sku,
      at: Number(row.at),
      unitPriceMinor: Number(row.unit_price_minor),
      openQuantity: row.open_quantity,
    })),
    balances: balances.rows.map((row) => ({ orderNumber: row.order_number, creditableMinor: Number(row.creditable_minor) })),
  };
}

export async function insertOutcomes(client: Pool | PoolClient, outcomes: readonly RowOutcome[]): Promise<void> {
  const records = outcomes.map((outcome) => ({
    source_id: outcome.sourceId,
    row_no: outcome.rowNo,
    reason: outcome.reason ?? null,
    detail: outcome.detail ?? null,
    kind: outcome.kind ?? null,
    order_number: outcome.orderNumber ?? null,
    line_id: outcome.lineId ?? null,
    open_quantity: outcome.openQuantity ?? null,
    match: outcome.match ?? null,
    other_price: outcome.otherPrice ?? null,
  }));
  await client.query('INSERT INTO importing.outcome SELECT * FROM json_populate_recordset(NULL::importing.outcome, $1)', [JSON.stringify(records)]);
}

/** Saves units that are through: from now on they are done, whatever happens. */
export async function saveUnits(pool: Pool, batchId: string, storeId: string, units: readonly FinishedUnit[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await insertOutcomes(client, units.flatMap((unit) => unit.outcomes));
    const balances = units.flatMap(({ unit, balances: left }) =>
      left.map(({ orderNumber, creditableMinor, placedAt }) => ({ unit, order_number: orderNumber, creditable_minor: creditableMinor, placed_at: placedAt, store_id: storeId, batch_id: batchId })),
    );
    if (balances.length > 0) {
      await client.query(
        `INSERT INTO importing.order_balance SELECT * FROM json_populate_recordset(NULL::importing.order_balance, $1)
         ON CONFLICT (store_id, order_number) DO UPDATE SET creditable_minor = EXCLUDED.creditable_minor`,
        [JSON.stringify(balances)],
      );
    }
    const carried = units.flatMap(({ carriedLines }) => carriedLines.map(({ sourceId, rowNo, openQuantity }) => ({ source_id: sourceId, row_no: rowNo, open_quantity: openQuantity })));
    if (carried.length > 0) {
      await client.query(
        `UPDATE importing.outcome o SET open_quantity = c.open_quantity
           FROM json_populate_recordset(NULL::importing.outcome, $1) c WHERE o.source_id = c.source_id AND o.row_no = c.row_no AND o.open_quantity > c.open_quantity`,
        [JSON.stringify(carried)],
      );
    }
  });
}
