import { optionsFromEnv } from './options-from-env.js';
import { startEventStore } from './start-event-store.js';

/** The process that `docket start` and `docket event-store` run. One JSON line on stdout when ready; logs on stderr. */
const log = (message: string, error?: unknown): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), part: 'event-store', msg: message, ...(error instanceof Error && { err: { message: error.message } }) })}\n`);
};

async function main(): Promise<void> {
  const store = await startEventStore({ ...optionsFromEnv(process.env), log });
  process.stdout.write(`${JSON.stringify({ ready: true, connectionString: store.connectionString, port: store.port, identity: store.identity })}\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    store.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdin.on('end', stop).on('close', stop).resume();
}

main().catch((error: unknown) => {
  log('the event store could not start', error);
  process.exit(1);
});
