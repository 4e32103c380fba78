import type { Pool } from 'pg';
import type { CommandExecutor } from '#event-store';
import { concurrently } from '../concurrently.js';
import type { People } from '../people.js';
import type { ImportProgress } from '../progress.js';
import { carriedIn, finishBatch, saveUnits, stagedUnits, unfinishedBatches, type FinishedUnit } from '../staging.js';
import { executeUnit } from './execute-unit.js';

const SAVED_TOGETHER = 40;

export interface InvoiceImport {
  readonly pool: Pool;
  readonly executor: CommandExecutor;
  readonly people: People;
  /** Customers at work at once. */
  readonly concurrency: number;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** Gives the orders what the staged rows say, going on where an earlier run ended; batches one after the other. */
export async function importStagedInvoices(options: InvoiceImport): Promise<void> {
  const { pool, onProgress } = options;
  const batches = await unfinishedBatches(pool);
  const of = batches.reduce((sum, batch) => sum + batch.rows, 0);
  let rows = 0;
  for (const { batchId, storeId } of batches) {
    await importBatch(options, batchId, storeId, (saved) => {
      rows += saved;
      onProgress({ phase: 'importing', rows, of });
    });
    await finishBatch(pool, batchId);
  }
}

async function importBatch({ pool, executor, people, concurrency, signal }: InvoiceImport, batchId: string, storeId: string, onSaved: (rows: number) => void): Promise<void> {
  let finished: FinishedUnit[] = [];
  let saving: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    const units = finished;
    finished = [];
    const before = saving;
    const saved = (async () => {
      await before;
      if (units.length === 0) return;
      await saveUnits(pool, batchId, storeId, units);
      onSaved(units.reduce((sum, unit) => sum + unit.outcomes.length, 0));
    })();
    // Whoever awaits `saved` hears of a failure; the chain only keeps the order.
    saving = saved.catch(() => undefined);
    return saved;
  };

  try {
    await concurrently(stagedUnits(pool, batchId), concurrency, signal, async (unit) => {
      const carried = await carriedIn(pool, unit.unit, batchId);
      const through = await executeUnit({ executor, people, storeId }, unit, carried);
      finished.push(through);
      if (finished.length >= SAVED_TOGETHER) await save();
    });
  } finally {
    // What is through is kept, also when the run was interrupted.
    await save();
  }
}
