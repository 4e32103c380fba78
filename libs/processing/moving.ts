import type { Pool } from 'pg';

/** Where a process stands, in which log. */
export interface StandingProcess {
  readonly process: string;
  readonly position: bigint;
  readonly logIdentity: string;
}

/** The same place in the copy; `eventId` undefined: before its first event. */
export interface MovedProcess {
  readonly process: string;
  readonly position: bigint;
  readonly eventId: string | undefined;
}

/** Every process that has begun; none where none has ever run. */
export async function standingProcesses(pool: Pool): Promise<readonly StandingProcess[]> {
  const { rows: tables } = await pool.query<{ exists: boolean }>(`SELECT to_regclass('processing.checkpoint') IS NOT NULL AS exists`);
  if (tables[0]?.exists !== true) return [];
  const { rows } = await pool.query<{ process: string; position: string; log_identity: string }>(
    'SELECT process, position, log_identity FROM processing.checkpoint WHERE log_identity IS NOT NULL ORDER BY process',
  );
  return rows.map(({ process, position, log_identity: logIdentity }) => ({ process, position: BigInt(position), logIdentity }));
}

/**
 * The processes go on with the copy, each after the event it had reached: none reacts to anything twice. One that
 * still runs on the old log is fenced off.
 */
export async function moveProcesses(pool: Pool, from: string, to: string, moved: readonly MovedProcess[]): Promise<void> {
  await pool.query(
    `UPDATE processing.checkpoint AS standing
     SET position = place.position, last_event_id = place.event_id, log_identity = $2, epoch = epoch + 1, stopped_because = NULL
     FROM unnest($3::text[], $4::bigint[], $5::text[]) AS place (process, position, event_id)
     WHERE standing.process = place.process AND standing.log_identity = $1`,
    [from, to, moved.map(({ process }) => process), moved.map(({ position }) => position.toString()), moved.map(({ eventId }) => eventId ?? null)],
  );
}
