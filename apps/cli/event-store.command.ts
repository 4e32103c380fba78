import type { Command } from 'commander';
import { copyEventStore, type CopyCommandOptions } from './copy-event-store.js';
import { addEventStoreFlags, type EventStoreFlags } from './event-store-flags.js';
import { runEventStore } from './run-event-store.js';

/** `docket event-store`: the embedded event store alone, and what can be done with a whole log. */
export function registerEventStore(program: Command): void {
  const eventStore = addEventStoreFlags(program.command('event-store'))
    .description('the embedded event store alone, until Ctrl-C; prints its connection string')
    .action((flags: EventStoreFlags) => runEventStore(flags));
  eventStore
    .command('copy')
    .description('move a whole log into another event store, embedded or real, and prove both equal; run it again and it goes on where it was')
    .requiredOption('--from <url>', 'the event store that has the log')
    .requiredOption('--to <url>', 'the event store that shall have it')
    .option('--check', 'write nothing: only compare the two')
    .option('--checkpoints [database]', 'let the processes of a stopped Docket go on with the copy; by itself the one on the data folder')
    .action((options: CopyCommandOptions) => copyEventStore(options));
}
