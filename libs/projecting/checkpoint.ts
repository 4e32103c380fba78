import { rowsOf, type Queryable } from './projection.js';
import type { Generation } from './generations.js';

/** Another projector has taken over, or the generation is gone: nothing of this batch may count. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export interface Advance {
  readonly from: bigint;
  readonly to: bigint;
  readonly lastEventId: string;
  readonly logIdentity: string;
  readonly epoch: bigint;
  readonly skipped: number;
}

/**
 * Moves the checkpoint, in the transaction that writes the rows. Its commit does not wait for the disk: what a crash
 * takes, it takes of both, and the log has it still. @throws Fenced unless it stands where it was left
 */
export async function advance(sql: Queryable, { projection, number }: Generation, move: Advance): Promise<void> {
  const rows = await rowsOf(
    sql,
    `WITH moved AS (
       UPDATE projecting.generation
       SET position = $4, last_event_id = $5::uuid, log_identity = $6, skipped = skipped + $8, committed_at = now()
       WHERE projection = $1 AND number = $2 AND position = $3 AND epoch = $7
       RETURNING 1
     ) SELECT set_config('synchronous_commit', 'off', true) FROM moved`,
    [projection, number, move.from, move.to, move.lastEventId, move.logIdentity, move.epoch, move.skipped],
  );
  if (rows.length !== 1) throw new Fenced(`${projection}: another projector has moved on`);
}

/** The right to write, for all generations: whoever had it before is fenced off. */
export async function takeEpoch(sql: Queryable): Promise<bigint> {
  const rows = await rowsOf<{ epoch: string }>(
    sql,
    `WITH taken AS (UPDATE projecting.leader SET epoch = epoch + 1 RETURNING epoch),
          marked AS (UPDATE projecting.generation SET epoch = (SELECT epoch FROM taken))
     SELECT epoch FROM taken`,
  );
  return BigInt(rows[0]?.epoch ?? 0);
}

export async function stopGeneration(sql: Queryable, { projection, number }: Generation, because: string | null): Promise<void> {
  await sql.query(`UPDATE projecting.generation SET stopped_because = $3 WHERE projection = $1 AND number = $2`, [projection, number, because]);
}

export interface DeadLetter {
  readonly position: bigint;
  readonly stream: string;
  readonly eventId: string;
  readonly type: string;
  readonly reason: string;
}

export async function writeDeadLetters(sql: Queryable, { projection, number }: Generation, letters: readonly DeadLetter[]): Promise<void> {
  for (const { position, stream, eventId, type, reason } of letters) {
    await sql.query(
      `INSERT INTO projecting.dead_letter (projection, number, position, stream, event_id, type, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [projection, number, position, stream, eventId, type, reason],
    );
  }
}

/** Streams of which an event could not be shown: what follows on them waits for a rebuild too. */
export async function parkedStreams(sql: Queryable, { projection, number }: Generation): Promise<Set<string>> {
  const rows = await rowsOf<{ stream: string }>(sql, `SELECT DISTINCT stream FROM projecting.dead_letter WHERE projection = $1 AND number = $2`, [projection, number]);
  return new Set(rows.map(({ stream }) => stream));
}
