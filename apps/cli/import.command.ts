import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { Pool } from 'pg';
import { createCatalogue, migrateCatalogue } from '#catalogue';
import { createEventStoreClient, createWriteSide } from '#event-store';
import { ImportInputError, importOrders, refusedRows, type ImportFormat } from '#importing';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { importProgress } from './import-progress.js';
import { reportText } from './import-report-text.js';
import { withParts } from './with-parts.js';

interface ImportCommandOptions {
  readonly format: ImportFormat;
  readonly store: string;
  readonly json?: boolean;
  readonly report?: string;
  readonly refused?: string;
}

const STORE_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const CONNECTIONS = 8;
/** Nobody waits for a single answer here, and a store that is merely slow must not be asked everything twice. */
const PATIENT_MS = 60_000;

/** An import seldom comes back to an order that it has written: memory stays flat with few of them. */
const CACHED_COMMANDS = 5_000;

/** `docket import`: takes files over and accounts for every row. Refused rows are no failure: they stand in the report. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description('import orders from files; each row once, however often the command is given')
    .argument('<file...>', 'files or folders (gzip is opened)')
    .addOption(new Option('--format <format>', 'what the files hold').choices(['online-retail', 'ndjson']).default('online-retail'))
    .option('--store <id>', 'the store that the orders belong to', 'main')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'write the report to a file, as JSON')
    .option('--refused <file>', 'write every refused row to a file, one JSON object a line')
    .action(async (paths: readonly string[], options: ImportCommandOptions) => {
      if (!STORE_ID.test(options.store)) throw new CliError('The store id is one of lower-case letters, digits and hyphens.');
      await withParts(readSettings(process.env), async (parts) => {
        const pool = new Pool({ connectionString: parts.databaseUrl, max: CONNECTIONS });
        // A connection that breaks while idle is replaced when it is needed again.
        pool.on('error', () => undefined);
        const store = createEventStoreClient({ connectionString: parts.eventStoreUrl, appendTimeoutMs: PATIENT_MS, readTimeoutMs: PATIENT_MS });
        const progress = importProgress(process.stderr);
        try {
          const { executor } = await createWriteSide({ store, pool, masterKey: parts.masterKey, cacheSize: CACHED_COMMANDS });
          await migrateCatalogue(pool);
          const catalogue = createCatalogue(pool);
          const report = await importOrders({
            pool,
            executor,
            paths: paths.map((path) => resolve(path)),
            format: options.format,
            storeId: options.store,
            signal: parts.signal,
            learn: (products) => catalogue.learn(products),
            onProgress: progress.show,
          });
          progress.end();
          if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
          if (options.refused !== undefined) await writeFile(options.refused, jsonLines(refusedRows(pool, report.files.map(({ sourceId }) => sourceId))));
          process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
        } catch (error) {
          progress.end();
          throw inWords(error, parts.signal);
        } finally {
          await store.close();
          await pool.end();
        }
      });
    });
}

function inWords(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new CliError('Interrupted. The same command goes on where this one ended.', 130);
  return error instanceof ImportInputError ? new CliError(`${error.message}. Nothing of this run was imported.`) : error;
}

async function* jsonLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
