import type { Pool } from 'pg';
import { inTransaction } from '#sql';
import { openInput, type InputFile } from '../input-files.js';
import type { ImportProgress } from '../progress.js';
import { ImportInputError } from '../refusal-reasons.js';
import { insertBatch, insertRows, insertSource } from '../staging.js';
import { textLines } from '../text-lines.js';
import { INVOICE_COLUMNS, isInvoiceHeader, readInvoiceRow, type ReadRow } from './invoice-row.js';

const CHUNK_ROWS = 2_000;
const MOST_LINE_BYTES = 16_384;
/** Clocks differ; a row of tomorrow is a mistake. */
const TOLERATED_FUTURE_MS = 24 * 3_600_000;

export interface StagingOptions {
  readonly pool: Pool;
  readonly storeId: string;
  readonly now: number;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads files into the staging tables as one batch, all or nothing.
 * @throws ImportInputError when a file is no file of invoices
 */
export async function stageInvoices({ pool, storeId, now, onProgress, signal }: StagingOptions, files: readonly InputFile[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    const batchId = await insertBatch(client, storeId);
    let total = 0;
    for (const [ordinal, file] of files.entries()) {
      await insertSource(client, file, { batchId, storeId, format: 'online-retail', ordinal });
      let rows: ReadRow[] = [];
      for await (const row of readInvoices(file, now + TOLERATED_FUTURE_MS)) {
        rows.push(row);
        if (rows.length < CHUNK_ROWS) continue;
        signal?.throwIfAborted();
        await insertRows(client, batchId, storeId, file.id, rows);
        total += rows.length;
        onProgress({ phase: 'reading', rows: total });
        rows = [];
      }
      if (rows.length > 0) await insertRows(client, batchId, storeId, file.id, rows);
      total += rows.length;
      onProgress({ phase: 'reading', rows: total });
    }
    await client.query('ANALYZE importing.input_row');
  });
}

/** The rows of a file of invoices, its header aside. @throws ImportInputError when the header is another one */
export async function* readInvoices(file: InputFile, latest: number): AsyncGenerator<ReadRow> {
  let headerSeen = false;
  for await (const line of textLines(openInput(file.path), MOST_LINE_BYTES)) {
    if (headerSeen) {
      yield readInvoiceRow(line, file.id, latest);
      continue;
    }
    if (line.text === undefined || !isInvoiceHeader(line.text)) {
      throw new ImportInputError(`${file.name} is no file of invoices: its first line must read ${INVOICE_COLUMNS.join()}`);
    }
    headerSeen = true;
  }
  if (!headerSeen) throw new ImportInputError(`${file.name} is empty: its first line must read ${INVOICE_COLUMNS.join()}`);
}
