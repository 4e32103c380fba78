import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { Client } from 'pg';
import { eventually } from '../../e2e/eventually.js';
import { eventsOf, failureOf, fresh, ids, revisionsOf } from '../event-stream.js';
import { describeEmbedded, KillableStore } from '../killable-store.js';

const CLASSIC = { credentials: { username: 'admin', password: 'changeit' }, expectedRevision: NO_STREAM } as const;

describeEmbedded('an append', () => {
  let store: KillableStore;
  let client: EventStoreDBClient;
  /** At the database of the log, beside the store. */
  let beside: Client;

  beforeEach(async () => {
    store = await KillableStore.start();
    client = EventStoreDBClient.connectionString(store.connectionString);
    beside = new Client({ connectionString: store.databaseUrl });
    await beside.connect();
  });

  afterEach(async () => {
    await client.dispose();
    await beside.end();
    await store.dispose();
  });

  it('is answered when it is written, and not before (cases 3, 5)', async () => {
    const stream = fresh('durable');
    await client.appendToStream(fresh('warm'), eventsOf(ids(1)), CLASSIC);
    await beside.query('BEGIN');
    await beside.query('LOCK TABLE log.record IN EXCLUSIVE MODE');
    let answered = false;
    const appending = client.appendToStream(stream, eventsOf(ids(3)), CLASSIC).finally(() => {
      answered = true;
    });
    await eventually('the write waits', async () => (await beside.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)).rowCount === 1);
    // On the same connection: an answer would have come before these.
    await failureOf(revisionsOf(client, stream));
    await failureOf(revisionsOf(client, stream));
    expect(answered).toBe(false);
    await beside.query('ROLLBACK');
    await appending;
    expect(await revisionsOf(client, stream)).toEqual([0n, 1n, 2n]);
  }, 60_000);

  it('is written whole or not at all (case 3)', async () => {
    const stream = fresh('whole');
    await beside.query(`ALTER TABLE log.record ADD CONSTRAINT not_this_one CHECK (type <> 'NotThisOne')`);
    const events = ['One', 'Two', 'NotThisOne', 'Four'].map((type) => jsonEvent({ type, data: {} }));
    await failureOf(client.appendToStream(stream, events, CLASSIC));
    expect((await beside.query('SELECT FROM log.record WHERE stream = $1', [stream])).rowCount).toBe(0);
    await beside.query('ALTER TABLE log.record DROP CONSTRAINT not_this_one');
    await eventually('the store writes again', () => client.appendToStream(stream, events, CLASSIC).then(() => true, () => false));
    expect(await revisionsOf(client, stream)).toEqual([0n, 1n, 2n, 3n]);
  }, 60_000);
});
