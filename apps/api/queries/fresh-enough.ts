import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ReadModelError, type Answer, type OrderDetails, type ReadModels } from '#projections';
import type { Caller } from '../http/caller.js';
import { tellPosition } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { READ_MODELS } from '../http/ports.js';
import { problem } from '../http/problem.js';
import { Past } from './past.js';

const WAIT_MS = { usual: 3_000, most: 30_000 } as const;

/** Which rows answer a query, now and as of a moment that has passed. */
export interface Asked {
  readonly model: string;
  readonly pastModel: string;
  /** A position or a time; absent for now. */
  readonly asOf: string | undefined;
}

/** Reading what one wrote, or what stood then: says what position the answer holds at (settled 3.2). */
@Injectable()
export class FreshEnough {
  constructor(
    private readonly positions: PositionTokens,
    private readonly past: Past,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {}

  /** @throws ProblemError 503 rather than rows older than what was asked for */
  async answer<T>(caller: Caller, reply: FastifyReply, asked: Asked, query: (models: ReadModels, asOf?: bigint) => Promise<Answer<T>>): Promise<T> {
    return this.guarded(async () => {
      const asOf = asked.asOf === undefined ? undefined : await this.moment(caller, asked.asOf, asked.pastModel);
      const wanted = asOf ?? (await this.waitFor(caller, asked.model));
      const { position, body } = await query(this.models, asOf);
      if (wanted !== undefined && position < wanted) throw this.behind();
      tellPosition(reply, this.positions.format(asOf ?? position));
      return body;
    });
  }

  /** The position meant by `asOf`, once the read model has reached it. @throws ProblemError 400, 503 */
  async moment(caller: Caller, asOf: string, model: string): Promise<bigint> {
    return this.guarded(async () => {
      const position = await this.past.position(asOf, model, waitMs(caller.headers['docket-wait-ms']));
      if (position === undefined) throw this.behind();
      return position;
    });
  }

  /** Details from the log with the bytes that a live answer has. @throws ProblemError 503 */
  asKept(details: OrderDetails): Promise<OrderDetails> {
    return this.guarded(() => this.models.asKept(details));
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
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
