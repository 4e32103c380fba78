import { Pool } from 'pg';
import { createWriteSide, type WriteSide } from '#event-store';
import { importOrders, type ImportOptions, type ImportReport } from '#importing';
import { createInMemoryEventStore, createTestDatabase, type InMemoryEventStore } from '#testing';

const MASTER_KEY = '7c'.repeat(32);

export interface ImportScene {
  readonly pool: Pool;
  readonly store: InMemoryEventStore;
  readonly write: () => WriteSide;
  run(paths: readonly string[], options?: Partial<ImportOptions>): Promise<ImportReport>;
  /** A new process on the same log and database. */
  restart(): Promise<void>;
  events(): Promise<readonly FoundEvent[]>;
  close(): Promise<void>;
}

export interface FoundEvent {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly occurredAt: string; readonly recordedAt: string; readonly origin: string; readonly actor: { readonly id: string } };
}

/** The log in memory; what an import remembers, and the keys, in a real PostgreSQL. */
export async function importScene(): Promise<ImportScene> {
  const database = await createTestDatabase('import');
  const pool = new Pool({ connectionString: database.url, max: 8 });
  const store = createInMemoryEventStore();
  let write = await createWriteSide({ store, pool, masterKey: MASTER_KEY });
  return {
    pool,
    store,
    write: () => write,
    run: (paths, options = {}) => importOrders({ pool, executor: write.executor, paths, format: 'online-retail', storeId: 'main', ...options }),
    restart: async () => {
      write = await createWriteSide({ store, pool, masterKey: MASTER_KEY });
    },
    events: async () => {
      const found: FoundEvent[] = [];
      for await (const { stream, type, data, metadata } of store.readAll()) {
        if (type.startsWith('$')) continue;
        found.push({ stream, type, data: data as FoundEvent['data'], metadata: metadata as FoundEvent['metadata'] });
      }
      return found;
    },
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}
