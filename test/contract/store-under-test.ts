import { createTestDatabase } from '#testing';
import { startEventStore } from '#embedded-eventstore';

export interface StoreUnderTest {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** The store of `EVENTSTORE_URL`, any node of the protocol, or an embedded one of this suite. */
export async function storeUnderTest(): Promise<StoreUnderTest> {
  const url = process.env.EVENTSTORE_URL;
  if (url !== undefined && url !== '') return { connectionString: url, stop: () => Promise.resolve() };
  return embeddedStore();
}

export async function embeddedStore(options: Partial<Parameters<typeof startEventStore>[0]> = {}): Promise<StoreUnderTest> {
  const database = await createTestDatabase('log');
  const store = await startEventStore({ databaseUrl: database.url, ...options });
  return {
    connectionString: store.connectionString,
    stop: async () => {
      await store.stop();
      await database.drop();
    },
  };
}
