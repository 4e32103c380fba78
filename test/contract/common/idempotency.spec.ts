import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANY, EventStoreDBClient, NO_STREAM, STREAM_EXISTS, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError, type AppendExpectedRevision, type AppendResult } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { eventsOf, failureOf, fresh, ids, revisionsOf } from '../event-stream.js';
import { CLASSIC, storeUnderTest, type StoreUnderTest } from '../store-under-test.js';

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

/** Every row holds for Append and for BatchAppend alike: per-call credentials choose the first. */
describe.each([
  ['Append', CLASSIC],
  ['BatchAppend', {}],
])('sending an append again with %s (eventstore-protocol 1.1, measured 1.1)', (_, options) => {
  const append = (stream: string, idList: readonly string[], expectedRevision: AppendExpectedRevision): Promise<AppendResult> =>
    client.appendToStream(stream, eventsOf(idList), { ...options, expectedRevision });
  const wrong = async (promise: Promise<unknown>, actualVersion: bigint | typeof NO_STREAM): Promise<void> => {
    expect(await failureOf(promise)).toMatchObject({ constructor: WrongExpectedVersionError, actualVersion });
  };
  /** Ids of the stream as the log has them. */
  const logged = async (stream: string): Promise<readonly string[]> => (await collect(client.readStream(stream))).map(({ event }) => event?.id ?? '');
  const streamOf = async (count: number): Promise<{ readonly stream: string; readonly idList: readonly string[]; readonly first: AppendResult }> => {
    const stream = fresh('idempotent');
    const idList = ids(count);
    return { stream, idList, first: await append(stream, idList, NO_STREAM) };
  };

  it.each([ANY, NO_STREAM, STREAM_EXISTS, -1] as const)('with the ids that are there changes nothing, expecting %s', async (expected) => {
    const { stream, idList, first } = await streamOf(3);
    const again = await append(stream, idList, expected === -1 ? NO_STREAM : expected);
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 2n, position: first.position });
    expect(await logged(stream)).toEqual(idList);
  });

  it('after a revision compares with what follows it', async () => {
    const { stream, idList } = await streamOf(4);
    expect(await append(stream, idList.slice(1, 3), 0n)).toMatchObject({ success: true, nextExpectedRevision: 2n });
    await wrong(append(stream, ids(1), 1n), 3n);
    await wrong(append(stream, [idList[2] ?? '', ...ids(1)], 1n), 3n);
    await wrong(append(stream, [...idList.slice(2), ...ids(1)], 1n), 3n);
    await wrong(append(stream, [], 1n), 3n);
    await wrong(append(stream, ids(1), 9n), 3n);
    expect(await logged(stream)).toEqual(idList);
  });

  it('at the last revision looks at no ids: the same event is there twice', async () => {
    const { stream, idList } = await streamOf(2);
    await append(stream, idList, 1n);
    expect(await logged(stream)).toEqual([...idList, ...idList]);
  });

  it.each([ANY, STREAM_EXISTS] as const)('expecting %s: a first id that is known and a later one that is not are refused, the other way round written', async (expected) => {
    const { stream, idList } = await streamOf(2);
    await wrong(append(stream, [idList[0] ?? '', ...ids(1)], expected), 1n);
    const mixed = [...ids(1), idList[0] ?? ''];
    await append(stream, mixed, expected);
    expect(await logged(stream)).toEqual([...idList, ...mixed]);
  });

  it('of a part, or with a gap, is answered as the last of its ids stands', async () => {
    const { stream, idList } = await streamOf(3);
    expect(await append(stream, idList.slice(0, 2), ANY)).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await append(stream, [idList[0] ?? '', idList[2] ?? ''], ANY)).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await logged(stream)).toEqual(idList);
  });

  it('to another stream is another append', async () => {
    const { stream, idList, first } = await streamOf(2);
    const other = fresh('idempotent');
    await append(other, idList, ANY);
    expect(await logged(other)).toEqual(idList);
    expect(await append(stream, idList, ANY)).toMatchObject({ position: first.position });
  });

  it('with one id twice in a call writes both, once', async () => {
    const stream = fresh('idempotent');
    const [id = ''] = ids(1);
    expect(await append(stream, [id, id], NO_STREAM)).toMatchObject({ nextExpectedRevision: 1n });
    expect(await append(stream, [id, id], NO_STREAM)).toMatchObject({ nextExpectedRevision: 1n });
    expect(await logged(stream)).toEqual([id, id]);
  });

  it('without events changes nothing, and is answered with a position', async () => {
    const { stream, idList, first } = await streamOf(2);
    for (const expected of [ANY, STREAM_EXISTS, 1n] as const) {
      const empty = await append(stream, [], expected);
      expect(empty).toMatchObject({ success: true, nextExpectedRevision: 1n });
      expect(empty.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
    }
    expect(await logged(stream)).toEqual(idList);
    const never = fresh('never');
    expect(await append(never, [], NO_STREAM)).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(await failureOf(logged(never))).toBeInstanceOf(StreamNotFoundError);
  });

  it('to a stream that never was is refused when it had to be there', async () => {
    await wrong(append(fresh('never'), ids(1), STREAM_EXISTS), NO_STREAM);
    await wrong(append(fresh('never'), ids(1), 0n), NO_STREAM);
  });

  it('to a stream that has metadata only begins it, unless a revision is expected', async () => {
    const stream = fresh('described');
    await client.setStreamMetadata(stream, { maxCount: 10 });
    await wrong(append(stream, ids(1), 0n), NO_STREAM);
    expect(await append(stream, ids(1), STREAM_EXISTS)).toMatchObject({ nextExpectedRevision: 0n });
    const other = fresh('described');
    await client.setStreamMetadata(other, { maxCount: 10 });
    expect(await append(other, ids(1), NO_STREAM)).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('to a softly deleted stream: what it held is not written again and leaves it deleted', async () => {
    const { stream, idList } = await streamOf(3);
    await client.deleteStream(stream, { expectedRevision: ANY });
    for (const expected of [ANY, NO_STREAM] as const) {
      expect(await append(stream, idList, expected)).toEqual({ success: true, nextExpectedRevision: 2n, position: undefined });
    }
    expect(await append(stream, idList.slice(1), 0n)).toEqual({ success: true, nextExpectedRevision: 2n, position: undefined });
    await wrong(append(stream, ids(1), 0n), 2n);
    await wrong(append(stream, [idList[0] ?? '', ...ids(1)], NO_STREAM), 2n);
    expect(await failureOf(append(stream, ids(1), STREAM_EXISTS))).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
    expect(await failureOf(logged(stream))).toBeInstanceOf(StreamNotFoundError);
  });

  it('that recreated a stream is refused, as the stream begins with other events', async () => {
    const { stream } = await streamOf(2);
    await client.deleteStream(stream, { expectedRevision: ANY });
    const recreating = ids(2);
    expect(await append(stream, recreating, NO_STREAM)).toMatchObject({ nextExpectedRevision: 3n });
    await wrong(append(stream, recreating, NO_STREAM), 3n);
    expect(await revisionsOf(client, stream)).toEqual([2n, 3n]);
  });

  it('at the last revision that a deleted stream ever had recreates it', async () => {
    const { stream } = await streamOf(2);
    await client.deleteStream(stream, { expectedRevision: 1n });
    await append(stream, ids(1), 1n);
    expect(await revisionsOf(client, stream)).toEqual([2n]);
  });

  it('has no position when the event can no longer be read', async () => {
    const { stream, idList } = await streamOf(3);
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await append(stream, idList.slice(0, 2), ANY)).toEqual({ success: true, nextExpectedRevision: 1n, position: undefined });
    expect((await append(stream, idList, ANY)).position).toBeDefined();
  });

  it('to a tombstoned stream is refused, whatever is expected', async () => {
    const { stream, idList } = await streamOf(2);
    await client.tombstoneStream(stream, { expectedRevision: ANY });
    for (const expected of [ANY, NO_STREAM, STREAM_EXISTS, 1n] as const) {
      expect(await failureOf(append(stream, idList, expected))).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
    }
  });
});
