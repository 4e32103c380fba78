import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connectionString = process.env.DOCKET_TEST_DATABASE_URL;
  if (connectionString === undefined) throw new Error('DOCKET_TEST_DATABASE_URL is not set: the tests run under Jest, whose globalSetup starts a Postgres');
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A pool has ended before its connections have: they are waited for, or they would tell it that they were cut. */
const LEAVING_MS = 1_000;

async function allHaveLeft(administrator: Client, database: string): Promise<void> {
  for (const until = Date.now() + LEAVING_MS; Date.now() < until; ) {
    const { rowCount } = await administrator.query('SELECT FROM pg_stat_activity WHERE datname = $1', [database]);
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * A database of its own on the Postgres of this test run, made from `template` (a database name; nobody may be
 * connected to it), else empty. `name` only makes it recognisable.
 */
export async function createTestDatabase(name = 'suite', template = 'template0'): Promise<TestDatabase> {
  const database = `${name.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_').slice(0, 40)}_${randomBytes(5).toString('hex')}`;
  await asAdministrator((client) => client.query(`CREATE DATABASE ${quoted(database)} TEMPLATE ${quoted(template)}`));
  const url = new URL(process.env.DOCKET_TEST_DATABASE_URL ?? '');
  url.pathname = `/${database}`;
  return {
    url: url.href,
    drop: async () => {
      await asAdministrator(async (client) => {
        await allHaveLeft(client, database);
        await client.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
      });
    },
  };
}
