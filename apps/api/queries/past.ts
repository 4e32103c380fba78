import { Inject, Injectable } from '@nestjs/common';
import type { WriteSide } from '#event-store';
import type { ReadModels } from '#projections';
import { PositionTokens } from '../http/position-tokens.js';
import { READ_MODELS, WRITE_SIDE } from '../http/ports.js';
import { problem } from '../http/problem.js';
import { instantFrom, looksLikeInstant } from './instant.js';

/** What `asOf` means: a position that an answer told, or the time up to which things had been recorded (settled 3.2). */
@Injectable()
export class Past {
  constructor(
    private readonly positions: PositionTokens,
    @Inject(READ_MODELS) private readonly models: ReadModels,
    @Inject(WRITE_SIDE) private readonly writeSide: Pick<WriteSide, 'store'>,
  ) {}

  /**
   * The position, once the read model named holds everything up to it; undefined when it does not within the time.
   * @throws ProblemError 400 for what is neither a position of this log nor a time that has come
   */
  async position(asOf: string, model: string, patienceMs: number): Promise<bigint | undefined> {
    const position = looksLikeInstant(asOf) ? await this.at(asOf, patienceMs) : this.positions.parse(asOf);
    return position !== undefined && (await this.models.whenCaughtUp(position, patienceMs, [model])) ? position : undefined;
  }

  /** Everything that is in the log by now was recorded by now: it is waited for, so that a time means the same again. */
  private async at(text: string, patienceMs: number): Promise<bigint | undefined> {
    const time = instantFrom(text);
    if (time === undefined) throw problem('invalid-request', { detail: 'asOf: there is no such time.' });
    if (time > Date.now()) throw problem('invalid-request', { detail: 'asOf: that time has not come yet.' });
    const head = (await this.writeSide.store.head()) ?? -1n;
    if (!(await this.models.whenCaughtUp(head, patienceMs, ['order-versions']))) return undefined;
    return this.models.positionAt(new Date(time).toISOString());
  }
}
