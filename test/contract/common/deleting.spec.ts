import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM, STREAM_EXISTS, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
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

const append = (name: string, numbers: readonly number[], expectedRevision: typeof ANY | typeof NO_STREAM | typeof STREAM_EXISTS | bigint = ANY) =>
  client.appendToStream(name, numbers.map((n) => jsonEvent({ type: 'Counted', data: { n } })), { expectedRevision });
const name = (): string => `doomed-${randomUUID()}`;

async function revisions(stream: string): Promise<readonly bigint[]> {
  const seen: bigint[] = [];
  for await (const { event } of client.readStream(stream)) if (event) seen.push(event.revision);
  return seen;
}

describe('deleting', () => {
  it('hides a stream, which goes on numbering when it is written again', async () => {
    const stream = name();
    await append(stream, [1, 2]);
    await client.deleteStream(stream, { expectedRevision: 1n });
    await expect(revisions(stream)).rejects.toBeInstanceOf(StreamNotFoundError);
    await expect(append(stream, [3], STREAM_EXISTS)).rejects.toBeInstanceOf(StreamDeletedError);
    await append(stream, [3, 4], NO_STREAM);
    expect(await revisions(stream)).toEqual([2n, 3n]);
  });

  it('refuses another revision than the last, and a stream that never was', async () => {
    const stream = name();
    await append(stream, [1]);
    await expect(client.deleteStream(stream, { expectedRevision: 5n })).rejects.toMatchObject({ constructor: WrongExpectedVersionError, actualVersion: 0n });
    await expect(client.deleteStream(name(), { expectedRevision: ANY })).rejects.toBeInstanceOf(WrongExpectedVersionError);
  });

  it('for ever leaves nothing to read or write', async () => {
    const stream = name();
    await append(stream, [1]);
    await client.tombstoneStream(stream, { expectedRevision: ANY });
    await expect(revisions(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(append(stream, [2])).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.tombstoneStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
  });
});

describe('stream metadata', () => {
  it('is kept, and cuts what is shown', async () => {
    const stream = name();
    await append(stream, [1, 2, 3, 4, 5]);
    await client.setStreamMetadata(stream, { maxCount: 2, owner: 'tests' });
    expect((await client.getStreamMetadata(stream)).metadata).toMatchObject({ maxCount: 2, owner: 'tests' });
    expect(await revisions(stream)).toEqual([3n, 4n]);
    await client.setStreamMetadata(stream, { truncateBefore: 1 });
    expect(await revisions(stream)).toEqual([1n, 2n, 3n, 4n]);
  });
});
