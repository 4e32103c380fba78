import type { Pool, PoolClient } from 'pg';
import { Fenced } from '#projecting';
import { inTransaction } from '#sql';
import type { Message } from './sending.js';

/** Where a process stands. */
export interface Checkpoint {
  /** -1 before the first event. */
  readonly position: bigint;
  readonly lastEventId: string | undefined;
  readonly logIdentity: string | undefined;
}

/** What could not be reacted to, or not be delivered: an alarm. `reason` names places and kinds, no data. */
export interface DeadLetter {
  readonly eventId: string;
  readonly position: bigint;
  readonly stream: string;
  readonly type: string;
  readonly reason: string;
}

export type TimerChange =
  | { readonly kind: 'set'; readonly timer: string; readonly dueAt: string; readonly message: Message }
  | { readonly kind: 'cancel'; readonly timer: string };

export interface DueTimer {
  readonly timer: string;
  readonly dueAt: string;
  readonly message: Message;
}

export interface Step {
  readonly to: bigint;
  readonly lastEventId: string;
  readonly timers: readonly TimerChange[];
  readonly letters: readonly DeadLetter[];
}

/** What one process keeps: where it stands, what waits for its time, what went wrong. */
export class Checkpoints {
  constructor(
    private readonly pool: Pool,
    private readonly process: string,
  ) {}

  /** Where it stands; whoever went on from there before is fenced off. */
  async take(epoch: bigint): Promise<Checkpoint> {
    const { rows } = await this.pool.query<{ position: string; last_event_id: string | null; log_identity: string | null }>(
      `INSERT INTO processing.checkpoint (process, epoch) VALUES ($1, $2)
       ON CONFLICT (process) DO UPDATE SET epoch = greatest(processing.checkpoint.epoch, excluded.epoch), stopped_because = NULL
       RETURNING position, last_event_id, log_identity`,
      [this.process, epoch],
    );
    const [row] = rows;
    return { position: BigInt(row?.position ?? -1), lastEventId: row?.last_event_id ?? undefined, logIdentity: row?.log_identity ?? undefined };
  }

  /** Streams of which an event could not be read: what follows on them waits, too. */
  async parkedStreams(): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ stream: string }>(`SELECT DISTINCT stream FROM processing.dead_letter WHERE process = $1 AND reason LIKE 'unreadable:%'`, [this.process]);
    return new Set(rows.map(({ stream }) => stream));
  }

  /** Timers, dead letters and the new position: all of it or nothing. @throws Fenced when another has taken over */
  async advance({ to, lastEventId, timers, letters }: Step, { logIdentity, epoch }: { readonly logIdentity: string; readonly epoch: bigint }): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        `UPDATE processing.checkpoint SET position = $2, last_event_id = $3, log_identity = $4, committed_at = now()
         WHERE process = $1 AND epoch = $5 AND position <= $2`,
        [this.process, to, lastEventId, logIdentity, epoch],
      );
      if (rowCount !== 1) throw new Fenced(`${this.process}: another projector has moved on`);
      for (const change of timers) await this.#change(client, change);
      for (const letter of letters) await this.#write(client, letter);
    });
  }

  async stop(because: string): Promise<void> {
    await this.pool.query('UPDATE processing.checkpoint SET stopped_because = $2 WHERE process = $1', [this.process, because]);
  }

  /** @param now ISO 8601 UTC */
  async due(now: string): Promise<readonly DueTimer[]> {
    const { rows } = await this.pool.query<{ timer: string; due_at: Date; message: Message }>(
      'SELECT timer, due_at, message FROM processing.timer WHERE process = $1 AND due_at <= $2 ORDER BY due_at, timer LIMIT 100',
      [this.process, now],
    );
    return rows.map(({ timer, due_at: dueAt, message }) => ({ timer, dueAt: dueAt.toISOString(), message }));
  }

  /** When the next timer is due, ISO 8601 UTC. */
  async nextDue(): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ due_at: Date | null }>('SELECT min(due_at) AS due_at FROM processing.timer WHERE process = $1', [this.process]);
    return rows[0]?.due_at?.toISOString();
  }

  /** Removes the timer, unless it was set anew meanwhile. */
  async fired({ timer, dueAt }: DueTimer, letter?: DeadLetter): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query('DELETE FROM processing.timer WHERE process = $1 AND timer = $2 AND due_at = $3', [this.process, timer, dueAt]);
      if (letter !== undefined) await this.#write(client, letter);
    });
  }

  async #change(client: PoolClient, change: TimerChange): Promise<void> {
    if (change.kind === 'cancel') {
      await client.query('DELETE FROM processing.timer WHERE process = $1 AND timer = $2', [this.process, change.timer]);
      return;
    }
    await client.query(
      `INSERT INTO processing.timer (process, timer, due_at, message) VALUES ($1, $2, $3, $4)
       ON CONFLICT (process, timer) DO UPDATE SET due_at = excluded.due_at, message = excluded.message`,
      [this.process, change.timer, change.dueAt, JSON.stringify(change.message)],
    );
  }

  async #write(client: PoolClient, { eventId, position, stream, type, reason }: DeadLetter): Promise<void> {
    await client.query(
      `INSERT INTO processing.dead_letter (process, event_id, position, stream, type, reason) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [this.process, eventId, position, stream, type, reason],
    );
  }
}
