import type { Pool } from 'pg';
import { systemClock, type Clock } from '#kernel';
import type { CommandExecutor } from '#event-store';
import { whileAlone } from './import-lock.js';
import { findInputFiles, type ImportFormat, type InputFile } from './input-files.js';
import { importNdjson } from './ndjson/import-ndjson.js';
import { importStagedInvoices } from './online-retail/import-invoices.js';
import { stageInvoices } from './online-retail/stage-invoices.js';
import { learnProducts, type LearnedProduct } from './online-retail/learn-products.js';
import { createPeople } from './people.js';
import type { ImportProgress } from './progress.js';
import { reportOn, type ImportReport } from './report.js';
import { migrateImporting } from './staging.schema.js';
import { stagedSources } from './staging.js';

export interface ImportOptions {
  /** The database of read models: what an import remembers stands in its schema `importing`. At least 4 connections. */
  readonly pool: Pool;
  readonly executor: CommandExecutor;
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly format: ImportFormat;
  /** The store that the orders belong to. */
  readonly storeId: string;
  /** Takes the products of invoices into the catalogue, so that they can be ordered again; those it knows it leaves alone. */
  readonly learn?: (products: readonly LearnedProduct[]) => Promise<unknown>;
  readonly clock?: Clock;
  /** Customers (invoices) or orders (NDJSON) at work at once; 16 unless told. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends the import at the next good moment; the same call later goes on there. */
  readonly signal?: AbortSignal;
}

/**
 * Takes files of orders over, each row once: what was imported before is passed over, what was interrupted is brought
 * to its end. Answers with what became of every row of these files.
 *
 * @throws ImportInputError when a file cannot be read at all; nothing of its run is taken over then
 */
export async function importOrders(options: ImportOptions): Promise<ImportReport> {
  const { pool, executor, paths, format, storeId, clock = systemClock, concurrency = 16, onProgress = () => undefined, signal } = options;
  const files = await findInputFiles(paths, format, storeId);
  await migrateImporting(pool);
  return whileAlone(pool, async () => {
    const shared = { pool, executor, people: createPeople(), concurrency, onProgress, signal };
    const now = Date.parse(clock.now());
    switch (format) {
      case 'online-retail': {
        const fresh = await notStaged(pool, files);
        if (fresh.length > 0) await stageInvoices({ pool, storeId, now, onProgress, signal }, fresh);
        if (options.learn) await learnProducts(pool, options.learn);
        await importStagedInvoices(shared);
        break;
      }
      case 'ndjson':
        for (const [ordinal, file] of files.entries()) await importNdjson({ ...shared, storeId, now }, file, ordinal);
        break;
    }
    return reportOn(pool, files.map(({ id }) => id));
  });
}

async function notStaged(pool: Pool, files: readonly InputFile[]): Promise<readonly InputFile[]> {
  const staged = await stagedSources(pool, files.map(({ id }) => id));
  return files.filter(({ id }) => !staged.has(id));
}
