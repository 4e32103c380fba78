import type { ClientBase } from 'pg';

/**
 * The log in PostgreSQL 15+. A record is written once and never changed; `position` is given by the single writer.
 * Payloads are bytes: nothing in them is ever reinterpreted. Streams are found by the hash of their name, which may be
 * longer than an index takes; every query compares the name as well.
 */
const STATEMENTS = [
  `CREATE SCHEMA IF NOT EXISTS log`,
  `CREATE TABLE IF NOT EXISTS log.record (
     position bigint PRIMARY KEY,
     stream text COLLATE "C" NOT NULL,
     revision bigint NOT NULL,
     id uuid NOT NULL,
     type text COLLATE "C" NOT NULL,
     is_json boolean NOT NULL,
     created bigint NOT NULL,
     data bytea NOT NULL,
     metadata bytea NOT NULL
   )`,
  `CREATE INDEX IF NOT EXISTS record_of_stream ON log.record (hashtextextended(stream, 0), revision)`,
] as const;

/** Any number, as long as every writer of one database takes the same. */
export const WRITER_LOCK = 7_216_003_514_881_204;

export async function migrateLog(client: ClientBase): Promise<void> {
  for (const statement of STATEMENTS) await client.query(statement);
}
