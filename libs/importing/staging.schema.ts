import type { Pool } from 'pg';
import { underLock } from '#sql';

/**
 * What an import must remember between runs: which rows it has read, what became of each, and what is left to credit.
 * Holds no names and no addresses; the rows of NDJSON files are kept by number and amount only.
 */
const STATEMENTS = [
  'CREATE SCHEMA IF NOT EXISTS importing',
  `CREATE TABLE IF NOT EXISTS importing.batch (
     batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     store_id text NOT NULL,
     staged_at timestamptz NOT NULL DEFAULT now(),
     finished_at timestamptz
   )`,
  `CREATE TABLE IF NOT EXISTS importing.source (
     source_id uuid PRIMARY KEY,
     batch_id bigint REFERENCES importing.batch,
     store_id text NOT NULL,
     format text NOT NULL,
     name text NOT NULL,
     ordinal integer NOT NULL,
     staged_at timestamptz NOT NULL DEFAULT now()
   )`,
  // amount: minor units, with digits below the unit where the input has them; null when the row does not say.
  `CREATE TABLE IF NOT EXISTS importing.input_row (
     source_id uuid NOT NULL,
     row_no integer NOT NULL,
     batch_id bigint,
     unit text,
     invoice text NOT NULL,
     is_credit boolean NOT NULL,
     sku text NOT NULL,
     description text NOT NULL,
     quantity integer NOT NULL,
     at bigint NOT NULL,
     unit_price_minor bigint NOT NULL,
     customer text,
     country text NOT NULL,
     currency text,
     amount numeric,
     reason text,
     PRIMARY KEY (source_id, row_no)
   )`,
  'CREATE INDEX IF NOT EXISTS input_row_unit ON importing.input_row (unit, batch_id)',
  // kind: line, charge, cancellation, return, discount, mixed, order. match and other_price: how a credit was found.
  `CREATE TABLE IF NOT EXISTS importing.outcome (
     source_id uuid NOT NULL,
     row_no integer NOT NULL,
     reason text,
     detail text,
     kind text,
     order_number text,
     line_id uuid,
     open_quantity integer,
     match text,
     other_price boolean,
     PRIMARY KEY (source_id, row_no)
   )`,
  `CREATE TABLE IF NOT EXISTS importing.order_balance (
     store_id text NOT NULL,
     order_number text NOT NULL,
     unit text NOT NULL,
     batch_id bigint NOT NULL,
     placed_at bigint NOT NULL,
     creditable_minor bigint NOT NULL,
     PRIMARY KEY (store_id, order_number)
   )`,
  'CREATE INDEX IF NOT EXISTS order_balance_unit ON importing.order_balance (unit)',
] as const;

const LOCK = 7_271_001;

/** Makes what is missing; safe when several processes do it at once. */
export const migrateImporting = (pool: Pool): Promise<void> =>
  underLock(pool, LOCK, async (client) => {
    for (const statement of STATEMENTS) await client.query(statement);
  });
