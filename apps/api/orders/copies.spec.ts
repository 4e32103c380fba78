import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { createWriteSide, type CommandExecutor } from '#event-store';
import { commandIdOf, orderIdOf, type RecordedEvent } from '#kernel';
import { orderRules, PROCESSES, type Order, type OrderCommand } from '#ordering';
import { ANNA, createInMemoryEventStore, createInMemorySubjectKeys, createOrder, quoteOf } from '#testing';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { PositionTokens } from '../http/position-tokens.js';
import { CreateOrderWithLines } from '../../../libs/ordering/handlers/create-order.handler.js';
import type { ExecuteOrderCommand } from '../../../libs/ordering/handlers/execute-order-command.handler.js';
import type { OrderStream } from '../queries/order-stream.js';
import { Copies } from './copies.js';
import { OrderCommands } from './order-commands.js';

const NUMBER = 'D-00000-00000';
const SOURCE = orderIdOf(NUMBER);
const reply = { header: () => reply } as unknown as FastifyReply;
const callerWith = (key: string): Caller =>
  ({ user: { id: ANNA.id, role: 'csr', stores: ['UK'] }, actor: ANNA, correlationId: 'c', expiresAtMs: 0, headers: { 'idempotency-key': key } }) as unknown as Caller;
const catalogue = { quote: ({ sku }: { readonly sku: string }) => Promise.resolve({ kind: 'quoted', sku, description: 'Tea', quote: quoteOf(255) }) } as unknown as Catalogue;

describe('copying an order (A59)', () => {
  let executor: CommandExecutor;
  let copies: Copies;

  const send = (command: OrderCommand, key: string): Promise<unknown> => executor.execute(orderRules, asked(callerWith(key), { aggregateId: SOURCE, command, commandId: commandIdOf(ANNA.id, key), storeId: 'UK' }));
  const order = async (id: string): Promise<Order> => {
    const { state } = await executor.load(orderRules, id);
    if (state.status === 'none') throw new Error('there is no such order');
    return state;
  };

  beforeEach(async () => {
    const store = createInMemoryEventStore();
    const writeSide = await createWriteSide({ store, keys: createInMemorySubjectKeys() });
    executor = writeSide.executor;
    const bus = {
      execute: (command: CreateOrderWithLines | ExecuteOrderCommand) => (command instanceof CreateOrderWithLines ? executor.executeAll(orderRules, command.requests) : executor.execute(orderRules, command.request)),
    } as unknown as CommandBus;
    const positions = new PositionTokens({ store });
    await positions.open();
    copies = new Copies(bus, new OrderCommands(bus, positions, executor, catalogue, {} as unknown as OrderStream), executor);
    await send(createOrder({ orderNumber: NUMBER }).command, 'create');
    await send({ type: 'AddOrderLine', sku: 'TEA', description: 'Tea', quantity: 2, quote: quoteOf(255) }, 'tea');
    await send({ type: 'SubmitOrder' }, 'submit');
  });

  it('is refused by the order itself before it is confirmed, and makes nothing', async () => {
    await expect(copies.copy(callerWith('copy'), reply, NUMBER, {})).rejects.toMatchObject({ status: 409, code: 'order-not-confirmed', extras: { rule: 'A59' } });
    await send({ type: 'ConfirmOrder' }, 'confirm');
    expect(await copies.copy(callerWith('another'), reply, NUMBER, {})).toMatchObject({ repeated: false, copiedFrom: NUMBER });
  });

  it('answers the same when it is asked again, whatever became of the order meanwhile', async () => {
    await send({ type: 'ConfirmOrder' }, 'confirm');
    const { orderId } = await copies.copy(callerWith('copy'), reply, NUMBER, {});
    await send({ type: 'CancelOrder', reasonCode: 'asked' }, 'cancel');
    expect(await copies.copy(callerWith('copy'), reply, NUMBER, {})).toMatchObject({ orderId, repeated: true });
    expect(await order(orderId)).toMatchObject({ status: 'pending', lines: [{ sku: 'TEA', ordered: 2 }] });
  });

  it('leaves one trace on the order, however often the copy is followed', async () => {
    await send({ type: 'ConfirmOrder' }, 'confirm');
    const { orderId, orderNumber } = await copies.copy(callerWith('copy'), reply, NUMBER, {});
    const { customer, contact, shipTo } = await order(orderId);
    const created = { type: 'OrderCreated', data: { orderNumber, storeId: 'UK', currency: 'GBP', channel: 'phone', customer, contact, shipTo, paymentTerms: 'on-account', source: { system: 'copy', reference: NUMBER } } } as const;
    const [reaction] = PROCESSES.filter(({ follows }) => follows.includes('OrderCreated')).flatMap((process) => process.react({ event: created, id: 'e1', stream: `order-${orderId}` } as unknown as RecordedEvent));
    if (reaction?.kind !== 'send') throw new Error('the copy is not followed');
    expect(reaction.id).toBe(SOURCE);
    const before = await executor.load(orderRules, SOURCE);
    for (const key of ['trace', 'trace', 'after the crash']) await send(reaction.command, key);
    const after = await executor.load(orderRules, SOURCE);
    expect(Number(after.revision) - Number(before.revision)).toBe(1);
    expect({ ...(await order(SOURCE)), createdIds: 0 }).toEqual({ ...before.state, createdIds: 0 });
  });
});
