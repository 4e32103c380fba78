import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { END, EventStoreDBClient, jsonEvent, START, streamNameFilter, type AllStreamSubscription, type StreamSubscription } from '@eventstore/db-client';
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

/** Of this suite alone: the log may be shared with others that run meanwhile. */
const COUNTED = `Counted-${randomUUID()}`;

const event = (n: number) => jsonEvent({ type: COUNTED, data: { n } });
const append = (name: string, ...numbers: readonly number[]) => client.appendToStream(name, numbers.map(event));
const name = (): string => `watched-${randomUUID()}`;

/** Numbers of the events as they come, until `count` have come. */
async function take(subscription: StreamSubscription | AllStreamSubscription, count: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for await (const { event: read } of subscription) {
    if (read?.type === COUNTED) seen.push((read.data as { n: number }).n);
    if (seen.length >= count) break;
  }
  await subscription.unsubscribe();
  return seen;
}

const caughtUp = (subscription: StreamSubscription | AllStreamSubscription): Promise<unknown> => new Promise((resolve) => subscription.once('caughtUp', resolve));

describe('subscribing', () => {
  it('gives a stream from its start, then what comes, without a gap', async () => {
    const stream = name();
    await append(stream, 1, 2);
    const subscription = client.subscribeToStream(stream, { fromRevision: START });
    const taken = take(subscription, 5);
    await append(stream, 3);
    await append(stream, 4, 5);
    expect(await taken).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on after a revision, which itself is not given again', async () => {
    const stream = name();
    await append(stream, 1, 2, 3);
    expect(await take(client.subscribeToStream(stream, { fromRevision: 1n }), 1)).toEqual([3]);
  });

  it('from the end gives only what is new', async () => {
    const stream = name();
    await append(stream, 1);
    const subscription = client.subscribeToStream(stream, { fromRevision: END });
    const taken = take(subscription, 1);
    await caughtUp(subscription);
    await append(stream, 2);
    expect(await taken).toEqual([2]);
  });

  it('may begin before the stream does', async () => {
    const stream = name();
    const taken = take(client.subscribeToStream(stream, { fromRevision: START }), 2);
    await append(stream, 1, 2);
    expect(await taken).toEqual([1, 2]);
  });

  it('goes through the whole log while it is written to, each event once and in order', async () => {
    const stream = name();
    const first = await append(stream, 0);
    const subscription = client.subscribeToAll({ fromPosition: first.position ?? START });
    const taken = take(subscription, 300);
    for (let n = 1; n <= 300; n += 3) await append(stream, n, n + 1, n + 2);
    expect(await taken).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it('of a filtered log gives what matches, and says how far it has looked', async () => {
    const stream = name();
    const other = name();
    const start = await append(stream, 1);
    const checkpoints: bigint[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: start.position ?? START,
      filter: streamNameFilter({ prefixes: [stream], checkpointInterval: 1, maxSearchWindow: 5, checkpointReached: (_, position) => void checkpoints.push(position.commit) }),
    });
    const taken = take(subscription, 1);
    for (let n = 0; n < 20; n += 1) await append(other, n);
    const last = await append(stream, 2);
    expect(await taken).toEqual([2]);
    expect(checkpoints.length).toBeGreaterThanOrEqual(3);
    expect(checkpoints).toEqual([...checkpoints].sort((one, two) => Number(one - two)));
    expect(checkpoints.at(-1)).toBeLessThanOrEqual(last.position?.commit ?? 0n);
  });

  it('serves many readers of one stream alike', async () => {
    const stream = name();
    const readers = Array.from({ length: 40 }, () => take(client.subscribeToStream(stream, { fromRevision: START }), 20));
    for (let n = 0; n < 20; n += 1) await append(stream, n);
    for (const taken of await Promise.all(readers)) expect(taken).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
