import { DataSource } from 'typeorm';
import { ensureGenerations } from '#projecting';
import { ensureAnalytics } from './analytics/analytics.schema.js';
import { ReadModels1764000000000 } from './migrations/1764000000000-read-models.js';
import { PROJECTIONS } from './projections.js';

export interface ReadDatabaseOptions {
  readonly databaseUrl: string;
  /** Greatest number of connections. */
  readonly connections?: number;
  /** Bounds of one statement and of the wait for a connection, in ms: beyond them the answer is "unavailable". */
  readonly statementTimeoutMs?: number;
}

/** The database of the read models, not yet connected. */
export function createReadDatabase({ databaseUrl, connections = 10, statementTimeoutMs = 15_000 }: ReadDatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [ReadModels1764000000000],
    migrationsTableName: 'read_model_migrations',
    poolSize: connections,
    connectTimeoutMS: 5_000,
    extra: { statement_timeout: statementTimeoutMs, keepAlive: true },
    logging: false,
  });
}

const MIGRATION_LOCK = 5_270_114_992_083;

/** Brings the schema up to date; several processes may do so at once. */
export async function migrateReadModels(dataSource: DataSource): Promise<void> {
  const lock = dataSource.createQueryRunner();
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'all' });
    await ensureGenerations(dataSource, PROJECTIONS);
    await ensureAnalytics(lock);
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  } finally {
    await lock.release();
  }
}
