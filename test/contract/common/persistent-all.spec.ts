import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  END,
  eventTypeFilter,
  EventStoreDBClient,
  excludeSystemEvents,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults as settings,
  START,
  streamNameFilter,
  type Filter,
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

async function groupWith(filter: Filter | undefined, options: Parameters<typeof settings>[0] = { startFrom: START }): Promise<string> {
  const group = `of-all-${randomUUID()}`;
  await client.createPersistentSubscriptionToAll(group, settings(options), { ...(filter && { filter }) });
  return group;
}

const join = (group: string, bufferSize = 10): TestConsumer => new TestConsumer(client.subscribeToPersistentSubscriptionToAll(group, { bufferSize }));

describe('a persistent subscription to the whole log', () => {
  it('begins at a position, which itself is given, and goes through every stream', async () => {
    const one = `one-${randomUUID()}`;
    const { position } = await appendCounted(client, one, 0);
    await appendCounted(client, `two-${randomUUID()}`, 1);
    const group = await groupWith(undefined, { startFrom: position ?? START });
    const consumer = join(group);
    const taken = consumer.take(4);
    await appendCounted(client, one, 2, 3);
    expect(await taken).toEqual([0, 1, 2, 3]);
    await consumer.close();
  });

  it('from the end gives only what comes', async () => {
    await appendCounted(client, `before-${randomUUID()}`, 0);
    const group = await groupWith(undefined, { startFrom: END });
    await appendCounted(client, `after-${randomUUID()}`, 1, 2);
    expect(await join(group).take(2)).toEqual([1, 2]);
  });

  const mark = randomUUID().replaceAll('-', '');
  it.each<[string, Filter, string, string]>([
    ['prefixes of stream names', streamNameFilter({ prefixes: [`p${mark}`] }), `p${mark}-`, 'Counted'],
    ['an expression over stream names', streamNameFilter({ regex: `^[0-9]*_r${mark}` }), `12_r${mark}-`, 'Counted'],
    ['prefixes of event types', eventTypeFilter({ prefixes: [`T${mark}`, 'never'] }), 'any-', `T${mark}a`],
    ['an expression over event types', eventTypeFilter({ regex: `^E${mark}[A-z]*$` }), 'any-', `E${mark}b`],
  ])('gives what a filter by %s lets through', async (_, filter, prefix, type) => {
    const append = (stream: string, ofType: string, ...numbers: readonly number[]) => client.appendToStream(stream, numbers.map((n) => jsonEvent({ type: ofType, data: { n } })));
    await append(`${prefix}${randomUUID()}`, type, 0, 1);
    await append(`other-${randomUUID()}`, 'Other', 2);
    await append(`${prefix}${randomUUID()}`, type, 3);
    const subscription = client.subscribeToPersistentSubscriptionToAll(await groupWith(filter));
    const seen: number[] = [];
    for await (const resolved of subscription) {
      seen.push((resolved.event?.data as { n: number }).n);
      await subscription.ack(resolved);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([0, 1, 3]);
  });

  it('leaves system events out if that is asked', async () => {
    const group = await groupWith(excludeSystemEvents(), { startFrom: START });
    const last = `last-${randomUUID()}`;
    await appendCounted(client, last, 0);
    const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 100 });
    for await (const resolved of subscription) {
      expect(resolved.event?.type).not.toMatch(/^\$/);
      await subscription.ack(resolved);
      if (resolved.event?.streamId === last) break;
    }
  });

  it('keeps a checkpoint that names a position, out of sight of readers of the log', async () => {
    const stream = `kept-${randomUUID()}`;
    const group = await groupWith(streamNameFilter({ prefixes: [stream] }), { startFrom: START, checkPointAfter: 100, checkPointLowerBound: 1, checkPointUpperBound: 1 });
    const { position } = await appendCounted(client, stream, ...upTo(5));
    const consumer = join(group);
    expect(await consumer.take(5)).toEqual(upTo(5));
    await eventually('the checkpoint is written', async () => {
      const { stats } = await client.getPersistentSubscriptionToAllInfo(group);
      return (stats.lastCheckpointedEventPosition?.commit ?? 0n) >= (position?.commit ?? 0n);
    });
    const checkpoint = `$persistentsubscription-$all::${group}-checkpoint`;
    const written: unknown[] = [];
    for await (const { event } of client.readStream(checkpoint)) written.push(event?.data);
    expect(written.at(-1)).toMatch(/^C:\d+\/P:\d+$/);
    for await (const { event } of client.readAll({ fromPosition: position ?? START })) expect(event?.streamId).not.toBe(checkpoint);
    await consumer.close();
    await appendCounted(client, stream, 5);
    expect(await join(group).take(1)).toEqual([5]);
  });
});
