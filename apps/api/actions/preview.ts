import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { OperationId } from '#identity';
import type { Refusal } from '#kernel';
import { evolveOrder, NO_ORDER, orderDecider, orderTotals, type Order, type OrderEvent, type OrderState, type OrderTotals } from '#ordering';
import { describeEvent, type DescribedDetail } from '#projections';
import type { Caller } from '../http/caller.js';
import { problem, ProblemError, type ProblemBody } from '../http/problem.js';
import { seenFrom } from '../http/seen.js';
import { differenceFrom } from '../orders/order-commands.js';
import { decisionOf, PREVIEW_HEADER, previewing, unseenIn, type Creation, type Preview } from '../orders/previewed.js';
import { surroundings, type ThreeWay } from '../orders/three-way.js';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { refusalOf } from '../orders/caller-rights.js';
import type { Unavailable } from '../orders/unavailable.js';
import { CommandRoutes } from './command-routes.js';
import type { NewOrderOperation } from './order-operations.js';

/** What would happen to an order, and what it would come to. */
interface Outlook {
  readonly events: readonly { readonly type: string; readonly title: string; readonly details: readonly DescribedDetail[] }[];
  /** In minor units of the currency; the same twice when nothing would come of it. */
  readonly totals: { readonly currency: string; readonly before: OrderTotals; readonly after: OrderTotals };
}

/** An order that would be made: before, it comes to nothing. */
export interface NewOrderOutlook extends Outlook {
  /** What of it cannot be ordered now. */
  readonly unavailable: readonly Unavailable[];
}

export interface NewOrderPreview extends Omit<NewOrderOutlook, 'totals'> {
  readonly operation: OperationId;
  readonly would: 'done' | 'refused';
  /** Absent when nothing could be put together. */
  readonly totals?: NewOrderOutlook['totals'];
  readonly refusal?: Refusal;
}

export interface PreviewAnswer extends Outlook {
  readonly orderId: string;
  readonly revision: number;
  readonly operation: OperationId;
  /** `nothing`: accepted, and it would add nothing. */
  readonly would: 'done' | 'nothing' | 'refused' | 'conflict';
  readonly refusal?: Refusal;
  /** What a 409 `order-changed` would say. */
  readonly difference?: ThreeWay;
  /** Of a command that makes another order of this one. */
  readonly newOrder?: NewOrderOutlook;
}

export interface PreviewQuestion {
  readonly operation: OperationId;
  readonly ref: string;
  readonly part?: string | undefined;
  readonly body: object;
}

/**
 * What a command would do. It goes the whole way of that command inside this process, through sign-in, permissions,
 * checks and look-ups, and is caught where it would be sent; then `decide` is asked. Appends nothing, keeps no refusal.
 */
@Injectable()
export class Previews {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly routes: CommandRoutes,
  ) {}

  /** @throws ProblemError as the command itself would, except for what a rule refuses */
  async ask(caller: Caller, { operation, ref, part, body }: PreviewQuestion, events: readonly RecordedOrderEvent[]): Promise<PreviewAnswer> {
    const order = fold(events);
    const url = this.routes.addressOf(operation, ref, part);
    if (url === undefined) throw problem('invalid-request', { detail: `part: ${part === undefined ? 'the line, hold or shipment that the address of the command names' : 'the address of that command names none'}.` });
    const { request, from = { events }, creates, refusedElsewhere, refusal } = await this.putTogether(caller, url, body);
    const orderId = events[0]?.stream.slice('order-'.length) ?? '';
    const revision = Number(events.at(-1)?.revision ?? 0);
    const nothing = { orderId, revision, operation, events: [], totals: totals(order, order) } as const;
    if (request === undefined) return { ...nothing, would: 'refused', ...(refusal && { refusal }) };

    const { command } = request;
    const unseen = unseenIn(from, seenFrom(caller.headers, false), command);
    if (unseen !== undefined) return { ...nothing, would: 'conflict', difference: differenceFrom(from, unseen, request, body) };
    const verdict = orderDecider.decide(command, order, decisionOf(request));
    if (verdict.kind === 'refused') return { ...nothing, would: 'refused', refusal: verdict.refusal };
    const elsewhere = refusal ?? refusedElsewhere;
    if (elsewhere !== undefined) return { ...nothing, would: 'refused', refusal: elsewhere };
    const made = creates && orderOf(creates);
    if (made?.refusal !== undefined) return { ...nothing, would: 'refused', refusal: made.refusal };
    const after = verdict.events.reduce<OrderState>(evolveOrder, order);
    return {
      ...nothing,
      would: verdict.events.length === 0 && made === undefined ? 'nothing' : 'done',
      events: inWords(verdict.events, after),
      totals: totals(order, after.status === 'none' ? order : after),
      ...(made && { newOrder: made.outlook }),
    };
  }

  /** Of an order that there is not yet. @throws ProblemError as the command itself would, except for what a rule refuses */
  async askNew(caller: Caller, operation: NewOrderOperation, cart: Readonly<Record<string, string>>, body: object): Promise<NewOrderPreview> {
    const ofCart = operation === 'submitCart';
    const url = this.routes.addressWith(operation, ofCart ? cart : {});
    if (url === undefined) throw problem('invalid-request', { detail: 'cart: whose, and in which store.' });
    const { creates, refusal } = await this.putTogether(caller, url, body);
    if (!ofCart && Object.keys(cart).length > 0) throw problem('invalid-request', { detail: 'cart: that command names none.' });
    if (creates === undefined) return { operation, would: 'refused', events: [], unavailable: [], ...(refusal && { refusal }) };
    const made = orderOf(creates);
    return { operation, would: made.refusal === undefined ? 'done' : 'refused', ...made.outlook, ...(made.refusal && { refusal: made.refusal }) };
  }

  private async putTogether(caller: Caller, url: string, body: object): Promise<Preview & { readonly refusal?: Refusal }> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const { answer, preview } = await previewing(async (token, underway) => {
      const headers = { authorization: caller.headers.authorization, 'content-type': 'application/json', 'docket-correlation-id': caller.correlationId, [PREVIEW_HEADER]: token };
      return { answer: await fastify.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) }), preview: underway };
    });
    if (answer.statusCode < 300) {
      if (preview.request === undefined && preview.creates === undefined) throw problem('internal-error');
      return preview;
    }
    const { status, code, title, detail, rule, details } = answer.json<ProblemBody>();
    const refused = new ProblemError(status, code, title, { ...(detail !== undefined && { detail }), ...(details !== undefined && { details }), ...(rule !== undefined && { rule }) });
    if (status === 409 && rule !== undefined) return { ...preview, refusal: refusalOf(refused) };
    throw refused;
  }
}

/** The order that the requests would make, decided one after another. */
function orderOf({ requests, unavailable, problem: notOrdered }: Creation): { readonly outlook: NewOrderOutlook; readonly refusal?: Refusal } {
  let state: OrderState = NO_ORDER;
  let refusal = notOrdered && refusalOf(notOrdered);
  const events: OrderEvent[] = [];
  for (const request of requests) {
    const verdict = orderDecider.decide(request.command, state, decisionOf(request));
    if (verdict.kind === 'refused') {
      refusal ??= verdict.refusal;
      continue;
    }
    events.push(...verdict.events);
    state = verdict.events.reduce<OrderState>(evolveOrder, state);
  }
  const empty = events.slice(0, 1).reduce<OrderState>(evolveOrder, NO_ORDER);
  if (empty.status === 'none' || state.status === 'none') throw problem('internal-error');
  const nothing = refusal !== undefined;
  return { outlook: { events: nothing ? [] : inWords(events, state), totals: totals(empty, nothing ? empty : state), unavailable }, ...(refusal && { refusal }) };
}

const inWords = (events: readonly OrderEvent[], after: OrderState): Outlook['events'] => {
  const around = surroundings(after);
  return events.map((event) => ({ type: event.type, ...describeEvent({ event }, around) }));
};

function fold(events: readonly RecordedOrderEvent[]): Order {
  const state = events.reduce<OrderState>((now, { event }) => evolveOrder(now, event), NO_ORDER);
  if (state.status === 'none') throw problem('order-not-found');
  return state;
}

const totals = (before: Order, after: Order): Outlook['totals'] => ({ currency: before.currency, before: orderTotals(before), after: orderTotals(after) });
