import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { preparedOn, rowsOf, type Queryable } from '#projecting';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createReadDatabase, migrateReadModels } from '../index.js';
import { searchOrders } from './order-search.query.js';

const ORDERS = 20_000;
/** More orders than are sorted at once have the common name and come from the first store's country; two have the rare name. */
const nameOf = (order: number): string => (order === 17 || order === 5_000 ? 'zeller' : order % 2 === 0 ? 'common' : `rare-${String(order)}`);
const storeOf = (order: number): string => (order % 3 === 0 ? 'north' : 'south');
const idOf = (order: number): string => `00000000-0000-4000-8000-${String(order).padStart(12, '0')}`;
const newestFirst = (matches: (order: number) => boolean): readonly string[] =>
  Array.from({ length: ORDERS }, (_, index) => ORDERS - 1 - index)
    .filter(matches)
    .slice(0, 20)
    .map(idOf);

let database: TestDatabase;
let dataSource: DataSource;
let client: Client;
const said: { text: string; values: readonly unknown[] }[] = [];

beforeAll(async () => {
  database = await createTestDatabase('searching');
  dataSource = await createReadDatabase({ databaseUrl: database.url }).initialize();
  await migrateReadModels(dataSource);
  const orders = Array.from({ length: ORDERS }, (_, order) => ({
    order_id: idOf(order),
    store_id: storeOf(order),
    ordered_at: new Date(1_764_000_000_000 + order * 60_000).toISOString(),
    name: nameOf(order),
  }));
  const [found] = await rowsOf<{ readonly schema: string }>(dataSource, `SELECT table_schema AS schema FROM information_schema.view_table_usage WHERE view_schema = 'read' AND view_name = 'search_key'`);
  const schema = found?.schema ?? 'none';
  await dataSource.query(
    `WITH rows AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, store_id text, ordered_at timestamptz, name text)),
          saved AS (INSERT INTO ${schema}.orders SELECT order_id, store_id, ordered_at, 'subject', '{}', '{}', jsonb_build_object('orderId', order_id) FROM rows)
     INSERT INTO ${schema}.search_key (kind, key, ordered_at, order_id, store_id)
     SELECT 'name', name, ordered_at, order_id, store_id FROM rows UNION ALL SELECT 'country', 'gb', ordered_at, order_id, store_id FROM rows`,
    [JSON.stringify(orders)],
  );
  await dataSource.query(`ANALYZE ${schema}.search_key`);
  await dataSource.query(`ANALYZE ${schema}.orders`);
  client = new Client({ connectionString: database.url });
  await client.connect();
}, 60_000);

afterAll(async () => {
  await client.end();
  await dataSource.destroy();
  await database.drop();
});

/** A reader that keeps what it was asked. */
const prepared: Queryable = {
  query(text, values = []) {
    said.push({ text, values });
    return preparedOn(client as never).query(text, values);
  },
};
const search = async (criteria: Parameters<typeof searchOrders>[1], scope: Parameters<typeof searchOrders>[2] = 'all'): Promise<readonly string[]> =>
  (await searchOrders({ prepared, planned: dataSource }, criteria, scope)).body.orders.map(({ orderId }) => orderId);

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Relation Name'?: string;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of tables that a plan has looked at. */
const looked = (plan: Plan): number =>
  (plan['Relation Name'] === undefined ? 0 : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']) + (plan.Plans ?? []).reduce((sum, below) => sum + looked(below), 0);

/** Of the last statement, by the one plan that serves every value. */
async function rowsLookedAt(): Promise<number> {
  const { text, values } = said.at(-1) ?? { text: '', values: [] };
  await client.query('SET plan_cache_mode = force_generic_plan');
  await client.query(`PREPARE searching AS ${text}`);
  const given = values.map((value) => (Array.isArray(value) ? `ARRAY[${value.map((one) => client.escapeLiteral(String(one))).join(', ')}]` : client.escapeLiteral(String(value))));
  const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE searching (${given.join(', ')})`);
  await client.query('DEALLOCATE searching');
  await client.query('RESET plan_cache_mode');
  return rows[0] === undefined ? NaN : looked(rows[0]['QUERY PLAN'][0].Plan);
}

describe('a search by one criterion, with the one plan that is kept', () => {
  it('finds the newest twenty, whether few orders have the key or more than are sorted', async () => {
    expect(await search({ name: 'zeller' })).toEqual(newestFirst((order) => nameOf(order) === 'zeller'));
    expect(await search({ name: 'zell' }, ['south'])).toEqual(newestFirst((order) => nameOf(order) === 'zeller' && storeOf(order) === 'south'));
    expect(await search({ name: 'common' })).toEqual(newestFirst((order) => nameOf(order) === 'common'));
    expect(await search({ name: 'r' }, ['north'])).toEqual(newestFirst((order) => nameOf(order).startsWith('r') && storeOf(order) === 'north'));
    expect(await search({ country: 'GB' })).toEqual(newestFirst(() => true));
    expect(await search({ name: 'nobody' })).toEqual([]);
  });

  it('looks at few rows, for a key that one order has and for one that most have', async () => {
    await search({ name: 'zeller' });
    expect(await rowsLookedAt()).toBeLessThan(20);
    await search({ name: 'rare-4999' }, ['south', 'north']);
    expect(await rowsLookedAt()).toBeLessThan(20);
    await search({ name: 'common' });
    expect(await rowsLookedAt()).toBeLessThan(2_300);
    await search({ country: 'gb' });
    expect(await rowsLookedAt()).toBeLessThan(2_300);
  });
});
