import { startEventStore } from './start-event-store.js';

/** The process that `docket start` and `docket event-store` run. One JSON line on stdout when ready; logs on stderr. */
const log = (message: string, error?: unknown): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), part: 'event-store', message, ...(error instanceof Error && { error: error.message }) })}\n`);
};

async function main(): Promise<void> {
  const { DATABASE_URL, HOST, PORT } = process.env;
  if (DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set: the event store keeps its log in PostgreSQL.');
  const store = await startEventStore({ databaseUrl: DATABASE_URL, ...(HOST && { host: HOST }), port: Number(PORT ?? 0), log });
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
