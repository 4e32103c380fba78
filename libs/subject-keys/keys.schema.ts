import type { Pool } from 'pg';
import { migrate } from '#sql';

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
export const migrateKeys = (pool: Pool): Promise<void> => migrate(pool, { schema: 'keys', lock: 7_105_371_001, migrations: MIGRATIONS });
