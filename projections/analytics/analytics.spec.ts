import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { rowsOf } from '#projecting';
import { createTestDatabase, type TestDatabase } from '#testing';
import { boundAnalysts, createReadDatabase, createReadModels, ensureAnalystLogin, migrateReadModels } from '../index.js';
import { analyticsPage } from './analytics.page.js';
import { ANALYST_ROLE } from './analytics.schema.js';
import { ANALYTICS_VIEWS } from './analytics.views.js';

/** Its words differ from version to version of PostgreSQL. */
const INSUFFICIENT_PRIVILEGE = '42501';

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

  it('come with a role that leaves nothing behind, holds nobody up and gets into no other database', async () => {
    const password = 'only-for-this-specification';
    const other = await createTestDatabase('closed');
    await ensureAnalystLogin(dataSource, password);
    await boundAnalysts(dataSource, 'own');
    const as = async (database: string, ...statements: readonly string[]): Promise<unknown> => {
      const url = new URL(database);
      url.username = ANALYST_ROLE;
      url.password = password;
      const analyst = new Client({ connectionString: url.href });
      await analyst.connect();
      try {
        await analyst.query('SET default_transaction_read_only = off');
        for (const statement of statements) await analyst.query(statement);
        return undefined;
      } finally {
        await analyst.end();
      }
    };
    try {
      await expect(as(other.url)).rejects.toThrow(/permission denied for database/);
      for (const forbidden of [
        'CREATE TEMP TABLE mine (a integer)',
        'CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$',
        `SELECT lo_from_bytea(0, 'x')`,
        'SELECT lo_create(0)',
        'SELECT pg_advisory_lock(1)',
        'SELECT pg_try_advisory_xact_lock_shared(1, 2)',
        `SELECT pg_notify('docket_changes', '{}')`,
        `SELECT pg_logical_emit_message(false, 'x', 'y')`,
        'SELECT * FROM pg_statistic',
        `COPY (SELECT 1) TO PROGRAM 'true'`,
        'SET ROLE postgres',
      ]) {
        await expect(as(database.url, forbidden)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
      }
      expect(await rowsOf<{ limited: number }>(dataSource, `SELECT rolconnlimit AS limited FROM pg_roles WHERE rolname = '${ANALYST_ROLE}'`)).toEqual([{ limited: 8 }]);
    } finally {
      await other.drop();
    }
  });

  it('leave those alone who watch for changes, whatever is notified', async () => {
    const models = createReadModels(dataSource);
    const gone = new AbortController();
    const changes = models.changes(gone.signal)[Symbol.asyncIterator]();
    await changes.next();
    const real = { projection: 'order-details', position: '12', orderIds: [] };
    for (const told of ['', 'no json', 'null', '{}', JSON.stringify({ ...real, position: 'x' }), JSON.stringify({ ...real, orderIds: 'x' }), JSON.stringify(real)]) await dataSource.query(`SELECT pg_notify('docket_changes', $1)`, [told]);
    expect((await changes.next()).value).toEqual({ position: 12n, orderIds: [] });
    gone.abort();
    await changes.return?.();
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
