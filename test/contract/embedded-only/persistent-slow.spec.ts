import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults as settings, START } from '@eventstore/db-client';
import { describeEmbedded, KillableStore } from '../killable-store.js';

/** Resident memory of a process, in MB. */
const memoryOf = (pid: number): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;

const EVENTS = 2_000;
const SIZE = 100_000;

let store: KillableStore;
let client: EventStoreDBClient;

describeEmbedded('a slow reader of a persistent subscription', () => {
  beforeAll(async () => {
    store = await KillableStore.start();
    client = EventStoreDBClient.connectionString(store.connectionString);
  });

  afterAll(async () => {
    await client.dispose();
    await store.dispose();
  });

  it('costs no memory, however much it was promised room for, and then gets every event', async () => {
    const stream = `slow-${randomUUID()}`;
    const warm = `warm-${randomUUID()}`;
    await client.createPersistentSubscriptionToStream(stream, 'g', settings({ startFrom: START, historyBufferSize: 100_000, messageTimeout: 600_000 }));
    const fill = async (target: string): Promise<void> => {
      for (let n = 0; n < EVENTS; n += 10) {
        await client.appendToStream(target, Array.from({ length: 10 }, () => binaryEvent({ type: 'Large', data: Buffer.alloc(SIZE) })));
      }
    };
    // What writing so much takes by itself: the end of the log in memory, and the garbage collector's patience.
    await fill(warm);
    const before = memoryOf(store.pid);
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize: 100_000 });
    const confirmed = new Promise((resolve) => subscription.once('confirmation', resolve));
    await confirmed;
    await fill(stream);
    expect(memoryOf(store.pid) - before).toBeLessThan(100);
    let seen = 0;
    for await (const resolved of subscription) {
      expect(resolved.event?.revision).toBe(BigInt(seen));
      seen += 1;
      await subscription.ack(resolved);
      if (seen === EVENTS) break;
    }
    expect(seen).toBe(EVENTS);
  }, 180_000);
});
