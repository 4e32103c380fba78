import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { CommandExecutor, CommandOutcome } from '#event-store';
import { commandIdOf, createdIdOf, newOrderNumber, orderIdOf } from '#kernel';
import { COPY, orderRules, type Order, type OrderCommand, type OrderCommandOf, type OrderEvent } from '#ordering';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { doneOrThrow } from '../http/outcome.js';
import { ProblemError } from '../http/problem.js';
import { idempotencyKeyFrom } from '../http/seen.js';
import { COMMAND_EXECUTOR } from '../../../libs/ordering/handlers/command-executor.token.js';
import { CreateOrderWithLines } from '../../../libs/ordering/handlers/create-order.handler.js';
import { nothingDone, orderIdFrom, OrderCommands, type CommandAnswer, type Priced, type PricedItem } from './order-commands.js';
import { previewOf } from './previewed.js';
import type { Unavailable } from './unavailable.js';

export interface CopyAnswer extends CommandAnswer {
  readonly copiedFrom: string;
  readonly unavailable: readonly Unavailable[];
}

/** A new order, and under which ids it is made: the same ids make the same order. */
export interface NewOrder {
  readonly commandId: string;
  readonly create: Omit<OrderCommandOf<'CreateOrder'>, 'type' | 'orderNumber'>;
  readonly items: readonly PricedItem[];
  /** What of it cannot be ordered, and whether that stands in the way. */
  readonly unavailable: readonly Unavailable[];
  readonly problem?: ProblemError;
  /** What the caller sent. */
  readonly payload: object;
}

interface Made extends Pick<CommandAnswer, 'orderId' | 'orderNumber' | 'commandId'> {
  readonly outcome: CommandOutcome<OrderEvent>;
}

/** Orders that are made of others, at today's prices. */
@Injectable()
export class Copies {
  constructor(
    private readonly bus: CommandBus,
    private readonly orders: OrderCommands,
    @Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor,
  ) {}

  /** A new, similar pending order of one that was confirmed (A59). Nothing about payment is copied. */
  async copy(caller: Caller, reply: FastifyReply, ref: string, body: object): Promise<CopyAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const commandId = commandIdOf(caller.actor.id, key);
    const { orderId, order } = await this.latest(caller, ref);
    const { storeId, currency, channel, customer, contact, shipTo } = order;
    if (!(await this.isMade(commandId))) await this.orders.mayBeDone(caller, orderId, order, { type: 'CopyOrder' }, commandId);
    const { items, unavailable } = await this.priced(order);
    if (items.length === 0) throw new ProblemError(409, 'nothing-to-order', 'A rule refuses it', { rule: 'A59', detail: 'Nothing of that order can be ordered now.', details: { unavailable } });
    const made = await this.make(caller, {
      commandId,
      create: { storeId, currency, channel: channel === 'import' ? 'phone' : channel, customer, contact, shipTo, source: { system: COPY, reference: order.orderNumber } },
      items,
      unavailable,
      payload: { ...body, copyOf: orderId },
    });
    if (made === undefined) return { ...nothingDone(orderId, order, commandId), copiedFrom: order.orderNumber, unavailable };
    void reply.header('idempotency-key', key);
    return { ...this.orders.answerOf(reply, named(made), doneOrThrow(made.outcome)), copiedFrom: order.orderNumber, unavailable };
  }

  async latest(caller: Caller, ref: string): Promise<{ readonly orderId: string; readonly order: Order }> {
    const orderId = orderIdFrom(ref);
    const known = await this.orders.orderOf(caller, orderId);
    const { state } = await this.executor.load(orderRules, orderId);
    return { orderId, order: state.status === 'none' ? known : state };
  }

  /** What was ordered, as it can be ordered now; replacements for lost pieces were never ordered. */
  async priced({ lines, currency, shipTo }: Order): Promise<Priced> {
    const wanted = lines.filter(({ replaces }) => replaces === undefined).map(({ sku, ordered: quantity }) => ({ sku, quantity }));
    return this.orders.priced(wanted, currency, shipTo.country);
  }

  /**
   * Makes the order with its lines, or finds the one that the same ids have made before.
   * @returns undefined when it was only asked what would come of it
   * @throws ProblemError when what cannot be ordered stands in the way
   */
  async make(caller: Caller, { commandId, create, items, unavailable, problem, payload }: NewOrder): Promise<Made | undefined> {
    const preview = previewOf(caller.headers);
    if (problem !== undefined && preview === undefined) throw problem;
    const orderNumber = numberOf(commandId);
    const orderId = orderIdOf(orderNumber);
    // What the lines come from may have changed since: an order that is there has its lines already.
    const adding = preview === undefined && (await this.isMade(commandId)) ? [] : items;
    const commands: readonly OrderCommand[] = [{ type: 'CreateOrder', orderNumber, ...create }, ...adding.map((item): OrderCommand => ({ type: 'AddOrderLine', ...item }))];
    const requests = commands.map((command, index) =>
      asked(caller, {
        aggregateId: orderId,
        command,
        commandId: index === 0 ? commandId : createdIdOf(commandId, 'first-line', index),
        storeId: create.storeId,
        payload: index === 0 ? payload : { type: command.type, index },
      }),
    );
    if (preview !== undefined) {
      preview.creates = { requests, unavailable, ...(problem && { problem }) };
      return undefined;
    }
    return { orderId, orderNumber, commandId, outcome: await this.bus.execute(new CreateOrderWithLines(requests)) };
  }

  private async isMade(commandId: string): Promise<boolean> {
    const { state } = await this.executor.load(orderRules, orderIdOf(numberOf(commandId)));
    return state.status !== 'none';
  }
}

/** What an answer says of the order besides its events. */
export const named = ({ orderId, orderNumber, commandId }: Made): Pick<CommandAnswer, 'orderId' | 'orderNumber' | 'commandId'> => ({ orderId, orderNumber, commandId });

const numberOf = (commandId: string): string => newOrderNumber(createHash('sha256').update(commandId).digest().subarray(0, 9));
