import type { Pool } from 'pg';

/** Any number, as long as all processes use the same. */
const MIGRATION_LOCK = 7_105_371_001;

const MIGRATIONS: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS keys;
   CREATE TABLE keys.master_key (
     only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
     id text NOT NULL,
     since timestamptz NOT NULL
   );
   CREATE TABLE keys.subject_key (
     subject_id text PRIMARY KEY,
     key_id text,
     master_key_id text,
     wrapped bytea,
     created_at timestamptz NOT NULL,
     erased_at timestamptz,
     CHECK ((erased_at IS NULL) = (wrapped IS NOT NULL)),
     CHECK ((wrapped IS NULL) = (key_id IS NULL)),
     CHECK ((wrapped IS NULL) = (master_key_id IS NULL))
   );
   CREATE TABLE keys.secret (
     name text PRIMARY KEY,
     master_key_id text NOT NULL,
     wrapped bytea NOT NULL,
     created_at timestamptz NOT NULL
   );
   REVOKE ALL ON SCHEMA keys FROM PUBLIC;`,
];

/** Makes or updates the schema `keys`; safe to call from several processes at once, and again after a crash. */
export async function migrateKeys(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS keys');
    await client.query('CREATE TABLE IF NOT EXISTS keys.migration (version integer PRIMARY KEY)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM keys.migration');
    const done = new Set(rows.map((row) => row.version));
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (done.has(index + 1)) continue;
      await client.query(statements);
      await client.query('INSERT INTO keys.migration (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
