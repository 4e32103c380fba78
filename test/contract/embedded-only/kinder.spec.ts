import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ANY, BACKWARDS, END, EventStoreDBClient, jsonEvent, START, StreamDeletedError, streamNameFilter, WrongExpectedVersionError } from '@eventstore/db-client';
import { collect } from '../collect.js';
import { counted, eventsOf, failureOf, fresh, ids, revisionsOf } from '../event-stream.js';
import { describeEmbedded } from '../killable-store.js';
import { embeddedStore, type OwnStore } from '../store-under-test.js';

/** Where a real node fails, hangs, dies or drops a reader, and this one does not. */
describeEmbedded('what the embedded store does better', () => {
  let store: OwnStore;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    store = await embeddedStore();
    client = EventStoreDBClient.connectionString(store.connectionString);
  });

  afterAll(async () => {
    await client.dispose();
    await store.stop();
  });

  it('refuses to write to the stream named $$ and lives on', async () => {
    expect(await failureOf(client.appendToStream('$$', counted(0)))).toMatchObject({ type: 'unknown' });
    expect(await failureOf(client.appendToStream('$$', counted(0), { credentials: { username: 'a', password: 'b' } }))).toMatchObject({ code: 3 });
    for (const name of ['$$$x', '$$$$x']) await client.appendToStream(name, counted(0));
  });

  it('names streams beyond ASCII in its refusals, percent-encoded', async () => {
    const stream = fresh('Größe/日本');
    await client.appendToStream(stream, counted(0));
    expect(await failureOf(client.deleteStream(stream, { expectedRevision: 5n }))).toMatchObject({ constructor: WrongExpectedVersionError, streamName: encodeURIComponent(stream) });
    await client.tombstoneStream(stream);
    expect(await failureOf(collect(client.readStream(stream)))).toMatchObject({ constructor: StreamDeletedError, streamName: encodeURIComponent(stream) });
    expect(await failureOf(client.appendToStream(stream, counted(0)))).toMatchObject({ constructor: StreamDeletedError, streamName: stream });
  });

  it('answers what a real node leaves unanswered: known ids in reverse, nothing of the log', async () => {
    const stream = fresh('reversed');
    const idList = ids(3);
    await client.appendToStream(stream, eventsOf(idList));
    expect(await client.appendToStream(stream, eventsOf([...idList].reverse()), { expectedRevision: ANY })).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(await collect(client.readAll({ maxCount: 0 }))).toEqual([]);
  });

  it('loses nothing behind the position of an append without events, over a restart too', async () => {
    const stream = fresh('position');
    await client.appendToStream(stream, counted(0));
    const { position } = await client.appendToStream(stream, []);
    await client.dispose();
    await store.restart();
    client = EventStoreDBClient.connectionString(store.connectionString);
    await client.appendToStream(stream, counted(1));
    for await (const { event } of client.subscribeToAll({ fromPosition: position ?? START })) {
      expect(event).toMatchObject({ streamId: stream, revision: 1n });
      break;
    }
  });

  it('serves a reader who stops in the middle from where it stopped, whatever was written meanwhile', async () => {
    const stream = fresh('slow');
    const body = 'x'.repeat(20_000);
    const heavy = (count: number) => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Heavy', data: { n, body } }));
    const { position } = await client.appendToStream(fresh('before'), counted(0));
    const readers = [
      EventStoreDBClient.connectionString(store.connectionString).subscribeToStream(stream, { fromRevision: START }),
      EventStoreDBClient.connectionString(store.connectionString).subscribeToAll({ fromPosition: position ?? START, filter: streamNameFilter({ prefixes: [stream] }) }),
    ];
    const iterators = readers.map((reader) => reader[Symbol.asyncIterator]());
    await client.appendToStream(stream, heavy(40));
    for (const iterator of iterators) await iterator.next();
    const before = process.memoryUsage().arrayBuffers;
    // 48 MB while nobody reads: more than the store remembers, far more than any buffer on the way.
    for (let n = 0; n < 60; n += 1) await client.appendToStream(stream, heavy(40));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(80_000_000);
    for (const iterator of iterators) {
      let expected = 1n;
      while (expected < 2_440n) {
        const { value } = (await iterator.next()) as { readonly value: { readonly event?: { readonly revision: bigint } } };
        if (value.event === undefined) continue;
        if (value.event.revision !== expected) expect(value.event.revision).toBe(expected);
        expected += 1n;
      }
    }
    await Promise.all(readers.map((reader) => reader.unsubscribe()));
  }, 120_000);

  it('keeps a subscription at the end of a tombstoned stream quiet, and one to a deleted stream alive', async () => {
    const stream = fresh('deleted');
    await client.appendToStream(stream, counted(0));
    const subscription = client.subscribeToStream(stream, { fromRevision: END });
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await client.deleteStream(stream);
    await client.appendToStream(stream, counted(1));
    for await (const { event } of subscription) {
      expect(event?.revision).toBe(1n);
      break;
    }
    expect(await revisionsOf(client, stream, { direction: BACKWARDS, fromRevision: END })).toEqual([1n]);
  });
});
