import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import type { CommandExecutor } from '#event-store';
import { commandIdOf, createdIdOf, newId, orderIdOf, personal, type Actor, type Refusal } from '#kernel';
import { cartIdOf, cartRules, customerRules, type Cart, type CartCommand, type Order } from '#ordering';
import { asked } from '../http/asked.js';
import { seesStore, type Caller } from '../http/caller.js';
import { doneOrThrow, tellDone, tellPosition, type EventAnswer } from '../http/outcome.js';
import { CATALOGUE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem, ProblemError } from '../http/problem.js';
import { idempotencyKeyFrom } from '../http/seen.js';
import { COMMAND_EXECUTOR } from '../../../libs/ordering/handlers/command-executor.token.js';
import { ExecuteCartCommand } from '../../../libs/ordering/handlers/execute-cart-command.handler.js';
import type { LockCartBody, SubmitCartBody } from './cart.requests.js';
import { Copies, named } from './copies.js';
import { nothingDone, OrderCommands, place, plain, type CommandAnswer } from './order-commands.js';
import { previewOf } from './previewed.js';
import type { Unavailable } from './unavailable.js';

export interface CartAnswer {
  readonly cartId: string;
  readonly revision: number;
  readonly position: string;
  readonly repeated: boolean;
  readonly events: readonly EventAnswer[];
}

export interface ReorderAnswer extends CartAnswer {
  readonly unavailable: readonly Unavailable[];
}

/** As the log has it; prices come when an order is made of it. */
export interface CartView extends Pick<Cart, 'customerId' | 'storeId' | 'currency' | 'lines' | 'lock'> {
  readonly cartId: string;
  readonly revision: number;
}

/** Whose cart, in which store. */
export interface CartRef {
  readonly customerId: string;
  readonly storeId: string;
}

/** A customer's cart in a store (A09, A24). */
@Injectable()
export class Carts {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: PositionTokens,
    private readonly orders: OrderCommands,
    private readonly copies: Copies,
    @Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  async view(caller: Caller, reply: FastifyReply, ref: CartRef): Promise<CartView> {
    const cartId = this.idFor(caller, ref);
    const { state, revision, position } = await this.executor.load(cartRules, cartId);
    if (state.status === 'none' || revision === undefined || position === undefined) throw problem('not-found', { detail: 'The customer has no cart in that store.' });
    tellPosition(reply, this.positions.format(position), revision);
    const { customerId, storeId, currency, lines, lock } = state;
    return { cartId, customerId, storeId, currency, lines, ...(lock && { lock }), revision: Number(revision) };
  }

  async lock(caller: Caller, reply: FastifyReply, ref: CartRef, body: LockCartBody): Promise<CartAnswer> {
    await this.customer(caller, ref);
    const { currency, leaseSeconds = 600 } = body;
    return this.send(caller, reply, ref, body, { type: 'LockCart', ...ref, currency, leaseSeconds });
  }

  async addLine(caller: Caller, reply: FastifyReply, ref: CartRef, body: { readonly sku: string; readonly quantity: number }): Promise<CartAnswer> {
    const { state } = await this.executor.load(cartRules, this.idFor(caller, ref));
    if (state.status === 'none') throw problem('not-found', { detail: 'The customer has no cart in that store: lock it first.' });
    const { currency } = state;
    const sku = body.sku.trim().toUpperCase();
    const { products } = await this.catalogue.products({ text: sku, currency, limit: 200 });
    const product = products.find((each) => each.sku === sku);
    if (product === undefined) throw new ProblemError(409, 'sku-unknown', 'A rule refuses it', { rule: 'A21', detail: `The catalogue has no such product in ${currency}.`, details: { sku, currency } });
    return this.send(caller, reply, ref, body, { type: 'AddCartLine', sku, description: product.description, quantity: body.quantity });
  }

  /** @throws ProblemError for the order of a guest, who has no cart (A24), and for one that another has locked (A23) */
  async reorder(caller: Caller, reply: FastifyReply, ref: string, body: object): Promise<ReorderAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const { orderId, order } = await this.copies.latest(caller, ref);
    const { customer, storeId, currency } = order;
    const commandId = commandIdOf(caller.actor.id, key);
    const cart = customer.kind === 'guest' ? undefined : { customerId: customer.customerId, storeId };
    const isNew = cart === undefined || !(await this.holds(caller, cart, commandId));
    const goesOn = !isNew || (await this.orders.mayBeDone(caller, orderId, order, { type: 'ReorderOrder' }, commandId));
    const preview = previewOf(caller.headers);
    if (preview !== undefined) preview.refusedElsewhere = await this.refusalOfReorder(caller.actor, order);
    if (!goesOn || cart === undefined) return { cartId: '', revision: 0, position: '', repeated: false, events: [], unavailable: [] };
    const { items, unavailable } = await this.copies.priced(order);
    const wanted = items.map(({ sku, description, quantity }) => ({ sku, description, quantity }));
    const answer = await this.send(caller, reply, cart, { ...body, orderId }, { type: 'ReorderIntoCart', ...cart, currency, orderId, items: wanted }, key);
    return { ...answer, unavailable };
  }

  /** What the customer's cart says against ordering it all again; it is only asked (A24). */
  async refusalOfReorder(actor: Actor, order: Order): Promise<Refusal | undefined> {
    const { customer, storeId, currency } = order;
    if (customer.kind === 'guest') return undefined;
    const { customerId } = customer;
    const { state } = await this.executor.load(cartRules, cartIdOf(storeId, customerId));
    const { items } = await this.copies.priced(order);
    const command = { type: 'ReorderIntoCart', customerId, storeId, currency, orderId: orderIdOf(order.orderNumber), items } as const;
    const decision = cartRules.decider.decide(command, state, { commandId: newId(), now: new Date().toISOString(), actor });
    return decision.kind === 'refused' ? decision.refusal : undefined;
  }

  /**
   * Makes an order of what the cart holds, at today's prices, and leaves it empty. The order comes first, under ids that
   * follow from the cart: whatever fails in between, the next attempt finds that order and makes no second one.
   */
  async submit(caller: Caller, reply: FastifyReply, ref: CartRef, body: SubmitCartBody): Promise<CommandAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const cartId = this.idFor(caller, ref);
    const { state: cart } = await this.executor.load(cartRules, cartId);
    if (cart.status === 'none') throw problem('not-found', { detail: 'The customer has no cart in that store.' });
    const checkoutId = createdIdOf(commandIdOf(caller.actor.id, key), 'checkout');
    const round = cart.lastCheckout?.checkoutId === checkoutId ? cart.checkouts - 1 : cart.checkouts;
    const isNew = round === cart.checkouts;
    // Asked before an order is made of it; what the rules of the cart refuse is kept as any refusal is (D2).
    if (isNew && previewOf(caller.headers) === undefined) await this.send(caller, reply, ref, body, { type: 'CheckOutCart' }, key);
    else if (isNew) this.mayCheckOut(caller, cart);
    const { customerId, storeId, currency } = cart;
    const priced = isNew ? await this.orders.priced(cart.lines, currency, body.shipTo.country) : { items: [], unavailable: [] };
    const made = await this.copies.make(caller, {
      commandId: commandIdOf(`cart:${cartId}`, String(round)),
      create: {
        storeId,
        currency,
        channel: body.channel ?? 'phone',
        customer: { kind: 'registered', customerId },
        contact: personal(customerId, plain(body.contact)),
        shipTo: place(customerId, body.shipTo),
      },
      ...priced,
      payload: body,
    });
    if (made === undefined) return nothingDone('', { orderNumber: '' }, '');
    if (made.outcome.kind === 'key-reused') {
      const { orderNumber } = made;
      throw problem('idempotency-key-reused', { detail: `The order ${orderNumber} was begun of this cart with other details: send those again, and change the order then.`, details: { orderNumber } });
    }
    const done = doneOrThrow(made.outcome);
    await this.send(caller, reply, ref, body, { type: 'CheckOutCart', made: { orderId: made.orderId, orderNumber: made.orderNumber } }, key);
    return this.orders.answerOf(reply, named(made), done);
  }

  async send(caller: Caller, reply: FastifyReply, ref: CartRef, body: object, command: CartCommand, key = idempotencyKeyFrom(caller.headers)): Promise<CartAnswer> {
    const cartId = this.idFor(caller, ref);
    const outcome = await this.bus.execute(
      new ExecuteCartCommand(asked(caller, { aggregateId: cartId, command, commandId: commandIdOf(caller.actor.id, key), storeId: ref.storeId, payload: { type: command.type, body } })),
    );
    return { cartId, ...tellDone(reply, this.positions, doneOrThrow(outcome, 'cart'), { key }) };
  }

  private async holds(caller: Caller, ref: CartRef, commandId: string): Promise<boolean> {
    const { state } = await this.executor.load(cartRules, this.idFor(caller, ref));
    return state.status !== 'none' && state.createdIds.includes(createdIdOf(commandId, 'cart-line', 0));
  }

  /** As being checked out would be refused, and kept nowhere: it is only asked. @throws ProblemError naming the rule */
  private mayCheckOut({ actor }: Caller, cart: Cart): void {
    const decision = cartRules.decider.decide({ type: 'CheckOutCart' }, cart, { commandId: newId(), now: new Date().toISOString(), actor });
    if (decision.kind === 'refused') doneOrThrow({ kind: 'refused', refusal: decision.refusal, revision: undefined, position: undefined }, 'cart');
  }

  private async customer(caller: Caller, { customerId, storeId }: CartRef): Promise<void> {
    const { state } = await this.executor.load(customerRules, customerId);
    if (state.status !== 'none' && state.storeId === storeId && seesStore(caller.user, storeId)) return;
    throw problem('not-found', { detail: 'There is no such customer in that store.' });
  }

  /** @throws ProblemError 404 for stores that the caller does not see */
  private idFor(caller: Caller, { customerId, storeId }: CartRef): string {
    if (!seesStore(caller.user, storeId)) throw problem('not-found');
    return cartIdOf(storeId, customerId);
  }
}
