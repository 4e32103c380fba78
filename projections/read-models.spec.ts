import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Clock } from '#kernel';
import { createWriteSide, type WriteSide } from '#event-store';
import { orderRules, orderTotals, subjectRules } from '#ordering';
import { createProjector } from '#projecting';
import { createInMemoryEventStore, createInMemorySubjectKeys, createTestDatabase, story, SUBJECT, type InMemoryEventStore, type TestDatabase } from '#testing';
import { createReadDatabase, createReadModels, foldOrderDetails, migrateReadModels, PROJECTIONS, type ReadModels } from './index.js';

let now = '2026-01-05T09:00:00.000Z';
const clock: Clock = { now: () => now };
let database: TestDatabase;
let dataSource: DataSource;
let store: InMemoryEventStore;
let writeSide: WriteSide;
let models: ReadModels;
const stop = new AbortController();
let running: Promise<void>;

async function tellStory(): Promise<void> {
  for (const { orderId, storeId, commands } of story()) {
    for (const { command, commandId, actor, at } of commands) {
      now = at;
      await writeSide.executor.execute(orderRules, {
        aggregateId: orderId,
        command,
        commandId,
        actor,
        storeScope: [storeId],
        storeId,
        correlationId: commandId,
        origin: 'api',
        seen: { kind: 'not-needed' },
      });
    }
  }
}

const caughtUp = async (): Promise<void> => {
  expect(await models.whenCaughtUp((await store.head()) ?? 0n, 20_000)).toBe(true);
};

beforeAll(async () => {
  database = await createTestDatabase('reading');
  dataSource = await createReadDatabase({ databaseUrl: database.url }).initialize();
  await migrateReadModels(dataSource);
  store = createInMemoryEventStore();
  const keys = createInMemorySubjectKeys();
  writeSide = await createWriteSide({ store, keys, clock });
  models = createReadModels(dataSource);
  const projector = createProjector({ store, codec: writeSide.codec, dataSource, projections: PROJECTIONS });
  running = projector.run(stop.signal);
  await tellStory();
  await caughtUp();
});

afterAll(async () => {
  stop.abort();
  await running;
  await dataSource.destroy();
  await database.drop();
});

describe('the read models, from the story', () => {
  it('show each order as its events make it', async () => {
    for (const { orderId, events } of story()) {
      const { state } = await writeSide.executor.load(orderRules, orderId);
      const { body } = await models.getOrder(orderId, 'all');
      expect(body).toMatchObject({ orderId, revision: events.length - 1, status: state.status, totals: state.status === 'none' ? {} : orderTotals(state) });
    }
  });

  it('hold what a fold of the stream gives', async () => {
    for (const { orderId } of story()) {
      const stored = [];
      for await (const event of store.readStream(`order-${orderId}`)) stored.push(event);
      const decoded = await writeSide.codec.decode(stored, { whenUnavailable: 'throw' });
      const folded = foldOrderDetails(decoded.flatMap((item) => (item.kind === 'event' ? [item.recorded] : [])));
      expect((await models.getOrder(orderId, 'all')).body).toEqual(folded);
    }
  });

  it('tell the history of an order in words, by pages, newest first', async () => {
    const [first] = story();
    const { body } = await models.getOrderHistory(first?.orderId ?? '', { limit: 5 }, 'all');
    expect(body).toMatchObject({ total: first?.events.length });
    expect(body?.entries[0]).toMatchObject({ revision: (first?.events.length ?? 0) - 1, title: expect.any(String) });
    const next = await models.getOrderHistory(first?.orderId ?? '', { limit: 5, cursor: body?.nextCursor ?? '' }, 'all');
    expect(next.body?.entries[0]?.revision).toBe((first?.events.length ?? 0) - 6);
  });

  it('find an order by its number, and nothing for another store', async () => {
    const [first] = story();
    const { body } = await models.searchOrders({ orderNumber: first?.orderNumber ?? '' }, 'all');
    expect(body).toMatchObject({ orders: [{ orderId: first?.orderId }], truncated: false });
    expect((await models.searchOrders({ orderNumber: first?.orderNumber ?? '' }, ['elsewhere'])).body.orders).toEqual([]);
    expect((await models.getOrder(first?.orderId ?? '', ['elsewhere'])).body).toBeUndefined();
  });

  it('refuse cursors and criteria that are none', async () => {
    await expect(models.searchOrders({ name: ' ' }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
    await expect(models.listPendingOrders({ cursor: 'x' }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
    await expect(models.searchOrders({ name: 'a b c d e f g h i' }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
    expect((await models.listPendingOrders({ sort: 'customer', limit: 1 }, 'all')).body).toMatchObject({ total: expect.any(Number) });
  });

  it.each([
    ['a time that is none', 'updated desc', '2026-13-45', '00000000-0000-4000-8000-000000000001'],
    ['an id that is none', 'updated desc', '2026-01-01', "1' OR '1'='1"],
    ['a number beyond all bounds', 'lines asc', '99999999999999999999', '00000000-0000-4000-8000-000000000001'],
  ])('refuse a cursor that was altered to carry %s (case 75)', async (_, sorted, key, id) => {
    const [sort, direction] = sorted.split(' ') as ['updated', 'desc'];
    const cursor = Buffer.from(JSON.stringify([sorted, key, id])).toString('base64url');
    await expect(models.listPendingOrders({ sort, direction, cursor }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
    const history = Buffer.from(JSON.stringify(['newest', key])).toString('base64url');
    await expect(models.getOrderHistory(story()[0]?.orderId ?? '', { cursor: history }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
  });

  it('hold nothing of a person who was erased', async () => {
    now = '2026-02-01T09:00:00.000Z';
    await writeSide.executor.execute(subjectRules, {
      aggregateId: SUBJECT,
      command: { type: 'EraseSubject', subjectId: SUBJECT, reasonCode: 'asked' },
      commandId: '9f4c1b1e-7a53-5b7e-8a3d-0d6f2f6f7a11',
      actor: { id: 'system', role: 'system' },
      storeScope: 'all',
      storeId: 'all',
      correlationId: 'erasure',
      origin: 'api',
      seen: { kind: 'not-needed' },
    });
    await caughtUp();
    const [first] = story();
    expect((await models.getOrder(first?.orderId ?? '', 'all')).body).toMatchObject({ contact: { name: '[erased]' } });
    const rows = await dataSource.query<{ text: string }[]>(`SELECT activity::text AS text FROM read.activity UNION ALL SELECT summary::text FROM read.order_summary UNION ALL SELECT key FROM read.search_key`);
    expect(rows.map(({ text }) => text).join('\n')).not.toMatch(/lovelace/i);
  });
});
