import { inTime, type Clock } from '#kernel';
import { BoundedMap } from './bounded-map.js';
import type { User } from './users.port.js';

/** How a sign-in stands in the database: its user, unless it ended. */
export type Standing = { readonly kind: 'good'; readonly user: User } | { readonly kind: 'ended' } | { readonly kind: 'disabled' };

interface Known {
  readonly standing: Standing;
  /** When the database last said so, and when it was last asked, in vain perhaps. */
  readonly saidAtMs: number;
  readonly askedAtMs: number;
}

export interface StandingsOptions {
  readonly clock: Clock;
  /** After so long the database is asked again; commands do not wait for it in between. */
  readonly freshForMs: number;
  /** So long at most what was last known is believed while the database is out of reach. */
  readonly believedForMs: number;
  readonly timeoutMs: number;
  readonly ask: (signInId: string) => Promise<Standing>;
}

/** Remembers how sign-ins stand, so that a command does not need PostgreSQL (cases 43, 44). */
export class Standings {
  private readonly known = new BoundedMap<string, Known>(10_000);
  private readonly underway = new Map<string, Promise<Standing>>();

  constructor(private readonly options: StandingsOptions) {}

  /** @throws Error when the database does not answer and nothing recent enough is known */
  async of(signInId: string): Promise<Standing> {
    const nowMs = Date.parse(this.options.clock.now());
    const known = this.known.get(signInId);
    if (known !== undefined && Math.abs(nowMs - known.askedAtMs) < this.options.freshForMs) return known.standing;
    return this.askOnce(signInId, known, nowMs);
  }

  forget(signInId: string): void {
    this.known.delete(signInId);
  }

  private askOnce(signInId: string, known: Known | undefined, nowMs: number): Promise<Standing> {
    const already = this.underway.get(signInId);
    if (already !== undefined) return already;
    const asking = this.ask(signInId, known, nowMs).finally(() => this.underway.delete(signInId));
    this.underway.set(signInId, asking);
    return asking;
  }

  private async ask(signInId: string, known: Known | undefined, nowMs: number): Promise<Standing> {
    try {
      const standing = await inTime(this.options.timeoutMs, this.options.ask(signInId));
      this.known.set(signInId, { standing, saidAtMs: nowMs, askedAtMs: nowMs });
      return standing;
    } catch (error) {
      if (known === undefined || Math.abs(nowMs - known.saidAtMs) > this.options.believedForMs) throw error;
      this.known.set(signInId, { ...known, askedAtMs: nowMs });
      return known.standing;
    }
  }
}
