import { expect, it } from '@jest/globals';
import { EventStoreDBClient, START } from '@eventstore/db-client';
import { counted, fresh } from '../event-stream.js';
import { describeEmbedded } from '../killable-store.js';
import { embeddedStore } from '../store-under-test.js';

const IDLE = 10_000;

describeEmbedded('many idle subscriptions', () => {
  it('cost appends to other streams nothing, and each still gets its event', async () => {
    const store = await embeddedStore();
    const client = EventStoreDBClient.connectionString(store.connectionString);
    const watcher = EventStoreDBClient.connectionString(store.connectionString);
    const tag = fresh('idle');
    const seconds = async (): Promise<number> => {
      const from = performance.now();
      for (let n = 0; n < 200; n += 1) await client.appendToStream(fresh('busy'), counted(n));
      return (performance.now() - from) / 1_000;
    };
    try {
      await seconds();
      const alone = Math.min(await seconds(), await seconds());
      const subscriptions = Array.from({ length: IDLE }, (_, n) => watcher.subscribeToStream(`${tag}-${String(n)}`, { fromRevision: START }));
      await Promise.all(subscriptions.map((subscription) => new Promise((resolve, reject) => subscription.once('confirmation', resolve).once('error', reject))));
      const among = Math.min(await seconds(), await seconds(), await seconds());
      // Waking every one of them would cost a multiple; the bound leaves room for a busy machine.
      expect(among).toBeLessThan(alone * 3 + 0.5);
      for (const n of [0, 4_711, IDLE - 1]) {
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
