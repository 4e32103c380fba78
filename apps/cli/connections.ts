import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { createEventStoreClient, type EventStorePort } from '#event-store';
import { createReadDatabase } from '#projections';
import type { Parts } from './with-parts.js';

export interface Connections {
  readonly pool: Pool;
  readonly dataSource: DataSource;
  readonly store: EventStorePort;
}

/** A command may wait long for one statement: it rewrites whole tables. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** Connections to the database, its read models and the event store, closed when the work ends. */
export async function withConnections<T>({ databaseUrl, eventStoreUrl }: Pick<Parts, 'databaseUrl' | 'eventStoreUrl'>, work: (connections: Connections) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => undefined);
  const dataSource = await createReadDatabase({ databaseUrl, statementTimeoutMs: STATEMENT_TIMEOUT_MS }).initialize();
  const store = createEventStoreClient({ connectionString: eventStoreUrl });
  try {
    return await work({ pool, dataSource, store });
  } finally {
    await store.close();
    await dataSource.destroy();
    await pool.end();
  }
}
