import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EventStoreDBClient,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  START,
  streamNameFilter,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { eventually } from '../../e2e/eventually.js';
import { appendCounted, TestConsumer, upTo } from '../persistent-consumer.js';
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

const join = (stream: string, bufferSize = 10): TestConsumer => new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize }));

async function withEvents(count: number, options: Parameters<typeof settings>[0] = {}): Promise<string> {
  const stream = `parked-${randomUUID()}`;
  await client.createPersistentSubscriptionToStream(stream, 'g', settings({ startFrom: START, ...options }));
  await appendCounted(client, stream, ...upTo(count));
  return stream;
}

async function parkAll(consumer: TestConsumer, count: number): Promise<void> {
  for (let parked = 0; parked < count; parked += 1) await consumer.nack('park', await consumer.next());
}

const parkedCount = async (stream: string): Promise<bigint> => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.parkedMessageCount;
const parkedAre = (stream: string, count: number) => eventually(`${String(count)} are parked`, async () => (await parkedCount(stream)) === BigInt(count));

async function parkedRecords(stream: string): Promise<readonly ResolvedEvent[]> {
  const records: ResolvedEvent[] = [];
  for await (const resolved of client.readStream(`$persistentsubscription-${stream}::g-parked`)) records.push(resolved);
  return records;
}

describe('parking', () => {
  it('keeps a link to the event, and why', async () => {
    const stream = await withEvents(2);
    await parkAll(join(stream), 2);
    await parkedAre(stream, 2);
    const records = await parkedRecords(stream);
    expect(records.map(({ event }) => [event?.type, event?.isJson, Buffer.from(event?.data as Uint8Array).toString()])).toEqual([
      ['$>', false, `0@${stream}`],
      ['$>', false, `1@${stream}`],
    ]);
    const [first, second] = records.map(({ event }) => event?.metadata as Readonly<Record<string, unknown>>);
    expect(first).toEqual({ added: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}[+-]\d\d:\d\d$/), reason: "Client explicitly NAK'ed message.\nbecause" });
    expect(second).toMatchObject({ subscriptionEventNumber: 1 });
  });

  it('happens by itself once the retries are used up', async () => {
    const stream = await withEvents(2, { maxRetryCount: 2 });
    const consumer = join(stream, 1);
    const counts: number[] = [];
    while (counts.length < 3) {
      const delivered = await consumer.next();
      counts.push(delivered.retryCount);
      await consumer.nack('retry', delivered);
    }
    expect(counts).toEqual([0, 1, 2]);
    expect((await consumer.next()).n).toBe(1);
    await parkedAre(stream, 1);
    const [record] = await parkedRecords(stream);
    expect(record?.event?.metadata).toMatchObject({ reason: 'Reached retry count of 2' });
  });

  it('is undone by a replay: each comes again with its link, counted from nought', async () => {
    const stream = await withEvents(5);
    const consumer = join(stream);
    await parkAll(consumer, 5);
    await parkedAre(stream, 5);
    await client.replayParkedMessagesToStream(stream, 'g');
    const again = await consumer.hold(5);
    expect(again.map(({ n, retryCount }) => [n, retryCount])).toEqual(upTo(5).map((n) => [n, 0]));
    expect(again[0]?.raw.link).toMatchObject({ type: '$>', streamId: `$persistentsubscription-${stream}::g-parked`, revision: 0n });
    expect(again[0]?.raw.commitPosition).toBe(again[0]?.raw.link?.position?.commit);
    await consumer.ack(...again);
    await parkedAre(stream, 0);
    const { metadata } = await client.getStreamMetadata(`$persistentsubscription-${stream}::g-parked`);
    expect(metadata).toMatchObject({ truncateBefore: 5 });
  });

  it('is undone up to where a replay is told to stop', async () => {
    const stream = await withEvents(6);
    const consumer = join(stream);
    await parkAll(consumer, 6);
    await parkedAre(stream, 6);
    await client.replayParkedMessagesToStream(stream, 'g', { stopAt: 4 });
    expect(await consumer.take(4)).toEqual([0, 1, 2, 3]);
    await parkedAre(stream, 2);
    await client.replayParkedMessagesToStream(stream, 'g');
    expect(await consumer.take(2)).toEqual([4, 5]);
    await parkedAre(stream, 0);
  });

  it('may happen again to what was replayed', async () => {
    const stream = await withEvents(1);
    const consumer = join(stream);
    await parkAll(consumer, 1);
    await parkedAre(stream, 1);
    await client.replayParkedMessagesToStream(stream, 'g');
    await parkAll(consumer, 1);
    await eventually('a second record', async () => (await parkedRecords(stream)).some(({ event }) => event?.revision === 1n));
    expect(Buffer.from((await parkedRecords(stream)).at(-1)?.event?.data as Uint8Array).toString()).toBe(`0@${stream}`);
  });

  it('works for the whole log alike', async () => {
    const stream = `parked-${randomUUID()}`;
    const group = `g-${stream}`;
    await client.createPersistentSubscriptionToAll(group, allSettings({ startFrom: START }), { filter: streamNameFilter({ prefixes: [stream] }) });
    await appendCounted(client, stream, 0, 1, 2);
    const consumer = new TestConsumer(client.subscribeToPersistentSubscriptionToAll(group));
    await parkAll(consumer, 3);
    await eventually('three are parked', async () => (await client.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount === 3n);
    await client.replayParkedMessagesToAll(group);
    expect(await consumer.take(3)).toEqual([0, 1, 2]);
  });
});
