import { Pool } from 'pg';
import { copyLog, CopyRefused, type CopyReport } from '#event-store';
import { moveProcesses, standingProcesses, type MovedProcess } from '#processing';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { copyReportText } from './copy-report-text.js';
import { interruptible, withParts } from './with-parts.js';

export interface CopyCommandOptions {
  readonly from: string;
  readonly to: string;
  readonly check?: boolean;
  /** True: the database of the data folder. */
  readonly checkpoints?: string | true;
}

const PROGRESS_EVERY_MS = 2_000;

/** What `docket event-store copy` does. @throws CliError with the first difference, SettingsError for unusable addresses */
export async function copyEventStore(options: CopyCommandOptions): Promise<void> {
  // The rule about stores beyond this machine holds for both.
  for (const url of [options.from, options.to]) readSettings({ ...process.env, EVENTSTORE_URL: url });
  const { checkpoints, check = false } = options;
  if (check && checkpoints !== undefined) throw new CliError('--check writes nothing, so no process can be moved with it. Leave --checkpoints or --check away.');
  if (checkpoints === undefined) {
    await interruptible(async (signal) => {
      await copied(options, signal);
      if (!check) console.log('processes:  not moved. Before Docket goes on with the copy, stop it and run this again with --checkpoints.');
    });
  } else if (checkpoints === true) {
    await withParts(readSettings(process.env), ({ databaseUrl, signal }) => copyWithProcesses(options, databaseUrl, signal));
  } else {
    await interruptible((signal) => copyWithProcesses(options, checkpoints, signal));
  }
}

/** A process stands after one event of the source: it goes on after the same event of the copy (settled 6.4). */
async function copyWithProcesses(options: CopyCommandOptions, databaseUrl: string, signal: AbortSignal): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  pool.on('error', () => undefined);
  try {
    const standing = await standingProcesses(pool);
    const places = new Map<string, Omit<MovedProcess, 'process'>>();
    const { from, to } = (
      await copied(options, signal, (source, target) => {
        for (const { process, position } of standing) if (source.position <= position) places.set(process, { position: target.position, eventId: target.id });
      })
    ).identities;
    if (from === undefined || to === undefined) return;
    const moved = standing
      .filter(({ logIdentity }) => logIdentity === from)
      .map(({ process }) => ({ process, ...(places.get(process) ?? { position: -1n, eventId: undefined }) }));
    if (moved.length > 0) await moveProcesses(pool, from, to, moved);
    for (const { process, eventId } of moved) console.log(`process:    ${process} goes on in the copy ${eventId === undefined ? 'from its beginning' : `after event ${eventId}`}.`);
    if (moved.length === 0) console.log('processes:  none stands in the source.');
  } finally {
    await pool.end();
  }
}

async function copied({ from, to, check = false }: CopyCommandOptions, signal: AbortSignal, onEqual?: Parameters<typeof copyLog>[0]['onEqual']): Promise<CopyReport> {
  let shownAt = Date.now();
  try {
    const report = await copyLog({
      from,
      to,
      checkOnly: check,
      signal,
      ...(onEqual && { onEqual }),
      onProgress: ({ equal, written }) => {
        if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
        shownAt = Date.now();
        process.stderr.write(`${String(equal)} compared, ${String(written)} written …\n`);
      },
    });
    for (const line of copyReportText(report)) console.log(line);
    return report;
  } catch (error) {
    if (error instanceof CopyRefused) throw new CliError(`Not equal: ${error.message}.`);
    if (error instanceof CliError) throw error;
    throw new CliError(`The copy was interrupted: ${error instanceof Error ? error.message : String(error)}. Run the same again: it goes on where it was.`);
  }
}
