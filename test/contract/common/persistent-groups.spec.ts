import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  END,
  EventStoreDBClient,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionFailedError,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  PINNED,
  ROUND_ROBIN,
  START,
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

const name = (): string => `grouped-${randomUUID()}`;

describe('the groups of a stream', () => {
  it('are given back as they were set, created and updated', async () => {
    const stream = name();
    const first = settings({ startFrom: END, checkPointUpperBound: 1 });
    await client.createPersistentSubscriptionToStream(stream, 'g', first);
    const created = await client.getPersistentSubscriptionToStreamInfo(stream, 'g');
    expect(created).toMatchObject({ eventSource: stream, groupName: 'g', connections: [] });
    expect(created.settings).toEqual(first);
    expect(created.stats.lastKnownEventRevision).toBeUndefined();
    expect(created.stats.lastCheckpointedEventRevision).toBeUndefined();
    const second = settings({ startFrom: 123n, checkPointLowerBound: 12, maxSubscriberCount: 200, consumerStrategyName: PINNED, extraStatistics: true, resolveLinkTos: true });
    await client.updatePersistentSubscriptionToStream(stream, 'g', second);
    expect((await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).settings).toEqual(second);
  });

  it('may have slashes and other scripts in their names', async () => {
    const stream = `${name()}/ด้้/0️⃣`;
    const group = 'ヽ༼ຈل͜ຈ༽ﾉ/a b';
    await client.createPersistentSubscriptionToStream(stream, group, settings({ startFrom: START }));
    await appendCounted(client, stream, 0);
    expect(await new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, group)).take(1)).toEqual([0]);
    expect((await client.listPersistentSubscriptionsToStream(stream)).map(({ groupName }) => groupName)).toEqual([group]);
  });

  it('are listed, with who reads them', async () => {
    const stream = name();
    await client.createPersistentSubscriptionToStream(stream, 'one', settings({ startFrom: START, extraStatistics: true }));
    await client.createPersistentSubscriptionToStream(stream, 'two', settings({ startFrom: 2n, maxRetryCount: 12, consumerStrategyName: ROUND_ROBIN }));
    await appendCounted(client, stream, ...upTo(5));
    const consumer = new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'one'));
    await consumer.take(5);
    const one = await eventually('all are acknowledged', async () => {
      const info = await client.getPersistentSubscriptionToStreamInfo(stream, 'one');
      return info.stats.outstandingMessagesCount === 0 && info;
    });
    expect(one.connections).toMatchObject([{ connectionName: client.connectionName, totalItems: 5n, inFlightMessages: 0 }]);
    expect([...(one.connections[0]?.extraStatistics?.keys() ?? [])].sort()).toEqual(
      ['mean', 'median', 'fastest', 'quintile 1', 'quintile 2', 'quintile 3', 'quintile 4', 'quintile 5', '90%', '95%', '99%', '99.5%', '99.9%', 'highest'].sort(),
    );
    expect(one.stats).toMatchObject({ totalItems: 5n, lastKnownEventRevision: 4n });
    const listed = await client.listPersistentSubscriptionsToStream(stream);
    expect(listed.map(({ groupName, eventSource, connections }) => [groupName, eventSource, connections.length]).sort()).toEqual([['one', stream, 1], ['two', stream, 0]]);
    const all = await client.listAllPersistentSubscriptions();
    expect(all.filter(({ eventSource }) => eventSource === stream)).toHaveLength(2);
    await consumer.close();
    await eventually('the connection is gone', async () => (await client.getPersistentSubscriptionToStreamInfo(stream, 'one')).connections.length === 0);
  });

  it('are refused twice, and when nobody made them', async () => {
    const stream = name();
    const missing = { constructor: PersistentSubscriptionDoesNotExistError, streamName: stream, groupName: 'g' };
    await expect(client.updatePersistentSubscriptionToStream(stream, 'g', settings())).rejects.toMatchObject(missing);
    await expect(client.deletePersistentSubscriptionToStream(stream, 'g')).rejects.toMatchObject(missing);
    await expect(client.getPersistentSubscriptionToStreamInfo(stream, 'g')).rejects.toMatchObject(missing);
    await expect(client.replayParkedMessagesToStream(stream, 'g')).rejects.toMatchObject(missing);
    await expect(new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g')).next()).rejects.toMatchObject(missing);
    await expect(client.listPersistentSubscriptionsToStream(stream)).rejects.toMatchObject({ constructor: PersistentSubscriptionDoesNotExistError, streamName: stream });
    await client.createPersistentSubscriptionToStream(stream, 'g', settings());
    await expect(client.createPersistentSubscriptionToStream(stream, 'g', settings())).rejects.toMatchObject({
      constructor: PersistentSubscriptionExistsError,
      streamName: stream,
      groupName: 'g',
    });
  });

  it('cannot read more at once than they may hold', async () => {
    const wrong = settings({ readBatchSize: 20, historyBufferSize: 20 });
    await expect(client.createPersistentSubscriptionToStream(name(), 'g', wrong)).rejects.toBeInstanceOf(PersistentSubscriptionFailedError);
  });

  it('go on from their checkpoint when they change, and afresh when they are made anew', async () => {
    const stream = name();
    const options = settings({ startFrom: START, checkPointAfter: 100, checkPointLowerBound: 1, checkPointUpperBound: 1 });
    await client.createPersistentSubscriptionToStream(stream, 'g', options);
    await appendCounted(client, stream, 0, 1, 2);
    const consumer = new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g'));
    expect(await consumer.take(2)).toEqual([0, 1]);
    const checkpointed = async (): Promise<bigint | undefined> => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.lastCheckpointedEventRevision;
    await eventually('the checkpoint is written', async () => (await checkpointed()) === 1n);
    await client.updatePersistentSubscriptionToStream(stream, 'g', { ...options, maxRetryCount: 2 });
    expect(await new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g')).take(1)).toEqual([2]);
    await client.deletePersistentSubscriptionToStream(stream, 'g');
    await client.createPersistentSubscriptionToStream(stream, 'g', options);
    expect(await checkpointed()).toBeUndefined();
    expect(await new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g')).take(3)).toEqual([0, 1, 2]);
  });

  it('hold their checkpoint back before the first event that is not settled', async () => {
    const stream = name();
    await client.createPersistentSubscriptionToStream(stream, 'g', settings({ startFrom: START, checkPointAfter: 100, checkPointLowerBound: 1, checkPointUpperBound: 5 }));
    await appendCounted(client, stream, ...upTo(6));
    const consumer = new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g'));
    const taken = await consumer.hold(6);
    await consumer.ack(...taken.filter(({ n }) => n !== 2));
    const stats = async () => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats;
    await eventually('the checkpoint is written', async () => (await stats()).lastCheckpointedEventRevision === 1n);
    expect((await stats()).outstandingMessagesCount).toBe(1);
    await consumer.ack(...taken.filter(({ n }) => n === 2));
    await eventually('the checkpoint is at the end', async () => (await stats()).lastCheckpointedEventRevision === 5n);
    const checkpoint = `$persistentsubscription-${stream}::g-checkpoint`;
    const written: unknown[] = [];
    for await (const { event } of client.readStream(checkpoint)) written.push([event?.type, event?.isJson, event?.data]);
    expect(written.at(-1)).toEqual(['SubscriptionCheckpoint', true, '5']);
  });

  it('go on after the whole of them is started again', async () => {
    const stream = name();
    await client.createPersistentSubscriptionToStream(stream, 'g', settings({ startFrom: START }));
    await client.restartPersistentSubscriptionSubsystem();
    await appendCounted(client, stream, 0);
    const read = (): Promise<readonly number[]> => new TestConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g')).take(1);
    expect(await eventually('the groups are back', () => read().catch(() => undefined))).toEqual([0]);
  });
});

describe('the groups of the whole log', () => {
  it.each([['the start', START], ['the end', END], ['a position', { commit: 1n, prepare: 1n }]] as const)('are given back as they were set, from %s', async (_, startFrom) => {
    const group = name();
    const chosen = allSettings({ startFrom, maxSubscriberCount: 3, messageTimeout: 1_234 });
    await client.createPersistentSubscriptionToAll(group, chosen);
    const info = await client.getPersistentSubscriptionToAllInfo(group);
    expect(info).toMatchObject({ eventSource: '$all', groupName: group, connections: [] });
    expect(info.settings).toEqual(chosen);
    const changed = allSettings({ ...chosen, maxRetryCount: 1, startFrom: END });
    await client.updatePersistentSubscriptionToAll(group, changed);
    expect((await client.getPersistentSubscriptionToAllInfo(group)).settings).toEqual(changed);
    expect((await client.listPersistentSubscriptionsToAll()).map(({ groupName }) => groupName)).toContain(group);
    await client.deletePersistentSubscriptionToAll(group);
    await expect(client.getPersistentSubscriptionToAllInfo(group)).rejects.toMatchObject({
      constructor: PersistentSubscriptionDoesNotExistError,
      streamName: '$all',
      groupName: group,
    });
  });
});
