import { resolve } from 'node:path';
import { readRunInfo, readSettings, type Settings } from '#settings';
import { CliError } from './cli-error.js';
import { eventStoreEnv, type EventStoreFlags } from './event-store-flags.js';
import { requireGivenParts } from './parts/given-parts.js';
import { withStartedParts } from './parts/started-parts.js';
import { interruptible } from './with-parts.js';

/** The event store alone, and PostgreSQL below it unless DATABASE_URL names one; until Ctrl-C. */
export async function runEventStore(flags: EventStoreFlags): Promise<void> {
  const settings = settingsOf(flags);
  await interruptible(async (signal) => {
    await requireGivenParts(settings);
    await withStartedParts(
      settings,
      () => taken(settings.home),
      async ({ eventStoreUrl }) => {
        process.stdout.write(`${eventStoreUrl}\n`);
        if (!signal.aborted) await new Promise((resolveAborted) => signal.addEventListener('abort', resolveAborted, { once: true }));
      },
      { eventStoreEnv: eventStoreEnv(flags) },
    );
  });
}

function taken(home: string): CliError {
  const url = readRunInfo(home)?.eventStoreUrl;
  return new CliError(`Another Docket is running on ${home}${url === undefined ? '' : `, and its event store answers at ${url}`}. Choose another data folder with --data.`);
}

/** Whatever EVENTSTORE_URL says: the one that is started here is meant. */
function settingsOf({ data }: EventStoreFlags): Settings {
  const settings = readSettings({ ...process.env, EVENTSTORE_URL: undefined });
  return data === undefined ? settings : { ...settings, home: resolve(data) };
}
