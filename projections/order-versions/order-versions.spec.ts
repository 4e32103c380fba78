import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { isPersonal } from '#kernel';
import type { DocketEvent } from '#ordering';
import { generationsOf, rowsOf, type ProjectedEvent, type Writer } from '#projecting';
import { createTestDatabase, story, SUBJECT, type TestDatabase } from '#testing';
import { createReadDatabase, createReadModels, foldOrderDetails, migrateReadModels, PROJECTIONS, type Answer, type ReadModels, type StoreScope } from '../index.js';
import { PENDING_DECISIONS } from '../pending-orders/pending-orders.decisions.js';
import { VERSION_DECISIONS } from './order-versions.decisions.js';

let database: TestDatabase;
let dataSource: DataSource;
let models: ReadModels;
let writers: readonly Writer[];
let schemaOf: ReadonlyMap<string, string>;

beforeAll(async () => {
  database = await createTestDatabase('versions');
  dataSource = await createReadDatabase({ databaseUrl: database.url }).initialize();
  await migrateReadModels(dataSource);
  models = createReadModels(dataSource);
  schemaOf = new Map((await generationsOf(dataSource)).map(({ projection, schema }) => [projection, schema]));
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

beforeEach(() => empty());

const newWriters = (): readonly Writer[] => PROJECTIONS.map((projection) => projection.writer(schemaOf.get(projection.name) ?? ''));

async function empty(): Promise<void> {
  const tables = await rowsOf<{ name: string }>(dataSource, `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = ANY ($1)`, [[...schemaOf.values()]]);
  await dataSource.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
  await dataSource.query('UPDATE projecting.generation SET position = -1');
  writers = newWriters();
}

/** As the projector does: rows and position in one transaction. */
async function take(events: readonly ProjectedEvent[]): Promise<void> {
  await dataSource.transaction(async (manager) => {
    for (const write of writers) await write(events, manager);
    await manager.query('UPDATE projecting.generation SET position = $1', [events.at(-1)?.position]);
  });
}

const POSITIONS_APART = 7;

function recorded(event: DocketEvent, stream: string, revision: number, place: number, at: string, by: string): ProjectedEvent {
  const id = randomUUID();
  const actor = { id: by, role: 'csr' as const };
  const metadata = { commandId: id, fingerprint: '', actor, storeId: 'UK', correlationId: id, causationId: id, policyVersion: '1', occurredAt: at, recordedAt: at, origin: 'api' as const };
  return { event, id, stream, revision: BigInt(revision), position: BigInt(100 + place * POSITIONS_APART), metadata: { ...metadata, schemaVersion: 1, index: 0, prevHash: '', hash: '' } };
}

/** The story's orders told together, in the order of time. */
function log(): readonly ProjectedEvent[] {
  const told = story().flatMap(({ orderId, commands }) => {
    let revision = 0;
    return commands.flatMap(({ events, actor, at }) => events.map((event) => ({ event, orderId, at, by: actor.id, revision: (revision += 1) - 1 })));
  });
  return told
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .map(({ event, orderId, revision, at, by }, place) => recorded(event, `order-${orderId}`, revision, place, at, by));
}

const erasure = (events: readonly ProjectedEvent[]): ProjectedEvent =>
  recorded({ type: 'SubjectErased', data: { subjectId: SUBJECT, reasonCode: 'asked' } }, `subject-${SUBJECT}`, 0, events.length, '2026-02-01T09:00:00.000Z', 'system');

type Question = (scope: StoreScope, asOf?: bigint) => Promise<Answer<unknown>>;

const QUESTIONS: readonly Question[] = [
  ...[{ name: 'z' }, { city: 'l' }, { country: 'GB' }, { sku: '8' }, { sku: '84406b' }, { line1: '1 long' }, { orderNumber: 'D-STORY-00001' }, { postcode: 'LS', name: 'zoë' }, { line1: '1a long' }, { email: 'zoe@' }, { phone: '7946 0000' }, { trackingNumber: 'W-1' }].map(
    (criteria): Question =>
      (scope, asOf) =>
        models.searchOrders(criteria, scope, asOf),
  ),
  ...[{}, { sort: 'customer' as const, limit: 1 }, { sort: 'lines' as const, direction: 'desc' as const }, { sort: 'agent' as const }, { locked: true }, { locked: false, limit: 2 }, { agentId: 'ben' }, { storeId: 'UK' }].map(
    (query): Question =>
      (scope, asOf) =>
        models.listPendingOrders(query, scope, asOf),
  ),
  ...story().map(
    ({ orderId }): Question =>
      (scope, asOf) =>
        models.getOrderHistory(orderId, { limit: 7 }, scope, asOf),
  ),
];

const PERSON = /ångström|lane|zoe@|649702/i;

const SCOPES: readonly StoreScope[] = ['all', ['UK'], ['elsewhere']];

const answers = async (asOf?: bigint): Promise<readonly string[]> =>
  Promise.all(SCOPES.flatMap((scope) => QUESTIONS.map(async (ask) => JSON.stringify((await ask(scope, asOf)).body ?? 'none'))));

const dump = async (): Promise<string> => {
  const tables = PROJECTIONS.flatMap(({ name, checked }) => checked.map(({ table, orderBy }) => ({ table: `${schemaOf.get(name) ?? ''}.${table}`, orderBy })));
  const rows = await Promise.all(tables.map(async ({ table, orderBy }) => [table, await rowsOf(dataSource, `SELECT * FROM ${table} ORDER BY ${orderBy}`)]));
  return JSON.stringify(rows);
};

describe('versions of orders', () => {
  it('are kept of every event that search or grid shows', () => {
    const shown = (decisions: object): string[] => Object.entries(decisions).flatMap(([type, decision]) => ('shows' in (decision as object) ? [type] : []));
    expect(shown(PENDING_DECISIONS).sort()).toEqual(shown(VERSION_DECISIONS).sort());
  });

  it('answer search, grid and history as of each position byte for byte as then, however the events were batched', async () => {
    const events = log();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 }), async (sizes) => {
        await empty();
        const then = new Map<bigint, readonly string[]>();
        for (let from = 0, batch = 0; from < events.length; batch += 1) {
          const part = events.slice(from, (from += sizes[batch % sizes.length] ?? 1));
          await take(part);
          then.set(part.at(-1)?.position ?? 0n, await answers());
        }
        for (const [position, bodies] of then) expect(await answers(position)).toEqual(bodies);
        // Between two events nothing changes.
        for (const [position, bodies] of [...then].slice(0, 3)) expect(await answers(position + BigInt(POSITIONS_APART) - 1n)).toEqual(bodies);
      }),
      { numRuns: 2, examples: [[[1]]] },
    );
  }, 120_000);

  it('are the same rows for every batching, as are those of every read model', async () => {
    const events = [...log()];
    await take(events);
    const whole = await dump();
    await empty();
    for (const event of events) await take([event]);
    expect(await dump()).toBe(whole);
    await empty();
    for (const event of events) {
      // Nothing at hand: everything is read from the rows.
      writers = newWriters();
      await take([event]);
    }
    expect(await dump()).toBe(whole);
  });

  it('map a time to the last position before anything later was recorded, also where clocks differ', async () => {
    const [first, second] = log().filter(({ event }) => event.type === 'OrderCreated') as [ProjectedEvent, ProjectedEvent];
    const at = (event: ProjectedEvent, recordedAt: string, position: bigint): ProjectedEvent => ({ ...event, position, metadata: { ...event.metadata, recordedAt } });
    const third = { ...second, event: { type: 'OrderSubmitted', data: {} }, revision: 1n } as ProjectedEvent;
    await take([at(first, '2026-01-05T09:00:02.000Z', 10n), at(second, '2026-01-05T09:00:01.000Z', 20n)]);
    expect(await models.positionAt('2026-01-05T09:00:01.500Z')).toBe(9n);
    expect(await models.positionAt('2026-01-05T09:00:02.000Z')).toBe(20n);
    await take([at(third, '2026-01-05T09:00:03.000Z', 30n)]);
    expect(await models.positionAt('2026-01-05T10:00:02.999+01:00')).toBe(29n);
    expect(await models.positionAt('2026-01-05T09:00:03.000Z')).toBe(30n);
  });

  it('have an order that was folded elsewhere with the bytes of the live one', async () => {
    const events = log();
    await take(events);
    for (const { orderId } of story()) {
      const folded = foldOrderDetails(events.filter(({ stream }) => stream === `order-${orderId}`));
      if (folded === undefined) throw new Error('the story has this order');
      expect(JSON.stringify(await models.asKept(folded))).toBe(JSON.stringify((await models.getOrder(orderId, 'all')).body));
    }
  });

  it('hold nothing of an erased person, and equal what is built without the key', async () => {
    const events = log();
    const half = Math.floor(events.length / 2);
    await take(events.slice(0, half));
    expect(await dump()).toMatch(PERSON);
    await take([...events.slice(half), erasure(events)]);
    const purged = await dump();
    expect(purged).not.toMatch(PERSON);
    expect(JSON.stringify((await models.listPendingOrders({}, 'all', events[half]?.position)).body)).toContain('"customerName":"[erased]"');
    await empty();
    await take([...events.map(withoutPersons), erasure(events)]);
    expect(await dump()).toBe(purged);
  });
});

/** As it is read once the key is destroyed. */
const withoutPersons = (event: ProjectedEvent): ProjectedEvent => ({ ...event, event: { ...event.event, data: hidden(event.event.data) } as DocketEvent });

function hidden(value: unknown): unknown {
  if (isPersonal(value)) return { subjectId: value.subjectId, is: 'erased' };
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hidden(member)]));
}
