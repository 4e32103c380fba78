import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { rowsOf } from '#projecting';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createReadDatabase, ensureAnalystLogin, migrateReadModels } from '../index.js';
import { analyticsPage } from './analytics.page.js';
import { ANALYST_ROLE } from './analytics.schema.js';
import { ANALYTICS_VIEWS } from './analytics.views.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase('analytics');
  dataSource = await createReadDatabase({ databaseUrl: database.url }).initialize();
  await migrateReadModels(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe("the analysts' views", () => {
  it('have the columns and types that they are documented with', async () => {
    const columns = await rowsOf<{ view: string; name: string; type: string; about: string }>(
      dataSource,
      `SELECT c.relname AS view, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS about
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'analytics'::regnamespace ORDER BY c.relname, a.attnum`,
    );
    const documented = ANALYTICS_VIEWS.toSorted((a, b) => a.name.localeCompare(b.name)).flatMap((view) => view.columns.map(([name, type, , about]) => ({ view: view.name, name, type, about })));
    expect(columns).toEqual(documented);
    expect(readFileSync(resolve(import.meta.dirname, '../../docs/analytics.md'), 'utf8')).toBe(analyticsPage());
  });

  it('are all that an analyst may read, and an analyst may write nothing', async () => {
    const password = 'only-for-this-specification';
    await ensureAnalystLogin(dataSource, password);
    const url = new URL(database.url);
    url.username = ANALYST_ROLE;
    url.password = password;
    const analyst = new Client({ connectionString: url.href });
    await analyst.connect();
    try {
      for (const { name } of ANALYTICS_VIEWS) expect((await analyst.query(`SELECT * FROM analytics.${name}`)).rows).toEqual([]);
      await expect(analyst.query('CREATE TABLE analytics.mine ()')).rejects.toThrow(/read-only/);
      await analyst.query('SET default_transaction_read_only = off');
      for (const forbidden of ['SELECT * FROM read.order_details', 'SELECT * FROM projecting.generation', 'CREATE TABLE analytics.mine ()']) {
        await expect(analyst.query(forbidden)).rejects.toThrow(/permission denied/);
      }
    } finally {
      await analyst.end();
    }
  });

  it('are left alone while they stand, and made again when one is missing', async () => {
    const oid = async (): Promise<unknown> => rowsOf(dataSource, `SELECT 'analytics.orders'::regclass::oid::text AS oid`);
    const before = await oid();
    await migrateReadModels(dataSource);
    expect(await oid()).toEqual(before);
    await dataSource.query('DROP VIEW analytics.orders');
    await migrateReadModels(dataSource);
    expect(await oid()).not.toEqual(before);
  });
});
