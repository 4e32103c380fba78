import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { OperationId } from '#identity';
import type { Refusal } from '#kernel';
import { evolveOrder, NO_ORDER, orderDecider, orderTotals, type Order, type OrderState, type OrderTotals } from '#ordering';
import { describeEvent, type DescribedDetail } from '#projections';
import type { Caller } from '../http/caller.js';
import { problem, ProblemError, type ProblemBody } from '../http/problem.js';
import { seenFrom } from '../http/seen.js';
import { differenceFrom } from '../orders/order-commands.js';
import { decisionOf, PREVIEW_HEADER, previewing, unseenIn, type DerivedFrom, type Preview } from '../orders/previewed.js';
import { surroundings, type ThreeWay } from '../orders/three-way.js';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { CommandRoutes } from './command-routes.js';

export interface PreviewAnswer {
  readonly orderId: string;
  readonly revision: number;
  readonly operation: OperationId;
  /** `nothing`: accepted, and it would add nothing. */
  readonly would: 'done' | 'nothing' | 'refused' | 'conflict';
  readonly events: readonly { readonly type: string; readonly title: string; readonly details: readonly DescribedDetail[] }[];
  /** In minor units of the currency; the same twice when nothing would come of it. */
  readonly totals: { readonly currency: string; readonly before: OrderTotals; readonly after: OrderTotals };
  readonly refusal?: Refusal;
  /** What a 409 `order-changed` would say. */
  readonly difference?: ThreeWay;
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
  async ask(caller: Caller, question: PreviewQuestion, events: readonly RecordedOrderEvent[]): Promise<PreviewAnswer> {
    const order = fold(events);
    const asked = await this.putTogether(caller, question);
    const orderId = events[0]?.stream.slice('order-'.length) ?? '';
    const revision = Number(events.at(-1)?.revision ?? 0);
    const nothing = { orderId, revision, operation: question.operation, events: [], totals: totals(order, order) } as const;
    if ('refusal' in asked) return { ...nothing, would: 'refused', refusal: asked.refusal };

    const { command, commandId, actor } = asked.request;
    const decision = decisionOf({ commandId, actor });
    const seen = seenFrom(caller.headers, false);
    const { from = { events } } = asked;
    const unseen = unseenIn(from, seen, command);
    if (unseen !== undefined) return { ...nothing, would: 'conflict', difference: differenceFrom(from, unseen, asked.request, question.body) };
    const verdict = orderDecider.decide(command, order, decision);
    if (verdict.kind === 'refused') return { ...nothing, would: 'refused', refusal: verdict.refusal };
    if (asked.refusedElsewhere !== undefined) return { ...nothing, would: 'refused', refusal: asked.refusedElsewhere };
    const after = verdict.events.reduce<OrderState>(evolveOrder, order);
    const around = surroundings(after.status === 'none' ? order : after);
    return {
      ...nothing,
      would: verdict.events.length === 0 ? 'nothing' : 'done',
      events: verdict.events.map((event) => ({ type: event.type, ...describeEvent({ event }, around) })),
      totals: totals(order, after.status === 'none' ? order : after),
    };
  }

  private async putTogether(caller: Caller, { operation, ref, part, body }: PreviewQuestion): Promise<{ readonly request: NonNullable<Preview['request']>; readonly from?: DerivedFrom; readonly refusedElsewhere?: Refusal } | { readonly refusal: Refusal }> {
    const url = this.routes.addressOf(operation, ref, part);
    if (url === undefined) throw problem('invalid-request', { detail: `part: ${part === undefined ? 'the line, hold or shipment that the address of the command names' : 'the address of that command names none'}.` });
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const { answer, request, from, refusedElsewhere } = await previewing(async (token, preview) => {
      const headers = { authorization: caller.headers.authorization, 'content-type': 'application/json', 'docket-correlation-id': caller.correlationId, [PREVIEW_HEADER]: token };
      const reply = await fastify.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) });
      return { answer: reply, request: preview.request, from: preview.from, refusedElsewhere: preview.refusedElsewhere };
    });
    if (request !== undefined) return { request, ...(from && { from }), ...(refusedElsewhere && { refusedElsewhere }) };
    if (answer.statusCode < 300) throw problem('internal-error');
    const { status, code, title, detail, rule, details } = answer.json<ProblemBody>();
    const more = { ...(detail !== undefined && { detail }), ...(details !== undefined && { details }), ...(rule !== undefined && { rule }) };
    if (status === 409 && rule !== undefined) return { refusal: { code, rule, message: detail ?? title, ...(details !== undefined && { details }) } };
    throw new ProblemError(status, code, title, more);
  }
}

function fold(events: readonly RecordedOrderEvent[]): Order {
  const state = events.reduce<OrderState>((now, { event }) => evolveOrder(now, event), NO_ORDER);
  if (state.status === 'none') throw problem('order-not-found');
  return state;
}

const totals = (before: Order, after: Order): PreviewAnswer['totals'] => ({ currency: before.currency, before: orderTotals(before), after: orderTotals(after) });
