import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ReadModelError, type Answer, type ReadModels } from '#projections';
import type { Caller } from '../http/caller.js';
import { tellPosition } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { READ_MODELS } from '../http/ports.js';
import { problem } from '../http/problem.js';

const WAIT_MS = { usual: 3_000, most: 30_000 } as const;

/** Reading what one wrote: waits for `Docket-At-Least`, and says what position the answer holds at (settled 3.2). */
@Injectable()
export class FreshEnough {
  constructor(
    private readonly positions: PositionTokens,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  /** @throws ProblemError 503 rather than rows older than what was asked for */
  async answer<T>(caller: Caller, reply: FastifyReply, model: string, query: (models: ReadModels) => Promise<Answer<T>>): Promise<T> {
    try {
      const wanted = await this.waitFor(caller, model);
      const { position, body } = await query(this.models);
      if (wanted !== undefined && position < wanted) throw this.behind();
      tellPosition(reply, this.positions.format(position));
      return body;
    } catch (error) {
      if (!(error instanceof ReadModelError)) throw error;
      if (error.code === 'invalid-query') throw problem('invalid-request', { detail: error.message });
      throw problem('database-unavailable', { headers: { 'retry-after': '2' } });
    }
  }

  private async waitFor({ headers }: Caller, model: string): Promise<bigint | undefined> {
    const token = headers['docket-at-least'];
    if (token === undefined) return undefined;
    if (typeof token !== 'string') throw problem('invalid-position');
    const position = this.positions.parse(token);
    if (!(await this.models.whenCaughtUp(position, waitMs(headers['docket-wait-ms']), [model]))) throw this.behind();
    return position;
  }

  private behind(): Error {
    return problem('read-model-behind', { headers: { 'retry-after': '1' } });
  }
}

function waitMs(header: string | string[] | undefined): number {
  if (header === undefined) return WAIT_MS.usual;
  if (typeof header !== 'string' || !/^\d{1,5}$/.test(header)) throw problem('invalid-request', { detail: 'Docket-Wait-Ms is a whole number of milliseconds.' });
  return Math.min(Number(header), WAIT_MS.most);
}
