import { createHash } from 'node:crypto';
import type { EventStorePort } from '#event-store';
import { problem } from './problem.js';

const TOKEN = /^([A-Za-z0-9_-]{8})\.([0-9a-z]{1,13})$/;

/** Position tokens (settled 3.3): opaque, URL-safe, and of one log only. */
export class Positions {
  #mark: string | undefined;

  constructor(private readonly store: Pick<EventStorePort, 'identity'>) {}

  /** @throws StoreUnavailable while the log's identity was never learnt */
  async format(position: bigint): Promise<string> {
    return `${this.#mark ?? (await this.mark())}.${position.toString(36)}`;
  }

  /** @throws ProblemError 400 for what is no token, or one of another log */
  async parse(token: string): Promise<bigint> {
    const [, mark, digits = ''] = TOKEN.exec(token) ?? [];
    if (mark === undefined) throw problem('invalid-position', { detail: 'A position is a token that Docket-Position or an event stream gave.' });
    if (mark !== (this.#mark ?? (await this.mark()))) throw problem('invalid-position', { detail: 'The position belongs to another log.' });
    let position = 0n;
    for (const digit of digits) position = position * 36n + BigInt(parseInt(digit, 36));
    return position;
  }

  private async mark(): Promise<string> {
    this.#mark = createHash('sha256').update(await this.store.identity()).digest('base64url').slice(0, 8);
    return this.#mark;
  }
}
