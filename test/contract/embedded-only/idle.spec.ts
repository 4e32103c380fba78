import { expect, it } from '@jest/globals';
import { EventStoreDBClient, START } from '@eventstore/db-client';
import { counted, fresh } from '../event-stream.js';
import { describeEmbedded } from '../killable-store.js';
import { embeddedStore } from '../store-under-test.js';

/** That none of ten thousand is woken for another's event, `tail.spec.ts` shows. */
const IDLE = 2_000;

describeEmbedded('many idle subscriptions', () => {
  it('let others be appended to, and each still gets its event', async () => {
    const store = await embeddedStore();
    const client = EventStoreDBClient.connectionString(store.connectionString);
    const watcher = EventStoreDBClient.connectionString(store.connectionString);
    const tag = fresh('idle');
    try {
      const subscriptions = Array.from({ length: IDLE }, (_, n) => watcher.subscribeToStream(`${tag}-${String(n)}`, { fromRevision: START }));
      await Promise.all(subscriptions.map((subscription) => new Promise((resolve, reject) => subscription.once('confirmation', resolve).once('error', reject))));
      for (let n = 0; n < 200; n += 1) await client.appendToStream(fresh('busy'), counted(n));
      for (const n of [0, 711, IDLE - 1]) {
        const event = new Promise((resolve) => subscriptions[n]?.once('data', resolve));
        await client.appendToStream(`${tag}-${String(n)}`, counted(n));
        expect(await event).toMatchObject({ event: { streamId: `${tag}-${String(n)}` } });
      }
    } finally {
      await watcher.dispose();
      await client.dispose();
      await store.stop();
    }
  }, 180_000);
});
