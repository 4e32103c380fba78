import { Inject, Injectable } from '@nestjs/common';
import type { WriteSide } from '#event-store';
import { formatPosition, parsePosition } from '#projecting';
import { WRITE_SIDE } from './ports.js';
import { problem } from './problem.js';

/** Positions of this installation's log, as clients see them. */
@Injectable()
export class PositionTokens {
  #identity = '';

  constructor(@Inject(WRITE_SIDE) private readonly writeSide: Pick<WriteSide, 'store'>) {}

  /** Before the first request: learns which log this is. */
  async open(): Promise<void> {
    this.#identity = await this.writeSide.store.identity();
  }

  format(position: bigint): string {
    return formatPosition({ logIdentity: this.#identity, position: position < 0n ? 0n : position });
  }

  /** @throws ProblemError 400 for anything that is no position of this log */
  parse(text: string): bigint {
    const token = parsePosition(text);
    if (token?.logIdentity !== this.#identity) throw problem('invalid-position');
    return token.position;
  }
}
