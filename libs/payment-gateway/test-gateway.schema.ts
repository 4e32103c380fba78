import type { Pool } from 'pg';
import { underLock } from '#sql';

/** Any number, as long as all processes use the same. */
const MIGRATION_LOCK = 7_105_371_013;

/** What the provider remembers: no token, nothing about a person. */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS payment_provider;
  CREATE TABLE IF NOT EXISTS payment_provider.request (
    request_id text PRIMARY KEY,
    reference text NOT NULL,
    action text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    asked integer NOT NULL DEFAULT 0,
    -- NULL: not done yet
    outcome text CHECK (outcome IN ('done', 'declined')),
    failure_code text,
    external_id text NOT NULL UNIQUE
  );
  CREATE INDEX IF NOT EXISTS request_of_reference ON payment_provider.request (reference);
  REVOKE ALL ON SCHEMA payment_provider FROM PUBLIC;`;

/** Safe to call from several processes at once, and again after a crash. */
export const migrateTestGateway = (pool: Pool): Promise<void> =>
  underLock(pool, MIGRATION_LOCK, async (client) => {
    await client.query(TABLES);
  });
