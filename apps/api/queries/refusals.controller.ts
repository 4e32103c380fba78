import { Controller, Inject, Param, ParseUUIDPipe, Query as QueryString, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createRefusalLog, rerunRefusals, type AggregateRules, type OrderCommandRefused, type RerunRefusal, type WriteSide } from '#event-store';
import type { Users } from '#identity';
import type { DomainCommand, DomainEvent, RecordedEvent, Refusal } from '#kernel';
import { cartIdOf, cartRules, customerRules, deskRules, orderRules } from '#ordering';
import { CurrentCaller, seesStore, sharesStores, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { tellPosition } from '../http/outcome.js';
import { USERS, WRITE_SIDE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { readable } from '../http/readable.js';
import { NO_STORE } from '../orders/calls.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { RefusalsQuery } from './query.requests.js';

interface RefusedAnswer {
  readonly commandId: string;
  /** As it was asked, under the rules of then. */
  readonly command: { readonly type: string; readonly [field: string]: unknown };
  readonly actor: { readonly id: string; readonly role: string };
  readonly refusal: Refusal;
  /** Of the order, desk or cart when it was decided; absent before it existed. */
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

interface CallRefusalsAnswer {
  readonly agentId: string;
  readonly refusals: readonly RefusedAnswer[];
}

interface CartRefusalsAnswer {
  readonly cartId: string;
  readonly refusals: readonly RefusedAnswer[];
}

const RERUN = 'With rerun=true each is decided again, on what it was about as it stood then.';

/** What was refused, kept so that "the system would not let me" can be settled (D2). */
@ApiTags('queries')
@Controller('api')
export class RefusalsController {
  constructor(
    @Inject(WRITE_SIDE) private readonly writeSide: Pick<WriteSide, 'store' | 'codec' | 'keys' | 'executor'>,
    @Inject(USERS) private readonly users: Pick<Users, 'find'>,
    private readonly positions: PositionTokens,
  ) {}

  @Query('listOrderRefusals', 'orders/:id/refusals', { summary: 'What was asked of an order and refused, by which rule', description: RERUN })
  async refusals(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() query: RefusalsQuery): Promise<RefusalsAnswer> {
    const orderId = orderIdFrom(ref);
    const { state, revision, position } = await this.writeSide.executor.load(orderRules, orderId);
    if (state.status === 'none' || position === undefined || !seesStore(caller.user, state.storeId)) throw problem('order-not-found');
    tellPosition(reply, this.positions.format(position), revision);
    return { orderId, refusals: await this.kept(orderRules, orderId, query) };
  }

  @Query('listCallRefusals', 'agents/:agentId/call-refusals', { summary: 'What an agent asked of their calls and was refused, by which rule', description: `${RERUN} Only what was about stores of yours, or about none.` })
  async ofCalls(@CurrentCaller() caller: Caller, @Param('agentId', ParseUUIDPipe) agentId: string, @QueryString() query: RefusalsQuery): Promise<CallRefusalsAnswer> {
    const agent = await this.users.find(agentId);
    if (agent === undefined || !sharesStores(caller.user, agent)) throw problem('not-found');
    return { agentId, refusals: await this.kept(deskRules, agentId, query, (storeId) => storeId === NO_STORE || seesStore(caller.user, storeId)) };
  }

  @Query('listCartRefusals', 'customers/:customerId/carts/:storeId/refusals', { summary: "What was asked of a customer's cart and refused, by which rule", description: RERUN })
  async ofCart(@CurrentCaller() caller: Caller, @Param('customerId', ParseUUIDPipe) customerId: string, @Param('storeId') storeId: string, @QueryString() query: RefusalsQuery): Promise<CartRefusalsAnswer> {
    const { state } = await this.writeSide.executor.load(customerRules, customerId);
    if (state.status === 'none' || state.storeId !== storeId || !seesStore(caller.user, storeId)) throw problem('not-found');
    const cartId = cartIdOf(storeId, customerId);
    return { cartId, refusals: await this.kept(cartRules, cartId, query) };
  }

  private async kept<State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    aggregateId: string,
    { rerun }: RefusalsQuery,
    shown: (storeId: string) => boolean = () => true,
  ): Promise<readonly RefusedAnswer[]> {
    const { store, codec, keys } = this.writeSide;
    const log = createRefusalLog(store, keys);
    const refusals: RefusedAnswer[] = [];
    if (rerun === 'true') {
      for await (const { refused, now, same } of rerunRefusals({ store, codec, refusals: log }, rules, aggregateId)) {
        if (shown(refused.metadata.storeId)) refusals.push({ ...answerOf(refused), rerun: { same, outcome: now } });
      }
    } else {
      for await (const refused of log.read(aggregateId)) if (shown(refused.metadata.storeId)) refusals.push(answerOf(refused));
    }
    return refusals;
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
