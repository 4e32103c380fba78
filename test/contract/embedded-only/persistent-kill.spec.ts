import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { END, EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults as settings, START } from '@eventstore/db-client';
import { eventually } from '../../e2e/eventually.js';
import { describeEmbedded, KillableStore } from '../killable-store.js';
import { appendCounted, TestConsumer, upTo } from '../persistent-consumer.js';

let store: KillableStore;
let client: EventStoreDBClient;

const connect = (): void => {
  client = EventStoreDBClient.connectionString(store.connectionString);
};

const killAndStart = async (): Promise<void> => {
  await store.kill();
  await client.dispose();
  await store.start();
  connect();
};

const join = (stream: string, bufferSize = 10): TestConsumer => new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize }));
const info = (stream: string) => client.getPersistentSubscriptionToStreamInfo(stream, 'g');

async function group(options: Parameters<typeof settings>[0]): Promise<string> {
  const stream = `lasting-${randomUUID()}`;
  await client.createPersistentSubscriptionToStream(stream, 'g', settings(options));
  return stream;
}

describeEmbedded('after kill -9 of the event store', () => {
  beforeAll(async () => {
    store = await KillableStore.start();
    connect();
  });

  afterAll(async () => {
    await client.dispose();
    await store.dispose();
  });

  it('a group is as it was, and one from the end still begins where it was made', async () => {
    const options = settings({ startFrom: END, maxRetryCount: 3, extraStatistics: true });
    const stream = await group(options);
    await appendCounted(client, stream, 0, 1);
    await killAndStart();
    expect((await info(stream)).settings).toEqual(options);
    await appendCounted(client, stream, 2);
    expect(await join(stream).take(3)).toEqual([0, 1, 2]);
  });

  it('every event was or is delivered, and what a checkpoint covers not again', async () => {
    const stream = await group({ startFrom: START, checkPointAfter: 100, checkPointLowerBound: 10, checkPointUpperBound: 50 });
    await appendCounted(client, stream, ...upTo(300));
    const before = await join(stream).take(150);
    const checkpoint = await eventually('a checkpoint', async () => (await info(stream)).stats.lastCheckpointedEventRevision);
    await killAndStart();
    const after: number[] = [];
    const consumer = join(stream);
    while (!after.includes(299)) after.push(...(await consumer.take(1)));
    expect(new Set([...before, ...after])).toEqual(new Set(upTo(300)));
    expect(Math.min(...after)).toBeGreaterThan(Number(checkpoint));
  });

  it('what was parked is parked, and can be replayed', async () => {
    const stream = await group({ startFrom: START });
    await appendCounted(client, stream, 0, 1, 2);
    const consumer = join(stream);
    await consumer.nack('park', ...(await consumer.hold(3)));
    await eventually('three are parked', async () => (await info(stream)).stats.parkedMessageCount === 3n);
    await killAndStart();
    expect((await info(stream)).stats.parkedMessageCount).toBe(3n);
    await client.replayParkedMessagesToStream(stream, 'g');
    const replayed: unknown[] = [];
    const again = join(stream);
    while (replayed.length < 3) {
      const delivered = await again.next();
      if (delivered.raw.link !== undefined) replayed.push(delivered.n);
      await again.ack(delivered);
    }
    expect(replayed).toEqual([0, 1, 2]);
  });

  it('a replay that was under way is finished: nothing of it is lost', async () => {
    const stream = await group({ startFrom: START, checkPointUpperBound: 1 });
    await appendCounted(client, stream, ...upTo(5));
    const consumer = join(stream);
    await consumer.nack('park', ...(await consumer.hold(5)));
    await eventually('five are parked and behind the checkpoint', async () => {
      const { stats } = await info(stream);
      return stats.parkedMessageCount === 5n && stats.lastCheckpointedEventRevision === 4n;
    });
    await client.replayParkedMessagesToStream(stream, 'g');
    expect(await consumer.take(2)).toEqual([0, 1]);
    expect((await info(stream)).stats.parkedMessageCount).toBe(0n);
    await killAndStart();
    const after = await join(stream).take(5);
    expect(after).toEqual([0, 1, 2, 3, 4]);
    await eventually('the replay is over', async () => {
      const { metadata } = await client.getStreamMetadata(`$persistentsubscription-${stream}::g-parked`);
      return !('replaying' in (metadata ?? {}));
    });
    await killAndStart();
    await appendCounted(client, stream, 5);
    expect(await join(stream).take(1)).toEqual([5]);
  });
});
