import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { foldOrderDetails, type OrderDetails } from '#projections';
import { seesStore, type Caller } from '../http/caller.js';
import { tellPosition } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { FreshEnough } from './fresh-enough.js';
import { OrderStream, type RecordedOrderEvent } from './order-stream.js';
import type { OrderQuery } from './query.requests.js';

const DETAILS = { model: 'order-details', pastModel: 'order-details' } as const;

/** One order as it stands, or stood (D1): what is shown of it, and what follows from that. */
@Injectable()
export class DetailsOfOrder {
  constructor(
    private readonly fresh: FreshEnough,
    private readonly stream: OrderStream,
    private readonly positions: PositionTokens,
  ) {}

  /** @throws ProblemError 404 also for orders of stores that the caller does not see */
  async answer(caller: Caller, reply: FastifyReply, ref: string, query: OrderQuery): Promise<OrderDetails> {
    const orderId = orderIdFrom(ref);
    if (query.asOf !== undefined || query.atRevision !== undefined) return this.asItStood(caller, reply, orderId, query);
    const details = await this.fresh.answer(caller, reply, { ...DETAILS, asOf: undefined }, (models) => models.getOrder(orderId, caller.user.stores));
    if (details === undefined) throw problem('order-not-found');
    void reply.header('etag', `"${String(details.revision)}"`);
    return details;
  }

  /** Every event of it. @throws ProblemError 404 as above */
  async events(caller: Caller, orderId: string): Promise<readonly RecordedOrderEvent[]> {
    const events = await this.stream.read(orderId);
    const created = events[0]?.event;
    if (created?.type !== 'OrderCreated' || !seesStore(caller.user, created.data.storeId)) throw problem('order-not-found');
    return events;
  }

  /** Folded from the log, so that it needs no read model of its own; the bytes are those of the live answer then. */
  private async asItStood(caller: Caller, reply: FastifyReply, orderId: string, { asOf, atRevision }: OrderQuery): Promise<OrderDetails> {
    if (asOf !== undefined && atRevision !== undefined) throw problem('invalid-request', { detail: 'Name a revision, or a position or time, not both.' });
    const until = asOf === undefined ? undefined : await this.fresh.moment(caller, asOf, DETAILS.pastModel);
    const events = (await this.events(caller, orderId)).filter(({ revision, position }) => (until === undefined ? Number(revision) <= (atRevision ?? 0) : position <= until));
    const details = foldOrderDetails(events);
    const last = events.at(-1);
    if (details === undefined || last === undefined) throw problem('order-not-found', { detail: 'There was no such order then.' });
    tellPosition(reply, this.positions.format(until ?? last.position), details.revision);
    return this.fresh.asKept(details);
  }
}
