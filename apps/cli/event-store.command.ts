import { InvalidArgumentError, type Command } from 'commander';
import { readSettings } from '#settings';
import { copyEventStore, type CopyCommandOptions } from './copy-event-store.js';
import { withParts } from './with-parts.js';

/** `docket event-store`: the embedded event store alone, and what can be done with a whole log. */
export function registerEventStore(program: Command): void {
  const eventStore = program
    .command('event-store')
    .description('the embedded event store alone, until Ctrl-C; beside a running Docket it says where that one answers')
    .option('--host <address>', 'address it listens on', '127.0.0.1')
    .option('--port <port>', 'port it listens on; any free one by itself', portOf)
    .action(async ({ host, port }: { readonly host: string; readonly port?: number }) => {
      await withParts(
        readSettings(process.env),
        async ({ eventStoreUrl, signal }) => {
          process.stdout.write(`${eventStoreUrl}\n`);
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        },
        { eventStoreEnv: { HOST: host, ...(port !== undefined && { PORT: String(port) }) } },
      );
    });
  eventStore
    .command('copy')
    .description('move a whole log into another event store, embedded or real, and prove both equal; run it again and it goes on where it was')
    .requiredOption('--from <url>', 'the event store that has the log')
    .requiredOption('--to <url>', 'the event store that shall have it')
    .option('--check', 'write nothing: only compare the two')
    .option('--checkpoints [database]', 'let the processes of a stopped Docket go on with the copy; by itself the one on the data folder')
    .action((options: CopyCommandOptions) => copyEventStore(options));
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
