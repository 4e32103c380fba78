import { setTimeout as delay } from 'node:timers/promises';
import { findMasterKey, readRunInfo, resolveMasterKey, SettingsError, type Settings } from '#settings';
import { CliError } from './cli-error.js';
import { isHomeInUse } from './data-folder.js';
import { requireGivenParts } from './parts/given-parts.js';
import { withStartedParts } from './parts/started-parts.js';

/** What a command works with. */
export interface Parts {
  /** The database of read models, keys and users. */
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly masterKey: string;
  readonly home: string;
  /** Address of the running API, if one runs. */
  readonly apiUrl?: string;
  /** Aborted by Ctrl-C: end at the next good moment. */
  readonly signal: AbortSignal;
}

const START_PATIENCE_MS = 30_000;

/** The addresses of the instance that holds the folder; it may be starting or stopping just now. */
async function runningInstance(home: string): Promise<{ readonly databaseUrl: string; readonly eventStoreUrl: string; readonly apiUrl?: string } | undefined> {
  const until = Date.now() + START_PATIENCE_MS;
  while (await isHomeInUse(home)) {
    const info = readRunInfo(home);
    if (info !== undefined) return info;
    if (Date.now() > until) throw new CliError(`Another Docket holds ${home}, but does not say where its parts answer.`);
    await delay(50);
  }
  return undefined;
}

function masterKeyBeside(settings: Settings): string {
  const key = findMasterKey(settings);
  if (key === undefined) throw new SettingsError(['DOCKET_MASTER_KEY is not set; the running instance was started with one, and this command needs the same.']);
  return key;
}

/** Runs the work and turns Ctrl-C into the abort of its signal; a second one ends at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const onSignal = (): void => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new CliError('Interrupted.', 130));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  try {
    return await work(interrupted.signal);
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}

/**
 * Gives a command the parts it works with: those in the settings, those of the instance that runs on the data folder,
 * or the embedded ones, started for as long as the work takes.
 *
 * @throws CliError, SettingsError or EmbeddedPostgresError with the remedy in words
 */
export async function withParts<T>(settings: Settings, work: (parts: Parts) => Promise<T>): Promise<T> {
  const { home, databaseUrl, eventStoreUrl } = settings;
  return interruptible(async (signal) => {
    await requireGivenParts(settings);
    if (databaseUrl !== undefined && eventStoreUrl !== undefined) {
      return work({ databaseUrl, eventStoreUrl, masterKey: givenMasterKey(settings), home, signal });
    }
    const running = await runningInstance(home);
    if (running !== undefined) {
      return work({
        databaseUrl: databaseUrl ?? running.databaseUrl,
        eventStoreUrl: eventStoreUrl ?? running.eventStoreUrl,
        masterKey: masterKeyBeside(settings),
        home,
        ...(running.apiUrl === undefined ? {} : { apiUrl: running.apiUrl }),
        signal,
      });
    }
    return withOwnParts(settings, signal, work);
  });
}

/** Whoever names both parts may still use the key that an earlier start made in the data folder. */
function givenMasterKey(settings: Settings): string {
  return findMasterKey(settings) ?? resolveMasterKey(settings).masterKey;
}

async function withOwnParts<T>(settings: Settings, signal: AbortSignal, work: (parts: Parts) => Promise<T>): Promise<T> {
  const { home } = settings;
  return withStartedParts(
    settings,
    () => new CliError(`Another Docket started on ${home} at the same moment. Try again.`),
    ({ databaseUrl, eventStoreUrl }) => work({ databaseUrl, eventStoreUrl, masterKey: resolveMasterKey(settings).masterKey, home, signal }),
  );
}
