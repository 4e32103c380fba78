import { Controller, Param, Query as QueryString, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { foldOrderDetails, type HistoryPage, type OrderDetails, type OrderSearchAnswer, type PendingOrdersPage } from '#projections';
import { CurrentCaller, seesStore, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { readable, tellPosition } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { FreshEnough } from './fresh-enough.js';
import { OrderStream, type RecordedOrderEvent } from './order-stream.js';
import { AsOfQuery, HistoryPageQuery, PendingQuery, SearchQuery } from './query.requests.js';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

/** Finding orders and seeing everything that ever happened to them. */
@ApiTags('queries')
@Controller('api')
export class OrdersQueryController {
  constructor(
    private readonly fresh: FreshEnough,
    private readonly stream: OrderStream,
    private readonly positions: PositionTokens,
  ) {}

  @Query('searchOrders', 'orders', { summary: 'Find orders by what a caller says', description: 'At most 20, newest first. Billing addresses are not searched.' })
  search(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @QueryString() query: SearchQuery): Promise<OrderSearchAnswer> {
    return this.fresh.answer(caller, reply, 'order-search', (models) => models.searchOrders(query, caller.user.stores));
  }

  @Query('listPendingOrders', 'pending-orders', { summary: 'The grid of pending orders' })
  pending(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @QueryString() query: PendingQuery): Promise<PendingOrdersPage> {
    const { locked, ...rest } = query;
    return this.fresh.answer(caller, reply, 'pending-orders', (models) => models.listPendingOrders({ ...rest, ...(locked !== undefined && { locked: locked === 'true' }) }, caller.user.stores));
  }

  @Query('getOrder', 'orders/:id', { summary: 'An order as it stands, or stood' })
  async details(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() asOf: AsOfQuery): Promise<OrderDetails> {
    const orderId = orderIdFrom(ref);
    if (asOf.at !== undefined || asOf.atRevision !== undefined) return this.asOf(caller, reply, orderId, asOf);
    const details = await this.fresh.answer(caller, reply, 'order-details', (models) => models.getOrder(orderId, caller.user.stores));
    if (details === undefined) throw problem('order-not-found');
    void reply.header('etag', `"${String(details.revision)}"`);
    return details;
  }

  @Query('getOrderHistory', 'orders/:id/history', { summary: 'What happened to an order, in words' })
  async history(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() page: HistoryPageQuery): Promise<HistoryPage> {
    const history = await this.fresh.answer(caller, reply, 'activity-history', (models) => models.getOrderHistory(orderIdFrom(ref), page, caller.user.stores));
    if (history === undefined) throw problem('order-not-found');
    return history;
  }

  @Query('getOrderEvents', 'orders/:id/events', { summary: 'Every event of an order with its proofs, from the log' })
  async events(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<object> {
    const orderId = orderIdFrom(ref);
    const events = await this.readable(caller, orderId);
    const last = events.at(-1);
    if (last !== undefined) tellPosition(reply, this.positions.format(last.position), last.revision);
    return {
      orderId,
      events: events.map(({ id, event, revision, position, metadata }) => ({
        id,
        type: event.type,
        revision: Number(revision),
        position: this.positions.format(position),
        data: readable(event.data),
        metadata,
      })),
    };
  }

  private async asOf(caller: Caller, reply: FastifyReply, orderId: string, { at, atRevision }: AsOfQuery): Promise<OrderDetails> {
    if (at !== undefined && atRevision !== undefined) throw problem('invalid-request', { detail: 'Name a revision or a time, not both.' });
    const moment = at === undefined ? undefined : TIME.test(at) ? Date.parse(at) : Number.NaN;
    if (Number.isNaN(moment)) throw problem('invalid-request', { detail: 'at: an ISO 8601 time with its zone.' });
    const events = await this.readable(caller, orderId);
    const until = events.filter(({ revision, metadata }) => (atRevision === undefined || Number(revision) <= atRevision) && (moment === undefined || Date.parse(metadata.recordedAt) <= moment));
    const details = foldOrderDetails(until);
    const last = until.at(-1);
    if (details === undefined || last === undefined) throw problem('order-not-found', { detail: 'There was no such order then.' });
    tellPosition(reply, this.positions.format(last.position), details.revision);
    return details;
  }

  private async readable(caller: Caller, orderId: string): Promise<readonly RecordedOrderEvent[]> {
    const events = await this.stream.read(orderId);
    const created = events[0]?.event;
    if (created?.type !== 'OrderCreated' || !seesStore(caller.user, created.data.storeId)) throw problem('order-not-found');
    return events;
  }
}
