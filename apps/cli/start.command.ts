import { type Command } from 'commander';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { requireGivenParts } from './parts/given-parts.js';
import { builtCommands } from './supervisor/commands.js';
import { supervise } from './supervisor/supervisor.js';

/** npm and the terminal may both pass on one Ctrl-C; only a later one is a second one. */
const SAME_SIGNAL_MS = 1_500;

/** `docket start`: everything, until Ctrl-C. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('start everything on the data folder: PostgreSQL, event store, projector, API')
    .action(async () => {
      const stopAsked = new AbortController();
      let askedAt = 0;
      const onSignal = (): void => {
        if (!stopAsked.signal.aborted) {
          askedAt = Date.now();
          stopAsked.abort(new CliError('Interrupted while starting.', 130));
        } else if (Date.now() - askedAt > SAME_SIGNAL_MS) {
          process.exit(130);
        }
      };
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
      const stopped = new Promise<void>((resolve) => stopAsked.signal.addEventListener('abort', () => resolve(), { once: true }));

      const settings = readSettings(process.env);
      await requireGivenParts(settings);
      const supervisor = await supervise(settings, {
        commands: builtCommands(),
        show: (line) => process.stdout.write(`${line}\n`),
        signal: stopAsked.signal,
      });
      await stopped;
      process.stdout.write('Stopping …\n');
      await supervisor.stop();
      process.stdout.write('Stopped.\n');
    });
}
