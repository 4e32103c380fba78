import { createTestDatabase } from '#testing';
import { startEventStore } from '#embedded-eventstore';

export interface StoreUnderTest {
  readonly connectionString: string;
  stop(): Promise<void>;
}

export interface OwnStore extends StoreUnderTest {
  readonly port: number;
  /** Stops the event store and starts it again on the same log and port. */
  restart(options?: OwnOptions): Promise<void>;
}

export type OwnOptions = Partial<Parameters<typeof startEventStore>[0]>;

/** The store of `EVENTSTORE_URL`, any node of the protocol, or an embedded one of this suite. */
export async function storeUnderTest(): Promise<StoreUnderTest> {
  const url = process.env.EVENTSTORE_URL;
  if (url !== undefined && url !== '') return { connectionString: url, stop: () => Promise.resolve() };
  return embeddedStore();
}

const [, username = 'admin', password = 'changeit'] = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(process.env.EVENTSTORE_URL ?? '') ?? [];

/** With credentials of its own a call takes the plain Append; an insecure store does not look at them. */
export const CLASSIC = { credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };

export async function embeddedStore(options: OwnOptions = {}): Promise<OwnStore> {
  const database = await createTestDatabase('log');
  let store = await startEventStore({ databaseUrl: database.url, ...options });
  const { connectionString, port } = store;
  return {
    connectionString,
    port,
    restart: async (changed = {}) => {
      await store.stop();
      store = await startEventStore({ databaseUrl: database.url, ...options, port, ...changed });
    },
    stop: async () => {
      await store.stop();
      await database.drop();
    },
  };
}
