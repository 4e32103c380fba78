import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { CommandOutcome, CommandRequest } from '#event-store';
import { commandIdOf } from '#kernel';
import { needsSeenRevision, type OrderCommand, type OrderEvent } from '#ordering';
import { ExecuteOrderCommand } from '../../../libs/ordering/handlers/execute-order-command.handler.js';
import type { Caller } from '../http/caller.js';
import { createdIn, doneOrThrow, eventAnswer, tellPosition, type EventAnswer } from '../http/outcome.js';
import { Positions } from '../http/position.js';
import { idempotencyKeyFrom, seenFrom } from '../http/seen.js';
import { Metrics } from '../operations/metrics.js';
import { orderIdFrom, OrderFactsCache, type OrderFacts } from './order-facts.js';

export interface CommandAnswer {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly revision: number;
  readonly position: string;
  readonly repeated: boolean;
  readonly events: readonly EventAnswer[];
  readonly created?: Readonly<Record<string, string>>;
}

/** A command on its way: what the address, the headers and the sign-in say. */
export interface Call {
  readonly reference: string;
  readonly caller: Caller;
  readonly reply: FastifyReply;
}

type Build = (facts: OrderFacts, orderId: string) => OrderCommand | Promise<OrderCommand>;

/** The way of every order command from its DTO to the executor and back to an answer. */
@Injectable()
export class OrderCommands {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(OrderFactsCache) readonly facts: OrderFactsCache,
    @Inject(Positions) private readonly positions: Positions,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /**
   * @param payload the DTO as sent: the fingerprint of the key is made of it
   * @param build makes the command; may look things up
   * @throws ProblemError
   */
  async send(call: Call, type: OrderCommand['type'], payload: object, build: Build): Promise<CommandAnswer> {
    const { caller, reply } = call;
    const orderId = orderIdFrom(call.reference);
    const key = idempotencyKeyFrom(caller.headers);
    const seen = seenFrom(caller.headers, needsSeenRevision(type));
    const facts = await this.facts.of(orderId, caller);
    const command = await build(facts, orderId);
    const request: CommandRequest<OrderCommand> = {
      aggregateId: orderId,
      command,
      commandId: commandIdOf(caller.actor.id, key),
      actor: caller.actor,
      storeScope: caller.user.stores,
      storeId: facts.storeId,
      correlationId: caller.correlationId,
      ...('reasonCode' in command && command.reasonCode !== undefined && { reasonCode: command.reasonCode }),
      origin: 'api',
      payload: { type, ...payload },
      seen,
    };
    void reply.header('idempotency-key', encodeURI(key));
    const outcome = await this.bus.execute(new ExecuteOrderCommand(request));
    return this.answer(outcome, { type, orderId, orderNumber: facts.orderNumber, payload, reply });
  }

  async answer(
    outcome: CommandOutcome<OrderEvent>,
    about: { readonly type: string; readonly orderId: string; readonly orderNumber: string; readonly payload: object; readonly reply: FastifyReply },
  ): Promise<CommandAnswer> {
    this.metrics.commandOutcome(about.type, outcome);
    const { revision, events, repeated, ...done } = doneOrThrow(outcome, about.payload);
    const position = await this.positions.format(done.position);
    tellPosition(about.reply, position, revision);
    const created = createdIn(events);
    return {
      orderId: about.orderId,
      orderNumber: about.orderNumber,
      revision: Number(revision),
      position,
      repeated,
      events: events.map(eventAnswer),
      ...(created !== undefined && { created }),
    };
  }
}
