import { Controller, Param, Query as QueryString, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { EventMetadata } from '#kernel';
import type { HistoryPage, OrderDetails, OrderSearchAnswer, PendingOrdersPage } from '#projections';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { tellPosition } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { readableEvent, type OrderEventWith } from '../http/readable.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { DetailsOfOrder } from './details-of-order.js';
import { FreshEnough } from './fresh-enough.js';
import { OrderQuery, HistoryPageQuery, PendingQuery, SearchQuery } from './query.requests.js';

const SEARCH = { model: 'order-search', pastModel: 'order-versions' } as const;
const GRID = { model: 'pending-orders', pastModel: 'order-versions' } as const;
const HISTORY = { model: 'activity-history', pastModel: 'activity-history' } as const;

interface Proof {
  readonly id: string;
  readonly revision: number;
  readonly position: string;
  readonly metadata: EventMetadata;
}

interface OrderEventsAnswer {
  readonly orderId: string;
  readonly events: readonly OrderEventWith<Proof>[];
}

/** Finding orders and seeing everything that ever happened to them. */
@ApiTags('queries')
@Controller('api')
export class OrdersQueryController {
  constructor(
    private readonly fresh: FreshEnough,
    private readonly order: DetailsOfOrder,
    private readonly positions: PositionTokens,
  ) {}

  @Query('searchOrders', 'orders', { summary: 'Find orders by what a caller says', description: 'At most 20, newest first. Billing addresses are not searched.' })
  search(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @QueryString() query: SearchQuery): Promise<OrderSearchAnswer> {
    const { asOf: then, ...criteria } = query;
    return this.fresh.answer(caller, reply, { ...SEARCH, asOf: then }, (models, asOf) => models.searchOrders(criteria, caller.user.stores, asOf));
  }

  @Query('listPendingOrders', 'pending-orders', { summary: 'The grid of pending orders' })
  pending(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @QueryString() query: PendingQuery): Promise<PendingOrdersPage> {
    const { locked, asOf: then, ...rest } = query;
    const wanted = { ...rest, ...(locked !== undefined && { locked: locked === 'true' }) };
    return this.fresh.answer(caller, reply, { ...GRID, asOf: then }, (models, asOf) => models.listPendingOrders(wanted, caller.user.stores, asOf));
  }

  @Query('getOrder', 'orders/:id', { summary: 'An order as it stands, or stood' })
  details(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() query: OrderQuery): Promise<OrderDetails> {
    return this.order.answer(caller, reply, ref, query);
  }

  @Query('getOrderHistory', 'orders/:id/history', { summary: 'What happened to an order, in words' })
  async history(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() page: HistoryPageQuery): Promise<HistoryPage> {
    const { asOf: then, ...wanted } = page;
    const history = await this.fresh.answer(caller, reply, { ...HISTORY, asOf: then }, (models, asOf) => models.getOrderHistory(orderIdFrom(ref), wanted, caller.user.stores, asOf));
    if (history === undefined) throw problem('order-not-found');
    return history;
  }

  @Query('getOrderEvents', 'orders/:id/events', { summary: 'Every event of an order with its proofs, from the log' })
  async events(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<OrderEventsAnswer> {
    const orderId = orderIdFrom(ref);
    const events = await this.order.events(caller, orderId);
    const last = events.at(-1);
    if (last !== undefined) tellPosition(reply, this.positions.format(last.position), last.revision);
    return {
      orderId,
      events: events.map(({ id, event, revision, position, metadata }) => readableEvent(event, { id, revision: Number(revision), position: this.positions.format(position), metadata } satisfies Proof)),
    };
  }
}
