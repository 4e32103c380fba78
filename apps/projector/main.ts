import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createDocketCodec, createEventStoreClient } from '#event-store';
import { createProjector } from '#projecting';
import { createReadDatabase, migrateReadModels, PROJECTIONS } from '#projections';
import { readSettings, resolveMasterKey } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
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
  process.stdin.once('end', end).once('close', end).resume();

  const { masterKey } = resolveMasterKey(settings);
  const pool = new Pool({ connectionString: databaseUrl, max: 4, keepAlive: true });
  pool.on('error', (error) => {
    log.warn({ error: error.name }, 'a connection to the keys was lost');
  });
  const dataSource = createReadDatabase({ databaseUrl, connections: settings.databaseConnections, statementTimeoutMs: 60_000 });
  await eventually('the database', ending.signal, async () => {
    if (!dataSource.isInitialized) await dataSource.initialize();
    await migrateReadModels(dataSource);
    await migrateKeys(pool);
  });
  const keys = await createSubjectKeys({ pool, masterKey });
  const store = createEventStoreClient({ connectionString: eventStoreUrl });
  const projector = createProjector({
    store,
    codec: createDocketCodec(keys),
    dataSource,
    projections: PROJECTIONS,
    onErased: (subjectId) => {
      keys.invalidate(subjectId);
    },
    log: (message, details) => {
      log.info(details ?? {}, message);
    },
  });
  const server = settings.healthPort === undefined ? undefined : createServer((request, response) => void answerHealth(projector, dataSource, request, response));
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
