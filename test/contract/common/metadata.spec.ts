import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANY, BACKWARDS, END, EventStoreDBClient, jsonEvent, NO_STREAM, STREAM_EXISTS, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
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

async function streamOf(count: number): Promise<string> {
  const stream = fresh('settings');
  await client.appendToStream(stream, Array.from({ length: count }, (_, n) => counted(n)));
  return stream;
}

const describeRaw = (stream: string, json: string) =>
  client.appendToStream(`$$${stream}`, jsonEvent({ type: 'anything', data: JSON.parse(json) as Record<string, unknown> }));

describe('the metadata of a stream', () => {
  it('is empty before it is set, and then what was set last', async () => {
    const stream = await streamOf(1);
    expect((await client.getStreamMetadata(stream)).metadata).toBeUndefined();
    const metadata = { maxAge: 60, maxCount: 12, truncateBefore: 1, cacheControl: 15, acl: { readRoles: ['$all'], writeRoles: ['$admins', 'ann'] }, kitten: '😾' };
    await client.setStreamMetadata(stream, { owner: 'nobody' });
    await client.setStreamMetadata(stream, metadata);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual(metadata);
    await expect(client.setStreamMetadata(stream, {}, { expectedRevision: 0n })).rejects.toBeInstanceOf(WrongExpectedVersionError);
  });

  it('stands in a stream that shows its last event only, with its true revision', async () => {
    const stream = await streamOf(1);
    for (const maxCount of [1, 2, 3]) await client.setStreamMetadata(stream, { maxCount });
    expect(await revisionsOf(client, `$$${stream}`)).toEqual([2n]);
    expect(await revisionsOf(client, `$$${stream}`, { direction: BACKWARDS, fromRevision: END })).toEqual([2n]);
  });

  it('limits what is shown by number: the last so many', async () => {
    const stream = await streamOf(5);
    await client.setStreamMetadata(stream, { maxCount: 2 });
    expect(await revisionsOf(client, stream)).toEqual([3n, 4n]);
    expect(await revisionsOf(client, stream, { direction: BACKWARDS, fromRevision: 2n })).toEqual([]);
    await client.appendToStream(stream, counted(5));
    expect(await revisionsOf(client, stream)).toEqual([4n, 5n]);
  });

  it('limits what is shown by age', async () => {
    const stream = await streamOf(2);
    await client.setStreamMetadata(stream, { maxAge: 3600 });
    expect(await revisionsOf(client, stream)).toEqual([0n, 1n]);
    await client.setStreamMetadata(stream, { maxAge: 1 });
    const until = Date.now() + 10_000;
    while (Date.now() < until && (await revisionsOf(client, stream)).length > 0);
    expect(await revisionsOf(client, stream)).toEqual([]);
    // Emptied by age is not deleted.
    expect(await client.appendToStream(stream, counted(2), { expectedRevision: STREAM_EXISTS })).toMatchObject({ nextExpectedRevision: 2n });
  });

  it('cuts a stream before a revision without deleting it', async () => {
    const stream = await streamOf(6);
    await client.setStreamMetadata(stream, { truncateBefore: 4 });
    expect(await revisionsOf(client, stream)).toEqual([4n, 5n]);
    expect(await revisionsOf(client, stream, { fromRevision: 1n, maxCount: 1 })).toEqual([4n]);
    await client.setStreamMetadata(stream, { truncateBefore: 100 });
    expect(await revisionsOf(client, stream)).toEqual([]);
    expect(await failureOf(client.appendToStream(stream, counted(6), { expectedRevision: NO_STREAM }))).toMatchObject({ constructor: WrongExpectedVersionError, actualVersion: 5n });
    expect(await client.appendToStream(stream, counted(6), { expectedRevision: STREAM_EXISTS })).toMatchObject({ nextExpectedRevision: 6n });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 100 });
  });

  it.each(['{"$maxCount":0}', '{"$maxCount":-2}', '{"$maxCount":"1"}', '[1]'])('that makes no sense is ignored: %s', async (json) => {
    const stream = await streamOf(3);
    await describeRaw(stream, json);
    expect(await revisionsOf(client, stream)).toEqual([0n, 1n, 2n]);
  });

  it('counts whatever the type of the event; that of metadata of metadata governs nothing', async () => {
    const stream = await streamOf(3);
    await describeRaw(stream, '{"$maxCount":1}');
    expect(await revisionsOf(client, stream)).toEqual([2n]);
    await client.appendToStream(`$$$$${stream}`, jsonEvent({ type: '$metadata', data: { $tb: 5 } }));
    expect(await revisionsOf(client, `$$${stream}`)).toEqual([0n]);
  });
});

describe('soft deletion', () => {
  it('is metadata that replaces what was there; writing again keeps what the metadata then has', async () => {
    const stream = await streamOf(3);
    await client.setStreamMetadata(stream, { maxCount: 2, owner: 'tests' });
    await client.deleteStream(stream);
    const [deleted] = await collect(client.readStream(`$$${stream}`));
    expect(deleted?.event).toMatchObject({ type: '$metadata', data: { $tb: Number(2n ** 63n - 1n) } });
    expect(Object.keys(deleted?.event?.data as object)).toEqual(['$tb']);
    await client.appendToStream(`$$${stream}`, {
      ...jsonEvent({ type: '$metadata', data: {} }),
      contentType: 'application/octet-stream',
      data: Buffer.from('{"owner":"others","$tb":9223372036854775807,"$maxCount":5}'),
    } as never);
    await client.appendToStream(stream, [counted(3), counted(4)]);
    expect((await client.getStreamMetadata(stream)).metadata).toMatchObject({ truncateBefore: 3, maxCount: 5, owner: 'others' });
    expect(await revisionsOf(client, stream)).toEqual([3n, 4n]);
    await client.appendToStream(stream, counted(5));
    expect(await revisionsOf(client, `$$${stream}`)).toEqual([3n]);
  });

  it('writes the recreating events first and then the metadata', async () => {
    const stream = await streamOf(2);
    const { position } = await client.deleteStream(stream);
    await client.appendToStream(stream, [counted(2), counted(3)], { expectedRevision: NO_STREAM });
    const after = await collect(client.readAll({ fromPosition: position ?? 'start' }));
    const mine = after.filter(({ event }) => event?.streamId.endsWith(stream) === true);
    expect(mine.map(({ event }) => [event?.streamId, event?.revision])).toEqual([[`$$${stream}`, 0n], [stream, 2n], [stream, 3n], [`$$${stream}`, 1n]]);
  });

  it('of a deleted stream is done again, unless another revision is expected', async () => {
    const stream = await streamOf(2);
    await client.deleteStream(stream);
    for (const expectedRevision of [ANY, NO_STREAM, 1n] as const) await client.deleteStream(stream, { expectedRevision });
    expect(await failureOf(client.deleteStream(stream, { expectedRevision: 0n }))).toMatchObject({ constructor: WrongExpectedVersionError, streamName: stream, expectedVersion: 0n, actualVersion: 1n });
  });

  it('of a stream with metadata only works; of one that never was it does not', async () => {
    const stream = fresh('described');
    await client.setStreamMetadata(stream, { cacheControl: 10 });
    await client.deleteStream(stream, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 0n });
    for (const expectedRevision of [ANY, NO_STREAM, 3n] as const) {
      await expect(client.deleteStream(fresh('never'), { expectedRevision })).rejects.toBeInstanceOf(WrongExpectedVersionError);
    }
  });
});

describe('a tombstone', () => {
  it('is set for streams that are there, deleted, or never were', async () => {
    const deleted = await streamOf(2);
    await client.deleteStream(deleted);
    for (const [stream, expectedRevision] of [[await streamOf(2), 1n], [await streamOf(1), ANY], [deleted, ANY], [fresh('never'), ANY], [fresh('never'), NO_STREAM]] as const) {
      await client.tombstoneStream(stream, { expectedRevision });
      expect(await failureOf(collect(client.readStream(stream)))).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
    }
  });

  it('is refused where another revision is expected, and the second time', async () => {
    const stream = await streamOf(2);
    for (const expectedRevision of [NO_STREAM, 0n, 7n] as const) {
      expect(await failureOf(client.tombstoneStream(stream, { expectedRevision }))).toMatchObject({ constructor: WrongExpectedVersionError, actualVersion: 1n });
    }
    await client.tombstoneStream(stream, { expectedRevision: 1n });
    for (const again of [client.tombstoneStream(stream), client.deleteStream(stream)]) {
      expect(await failureOf(again)).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
    }
  });

  it('ends the reading of the metadata, too', async () => {
    const stream = await streamOf(1);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.tombstoneStream(stream);
    expect(await failureOf(client.getStreamMetadata(stream))).toMatchObject({ constructor: StreamDeletedError, streamName: `$$${stream}` });
    await client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: {} }));
    expect(await failureOf(collect(client.readStream(stream)))).not.toBeInstanceOf(StreamNotFoundError);
  });
});
