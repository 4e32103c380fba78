import type { Pool } from 'pg';

export interface ProcessStatus {
  readonly process: string;
  readonly position: bigint;
  readonly timers: number;
  readonly deadLetters: number;
  readonly stoppedBecause: string | undefined;
}

/** What is kept about every process. */
export async function processStatus(pool: Pool): Promise<readonly ProcessStatus[]> {
  const { rows } = await pool.query<{ process: string; position: string; timers: number; letters: number; stopped_because: string | null }>(
    `SELECT process, position::text AS position, stopped_because,
            (SELECT count(*)::int FROM processing.timer AS timer WHERE timer.process = checkpoint.process) AS timers,
            (SELECT count(*)::int FROM processing.dead_letter AS letter WHERE letter.process = checkpoint.process) AS letters
     FROM processing.checkpoint ORDER BY process`,
  );
  return rows.map(({ process, position, timers, letters, stopped_because: because }) => ({ process, position: BigInt(position), timers, deadLetters: letters, stoppedBecause: because ?? undefined }));
}
