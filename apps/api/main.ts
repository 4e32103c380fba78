import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'pg';
import { createCatalogue, migrateCatalogue } from '#catalogue';
import { createEventStoreClient, createWriteSide, type EventStorePort } from '#event-store';
import { inTime } from '#kernel';
import { createSignIns, createUsers, migrateIdentity, seedDemoUsers, signingKeyFrom, withOidc, type DemoSignIn } from '#identity';
import { createReadDatabase, createReadModels, migrateReadModels } from '#projections';
import { readSettings, resolveMasterKey, whenParentEnds } from '#settings';
import { createSubjectKeys, migrateKeys } from '#subject-keys';
import { createApi } from './create-api.js';
import { Metrics } from './service/metrics.js';

const settings = readSettings(process.env);
const PART_TIMEOUT_MS = 2_000;

/** Names and codes: what a message repeats may be anybody's data. */
const log = (message: string, error?: unknown): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), part: 'api', message, ...(error instanceof Error && { error: error.name, ...('code' in error && { code: error.code }) }) })}\n`);
};

/** Tries until it works: at start the other parts may not be there yet. */
async function eventually<T>(what: string, work: () => Promise<T>): Promise<T> {
  for (let wait = 200; ; wait = Math.min(wait * 2, 3_000)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && error.name.includes('MasterKey')) throw error;
      log(`waiting for ${what}`, error);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

const answers = (work: Promise<unknown>): Promise<boolean> => inTime(PART_TIMEOUT_MS, work).then(() => true, () => false);

/** For whoever started the demo: `docket start` shows them. */
const writeDemoSignIns = (signIns: readonly DemoSignIn[]): Promise<void> =>
  writeFile(join(settings.home, 'demo-sign-ins.json'), `${JSON.stringify(signIns, undefined, 2)}\n`, { mode: 0o600 });

async function main(): Promise<void> {
  const { databaseUrl, eventStoreUrl } = settings;
  if (databaseUrl === undefined || eventStoreUrl === undefined) throw new Error('The API needs DATABASE_URL and EVENTSTORE_URL.');
  const { masterKey } = resolveMasterKey(settings);
  const pool = new Pool({ connectionString: databaseUrl, max: settings.databaseConnections, keepAlive: true, connectionTimeoutMillis: 5_000 });
  pool.on('error', (error) => {
    log('a connection to the database was lost', error);
  });
  const dataSource = createReadDatabase({ databaseUrl, connections: settings.databaseConnections, statementTimeoutMs: 5_000 });
  const keys = await eventually('the database', async () => {
    await migrateKeys(pool);
    await migrateIdentity(pool);
    await migrateCatalogue(pool);
    if (!dataSource.isInitialized) await dataSource.initialize();
    await migrateReadModels(dataSource);
    return createSubjectKeys({ pool, masterKey });
  });
  const store: EventStorePort = createEventStoreClient({ connectionString: eventStoreUrl });
  await eventually('the event store', () => store.identity());
  const writeSide = await createWriteSide({ store, pool, masterKey });
  const users = createUsers(pool);
  if (process.env.DOCKET_DEMO_USERS === '1') await writeDemoSignIns(await seedDemoUsers(pool));
  const localSignIns = createSignIns({
    pool,
    users,
    signingKey: await signingKeyFrom(keys),
    accessTokenSeconds: settings.accessTokenSeconds,
    refreshTokenSeconds: settings.refreshTokenSeconds,
  });
  const readModels = createReadModels(dataSource);
  const app = await createApi(
    {
      writeSide,
      readModels,
      users,
      signIns: settings.oidc === undefined ? localSignIns : withOidc(localSignIns, { pool, users, ...settings.oidc }),
      catalogue: createCatalogue(pool),
      readiness: async () => {
        const [database, eventStore] = await Promise.all([answers(pool.query('SELECT 1')), answers(store.head())]);
        return { database, eventStore };
      },
      metrics: new Metrics(readModels),
    },
    settings,
  );
  await app.listen(settings.port, settings.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, host: settings.host, port })}\n`);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), 8_000).unref();
    void app
      .close()
      .then(() => Promise.all([store.close(), pool.end(), dataSource.destroy()]))
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  whenParentEnds(stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), part: 'api', message: error instanceof Error ? error.message : String(error) })}\n`);
  process.exit(1);
});
