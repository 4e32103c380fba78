import { resolve } from 'node:path';
import { readRunInfo, readSettings, removeRunInfo, writeRunInfo, type Settings } from '#settings';
import { CliError } from './cli-error.js';
import { explainFolder, lockHome } from './data-folder.js';
import { eventStoreEnv, type EventStoreFlags } from './event-store-flags.js';
import { startEmbeddedParts } from './parts/embedded-parts.js';
import { requireGivenParts } from './parts/given-parts.js';
import { interruptible } from './with-parts.js';

const toStderr = (message: string): void => {
  process.stderr.write(`docket: ${message}\n`);
};

/** The event store alone, and PostgreSQL below it unless DATABASE_URL names one; until Ctrl-C. */
export async function runEventStore(flags: EventStoreFlags): Promise<void> {
  const settings = settingsOf(flags);
  const { home } = settings;
  const lock = await lockHome(home);
  if (lock === undefined) {
    const url = readRunInfo(home)?.eventStoreUrl;
    throw new CliError(`Another Docket is running on ${home}${url === undefined ? '' : `, and its event store answers at ${url}`}. Choose another data folder with --data.`);
  }
  try {
    await interruptible(async (signal) => {
      await requireGivenParts(settings);
      const parts = await startEmbeddedParts(settings, { onNotice: toStderr, eventStoreEnv: eventStoreEnv(flags) });
      try {
        writeRunInfo(home, { pid: process.pid, databaseUrl: parts.databaseUrl, eventStoreUrl: parts.eventStoreUrl });
        process.stdout.write(`${parts.eventStoreUrl}\n`);
        if (!signal.aborted) await new Promise((resolveAborted) => signal.addEventListener('abort', resolveAborted, { once: true }));
      } finally {
        removeRunInfo(home);
        await parts.stop();
      }
    });
  } catch (error) {
    throw explainFolder(error, home);
  } finally {
    await lock.release();
  }
}

/** Whatever EVENTSTORE_URL says: the one that is started here is meant. */
function settingsOf({ data }: EventStoreFlags): Settings {
  const settings = readSettings({ ...process.env, EVENTSTORE_URL: undefined });
  return data === undefined ? settings : { ...settings, home: resolve(data) };
}
