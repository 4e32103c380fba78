import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  binaryEvent,
  DISPATCH_TO_SINGLE,
  END,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  PINNED,
  ROUND_ROBIN,
  START,
} from '@eventstore/db-client';
import { eventually } from '../../e2e/eventually.js';
import { appendCounted, COUNTED, counted, TestConsumer, upTo } from '../persistent-consumer.js';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

let store: StoreUnderTest;
let client: EventStoreDBClient;

beforeAll(async () => {
  store = await storeUnderTest();
  client = EventStoreDBClient.connectionString(store.connectionString);
});

afterAll(async () => {
  await client.dispose();
  await store.stop();
});

const append = (stream: string, ...numbers: readonly number[]) => appendCounted(client, stream, ...numbers);
const join = (stream: string, group = 'workers', bufferSize = 10): TestConsumer =>
  new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize }));

const info = (stream: string) => client.getPersistentSubscriptionToStreamInfo(stream, 'workers');
const readersOf = (stream: string, count: number) => eventually(`${String(count)} readers`, async () => (await info(stream)).connections.length === count);

async function groupOn(options: Parameters<typeof settings>[0] = {}, stream = `shared-${randomUUID()}`, group = 'workers'): Promise<string> {
  await client.createPersistentSubscriptionToStream(stream, group, settings({ startFrom: START, ...options }));
  return stream;
}

describe('a persistent subscription to a stream', () => {
  it('gives what is there and what comes', async () => {
    const stream = await groupOn();
    await append(stream, ...upTo(20));
    const consumer = join(stream);
    const taken = consumer.take(25);
    await append(stream, 20, 21, 22, 23, 24);
    expect(await taken).toEqual(upTo(25));
    await consumer.close();
  });

  it('begins at a revision, which itself is given', async () => {
    const stream = `shared-${randomUUID()}`;
    await append(stream, 0, 1, 2, 3);
    await groupOn({ startFrom: 2n }, stream);
    expect(await join(stream).take(2)).toEqual([2, 3]);
  });

  it('from the end gives what comes after it was created, whoever reads then', async () => {
    const stream = `shared-${randomUUID()}`;
    await append(stream, 0, 1);
    await groupOn({ startFrom: END }, stream);
    await append(stream, 2, 3);
    expect(await join(stream).take(2)).toEqual([2, 3]);
  });

  it('counts retries from nought, and gives a refused event again at once', async () => {
    const stream = await groupOn();
    await append(stream, 0, 1);
    const consumer = join(stream, 'workers', 1);
    const first = await consumer.next();
    await consumer.nack('retry', first);
    const again = await consumer.next();
    await consumer.nack('retry', again);
    const third = await consumer.next();
    expect([first, again, third].map(({ n, retryCount }) => [n, retryCount])).toEqual([[0, 0], [0, 1], [0, 2]]);
    await consumer.ack(third);
    expect((await consumer.next()).n).toBe(1);
  });

  it.each(['skip', 'stop'] as const)('settles what is refused with %s', async (action) => {
    const stream = await groupOn();
    await append(stream, 0, 1);
    const consumer = join(stream, 'workers', 1);
    await consumer.nack(action, await consumer.next());
    expect(await consumer.next()).toMatchObject({ n: 1, retryCount: 0 });
  });

  it('gives what is not settled in time again; a late acknowledgement still counts', async () => {
    const stream = await groupOn({ messageTimeout: 500 });
    await append(stream, 0);
    const consumer = join(stream);
    const first = await consumer.next();
    const again = await consumer.next();
    expect([first.retryCount, again.retryCount]).toEqual([0, 1]);
    await consumer.ack(first);
    await eventually('nothing is outstanding', async () => (await info(stream)).stats.outstandingMessagesCount === 0);
  });

  it('gives what a lost reader had to the next one, counted as a retry', async () => {
    const stream = await groupOn();
    await append(stream, 0, 1, 2);
    const lost = join(stream);
    expect((await lost.next()).n).toBe(0);
    await lost.close();
    const next = join(stream);
    const seen = await next.hold(3);
    expect(seen.map(({ n }) => n).sort()).toEqual([0, 1, 2]);
    expect(seen.find(({ n }) => n === 0)?.retryCount).toBe(1);
  });

  it('never gives a reader more than its buffer takes', async () => {
    const stream = await groupOn();
    await append(stream, ...upTo(10));
    const consumer = join(stream, 'workers', 3);
    const held = await consumer.hold(3);
    expect((await info(stream)).connections[0]).toMatchObject({ inFlightMessages: 3, availableSlots: 0 });
    await consumer.ack(...held);
    expect(await consumer.take(7)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('delivers both of two events with one id, and one acknowledgement settles both', async () => {
    const stream = await groupOn();
    const id = randomUUID();
    await client.appendToStream(stream, jsonEvent({ id, type: COUNTED, data: { n: 0 } }), { expectedRevision: 'no_stream' });
    await client.appendToStream(stream, jsonEvent({ id, type: COUNTED, data: { n: 1 } }), { expectedRevision: 0n });
    const consumer = join(stream);
    const [one, two] = [await consumer.next(), await consumer.next()];
    expect([one.n, two.n]).toEqual([0, 1]);
    await consumer.ack(one);
    await eventually('nothing is outstanding', async () => (await info(stream)).stats.outstandingMessagesCount === 0);
  });

  it('resolves links, which are what is acknowledged then', async () => {
    const source = `source-${randomUUID()}`;
    await append(source, 7);
    const stream = await groupOn({ resolveLinkTos: true }, `links-${randomUUID()}`);
    await client.appendToStream(stream, [0, 5].map((revision) => binaryEvent({ type: '$>', data: Buffer.from(`${String(revision)}@${source}`) })));
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'workers', { bufferSize: 1 });
    const seen: unknown[] = [];
    for await (const resolved of subscription) {
      seen.push([resolved.event?.streamId, resolved.link?.streamId]);
      await subscription.ack(resolved);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      [source, stream],
      [undefined, stream],
    ]);
  });

  it('gives the position of each event', async () => {
    const stream = await groupOn();
    const { position } = await append(stream, 0);
    const { raw } = await join(stream).next();
    expect(raw.event?.position).toEqual(position);
    expect(raw.commitPosition).toBe(position?.commit);
  });

  it('gives tombstone and all when its stream ends for ever', async () => {
    const stream = await groupOn();
    await append(stream, 0);
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'workers');
    const types: string[] = [];
    for await (const resolved of subscription) {
      types.push(resolved.event?.type ?? '');
      await subscription.ack(resolved);
      if (types.length === 1) await client.tombstoneStream(stream);
      else break;
    }
    expect(types).toEqual([COUNTED, '$streamDeleted']);
    await expect(join(stream).next()).rejects.toBeInstanceOf(PersistentSubscriptionDroppedError);
  });
});

describe('several readers of a persistent subscription', () => {
  it('share the events, each given once', async () => {
    const stream = await groupOn({ consumerStrategyName: ROUND_ROBIN });
    const one = join(stream);
    const two = join(stream);
    await readersOf(stream, 2);
    await append(stream, ...upTo(20));
    const [first, second] = await Promise.all([one.take(10), two.take(10)]);
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(upTo(20));
  });

  it('with DispatchToSingle the second gets only what the first has no room for', async () => {
    const stream = await groupOn({ consumerStrategyName: DISPATCH_TO_SINGLE });
    const one = join(stream, 'workers', 3);
    await readersOf(stream, 1);
    const two = join(stream, 'workers', 3);
    await readersOf(stream, 2);
    await append(stream, 0, 1, 2, 3);
    expect([(await one.next()).n, (await one.next()).n, (await one.next()).n, (await two.next()).n]).toEqual([0, 1, 2, 3]);
  });

  it('with Pinned all events of one stream go to one of them', async () => {
    const stream = await groupOn({ consumerStrategyName: PINNED });
    const readers = [join(stream), join(stream)];
    await readersOf(stream, 2);
    await append(stream, ...upTo(5));
    await eventually('all five are handed out', async () => (await info(stream)).stats.totalInFlightMessages === 5);
    const { connections } = await info(stream);
    expect(connections.map(({ inFlightMessages }) => inFlightMessages).sort()).toEqual([0, 5]);
    await Promise.all(readers.map((reader) => reader.close()));
  });

  it('are no more than the group allows', async () => {
    const stream = await groupOn({ maxSubscriberCount: 1 });
    await append(stream, 0);
    const one = join(stream);
    expect((await one.next()).n).toBe(0);
    await expect(join(stream).next()).rejects.toMatchObject({ constructor: PersistentSubscriptionMaximumSubscribersReachedError, streamName: stream, groupName: 'workers' });
  });

  it('are all dropped when the group changes or goes', async () => {
    const stream = await groupOn();
    await append(stream, 0, 1);
    const before = join(stream);
    await before.next();
    await client.updatePersistentSubscriptionToStream(stream, 'workers', settings({ startFrom: START, maxRetryCount: 3 }));
    await expect(before.next().then(() => before.next())).rejects.toBeInstanceOf(PersistentSubscriptionDroppedError);
    const after = join(stream);
    await after.next();
    await client.deletePersistentSubscriptionToStream(stream, 'workers');
    await expect(after.next().then(() => after.next())).rejects.toMatchObject({ constructor: PersistentSubscriptionDroppedError, streamName: stream, groupName: 'workers' });
    await expect(join(stream).next()).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
  });

  it('take a group that carries on under load, each event settled once', async () => {
    const stream = await groupOn({ checkPointLowerBound: 1, checkPointAfter: 100 });
    const readers = [join(stream), join(stream), join(stream)];
    const seen: number[] = [];
    const reading = readers.map(async (reader) => {
      while (seen.length < 1_000) {
        const delivered = await reader.next();
        seen.push(delivered.n);
        await reader.ack(delivered);
      }
    });
    for (let n = 0; n < 1_000; n += 50) await client.appendToStream(stream, upTo(50).map((each) => counted(n + each)));
    await Promise.race(reading);
    expect([...seen].sort((a, b) => a - b)).toEqual(upTo(1_000));
    await eventually('the checkpoint is at the last one', async () => (await info(stream)).stats.lastCheckpointedEventRevision === 999n);
    await Promise.all(readers.map((reader) => reader.close()));
  });
});
