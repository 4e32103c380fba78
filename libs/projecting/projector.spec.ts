import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Codec, Decoded, EventStorePort, StoredEvent } from '#event-store';
import type { DocketEvent } from '#ordering';
import { createInMemoryEventStore, createTestDatabase, type InMemoryEventStore, type TestDatabase } from '#testing';
import { createProjector, generationsOf, PROJECTING_TABLES, requestRebuild, rowsOf, type Projection, type Projector } from './index.js';

/** Counts events by stream, and remembers what it counted; what is called `bad` breaks it. */
const counter = (version = 1): Projection => ({
  name: 'counter',
  version,
  tables: ['CREATE TABLE {schema}.counted (stream text PRIMARY KEY, n integer NOT NULL CHECK (n < 1000))'],
  views: [{ name: 'counted', select: 'SELECT stream, n FROM {schema}.counted' }],
  checked: [{ table: 'counted', orderBy: 'stream' }],
  writer(schema) {
    const held = new Map<string, number>();
    return async (events, sql) => {
      for (const { stream, event } of events) {
        const { bad = false, weight = 1 } = event.data as { readonly bad?: boolean; readonly weight?: number };
        const before = held.get(stream) ?? (await rowsOf<{ n: number }>(sql, `SELECT n FROM ${schema}.counted WHERE stream = $1`, [stream]))[0]?.n ?? 0;
        const n = before + (bad ? 5_000 : weight);
        held.set(stream, n);
        await sql.query(`INSERT INTO ${schema}.counted (stream, n) VALUES ($1, $2) ON CONFLICT (stream) DO UPDATE SET n = excluded.n`, [stream, n]);
      }
    };
  },
});

/** Takes events as they are: what they mean is not the projector's business. */
const codec: Codec<DocketEvent> = {
  encode: () => Promise.reject(new Error('nothing is written here')),
  decode: (stored) => Promise.resolve(stored.map(decoded)),
};

function decoded(stored: StoredEvent): Decoded<DocketEvent> {
  if (stored.stream.startsWith('$')) return { kind: 'foreign', stored };
  if (stored.type === 'Newer') return { kind: 'newer-version', stored, type: stored.type, version: 9, known: 1 };
  if (stored.type === 'Unknown') return { kind: 'unknown-type', stored, type: stored.type };
  if (stored.type === 'Poison') return { kind: 'poison', stored, reason: 'hash-mismatch', detail: 'hash' };
  const { id, stream, revision, position } = stored;
  const data = stored.type === 'Old' ? { weight: 10 } : stored.data;
  return { kind: 'event', stored, recorded: { event: { type: stored.type, data }, id, stream, revision, position, metadata: {} } as never };
}

let database: TestDatabase;
let dataSource: DataSource;
let store: InMemoryEventStore;
const running: { readonly stop: AbortController; readonly done: Promise<unknown> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase('projecting');
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  for (const statement of PROJECTING_TABLES) await dataSource.query(statement);
  store = createInMemoryEventStore();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(stopIt));
  await dataSource.destroy();
  await database.drop();
});

const stopIt = async ({ stop, done }: (typeof running)[number]): Promise<unknown> => {
  stop.abort();
  return done;
};

function start(projections: readonly Projection[] = [counter()], from: EventStorePort = store, through: DataSource = dataSource): Projector {
  const projector = createProjector({ store: from, codec, dataSource: through, projections });
  const stop = new AbortController();
  running.push({ stop, done: projector.run(stop.signal).catch((error: unknown) => error) });
  return projector;
}

const write = (stream: string, ...types: readonly string[]) =>
  store.append(stream, 'any', types.map((type) => ({ id: randomUUID(), type, data: { bad: type === 'Bad' }, metadata: {} })));

/** As the executor marks them: how many of the same append follow. */
const append = (stream: string, ...types: readonly string[]) =>
  store.append(stream, 'any', types.map((type, index) => ({ id: randomUUID(), type, data: {}, metadata: index === types.length - 1 ? {} : { more: types.length - 1 - index } })));

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 25_000; Date.now() < until; ) {
    if (await look().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not in time: ${what}`);
}

const counts = async (): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await rowsOf<{ stream: string; n: number }>(dataSource, 'SELECT stream, n FROM read.counted')).map(({ stream, n }) => [stream, n]));

const standing = async (): Promise<bigint> => (await generationsOf(dataSource)).find(({ state }) => state === 'live')?.position ?? -1n;
const caughtUp = (): Promise<void> => eventually('caught up', async () => (await standing()) === ((await store.head()) ?? -1n));

describe('a projector', () => {
  it('takes up history and goes on live', async () => {
    await write('a', 'One', 'Two');
    start();
    await caughtUp();
    await write('b', 'One');
    await caughtUp();
    expect(await counts()).toEqual({ a: 2, b: 1 });
  });

  it('goes on after a stop where it was, counting nothing twice (cases 6, 7)', async () => {
    start();
    await write('a', 'One');
    await caughtUp();
    await Promise.all(running.splice(0).map(stopIt));
    await write('a', 'Two');
    start();
    await caughtUp();
    expect(await counts()).toEqual({ a: 2 });
  });

  it('shows the events of an append together or not at all, however they arrive', async () => {
    const shown: (readonly string[])[] = [];
    const told: Projection = { ...counter(), writer: () => (events) => { shown.push(events.map(({ event }) => event.type)); return Promise.resolve(); } };
    const slowly: EventStorePort = {
      ...store,
      async *subscribeAll(options) {
        for await (const message of store.subscribeAll(options)) {
          yield message;
          // Whoever takes the first event for all there is has begun with it by now.
          for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        }
      },
    };
    start([told], slowly);
    await caughtUp();
    await append('a', 'One', 'Two', 'Three');
    await append('b', 'Four');
    await caughtUp();
    expect(shown.flat()).toEqual(['One', 'Two', 'Three', 'Four']);
    expect(shown[0]).toEqual(expect.arrayContaining(['One', 'Two', 'Three']));
  });

  it('waits for the rest of an append for a while only: it may never come', async () => {
    await store.append('a', 'any', [{ id: randomUUID(), type: 'Torn', data: {}, metadata: { more: 1 } }]);
    start();
    await caughtUp();
    await store.append('a', 'any', [{ id: randomUUID(), type: 'Torn', data: {}, metadata: { more: 1 } }]);
    await caughtUp();
    await write('b', 'One');
    await caughtUp();
    expect(await counts()).toEqual({ a: 2, b: 1 });
  });

  it('counts an event once, however often it is delivered (case 12)', async () => {
    const delivered: StoredEvent[] = [];
    const again: EventStorePort = {
      ...store,
      async *subscribeAll(options) {
        for await (const message of store.subscribeAll(options)) {
          yield message;
          if (message.kind !== 'event') continue;
          delivered.push(message.event);
          for (const event of delivered) yield { kind: 'event', event };
        }
      },
    };
    start([counter()], again);
    for (const stream of ['a', 'b', 'a', 'c', 'a']) await write(stream, 'One');
    await caughtUp();
    await write('b', 'One', 'Two');
    await caughtUp();
    expect(await counts()).toEqual({ a: 3, b: 3, c: 1 });
  });

  it('sets aside what cannot be shown and what follows on its stream, and shows the rest (case 15)', async () => {
    await write('a', 'One', 'Bad', 'Three');
    await write('b', 'One', 'Poison', 'Three');
    await write('c', 'One');
    start();
    await caughtUp();
    await write('a', 'Four');
    await write('c', 'Two');
    await caughtUp();
    expect(await counts()).toEqual({ a: 1, b: 1, c: 2 });
    const letters = await rowsOf<{ stream: string; reason: string }>(dataSource, 'SELECT stream, reason FROM projecting.dead_letter ORDER BY position');
    expect(letters.map(({ stream }) => stream)).toEqual(['a', 'a', 'b', 'b', 'a']);
    expect(letters[0]?.reason).toMatch(/23514/);
  });

  it('passes over types that it has never heard of, and counts them (case 17)', async () => {
    await write('a', 'One', 'Unknown', 'Three');
    start();
    await caughtUp();
    expect(await counts()).toEqual({ a: 2 });
    expect((await generationsOf(dataSource))[0]?.skipped).toBe(1);
  });

  it('stops a read model before an event of a newer version, rather than guess (case 19)', async () => {
    await write('a', 'One');
    start();
    await caughtUp();
    await write('a', 'Newer');
    await eventually('stopped', async () => (await generationsOf(dataSource))[0]?.stoppedBecause?.startsWith('NewerEvent') === true);
    expect(await counts()).toEqual({ a: 1 });
  });

  it('lets one of two work and the other take over (case 28)', async () => {
    start();
    await write('a', 'One');
    await caughtUp();
    let looks = 0;
    const watched = Object.create(dataSource, {
      createQueryRunner: {
        value: (...how: Parameters<DataSource['createQueryRunner']>) => {
          looks += 1;
          return dataSource.createQueryRunner(...how);
        },
      },
    }) as DataSource;
    const second = start([counter()], store, watched);
    await eventually('the second has looked for its turn', async () => Promise.resolve(looks > 3));
    expect(second.status()).toEqual([]);
    const [first] = running.splice(0, 1);
    if (first !== undefined) await stopIt(first);
    await write('a', 'Two');
    await caughtUp();
    expect(await counts()).toEqual({ a: 2 });
  });

  it('refuses to go on upon another log, and says what helps (case 52)', async () => {
    start();
    await write('a', 'One');
    await caughtUp();
    await Promise.all(running.splice(0).map(stopIt));
    store = createInMemoryEventStore();
    await write('z', 'One', 'Two', 'Three');
    start();
    expect(await running.splice(0)[0]?.done).toMatchObject({ name: 'LogMismatch', message: expect.stringContaining('docket rebuild') });
    expect(await counts()).toEqual({ a: 1 });
  });

  it('builds a new generation beside the live one and lets it take over, while events come (case 8)', async () => {
    for (let n = 0; n < 50; n += 1) await write(`s${String(n % 5)}`, 'One');
    start();
    await caughtUp();
    const before = await counts();
    const { number } = await requestRebuild(dataSource, counter());
    const reads: Readonly<Record<string, number>>[] = [];
    await eventually('the new one is live', async () => {
      reads.push(await counts());
      await write('extra', 'One');
      return (await generationsOf(dataSource)).some((generation) => generation.number === number && generation.state === 'live');
    });
    await caughtUp();
    for (const read of reads) expect(read).toMatchObject(before);
    expect((await counts()).extra).toBe(reads.length);
    expect(await generationsOf(dataSource)).toHaveLength(1);
  });

  it('makes the same rows again from the same log, old versions by their upcasters, and does nothing besides (case 21)', async () => {
    await write('a', 'One', 'Old');
    await write('b', 'Old', 'Unknown', 'One');
    start();
    await caughtUp();
    const [rows, head] = [await counts(), await store.head()];
    expect(rows).toEqual({ a: 11, b: 11 });
    for (let time = 0; time < 2; time += 1) {
      const { number } = await requestRebuild(dataSource, counter());
      await eventually('the new one is live', async () => (await generationsOf(dataSource)).some((generation) => generation.number === number && generation.state === 'live'));
      expect(await counts()).toEqual(rows);
    }
    expect(await store.head()).toBe(head);
  });

  it('begins a rebuild anew while another one is under way, and the live rows stay (case 8)', async () => {
    for (let n = 0; n < 300; n += 1) await write(`s${String(n % 5)}`, 'One');
    start();
    await caughtUp();
    const before = await counts();
    const gone = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      const { number } = await requestRebuild(dataSource, counter());
      expect(gone).not.toContain(number);
      gone.add(number);
      await write('extra', 'One');
      expect(await counts()).toMatchObject(before);
    }
    await eventually('the last one is live', async () => (await generationsOf(dataSource)).some(({ number, state }) => state === 'live' && gone.has(number)));
    expect(await counts()).toMatchObject(before);
    await caughtUp();
    expect((await counts()).extra).toBe(6);
  });

  it('does not even stand by with another log (case 52)', async () => {
    start();
    await write('a', 'One');
    await caughtUp();
    const right = store;
    store = createInMemoryEventStore();
    start();
    store = right;
    expect(await running.pop()?.done).toMatchObject({ name: 'LogMismatch' });
    await write('a', 'Two');
    await caughtUp();
    expect(await counts()).toEqual({ a: 2 });
  });

  it('replaces the rows of an older version by itself', async () => {
    await write('a', 'One');
    start();
    await caughtUp();
    await Promise.all(running.splice(0).map(stopIt));
    start([counter(2)]);
    await eventually('version 2 is live', async () => (await generationsOf(dataSource)).some(({ version, state }) => version === 2 && state === 'live'));
    expect(await counts()).toEqual({ a: 1 });
  });
});
