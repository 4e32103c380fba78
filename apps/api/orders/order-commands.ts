import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue, ReasonUse } from '#catalogue';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { commandIdOf, createdIdOf, isUuid, newOrderNumber, normaliseOrderNumber, orderIdOf, personal, subjectIdOf, type Personal } from '#kernel';
import { customerRules, needsSeenRevision, ORDER_TAX_CLASS, orderRules, type LineQuote, type Order, type OrderCommand, type OrderCommandOf, type OrderEvent, type Place, type TaxRates, type WantedItem } from '#ordering';
import { asked } from '../http/asked.js';
import { seesStore, type Caller } from '../http/caller.js';
import { createdIn, doneOrThrow, tellDone, type Created, type EventAnswer } from '../http/outcome.js';
import { CATALOGUE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem, ProblemError } from '../http/problem.js';
import { idempotencyKeyFrom, seenFrom } from '../http/seen.js';
import { COMMAND_EXECUTOR } from '../../../libs/ordering/handlers/command-executor.token.js';
import { CreateOrderWithLines } from '../../../libs/ordering/handlers/create-order.handler.js';
import { ExecuteOrderCommand } from '../../../libs/ordering/handlers/execute-order-command.handler.js';
import { OrderStream } from '../queries/order-stream.js';
import type { CreateOrderBody, PlaceBody } from './order.requests.js';
import { permitted } from './caller-rights.js';
import { decisionOf, previewOf, unseenIn, type DerivedFrom, type Unseen } from './previewed.js';
import { threeWay, type ThreeWay } from './three-way.js';
import type { Unavailable } from './unavailable.js';

export interface CommandAnswer {
  readonly orderId: string;
  readonly orderNumber: string;
  /** By it the command can be undone. */
  readonly commandId: string;
  readonly revision: number;
  /** Token for `Docket-At-Least`. */
  readonly position: string;
  /** The command had been executed before; this is its first answer. */
  readonly repeated: boolean;
  readonly events: readonly EventAnswer[];
  /** Ids of what the command made. */
  readonly created?: Created;
}

/** What a command needs of its order before it can be put together. */
export interface Known {
  /** As last known here: for what never changes about an order, its lines and its holds. */
  readonly order: Order;
  /** As it stands now: when something is not in `order`. */
  readonly latest: () => Promise<Order>;
  /** A note about the order's customer, sealed under their key. */
  readonly note: (text: string | undefined) => { readonly note?: Personal<string> };
}

export interface Sending {
  readonly caller: Caller;
  readonly reply: FastifyReply;
  /** Id or number of the order. */
  readonly ref: string;
  /** Line, hold or shipment that the address names. */
  readonly part?: string;
  readonly body: unknown;
}

export interface PricedItem extends WantedItem {
  readonly parentSku?: string;
  readonly quote: LineQuote;
}

export interface Priced {
  readonly items: readonly PricedItem[];
  readonly unavailable: readonly Unavailable[];
  readonly problem?: ProblemError;
}

/** A command that follows from the order's own history. */
export interface Derived extends DerivedFrom {
  readonly command: OrderCommand;
  readonly commandId: string;
  /** What it was derived from: the same id with another is refused. */
  readonly payload: unknown;
  /** What the caller sent. */
  readonly body: object;
  /** What it came of: by it the same request is known again. */
  readonly causationId: string;
  /** The caller's, when the answer goes by it. */
  readonly key?: string;
  /** Whether the caller must say what they saw. */
  readonly seenNeeded: boolean;
}

/** From a request to a command and back to an answer: the same for all operations. */
@Injectable()
export class OrderCommands {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: PositionTokens,
    @Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    private readonly stream: OrderStream,
  ) {}

  async send<Type extends OrderCommand['type']>(
    { caller, reply, ref, part, body }: Sending,
    type: Type,
    build: (known: Known) => Omit<OrderCommandOf<Type>, 'type'> | Promise<Omit<OrderCommandOf<Type>, 'type'>>,
  ): Promise<CommandAnswer> {
    const preview = previewOf(caller.headers);
    const seen = seenFrom(caller.headers, needsSeenRevision(type) && preview === undefined);
    const key = idempotencyKeyFrom(caller.headers);
    const orderId = orderIdFrom(ref);
    const order = await this.orderOf(caller, orderId);
    const subjectId = order.contact.subjectId;
    const latest = (): Promise<Order> => this.latestOf(orderId, order);
    const fields = await build({ order, latest, note: (text) => (text === undefined ? {} : { note: personal(subjectId, text) }) });
    const command = await permitted(this.catalogue, caller.user.role, { type, ...fields } as OrderCommandOf<Type>, latest);
    const reasonCode = 'reasonCode' in fields ? (fields.reasonCode as string | undefined) : undefined;
    const request = asked<OrderCommand>(caller, {
      aggregateId: orderId,
      storeId: order.storeId,
      commandId: commandIdOf(caller.actor.id, key),
      command,
      payload: { type, body, ...(part !== undefined && { part }) },
      seen,
      ...(reasonCode !== undefined && { reasonCode }),
    });
    if (preview !== undefined) {
      preview.request = request;
      return nothingDone(orderId, order, request.commandId);
    }
    const outcome = await this.bus.execute(new ExecuteOrderCommand(request));
    const difference = outcome.kind === 'conflict' ? threeWay(await this.stream.read(orderId), outcome.seen, request.command, decisionOf(request), body) : undefined;
    return this.answer(reply, key, request, order.orderNumber, outcome, difference);
  }

  /**
   * Sends what was derived from the order as it was read, under an id of its own.
   * @returns undefined when the order has moved since: derive it again
   * @throws ProblemError as a command of one's own: 412, or 409 with what was seen, what is now and what was meant (settled 3.1)
   */
  async sendDerived(caller: Caller, reply: FastifyReply, orderId: string, derived: Derived): Promise<CommandAnswer | undefined> {
    const preview = previewOf(caller.headers);
    const { commandId, payload, body, causationId, key, events, meant, about } = derived;
    const seen = seenFrom(caller.headers, derived.seenNeeded && preview === undefined);
    const order = await this.orderOf(caller, orderId);
    const command = await permitted(this.catalogue, caller.user.role, derived.command, () => this.latestOf(orderId, order));
    const revision = events.at(-1)?.revision ?? 0n;
    const request = asked(caller, { aggregateId: orderId, storeId: order.storeId, commandId, command, payload, causationId, seen: { kind: 'exact', revision } });
    if (preview !== undefined) {
      preview.request = request;
      preview.from = { events, ...(meant && { meant }), ...(about !== undefined && { about }) };
      return nothingDone(orderId, order, commandId);
    }
    const unseen = unseenIn(derived, seen, command);
    if (unseen !== undefined) doneOrThrow({ ...unseen, since: [] }, 'order', unseen.kind === 'conflict' ? differenceFrom(derived, unseen, request, body) : {});
    const outcome = await this.bus.execute(new ExecuteOrderCommand(request));
    if (outcome.kind === 'stale') return undefined;
    if (key !== undefined) void reply.header('idempotency-key', key);
    return this.answerOf(reply, { orderId, orderNumber: order.orderNumber, commandId }, doneOrThrow(outcome));
  }

  /**
   * Asks an order whether something may be made of it elsewhere; what its rules refuse is kept as any refusal is (D2).
   * @returns false when it was only asked what would come of it
   * @throws ProblemError 409 naming the rule
   */
  async mayBeDone(caller: Caller, orderId: string, { storeId }: Order, command: OrderCommand, commandId: string): Promise<boolean> {
    const preview = previewOf(caller.headers);
    const request = asked<OrderCommand>(caller, { aggregateId: orderId, storeId, commandId, command, payload: command });
    if (preview !== undefined) {
      preview.request = request;
      return false;
    }
    doneOrThrow(await this.bus.execute(new ExecuteOrderCommand(request)));
    return true;
  }

  async create(caller: Caller, reply: FastifyReply, body: CreateOrderBody): Promise<CommandAnswer> {
    const { storeId, currency, channel = 'phone', contact, shipTo, billTo, lines = [] } = body;
    if (!seesStore(caller.user, storeId)) throw problem('store-not-in-scope');
    const key = idempotencyKeyFrom(caller.headers);
    const commandId = commandIdOf(caller.actor.id, key);
    const orderNumber = newOrderNumber(createHash('sha256').update(commandId).digest().subarray(0, 9));
    const orderId = orderIdOf(orderNumber);
    const customer = await this.customerOf(caller, body.customer);
    const subjectId = customer.kind === 'registered' ? customer.customerId : subjectIdOf('guest', commandId);
    const preview = previewOf(caller.headers);
    const { items, unavailable, problem: notOrdered } = await this.priced(lines, currency, shipTo.country);
    if (notOrdered !== undefined && preview === undefined) throw notOrdered;
    const create: OrderCommand = {
      type: 'CreateOrder',
      orderNumber,
      storeId,
      currency,
      channel,
      customer,
      contact: personal(subjectId, plain(contact)),
      shipTo: place(subjectId, shipTo),
      ...(billTo && { billTo: place(subjectId, billTo) }),
    };
    const adding = items.map((item): OrderCommand => ({ type: 'AddOrderLine', ...item }));
    const requests = [create, ...adding].map((command, index) =>
      asked(caller, {
        aggregateId: orderId,
        storeId,
        command,
        commandId: index === 0 ? commandId : createdIdOf(commandId, 'first-line', index),
        payload: index === 0 ? { type: command.type, body } : { type: command.type, line: lines[index - 1] },
      }),
    );
    if (preview !== undefined) {
      preview.creates = { requests, unavailable, ...(notOrdered && { problem: notOrdered }) };
      return nothingDone(orderId, { orderNumber }, commandId);
    }
    const outcome = await this.bus.execute(new CreateOrderWithLines(requests));
    return this.answer(reply, key, { aggregateId: orderId, commandId }, orderNumber, outcome);
  }

  /** @throws ProblemError 404 also for orders of stores that the caller does not see */
  async orderOf(caller: Caller, orderId: string): Promise<Order> {
    const state = await this.executor.recall(orderRules, orderId);
    if (state.status === 'none' || !seesStore(caller.user, state.storeId)) throw problem('order-not-found');
    return state;
  }

  private async latestOf(orderId: string, known: Order): Promise<Order> {
    const { state } = await this.executor.load(orderRules, orderId);
    return state.status === 'none' ? known : state;
  }

  /** What a product costs there. @throws ProblemError naming the rule */
  async quote(sku: string, currency: string, country: string): Promise<{ sku: string; description: string; parentSku?: string; quote: LineQuote }> {
    const answer = await this.catalogue.quote({ sku: sku.trim().toUpperCase(), currency, country, at: new Date().toISOString() });
    switch (answer.kind) {
      case 'quoted': {
        const { kind: _kind, ...quoted } = answer;
        return quoted;
      }
      case 'unknown-sku':
        throw new ProblemError(409, 'sku-unknown', 'A rule refuses it', { rule: 'A21', detail: 'The catalogue has no such product.', details: { sku } });
      case 'no-price':
        throw new ProblemError(409, 'price-missing', 'A rule refuses it', { rule: 'A48', detail: `The product is not sold in ${currency}.`, details: { sku, currencies: answer.currencies } });
    }
  }

  /** Products with their prices there, and what of them cannot be ordered: the problem is that of the first. */
  async priced(wanted: readonly { readonly sku: string; readonly quantity: number }[], currency: string, country: string): Promise<Priced> {
    const items: PricedItem[] = [];
    const unavailable: Unavailable[] = [];
    let first: ProblemError | undefined;
    const quoted = await Promise.allSettled(wanted.map(({ sku }) => this.quote(sku, currency, country)));
    for (const [index, { sku, quantity }] of wanted.entries()) {
      const answer = quoted[index];
      if (answer?.status === 'fulfilled') {
        items.push({ quantity, ...answer.value });
        continue;
      }
      if (!(answer?.reason instanceof ProblemError) || answer.reason.status !== 409) throw answer?.reason;
      first ??= answer.reason;
      unavailable.push({ sku, quantity, because: answer.reason.code });
    }
    return { items, unavailable, ...(first && { problem: first }) };
  }

  /** What the taxes are where an order goes from now on, when that is another country (A49). */
  async taxesAbroad(order: Order, country: string): Promise<{ readonly taxRates?: TaxRates }> {
    return country === order.shipTo.country ? {} : { taxRates: await this.catalogue.taxRates(country, new Date().toISOString()) };
  }

  /** How what is charged on an order as a whole is taxed: at the standard rate where it goes (A52). Basis points. */
  async chargeTax({ shipTo }: Order): Promise<number> {
    return (await this.catalogue.taxRates(shipTo.country, new Date().toISOString()))[ORDER_TAX_CLASS] ?? 0;
  }

  /** @throws ProblemError unless the reason is one for this (guard G5) */
  async reason(code: string, use: ReasonUse): Promise<string> {
    if (await this.catalogue.mayUseReason(code, use)) return code;
    throw new ProblemError(409, 'reason-unknown', 'A rule refuses it', { rule: 'G5', detail: `That reason cannot be given here: see the reason codes for "${use}".`, details: { reasonCode: code, use } });
  }

  /** @throws ProblemError unless that is how a hold or an alert may end */
  async resolution(code: string, rule: 'A35' | 'A51'): Promise<string> {
    if (await this.catalogue.mayUseResolution(code)) return code;
    throw new ProblemError(409, 'resolution-unknown', 'A rule refuses it', { rule, detail: 'There is no such resolution code.', details: { resolutionCode: code } });
  }

  private async customerOf(caller: Caller, customer: CreateOrderBody['customer']): Promise<OrderCommandOf<'CreateOrder'>['customer']> {
    if (customer === undefined || customer.kind === 'guest') return { kind: 'guest' };
    if (customer.customerId === undefined) throw problem('invalid-request', { detail: 'customer.customerId: a registered customer has one.' });
    const { state } = await this.executor.load(customerRules, customer.customerId);
    if (state.status === 'none' || !seesStore(caller.user, state.storeId)) {
      throw new ProblemError(409, 'customer-unknown', 'A rule refuses it', { rule: 'A6', detail: 'There is no such customer.' });
    }
    return { kind: 'registered', customerId: customer.customerId };
  }

  private answer(
    reply: FastifyReply,
    key: string,
    { aggregateId: orderId, commandId }: Pick<CommandRequest<OrderCommand>, 'aggregateId' | 'commandId'>,
    orderNumber: string,
    outcome: CommandOutcome<OrderEvent>,
    difference?: ThreeWay,
  ): CommandAnswer {
    void reply.header('idempotency-key', key);
    return this.answerOf(reply, { orderId, orderNumber, commandId }, doneOrThrow(outcome, 'order', difference));
  }

  /** What was done, as an answer tells it. */
  answerOf(
    reply: FastifyReply,
    order: Pick<CommandAnswer, 'orderId' | 'orderNumber' | 'commandId'>,
    done: Pick<Extract<CommandOutcome<OrderEvent>, { readonly kind: 'done' }>, 'revision' | 'position' | 'events' | 'repeated'>,
  ): CommandAnswer {
    const created = createdIn(done.events);
    return { ...order, ...tellDone(reply, this.positions, done), ...(created && { created }) };
  }
}

/** What stands between a command that was derived and what was seen, for who first meant it. */
export function differenceFrom({ events, meant }: DerivedFrom, { seen }: Unseen, request: CommandRequest<OrderCommand>, body: unknown): ThreeWay {
  const decision = decisionOf(request);
  return threeWay(events, meant?.at ?? seen, request.command, decision, body, meant && { ...decision, actor: { ...decision.actor, id: meant.by } });
}

/** What was only asked about is answered elsewhere. */
export const nothingDone = (orderId: string, { orderNumber }: Pick<Order, 'orderNumber'>, commandId: string): CommandAnswer => ({ orderId, orderNumber, commandId, revision: 0, position: '', repeated: false, events: [] });

/** @throws ProblemError 404 for what is neither an id nor a number */
export function orderIdFrom(ref: string): string {
  if (isUuid(ref)) return ref.toLowerCase();
  const number = normaliseOrderNumber(ref);
  if (number === undefined) throw problem('order-not-found');
  return orderIdOf(number);
}

/** Request classes become plain data: only data is stored. */
export const plain = <T extends object>(value: T): T => ({ ...value });

export const place = (subjectId: string, { country, address }: PlaceBody): Place => ({ country, address: personal(subjectId, plain(address)) });
