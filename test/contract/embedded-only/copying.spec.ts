import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { ANY, EventStoreDBClient, jsonEvent, StreamDeletedError, StreamNotFoundError } from '@eventstore/db-client';
import { Client, Pool } from 'pg';
import { copyLog, CopyRefused } from '#event-store';
import { startEventStore } from '#embedded-eventstore';
import { migrateProcesses } from '#processing';
import { createTestDatabase } from '#testing';
import { RawLog } from '../../../libs/event-store/copying/raw-log.js';
import { eventually } from '../../e2e/eventually.js';
import { run } from '../../e2e/processes.js';
import { describeEmbedded, KillableStore } from '../killable-store.js';
import { appendCounted, COUNTED, counted, upTo } from '../persistent-consumer.js';

const DOCKET = resolve(import.meta.dirname, '../../../bin/docket.js');

interface Store {
  readonly connectionString: string;
  readonly databaseUrl: string;
  dispose(): Promise<void>;
}

let source: Store;
let client: EventStoreDBClient;

async function newStore(): Promise<Store> {
  const database = await createTestDatabase('log');
  const store = await startEventStore({ databaseUrl: database.url });
  return { connectionString: store.connectionString, databaseUrl: database.url, dispose: () => store.stop().then(() => database.drop()) };
}

/** A store to copy into, gone after the test. */
async function intoNewStore(work: (target: Store) => Promise<void>): Promise<void> {
  const target = await newStore();
  try {
    await work(target);
  } finally {
    await target.dispose();
  }
}

const copyTo = (target: Store, checkOnly = false) => copyLog({ from: source.connectionString, to: target.connectionString, checkOnly });

function docketCopy(target: Store, ...more: readonly string[]) {
  const args = [DOCKET, 'event-store', 'copy', '--from', source.connectionString, '--to', target.connectionString, ...more];
  return run(process.execPath, args, { env: { ...process.env, DOCKET_HOME: resolve('/nonexistent') } });
}

/** As `$all` shows it, system streams aside. */
async function contents(store: Store): Promise<readonly string[]> {
  const log = new RawLog(store.connectionString);
  const seen: string[] = [];
  for await (const { stream, revision, type, data } of log.all()) {
    if (!stream.startsWith('$') || stream.startsWith('$$many')) seen.push(`${stream}@${String(revision)} ${type} ${Buffer.from(data).toString('latin1')}`);
  }
  await log.close();
  return seen;
}

async function sql(store: Pick<Store, 'databaseUrl'>, statement: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
  const database = new Client({ connectionString: store.databaseUrl });
  await database.connect();
  const { rows } = await database.query<Record<string, unknown>>(statement, [...values]);
  await database.end();
  return rows;
}

describeEmbedded('copying a whole log', () => {
  beforeAll(async () => {
    source = await newStore();
    client = EventStoreDBClient.connectionString(source.connectionString);
    const raw = new RawLog(source.connectionString);
    await appendCounted(client, 'many-plain', ...upTo(40));
    await raw.append('many-odd', -1n, [
      { id: randomUUID(), type: 'Spaced', isJson: true, data: Buffer.from('{ "n" : 1.0 }'), metadata: Buffer.from(' {} ') },
      { id: randomUUID(), type: 'Bytes', isJson: false, data: Buffer.from([0, 255, 10]), metadata: new Uint8Array() },
      { id: randomUUID(), type: 'NoJson', isJson: true, data: Buffer.from('****'), metadata: Buffer.from([1]) },
    ]);
    await raw.close();
    await appendCounted(client, 'many-é/0️⃣', 1);
    await appendCounted(client, 'many-short', ...upTo(5));
    await client.setStreamMetadata('many-short', { maxCount: 2, custom: 'x' });
    await appendCounted(client, 'many-again', 0, 1);
    await client.deleteStream('many-again');
    await client.appendToStream('many-again', [counted(2), counted(3)]);
    await client.appendToStream('many-again', counted(4));
    await appendCounted(client, 'many-deleted', 0);
    await client.deleteStream('many-deleted');
    await appendCounted(client, 'many-over', 0);
    await client.tombstoneStream('many-over');
    await appendCounted(client, 'many-plain', 40);
    await appendCounted(client, '$system', 0);
    const id = randomUUID();
    await client.appendToStream('many-twins', jsonEvent({ id, type: COUNTED, data: { n: 0 } }), { expectedRevision: 'no_stream' });
    await client.appendToStream('many-twins', jsonEvent({ id, type: COUNTED, data: { n: 1 } }), { expectedRevision: 0n });
  });

  afterAll(async () => {
    await client.dispose();
    await source.dispose();
  });

  it('makes both equal but for their identity, proves it, and has nothing left to do then', async () => {
    await intoNewStore(async (target) => {
      const first = await copyTo(target);
      expect(await contents(target)).toEqual(await contents(source));
      expect(first).toMatchObject({ written: first.equal, ownIds: 2, gaps: 0 });
      expect(first.identities.to).not.toBe(first.identities.from);
      expect([...first.leftOut.keys()]).toContain('$system');
      expect(await copyTo(target, true)).toEqual({ ...first, written: 0 });
      await appendCounted(client, 'many-plain', 41);
      await expect(copyTo(target, true)).rejects.toThrow(/^the copy ends before many-plain@41/);
      expect(await copyTo(target)).toMatchObject({ written: 1, equal: first.equal + 1 });
    });
  });

  it('keeps what a stream shows: settings, deletions, ends', async () => {
    await intoNewStore(async (target) => {
      await copyTo(target);
      const there = EventStoreDBClient.connectionString(target.connectionString);
      const revisions = async (stream: string): Promise<readonly bigint[]> => {
        const seen: bigint[] = [];
        for await (const { event } of there.readStream(stream)) if (event) seen.push(event.revision);
        return seen;
      };
      expect(await revisions('many-short')).toEqual([3n, 4n]);
      expect(await revisions('many-again')).toEqual([2n, 3n, 4n]);
      await expect(revisions('many-deleted')).rejects.toBeInstanceOf(StreamNotFoundError);
      await expect(there.appendToStream('many-over', counted(1), { expectedRevision: ANY })).rejects.toBeInstanceOf(StreamDeletedError);
      await there.dispose();
    });
  });

  it('holds the places of events that the source has lost', async () => {
    await intoNewStore(async (scavenged) => {
      const writing = EventStoreDBClient.connectionString(scavenged.connectionString);
      await appendCounted(writing, 'many-short', ...upTo(5));
      await writing.dispose();
      await sql(scavenged, `DELETE FROM log.record WHERE stream = 'many-short' AND revision < 3`);
      await intoNewStore(async (target) => {
        const report = await copyLog({ from: scavenged.connectionString, to: target.connectionString });
        expect(report).toMatchObject({ gaps: 3, equal: 5 });
        expect((await contents(target)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
          ...upTo(3).map((n) => `many-short@${String(n)} docket-copy-gap`),
          `many-short@3 ${COUNTED}`,
          `many-short@4 ${COUNTED}`,
        ]);
      });
    });
  });

  describe('is damaged', () => {
    it.each([
      ['in its data', `UPDATE log.record SET data = '{"n":7}' WHERE stream = 'many-plain' AND revision = 5`, /many-plain@5 holds other data/],
      ['in its metadata', `UPDATE log.record SET metadata = 'x' WHERE stream = 'many-odd' AND revision = 0`, /many-odd@0 holds other metadata/],
      ['in an id', `UPDATE log.record SET id = gen_random_uuid() WHERE stream = 'many-short' AND revision = 1`, /many-short@1 has another id/],
      ['by a loss', `DELETE FROM log.record WHERE stream = 'many-plain' AND revision = 7`, /many-plain@8 stands where many-plain@7 belongs/],
      ['in its order', `UPDATE log.record SET position = 900000 WHERE stream = 'many-twins' AND revision = 0`, /many-twins@1 stands where many-twins@0 belongs/],
    ])('%s, and that is told', async (_, damage, told) => {
      await intoNewStore(async (target) => {
        await copyTo(target);
        await sql(target, damage);
        await expect(copyTo(target)).rejects.toMatchObject({ constructor: CopyRefused, message: expect.stringMatching(told) });
      });
    });

    it('somewhere, and the command ends with 1', async () => {
      await intoNewStore(async (target) => {
        await copyTo(target);
        await sql(target, `UPDATE log.record SET type = 'Other' WHERE stream = 'many-plain' AND revision = 5`);
        const checking = docketCopy(target, '--check');
        expect(await checking.exited).toMatchObject({ code: 1 });
        expect(checking.output()).toMatch(new RegExp(`^docket: Not equal: .*many-plain@5 is ${COUNTED} there and Other here`));
      });
    });
  });

  it('refuses a store that holds something else, and more than the source', async () => {
    await intoNewStore(async (target) => {
      const there = EventStoreDBClient.connectionString(target.connectionString);
      await appendCounted(there, 'many-foreign', 0);
      await expect(copyTo(target)).rejects.toThrow(/no copy of the source: many-foreign@0 stands where many-plain@0 belongs/);
      await there.dispose();
    });
    await intoNewStore(async (target) => {
      await copyTo(target);
      const there = EventStoreDBClient.connectionString(target.connectionString);
      await appendCounted(there, 'many-foreign', 0);
      await expect(copyTo(target)).rejects.toThrow(/holds more than the source: many-foreign@0/);
      await there.dispose();
    });
  });

  it('lets processes go on after the event that they had reached', async () => {
    const database = await createTestDatabase('processes');
    const pool = new Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
    await intoNewStore(async (target) => {
      const withoutProcesses = docketCopy(target, '--checkpoints', database.url);
      expect(await withoutProcesses.exited).toMatchObject({ code: 0 });
      expect(withoutProcesses.output()).toContain('none stands in the source');
      await migrateProcesses(pool);
      const log = new RawLog(source.connectionString);
      const records = [];
      for await (const record of log.all()) records.push(record);
      await log.close();
      const identity = records[0]?.id;
      const reached = records.find(({ stream, revision }) => stream === 'many-plain' && revision === 30n);
      const system = records.findLast(({ stream }) => stream === '$system');
      const insert = 'INSERT INTO processing.checkpoint (process, position, last_event_id, log_identity, epoch) VALUES ($1, $2, $3, $4, 4)';
      await pool.query(insert, ['midway', reached?.position, reached?.id, identity]);
      await pool.query(insert, ['at-a-system-event', system?.position, system?.id, identity]);
      await pool.query(insert, ['elsewhere', 17, 'x', 'another log']);
      const copying = docketCopy(target, '--checkpoints', database.url);
      expect(await copying.exited).toMatchObject({ code: 0 });
      expect(copying.output()).toContain(`midway goes on in the copy after event ${reached?.id ?? ''}`);

      const copied = new Map<string, bigint>();
      const there = new RawLog(target.connectionString);
      let targetIdentity = '';
      for await (const { id, position } of there.all()) {
        targetIdentity ||= id;
        copied.set(id, position);
      }
      await there.close();
      const { rows } = await pool.query('SELECT process, position::text, last_event_id, log_identity, epoch::int FROM processing.checkpoint ORDER BY process');
      const before = records.find(({ stream, revision }) => stream === 'many-plain' && revision === 40n);
      expect(rows).toEqual([
        { process: 'at-a-system-event', position: String(copied.get(before?.id ?? '')), last_event_id: before?.id, log_identity: targetIdentity, epoch: 5 },
        { process: 'elsewhere', position: '17', last_event_id: 'x', log_identity: 'another log', epoch: 4 },
        { process: 'midway', position: String(copied.get(reached?.id ?? '')), last_event_id: reached?.id, log_identity: targetIdentity, epoch: 5 },
      ]);
    });
    await pool.end();
    await database.drop();
  }, 60_000);

  it('goes on where it was after kill -9, of itself and of either store', async () => {
    for (let stream = 0; stream < 150; stream += 1) await client.appendToStream(`many-${String(stream)}`, upTo(5).map((n) => counted(n)));
    const target = await KillableStore.start();
    try {
      const reaches = (stream: string) =>
        eventually(`the copy reaches ${stream}`, async () => (await sql(target, 'SELECT 1 FROM log.record WHERE stream = $1', [stream])).length > 0);
      const killed = docketCopy(target);
      await reaches('many-5');
      killed.child.kill('SIGKILL');
      await killed.exited;
      const withoutTarget = docketCopy(target);
      await reaches('many-40');
      await target.kill();
      expect(await withoutTarget.exited).toMatchObject({ code: 1 });
      expect(withoutTarget.output()).toMatch(/interrupted: .*goes on where it was/s);
      await target.start();
      const last = docketCopy(target);
      expect(await last.exited).toMatchObject({ code: 0 });
      expect(last.output()).toMatch(/equal: +8\d\d records/);
      expect(await contents(target)).toEqual(await contents(source));
    } finally {
      await target.dispose();
    }
  }, 120_000);
});
