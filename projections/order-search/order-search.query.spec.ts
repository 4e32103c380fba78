import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { preparedOn, rowsOf, type Queryable } from '#projecting';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createReadDatabase, migrateReadModels } from '../index.js';
import { searchOrders } from './order-search.query.js';

const ORDERS = 25_000;
/** More orders than are sorted at once have the common name, as many of the oldest the early one; two have the rare name. */
const nameOf = (order: number): string => (order === 17 || order === 5_000 ? 'zeller' : order < 3_000 ? 'early' : order % 2 === 0 ? 'common' : `rare${String(order)}`);
const countryOf = (order: number): string => (order % 5 === 0 ? 'de' : 'gb');
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
    country: countryOf(order),
  }));
  const [found] = await rowsOf<{ readonly schema: string }>(dataSource, `SELECT table_schema AS schema FROM information_schema.view_table_usage WHERE view_schema = 'read' AND view_name = 'search_key'`);
  const schema = found?.schema ?? 'none';
  await dataSource.query(
    `WITH rows AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, store_id text, ordered_at timestamptz, name text, country text)),
          saved AS (INSERT INTO ${schema}.orders SELECT order_id, store_id, ordered_at, 'subject', '{}', '{}', jsonb_build_object('orderId', order_id) FROM rows)
     INSERT INTO ${schema}.search_key (kind, key, ordered_at, order_id, store_id)
     SELECT 'name', name, ordered_at, order_id, store_id FROM rows UNION ALL SELECT 'country', country, ordered_at, order_id, store_id FROM rows`,
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

describe('a search, with the one plan that is kept', () => {
  const named = (name: string) => (order: number) => nameOf(order).startsWith(name);
  const from = (country: string) => (order: number) => countryOf(order) === country;
  const both = (one: (order: number) => boolean, other: (order: number) => boolean) => (order: number) => one(order) && other(order);

  it.each<[string, Parameters<typeof searchOrders>[1], (order: number) => boolean]>([
    ['few orders have the key', { name: 'zeller' }, named('zeller')],
    ['more than are sorted', { name: 'common' }, named('common')],
    ['more, all of them old', { name: 'early' }, named('early')],
    ['more, with many keys that begin so', { name: 'r' }, named('r')],
    ['most', { country: 'GB' }, from('gb')],
    ['none', { name: 'nobody' }, () => false],
    ['few have one key, many the other', { name: 'zell', country: 'DE' }, both(named('zell'), from('de'))],
    ['many have both', { name: 'common', country: 'DE' }, both(named('common'), from('de'))],
    ['many have both, all of them old', { country: 'DE', name: 'early' }, both(from('de'), named('early'))],
    ['many have each and none has both', { name: 'common rare' }, () => false],
  ])('finds the newest twenty when it is so: %s', async (_, criteria, matches) => {
    expect(await search(criteria)).toEqual(newestFirst(matches));
    expect(await search(criteria, ['north'])).toEqual(newestFirst((order) => matches(order) && storeOf(order) === 'north'));
  });

  it.each<[Parameters<typeof searchOrders>[1], number]>([
    [{ name: 'zeller' }, 20],
    [{ name: 'rare4999' }, 20],
    [{ name: 'common' }, 2_300],
    [{ country: 'gb' }, 2_300],
    [{ country: 'gb', name: 'zeller' }, 40],
    [{ country: 'gb', name: 'common' }, 2_500],
  ])('looks at few rows for %j', async (criteria, most) => {
    await search(criteria, ['south', 'north']);
    expect(await rowsLookedAt()).toBeLessThan(most);
  });
});
