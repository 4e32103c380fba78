import type { Pool } from 'pg';

/** Any number, as long as all processes use the same. */
const MIGRATION_LOCK = 7_105_371_002;

const SCHEMA = `
  SELECT pg_advisory_xact_lock(${String(MIGRATION_LOCK)});
  CREATE SCHEMA IF NOT EXISTS identity;
  CREATE TABLE IF NOT EXISTS identity.user_account (
    id uuid PRIMARY KEY,
    user_name text NOT NULL UNIQUE CHECK (user_name = lower(user_name)),
    display_name text NOT NULL,
    role text NOT NULL,
    all_stores boolean NOT NULL,
    stores text[] NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    blocked_until timestamptz
  );
  CREATE TABLE IF NOT EXISTS identity.sign_in (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES identity.user_account,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_cause text CHECK (end_cause IN ('signed-out', 'token-reused', 'disabled')),
    CHECK ((ended_at IS NULL) = (end_cause IS NULL))
  );
  CREATE INDEX IF NOT EXISTS sign_in_of_user ON identity.sign_in (user_id) WHERE ended_at IS NULL;
  CREATE TABLE IF NOT EXISTS identity.refresh_token (
    hash bytea PRIMARY KEY,
    sign_in_id uuid NOT NULL REFERENCES identity.sign_in ON DELETE CASCADE,
    issued_at timestamptz NOT NULL,
    used_at timestamptz
  );
  CREATE INDEX IF NOT EXISTS refresh_token_of_sign_in ON identity.refresh_token (sign_in_id);
  REVOKE ALL ON SCHEMA identity FROM PUBLIC;`;

/**
 * Makes the schema `identity`: one implicit transaction, so it is whole or not there; safe from several processes at
 * once, and again at every start.
 */
export async function migrateIdentity(pool: Pool): Promise<void> {
  await pool.query(SCHEMA);
}
