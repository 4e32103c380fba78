import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { personal } from '#kernel';
import type { OrderEvent } from '#ordering';
import { rowsOf, type ProjectedEvent } from '#projecting';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createReadDatabase, createReadModels, migrateReadModels, type PendingOrdersQuery, type ReadModels } from '../index.js';
import { pendingOrders } from './pending-orders.projection.js';

const STORES = ['leeds', 'york'];
const AGENTS = ['ann', 'bob', 'cleo'];
const LOCK = { lockId: 'lock', leaseSeconds: 600, expiresAt: '2026-01-05T10:00:00.000Z' };
const STEPS = ['lock', 'unlock', 'submit', 'comment'] as const;

let database: TestDatabase;
let dataSource: DataSource;
let models: ReadModels;
let schema: string;

beforeAll(async () => {
  database = await createTestDatabase('pending');
  dataSource = await createReadDatabase({ databaseUrl: database.url }).initialize();
  await migrateReadModels(dataSource);
  models = createReadModels(dataSource);
  const [row] = await rowsOf<{ schema_name: string }>(dataSource, `SELECT schema_name FROM projecting.generation WHERE projection = 'pending-orders' AND state = 'live'`);
  schema = row?.schema_name ?? '';
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

function recorded(orderId: string, revision: number, by: string, event: OrderEvent): ProjectedEvent {
  const at = '2026-01-05T09:00:00.000Z';
  const id = randomUUID();
  const metadata = { commandId: id, fingerprint: '', actor: { id: by, role: 'csr' as const }, storeId: 'leeds', correlationId: id, causationId: id, policyVersion: '1', occurredAt: at, recordedAt: at };
  return {
    event,
    id,
    stream: `order-${orderId}`,
    revision: BigInt(revision),
    position: BigInt(revision),
    metadata: { ...metadata, origin: 'api', schemaVersion: 1, index: 0, prevHash: '', hash: '' },
  };
}

const created = (storeId: string): OrderEvent => {
  const address = { recipient: 'Ada', line1: '1 Row', city: 'Leeds' };
  return {
    type: 'OrderCreated',
    data: { orderNumber: 'D-1', storeId, currency: 'GBP', channel: 'phone', customer: { kind: 'guest' }, contact: personal('ada', { name: 'Ada' }), shipTo: { country: 'GB', address: personal('ada', address) }, paymentTerms: 'on-account' },
  };
};

function stepOf(step: (typeof STEPS)[number], agentId: string): OrderEvent {
  switch (step) {
    case 'lock':
      return { type: 'OrderLocked', data: { ...LOCK, agentId } };
    case 'unlock':
      return { type: 'OrderUnlocked', data: { lockId: LOCK.lockId, agentId } };
    case 'submit':
      return { type: 'OrderSubmitted', data: {} };
    case 'comment':
      return { type: 'OrderCommentAdded', data: { commentId: randomUUID(), text: personal('ada', 'hello'), visibility: 'internal' } };
  }
}

const lives = fc.array(fc.record({ store: fc.constantFrom(...STORES), steps: fc.array(fc.record({ step: fc.constantFrom(...STEPS), by: fc.constantFrom(...AGENTS) }), { maxLength: 6 }) }), { minLength: 1, maxLength: 12 });

describe('the grid of pending orders', () => {
  it('counts exactly what its pages hold, for every combination of filters, however the events are batched', async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.integer({ min: 1, max: 7 }), async (orders, size) => {
        const events = orders.flatMap(({ store, steps }) => {
          const orderId = randomUUID();
          return [recorded(orderId, 0, 'ann', created(store)), ...steps.map(({ step, by }, index) => recorded(orderId, index + 1, by, stepOf(step, by)))];
        });
        const write = pendingOrders.writer(schema);
        for (let from = 0; from < events.length; from += size) {
          await dataSource.transaction((manager) => write(events.slice(from, from + size), manager));
        }
        for (const locked of [undefined, true, false]) {
          for (const agentId of [undefined, ...AGENTS]) {
            for (const scope of ['all', ['york']] as const) {
              const query: PendingOrdersQuery = { limit: 3, ...(locked !== undefined && { locked }), ...(agentId !== undefined && { agentId }) };
              const walked = await walk(query, scope);
              expect({ query, scope, met: walked.met }).toEqual({ query, scope, met: walked.total });
            }
          }
        }
        await dataSource.query(`TRUNCATE ${schema}.pending, ${schema}.pending_count, ${schema}.set_aside`);
      }),
      { numRuns: 15 },
    );
  });

  it.each([1, 2, 9])('has an order again whose cancellation was taken back, and none that was submitted, in batches of %i (C4)', async (size) => {
    const [orderId, submitted] = [randomUUID(), randomUUID()];
    const cancelled: OrderEvent = { type: 'OrderCancelled', data: { reasonCode: 'mistake', lines: [] } };
    const back = (status: 'pending' | 'submitted'): OrderEvent => ({ type: 'OrderReinstated', data: { status, lines: [], totalMinor: 0 } });
    const life = [created('leeds'), cancelled, stepOf('comment', 'bob'), back('pending'), stepOf('lock', 'bob')];
    const other = [created('leeds'), stepOf('submit', 'bob'), cancelled, back('submitted')];
    const events = [...life.map((event, index) => recorded(orderId, index, 'bob', event)), ...other.map((event, index) => recorded(submitted, index, 'bob', event))];
    const write = pendingOrders.writer(schema);
    const seen: number[] = [];
    for (let from = 0; from < events.length; from += size) {
      await dataSource.transaction((manager) => write(events.slice(from, from + size), manager));
      seen.push((await models.listPendingOrders({}, 'all')).body.total);
    }
    const { body } = await models.listPendingOrders({}, 'all');
    expect(body).toMatchObject({ total: 1, orders: [{ orderId, locked: true, revision: 4 }] });
    if (size === 1) expect(seen).toEqual([1, 0, 0, 1, 1, 2, 1, 1, 1]);
    expect(await rowsOf(dataSource, `SELECT order_id FROM ${schema}.set_aside`)).toEqual([]);
    await dataSource.query(`TRUNCATE ${schema}.pending, ${schema}.pending_count, ${schema}.set_aside`);
  });

  it('refuses a cursor of another order of the list, and one that is none', async () => {
    for (const cursor of ['', "' OR 1=1 --", 'WyJ4Il0', Buffer.from('["customer asc","a","b"]').toString('base64url')]) {
      await expect(models.listPendingOrders({ cursor }, 'all')).rejects.toMatchObject({ code: 'invalid-query' });
    }
  });
});

async function walk(query: PendingOrdersQuery, scope: 'all' | readonly string[]): Promise<{ readonly met: number; readonly total: number }> {
  const met = new Set<string>();
  let { body } = await models.listPendingOrders(query, scope);
  for (;;) {
    for (const { orderId } of body.orders) met.add(orderId);
    if (body.nextCursor === undefined) return { met: met.size, total: body.total };
    ({ body } = await models.listPendingOrders({ ...query, cursor: body.nextCursor }, scope));
  }
}
