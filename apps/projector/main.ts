import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createEventStoreClient, createWriteSide } from '#event-store';
import { PROCESSES } from '#ordering';
import { createTestGateway, migrateTestGateway } from '#payment-gateway';
import { createProcessManager, migrateProcesses } from '#processing';
import { createProjector } from '#projecting';
import { createReadDatabase, migrateReadModels, PROJECTIONS } from '#projections';
import { readSettings, resolveMasterKey, whenParentEnds } from '#settings';
import { migrateKeys } from '#subject-keys';
import { answerHealth } from './health.js';

const settings = readSettings(process.env);
const log = pino({ name: 'projector', level: settings.logLevel }, pino.destination(2));

/** Tries until it works: at start the other parts may not be there yet. */
async function eventually<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let wait = 200; ; wait = Math.min(wait * 2, 3_000)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ what, error: error instanceof Error ? error.message : 'Error' }, 'waiting');
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function main(): Promise<void> {
  const { databaseUrl, eventStoreUrl } = settings;
  if (databaseUrl === undefined || eventStoreUrl === undefined) throw new Error('The projector needs DATABASE_URL and EVENTSTORE_URL.');
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  whenParentEnds(end);

  const { masterKey } = resolveMasterKey(settings);
  const pool = new Pool({ connectionString: databaseUrl, max: 6, keepAlive: true });
  pool.on('error', (error) => {
    log.warn({ error: error.name }, 'a connection to the database was lost');
  });
  const dataSource = createReadDatabase({ databaseUrl, connections: settings.databaseConnections, statementTimeoutMs: 60_000 });
  await eventually('the database', ending.signal, async () => {
    if (!dataSource.isInitialized) await dataSource.initialize();
    await migrateReadModels(dataSource);
    await migrateKeys(pool);
    await migrateProcesses(pool);
    await migrateTestGateway(pool);
  });
  const store = createEventStoreClient({ connectionString: eventStoreUrl });
  // A projector that lost its right to work may still be sending what the next one sends again.
  const { keys, codec, executor } = await createWriteSide({ store, pool, masterKey, severalWriters: true });
  const tell = (message: string, details?: object): void => {
    log.info(details ?? {}, message);
  };
  const gateway = createTestGateway(pool);
  const projector = createProjector({
    store,
    codec,
    dataSource,
    projections: PROJECTIONS,
    followers: PROCESSES.map((process) => createProcessManager({ process, pool, store, executor, gateway, log: tell })),
    onErased: (subjectId) => {
      keys.invalidate(subjectId);
    },
    log: tell,
  });
  const server = settings.healthPort === undefined ? undefined : createServer((request, response) => void answerHealth({ projector, dataSource, pool }, request, response));
  if (server !== undefined) await new Promise<void>((resolve) => server.listen(settings.healthPort, '127.0.0.1', resolve));
  const address = server?.address() as AddressInfo | undefined;
  process.stdout.write(`${JSON.stringify({ ready: true, ...(address !== undefined && { healthPort: address.port }) })}\n`);
  try {
    await projector.run(ending.signal);
  } finally {
    server?.close();
    await store.close();
    await dataSource.destroy().catch(() => undefined);
    await pool.end().catch(() => undefined);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log.fatal({ error: error instanceof Error ? error.message : String(error) }, 'the projector ended');
    process.exit(1);
  },
);
