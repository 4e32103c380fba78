import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANY, BACKWARDS, END, EventStoreDBClient, jsonEvent, NO_STREAM, START, STREAM_EXISTS, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
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

const event = (n: number, id = randomUUID()) => jsonEvent({ id, type: 'Counted', data: { n } });
const stream = (): string => `counter-${randomUUID()}`;
const numbers = async (name: string, options: Parameters<EventStoreDBClient['readStream']>[1] = {}): Promise<number[]> => {
  const seen: number[] = [];
  for await (const { event } of client.readStream(name, options)) seen.push((event?.data as { n: number }).n);
  return seen;
};

describe('appending', () => {
  it('numbers the events of a stream from 0 and reads them back in order', async () => {
    const name = stream();
    const first = await client.appendToStream(name, [event(1), event(2)], { expectedRevision: NO_STREAM });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const second = await client.appendToStream(name, [event(3)], { expectedRevision: 1n });
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n);
    expect(await numbers(name)).toEqual([1, 2, 3]);
    expect(await numbers(name, { direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([3, 2]);
    expect(await numbers(name, { fromRevision: 1n, maxCount: 1 })).toEqual([2]);
  });

  it('refuses an expected revision that is not the last, naming both', async () => {
    const name = stream();
    await client.appendToStream(name, [event(1)]);
    const refused = await client.appendToStream(name, [event(2)], { expectedRevision: 7n }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WrongExpectedVersionError);
    expect(refused).toMatchObject({ streamName: name, expectedVersion: 7n, actualVersion: 0n });
    await expect(client.appendToStream(stream(), [event(1)], { expectedRevision: STREAM_EXISTS })).rejects.toBeInstanceOf(WrongExpectedVersionError);
  });

  it.each<typeof ANY | typeof NO_STREAM>([ANY, NO_STREAM])('answers a repeat with the same ids as before (%s)', async (expectedRevision) => {
    const name = stream();
    const events = [event(1), event(2)];
    const first = await client.appendToStream(name, events, { expectedRevision });
    expect(await client.appendToStream(name, events, { expectedRevision })).toMatchObject({ nextExpectedRevision: 1n, position: first.position });
    expect(await numbers(name)).toEqual([1, 2]);
  });

  it('lets exactly one of many racing writers win a revision', async () => {
    const name = stream();
    const race = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => client.appendToStream(name, [event(n)], { expectedRevision: NO_STREAM })));
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await numbers(name)).toHaveLength(1);
  });

  it('appends without BatchAppend just the same', async () => {
    const classic = EventStoreDBClient.connectionString(store.connectionString);
    const name = stream();
    await classic.appendToStream(name, [event(1)], { ...CLASSIC, expectedRevision: NO_STREAM });
    await expect(classic.appendToStream(name, [event(2)], { ...CLASSIC, expectedRevision: NO_STREAM })).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await classic.dispose();
  });

  it('says that a stream is not there', async () => {
    await expect(numbers(stream())).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('carries every byte of large and odd payloads', async () => {
    const name = `odd/é-${randomUUID()}`;
    const text = `${'x'.repeat(900_000)}\u0000 \u{1F600} "quoted"`;
    await client.appendToStream(name, jsonEvent({ type: 'Größe', data: { text }, metadata: { m: ['é', null, 1.5] } }));
    for await (const { event: read } of client.readStream(name, { fromRevision: START })) {
      expect(read).toMatchObject({ type: 'Größe', isJson: true, metadata: { m: ['é', null, 1.5] } });
      expect((read?.data as { text: string }).text === text).toBe(true);
    }
  });
});
