import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { createRefusalLog, createWriteSide, type CommandExecutor, type CommandRequest } from '#event-store';
import { commandIdOf, type DomainCommand } from '#kernel';
import { cartIdOf, cartRules, orderRules, type CartCommand, type Order } from '#ordering';
import { ANNA, createInMemoryEventStore, createInMemorySubjectKeys, quoteOf, type InMemoryEventStore } from '#testing';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { PositionTokens } from '../http/position-tokens.js';
import { CreateOrderWithLines } from '../../../libs/ordering/handlers/create-order.handler.js';
import type { ExecuteCartCommand } from '../../../libs/ordering/handlers/execute-cart-command.handler.js';
import type { OrderStream } from '../queries/order-stream.js';
import { Carts } from './carts.js';
import { SubmitCartBody } from './cart.requests.js';
import { Copies } from './copies.js';
import { OrderCommands } from './order-commands.js';

const REF = { customerId: '0c000000-0000-4000-8000-000000000001', storeId: 'UK' } as const;
const CART = cartIdOf(REF.storeId, REF.customerId);
const reply = { header: () => reply } as unknown as FastifyReply;
const callerWith = (key: string): Caller =>
  ({ user: { id: ANNA.id, role: 'csr', stores: ['UK'] }, actor: ANNA, correlationId: 'c', expiresAtMs: 0, headers: { 'idempotency-key': key } }) as unknown as Caller;
const body = (line1: string): SubmitCartBody =>
  Object.assign(new SubmitCartBody(), { contact: { name: 'Ada' }, shipTo: { country: 'GB', address: { recipient: 'Ada', line1, city: 'Leeds' } } });
const catalogue = { quote: ({ sku }: { readonly sku: string }) => Promise.resolve({ kind: 'quoted', sku, description: 'Tea', quote: quoteOf(255) }) } as unknown as Catalogue;

describe('an order made of a cart (C5), and an order that goes into one again (A24)', () => {
  let executor: CommandExecutor;
  let carts: Carts;
  let dies: boolean;
  let store: InMemoryEventStore;
  let keys: ReturnType<typeof createInMemorySubjectKeys>;

  beforeEach(async () => {
    dies = false;
    store = createInMemoryEventStore();
    keys = createInMemorySubjectKeys();
    const writeSide = await createWriteSide({ store, keys });
    executor = writeSide.executor;
    const bus = {
      execute: (command: CreateOrderWithLines | ExecuteCartCommand) => {
        if (command instanceof CreateOrderWithLines) return executor.executeAll(orderRules, command.requests);
        const { request } = command;
        if (dies && request.command.type === 'CheckOutCart' && request.command.made !== undefined) throw new Error('the process died');
        return executor.execute(cartRules, request);
      },
    } as unknown as CommandBus;
    const positions = new PositionTokens({ store });
    await positions.open();
    const orders = new OrderCommands(bus, positions, executor, catalogue, {} as unknown as OrderStream);
    carts = new Carts(bus, positions, orders, new Copies(bus, orders, executor), executor, catalogue);
    const send = (command: CartCommand, key: string): Promise<unknown> => executor.execute(cartRules, requestOf(command, key));
    await send({ type: 'LockCart', ...REF, currency: 'GBP', leaseSeconds: 600 }, 'lock');
    await send({ type: 'AddCartLine', sku: 'TEA', description: 'Tea', quantity: 2 }, 'tea');
  });

  const requestOf = <Command extends DomainCommand>(command: Command, key: string): CommandRequest<Command> =>
    asked(callerWith(key), { aggregateId: CART, command, commandId: commandIdOf(ANNA.id, key), storeId: 'UK' });

  const dieWhileSubmitting = async (line1: string): Promise<void> => {
    dies = true;
    await expect(carts.submit(callerWith('first'), reply, REF, body(line1))).rejects.toThrow('the process died');
    dies = false;
  };

  it('is that same order for whoever asks again when the process died before the cart was empty, and it is empty then', async () => {
    await dieWhileSubmitting('1 Long Lane');
    const again = await carts.submit(callerWith('second'), reply, REF, body('1 Long Lane'));
    expect(again).toMatchObject({ repeated: true });
    expect((await executor.load(orderRules, again.orderId)).state).toMatchObject({ status: 'pending', lines: [{ sku: 'TEA', ordered: 2 }] });
    expect((await executor.load(cartRules, CART)).state).toMatchObject({ lines: [], lastCheckout: { orderId: again.orderId } });
  });

  it('is refused by the cart before there is any, and that is kept (D2)', async () => {
    await executor.execute(cartRules, requestOf({ type: 'LockCart', ...REF, currency: 'GBP', leaseSeconds: 600 }, 'lock-again'));
    const { state } = await executor.load(cartRules, CART);
    const [line] = state.status === 'none' ? [] : state.lines;
    await executor.execute(cartRules, requestOf({ type: 'RemoveCartLine', lineId: line?.lineId ?? '' }, 'remove'));
    await expect(carts.submit(callerWith('first'), reply, REF, body('1 Long Lane'))).rejects.toMatchObject({ status: 409, code: 'cart-empty', extras: { rule: 'C5' } });
    const kept = [];
    for await (const { event } of createRefusalLog(store, keys).read(CART)) kept.push(event.data.refusal.code);
    expect(kept).toEqual(['cart-empty']);
  });

  it('asks the cart whether all of an order could go into it again (A24)', async () => {
    const order = { orderNumber: 'D-00000-00000', storeId: 'UK', currency: 'GBP', customer: { kind: 'registered', customerId: REF.customerId }, shipTo: { country: 'GB' }, lines: [{ sku: 'POT', ordered: 1 }] } as unknown as Order;
    const refused = async (changes: Partial<Order> = {}): Promise<string | undefined> => (await carts.refusalOfReorder(ANNA, { ...order, ...changes }))?.code;
    expect(await refused()).toBe('cart-locked');
    await executor.execute(cartRules, requestOf({ type: 'UnlockCart' }, 'unlock'));
    expect(await refused()).toBeUndefined();
    expect(await refused({ currency: 'EUR' })).toBe('cart-of-another-currency');
    expect(await refused({ lines: [] })).toBe('nothing-to-order');
    expect(await refused({ customer: { kind: 'guest' }, lines: [] })).toBeUndefined();
  });

  it('is named to whoever asks with other details after such a death, and nothing else happens', async () => {
    await dieWhileSubmitting('1 Long Lane');
    await expect(carts.submit(callerWith('second'), reply, REF, body('2 Long Lane'))).rejects.toMatchObject({
      status: 422,
      code: 'idempotency-key-reused',
      extras: { detail: expect.stringContaining('was begun of this cart with other details'), details: { orderNumber: expect.stringMatching(/^D-/) } },
    });
    expect((await executor.load(cartRules, CART)).state).toMatchObject({ lines: [{ sku: 'TEA' }], checkouts: 0 });
  });
});
