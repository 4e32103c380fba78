import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BACKWARDS, binaryEvent, END, EventStoreDBClient, FORWARDS, jsonEvent, START, StreamNotFoundError, type ResolvedEvent } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { counted, failureOf, fresh, revisionsOf } from '../event-stream.js';
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

describe('reading a stream', () => {
  it('goes from a revision, inclusive, either way, and ends where it ends', async () => {
    const stream = fresh('read');
    await client.appendToStream(stream, [0, 1, 2, 3, 4].map((n) => counted(n)));
    expect(await revisionsOf(client, stream, { fromRevision: 3n })).toEqual([3n, 4n]);
    expect(await revisionsOf(client, stream, { fromRevision: 2n, maxCount: 2 })).toEqual([2n, 3n]);
    expect(await revisionsOf(client, stream, { fromRevision: 9n })).toEqual([]);
    expect(await revisionsOf(client, stream, { fromRevision: 2n ** 63n - 1n })).toEqual([]);
    expect(await revisionsOf(client, stream, { fromRevision: 1n, direction: BACKWARDS })).toEqual([1n, 0n]);
    expect(await revisionsOf(client, stream, { fromRevision: 99n, direction: BACKWARDS, maxCount: 2 })).toEqual([4n, 3n]);
    expect(await revisionsOf(client, stream, { fromRevision: START, direction: BACKWARDS })).toEqual([0n]);
    expect(await revisionsOf(client, stream, { fromRevision: END, direction: BACKWARDS, maxCount: 1 })).toEqual([4n]);
  });

  it('cannot be done forwards from its end, nor for no events', async () => {
    const stream = fresh('read');
    await client.appendToStream(stream, counted(1));
    expect(await failureOf(collect(client.readStream(stream, { fromRevision: END, direction: FORWARDS })))).toMatchObject({ code: 2 });
    expect(await failureOf(collect(client.readStream(stream, { maxCount: 0 })))).toMatchObject({ code: 2 });
  });

  it('gives each event as it was sent, with its place and time', async () => {
    const stream = fresh('read');
    const before = Date.now();
    const sent = [
      jsonEvent({ type: 'Json', data: { text: 'é\u0000' }, metadata: { who: 'ann' } }),
      binaryEvent({ type: 'Bytes', data: Buffer.from([0, 255, 10]), metadata: Uint8Array.from([1, 2]) }),
      jsonEvent({ type: 'Bare', data: 'text' }),
    ];
    const { position } = await client.appendToStream(stream, sent);
    const after = Date.now();
    const read = (await collect(client.readStream(stream))).map(({ event }) => event);
    expect(read.map((event) => [event?.id, event?.type, event?.isJson])).toEqual(sent.map(({ id, type }, index) => [id, type, index !== 1]));
    expect(read[0]).toMatchObject({ data: { text: 'é\u0000' }, metadata: { who: 'ann' } });
    expect(Buffer.from(read[1]?.data as Uint8Array)).toEqual(Buffer.from([0, 255, 10]));
    expect(Buffer.from(read[1]?.metadata as unknown as Uint8Array)).toEqual(Buffer.from([1, 2]));
    expect(read[2]).toMatchObject({ data: 'text', metadata: undefined });
    expect(read[2]?.position).toEqual(position);
    for (const event of read) {
      expect(event?.created.getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(event?.created.getTime()).toBeLessThanOrEqual(after + 1);
    }
  });

  it('of one that is not there says so, either way', async () => {
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const name = fresh('never');
      const failure = await failureOf(collect(client.readStream(name, { direction, fromRevision: direction === FORWARDS ? START : END })));
      expect(failure).toMatchObject({ constructor: StreamNotFoundError, streamName: name });
    }
  });
});

describe('reading the whole log', () => {
  it('goes forwards from a position, inclusive, and backwards, exclusive', async () => {
    const stream = fresh('all');
    const first = await client.appendToStream(stream, counted(0));
    await client.appendToStream(stream, [counted(1), counted(2)]);
    const last = await client.appendToStream(stream, counted(3));
    const mine = (events: readonly ResolvedEvent[]): readonly bigint[] => events.flatMap(({ event }) => (event?.streamId === stream ? [event.revision] : []));
    const from = (direction: typeof FORWARDS | typeof BACKWARDS, fromPosition: Parameters<EventStoreDBClient['readAll']>[0]) =>
      collect(client.readAll({ direction, ...fromPosition })).then((events) => mine(events as readonly ResolvedEvent[]));
    expect(await from(FORWARDS, { fromPosition: first.position ?? START })).toEqual([0n, 1n, 2n, 3n]);
    expect(await from(BACKWARDS, { fromPosition: last.position ?? END, maxCount: 200 })).toEqual([2n, 1n, 0n]);
    expect((await from(BACKWARDS, { fromPosition: END, maxCount: 200 })).slice(0, 4)).toEqual([3n, 2n, 1n, 0n]);
    expect(await collect(client.readAll({ fromPosition: END, direction: FORWARDS }))).toEqual([]);
    expect(await collect(client.readAll({ fromPosition: START, direction: BACKWARDS }))).toEqual([]);
    expect(await collect(client.readAll({ maxCount: 3 }))).toHaveLength(3);
  });

  it('keeps what its streams no longer show: truncated, deleted, tombstoned', async () => {
    const stream = fresh('all');
    const first = await client.appendToStream(stream, [counted(0), counted(1)]);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.tombstoneStream(stream);
    const seen = (await collect(client.readAll({ fromPosition: first.position ?? START }))).map(({ event }) => event);
    expect(seen.filter((event) => event?.streamId === `$$${stream}`)).toHaveLength(1);
    const mine = seen.filter((event) => event?.streamId === stream);
    expect(mine.at(-1)).toMatchObject({ type: '$streamDeleted', isJson: false, revision: 2n ** 63n - 1n });
    expect(mine).toHaveLength(2);
  });

  it('begins with the records of a node itself', async () => {
    const first = await collect(client.readAll({ maxCount: 1 }));
    expect(first[0]?.event?.streamId).toMatch(/^\$/);
  });
});

describe('links', () => {
  const link = (target: string) => binaryEvent({ type: '$>', data: Buffer.from(target) });

  it('lead to their event when that is wanted, and stand for themselves otherwise', async () => {
    const target = fresh('target');
    const links = fresh('links');
    await client.appendToStream(target, [counted(0), counted(1), counted(2)]);
    const { position } = await client.appendToStream(links, link(`1@${target}`));
    const [plain] = await collect(client.readStream(links));
    expect(plain).toMatchObject({ event: { type: '$>', streamId: links } });
    expect(plain?.link).toBeUndefined();
    const [resolved] = await collect(client.readStream(links, { resolveLinkTos: true }));
    const [itself] = await collect(client.readStream(target, { fromRevision: 1n, maxCount: 1 }));
    expect(resolved?.event).toEqual(itself?.event);
    expect(resolved?.link).toMatchObject({ type: '$>', streamId: links, revision: 0n, position });
    const [fromAll] = await collect(client.readAll({ fromPosition: position ?? START, maxCount: 1, resolveLinkTos: true }));
    expect(fromAll).toMatchObject({ event: { streamId: target, revision: 1n }, link: { streamId: links } });
    const subscription = client.subscribeToStream(links, { resolveLinkTos: true, fromRevision: START });
    for await (const { event } of subscription) {
      expect(event?.streamId).toBe(target);
      break;
    }
  });

  it('to what is gone come alone; data that names nothing is an event of its own', async () => {
    const truncated = fresh('target');
    await client.appendToStream(truncated, [counted(0), counted(1)]);
    await client.setStreamMetadata(truncated, { truncateBefore: 1 });
    const deleted = fresh('target');
    await client.appendToStream(deleted, counted(0));
    await client.deleteStream(deleted);
    const tombstoned = fresh('target');
    await client.appendToStream(tombstoned, counted(0));
    await client.tombstoneStream(tombstoned);
    const links = fresh('links');
    await client.appendToStream(links, [`0@${truncated}`, `0@${deleted}`, `0@${tombstoned}`, `0@${fresh('never')}`, `7@${truncated}`].map(link));
    for (const read of await collect(client.readStream(links, { resolveLinkTos: true }))) {
      expect(read.event).toBeUndefined();
      expect(read.link).toMatchObject({ streamId: links, type: '$>' });
    }
    const odd = fresh('links');
    await client.appendToStream(odd, link('not a link'));
    const [read] = await collect(client.readStream(odd, { resolveLinkTos: true }));
    expect(read).toMatchObject({ event: { streamId: odd, type: '$>' } });
    expect(read?.link).toBeUndefined();
  });

  it('are followed one step only', async () => {
    const [target, links, second] = [fresh('target'), fresh('links'), fresh('links')];
    await client.appendToStream(target, counted(0));
    await client.appendToStream(links, link(`0@${target}`));
    await client.appendToStream(second, link(`0@${links}`));
    const [read] = await collect(client.readStream(second, { resolveLinkTos: true }));
    expect(read).toMatchObject({ event: { streamId: links, type: '$>' }, link: { streamId: second } });
  });
});
