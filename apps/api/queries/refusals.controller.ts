import { Controller, Inject, Param, Query as QueryString, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createRefusalLog, rerunRefusals, type OrderCommandRefused, type RerunRefusal, type WriteSide } from '#event-store';
import type { RecordedEvent, Refusal } from '#kernel';
import { orderRules } from '#ordering';
import { CurrentCaller, seesStore, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { tellPosition } from '../http/outcome.js';
import { WRITE_SIDE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { readable } from '../http/readable.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { RefusalsQuery } from './query.requests.js';

interface RefusedAnswer {
  readonly commandId: string;
  /** As it was asked, under the rules of then. */
  readonly command: { readonly type: string; readonly [field: string]: unknown };
  readonly actor: { readonly id: string; readonly role: string };
  readonly refusal: Refusal;
  /** Of the order when it was decided; absent before it existed. */
  readonly revision?: number;
  readonly decidedAt: string;
  readonly policyVersion: string;
  /** With `rerun`: what the same command comes to on the same state under the rules of today. */
  readonly rerun?: { readonly same: boolean; readonly outcome: RerunRefusal['now'] };
}

interface RefusalsAnswer {
  readonly orderId: string;
  readonly refusals: readonly RefusedAnswer[];
}

/** What was refused, kept so that "the system would not let me" can be settled (D2). */
@ApiTags('queries')
@Controller('api/orders/:id')
export class RefusalsController {
  constructor(
    @Inject(WRITE_SIDE) private readonly writeSide: Pick<WriteSide, 'store' | 'codec' | 'keys' | 'executor'>,
    private readonly positions: PositionTokens,
  ) {}

  @Query('listOrderRefusals', 'refusals', { summary: 'What was asked of an order and refused, by which rule', description: 'With rerun=true each is decided again, on the order as it stood then.' })
  async refusals(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() { rerun }: RefusalsQuery): Promise<RefusalsAnswer> {
    const orderId = orderIdFrom(ref);
    const { store, codec, keys, executor } = this.writeSide;
    const { state, revision, position } = await executor.load(orderRules, orderId);
    if (state.status === 'none' || position === undefined || !seesStore(caller.user, state.storeId)) throw problem('order-not-found');
    tellPosition(reply, this.positions.format(position), revision);
    const log = createRefusalLog(store, keys);
    const refusals: RefusedAnswer[] = [];
    if (rerun === 'true') {
      for await (const { refused, now, same } of rerunRefusals({ store, codec, refusals: log }, orderRules, orderId)) refusals.push({ ...answerOf(refused), rerun: { same, outcome: now } });
    } else {
      for await (const refused of log.read(orderId)) refusals.push(answerOf(refused));
    }
    return { orderId, refusals };
  }
}

function answerOf({ event, metadata }: RecordedEvent<OrderCommandRefused>): RefusedAnswer {
  const { command, refusal, revision, now } = event.data;
  return {
    commandId: metadata.commandId,
    command: readable(command),
    actor: metadata.actor,
    refusal,
    ...(revision !== undefined && { revision }),
    decidedAt: now,
    policyVersion: metadata.policyVersion,
  };
}
