import type { Pool } from 'pg';
import { underLock } from './in-transaction.js';

export interface SchemaMigrations {
  readonly schema: string;
  /** Any number, as long as all processes use the same. */
  readonly lock: number;
  /** Oldest first. What has once run somewhere is never changed. */
  readonly migrations: readonly string[];
}

/** Makes or updates a schema, which remembers how far it is; safe to call from several processes at once, and again after a crash. */
export const migrate = (pool: Pool, { schema, lock, migrations }: SchemaMigrations): Promise<void> =>
  underLock(pool, lock, async (client) => {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.migration (version integer PRIMARY KEY)`);
    const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${schema}.migration`);
    const done = new Set(rows.map(({ version }) => version));
    for (const [index, statements] of migrations.entries()) {
      if (done.has(index + 1)) continue;
      await client.query(statements);
      await client.query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [index + 1]);
    }
  });
