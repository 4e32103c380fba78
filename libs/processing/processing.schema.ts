import type { Pool } from 'pg';
import { migrate } from '#sql';

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
export const migrateProcesses = (pool: Pool): Promise<void> => migrate(pool, { schema: 'processing', lock: 7_105_371_009, migrations: MIGRATIONS });
