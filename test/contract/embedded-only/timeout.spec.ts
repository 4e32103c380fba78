import { afterEach, expect, it } from '@jest/globals';
import { DeadlineExceededError, EventStoreDBClient, NO_STREAM, TimeoutError } from '@eventstore/db-client';
import { Client } from 'pg';
import { eventsOf, failureOf, fresh, ids, revisionsOf } from '../event-stream.js';
import { describeEmbedded, KillableStore } from '../killable-store.js';
import { CLASSIC } from '../store-under-test.js';

describeEmbedded('a write that takes longer than it may', () => {
  let store: KillableStore | undefined;
  let client: EventStoreDBClient | undefined;
  let holder: Client | undefined;

  afterEach(async () => {
    await client?.dispose();
    await holder?.end();
    await store?.dispose();
  });

  it('is answered with a time-out, which is no reason to connect anew, and can be sent again', async () => {
    store = await KillableStore.start();
    await store.kill();
    await store.start({ EVENTSTORE_COMMIT_TIMEOUT_MS: '300' });
    client = EventStoreDBClient.connectionString(store.connectionString);
    const stream = fresh('late');
    await client.appendToStream(stream, eventsOf(ids(1)), { ...CLASSIC, expectedRevision: NO_STREAM });
    const channel: unknown = await (client as unknown as { getChannel(): Promise<unknown> }).getChannel();

    holder = new Client({ connectionString: store.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE log.record IN EXCLUSIVE MODE');
    const being = eventsOf(ids(2));
    const behind = eventsOf(ids(3));
    const removal = failureOf(client.deleteStream(fresh('other'), { expectedRevision: NO_STREAM }));
    const late = await Promise.all([
      failureOf(client.appendToStream(stream, being, { ...CLASSIC, expectedRevision: 0n })),
      failureOf(client.appendToStream(fresh('behind'), behind, CLASSIC)),
      failureOf(client.appendToStream(fresh('batch'), eventsOf(ids(1)))),
    ]);
    expect(late[0]).toBeInstanceOf(TimeoutError);
    expect(late[1]).toBeInstanceOf(TimeoutError);
    expect(late[2]).toBeInstanceOf(DeadlineExceededError);
    await removal;
    expect(await (client as unknown as { getChannel(): Promise<unknown> }).getChannel()).toBe(channel);

    await holder.query('ROLLBACK');
    expect(await client.appendToStream(stream, being, { ...CLASSIC, expectedRevision: 0n })).toMatchObject({ nextExpectedRevision: 2n });
    expect(await revisionsOf(client, stream)).toEqual([0n, 1n, 2n]);
  }, 60_000);
});
