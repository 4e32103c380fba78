import type { Pool } from 'pg';
import { ImportInputError } from './refusal-reasons.js';

const LOCK = 7_271_002;

/** One import at a time on one database: what is left to credit must not be shared out twice. @throws ImportInputError */
export async function whileAlone<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A lost connection loses the lock too; the work then fails by itself, on connections of its own.
  client.on('error', () => undefined);
  let held = false;
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [LOCK]);
    held = rows[0]?.held === true;
    if (!held) throw new ImportInputError('another import is at work on this database; wait until it is through');
    return await work();
  } finally {
    if (held) await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }
}
