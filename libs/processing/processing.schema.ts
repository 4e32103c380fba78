import type { Pool } from 'pg';

/** Any number, as long as all processes use the same. */
const MIGRATION_LOCK = 7_105_371_009;

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE processing.checkpoint (
     process text PRIMARY KEY,
     position bigint NOT NULL DEFAULT -1,
     last_event_id text,
     log_identity text,
     epoch bigint NOT NULL,
     stopped_because text,
     committed_at timestamptz NOT NULL DEFAULT now()
   );
   CREATE TABLE processing.timer (
     process text NOT NULL,
     timer text NOT NULL,
     due_at timestamptz NOT NULL,
     message jsonb NOT NULL,
     PRIMARY KEY (process, timer)
   );
   CREATE INDEX next_timer ON processing.timer (process, due_at);
   CREATE TABLE processing.dead_letter (
     process text NOT NULL,
     event_id text NOT NULL,
     position bigint NOT NULL,
     stream text NOT NULL,
     type text NOT NULL,
     reason text NOT NULL,
     recorded_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (process, event_id, reason)
   );
   REVOKE ALL ON SCHEMA processing FROM PUBLIC;`,
];

/** Makes or updates the schema `processing`; safe to call from several processes at once, and again after a crash. */
export async function migrateProcesses(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE SCHEMA IF NOT EXISTS processing');
    await client.query('CREATE TABLE IF NOT EXISTS processing.migration (version integer PRIMARY KEY)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM processing.migration');
    const done = new Set(rows.map((row) => row.version));
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (done.has(index + 1)) continue;
      await client.query(statements);
      await client.query('INSERT INTO processing.migration (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
