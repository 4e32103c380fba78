import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { createWriteSide, type CommandExecutor } from '#event-store';
import type { Users } from '#identity';
import { commandIdOf, orderIdOf, personal, type Actor } from '#kernel';
import { callOrders, customerRules, deskRules, orderRules, type CustomerCommand, type OrderCommand, type OrderState } from '#ordering';
import { ANNA, BEN, createInMemoryEventStore, createInMemorySubjectKeys, createOrder } from '#testing';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { PositionTokens } from '../http/position-tokens.js';
import type { ExecuteDeskCommand } from '../../../libs/ordering/handlers/execute-desk-command.handler.js';
import type { OrderStream } from '../queries/order-stream.js';
import { Calls } from './calls.js';
import { OrderCommands } from './order-commands.js';

const NUMBER = 'D-00000-00000';
const ORDER = orderIdOf(NUMBER);
const CUSTOMER = '0c000000-0000-4000-8000-000000000001';
const CALL = { storeId: 'UK', orderId: NUMBER };
const VOID = { type: 'VoidCall', reasonCode: 'test-order' } as const;
const reply = { header: () => reply } as unknown as FastifyReply;
const callerWith = (key: string, actor: Actor = ANNA): Caller =>
  ({ user: { id: actor.id, role: 'csr', stores: ['UK', 'DE'] }, actor, correlationId: 'c', expiresAtMs: 0, headers: { 'idempotency-key': key } }) as unknown as Caller;

let executor: CommandExecutor;
let calls: Calls;
/** What becomes of the order, when the call was left. */
let afterwards: () => Promise<unknown>;

const send = (command: OrderCommand, key: string, actor: Actor = ANNA): Promise<unknown> =>
  executor.execute(orderRules, asked(callerWith(key, actor), { aggregateId: ORDER, command, commandId: commandIdOf(actor.id, key), storeId: 'UK' }));
const register = (command: CustomerCommand): Promise<unknown> =>
  executor.execute(customerRules, asked(callerWith('register'), { aggregateId: CUSTOMER, command, commandId: commandIdOf(ANNA.id, 'register'), storeId: command.storeId }));
const orderNow = async (): Promise<OrderState> => (await executor.load(orderRules, ORDER)).state;

beforeEach(async () => {
  afterwards = () => Promise.resolve();
  const store = createInMemoryEventStore();
  const writeSide = await createWriteSide({ store, keys: createInMemorySubjectKeys() });
  executor = writeSide.executor;
  const bus = {
    execute: async ({ request }: ExecuteDeskCommand) => {
      const outcome = await executor.execute(deskRules, request);
      if (request.command.type !== 'StartCall') await afterwards();
      return outcome;
    },
  } as unknown as CommandBus;
  const positions = new PositionTokens({ store });
  await positions.open();
  calls = new Calls(bus, positions, new OrderCommands(bus, positions, executor, {} as unknown as Catalogue, {} as unknown as OrderStream), executor, {} as unknown as Users);
  await send(createOrder({ orderNumber: NUMBER }).command, 'create');
});

describe('taking a call (A30)', () => {
  it('is refused for an order of another store, and for a customer whom the store does not know', async () => {
    await register({ type: 'RegisterCustomer', customerId: CUSTOMER, storeId: 'UK', contact: personal(CUSTOMER, { name: 'Ada' }) });
    await expect(calls.start(callerWith('one'), reply, { storeId: 'DE', orderId: NUMBER })).rejects.toMatchObject({ status: 409, code: 'order-of-another-store', extras: { rule: 'G2' } });
    await expect(calls.start(callerWith('two'), reply, { storeId: 'DE', customerId: CUSTOMER })).rejects.toMatchObject({ status: 409, code: 'customer-unknown', extras: { rule: 'A6' } });
    await expect(calls.start(callerWith('three'), reply, { storeId: 'UK', customerId: ORDER })).rejects.toMatchObject({ code: 'customer-unknown' });
    expect(await calls.start(callerWith('four'), reply, { ...CALL, customerId: CUSTOMER })).toMatchObject({ events: [{ type: 'CallStarted' }] });
  });
});

describe('leaving a call', () => {
  it('is refused with an order of another store in its place (A31)', async () => {
    await calls.start(callerWith('ring'), reply, { storeId: 'DE' });
    await expect(calls.leave(callerWith('go'), reply, { orderId: NUMBER }, { type: 'TransferCall', toAgentId: BEN.id })).rejects.toMatchObject({ status: 409, code: 'order-of-another-store' });
  });

  it('says that it was done to the order', async () => {
    const { callId } = await calls.start(callerWith('ring'), reply, CALL);
    afterwards = () => send({ type: 'ParkOrder', callId }, 'park');
    expect(await calls.leave(callerWith('go'), reply, {}, { type: 'ParkCall' })).toMatchObject({ orderId: ORDER, orderOutcome: 'done' });
  });

  it('says that it is outstanding, as long as nobody has asked the order (A32)', async () => {
    await calls.start(callerWith('ring'), reply, CALL);
    expect(await calls.leave(callerWith('go'), reply, {}, VOID)).toMatchObject({ orderId: ORDER, orderOutcome: 'outstanding' });
    expect(await orderNow()).toMatchObject({ status: 'pending' });
  });

  it('says that the order refused it, as its alert does with the guard, when a colleague came first', async () => {
    const { callId } = await calls.start(callerWith('ring'), reply, CALL);
    afterwards = async () => {
      await send({ type: 'LockOrder', leaseSeconds: 600 }, 'lock', BEN);
      const voided = { event: { type: 'CallVoided', data: { callId, orderId: ORDER, reasonCode: 'test-order' } } } as Parameters<typeof callOrders.react>[0];
      const refusal = { code: 'order-locked-by-another', rule: 'A22', message: 'It is locked.' };
      for (const { command } of callOrders.refused?.(voided, refusal) ?? []) await send(command, 'alert');
    };
    expect(await calls.leave(callerWith('go'), reply, {}, VOID)).toMatchObject({ orderOutcome: 'refused' });
    expect(await orderNow()).toMatchObject({ status: 'pending', alerts: [{ alertType: 'order-not-voided', severity: 'alert', cleared: false }] });
  });

  it('says that the order refused it, when it ended otherwise meanwhile', async () => {
    await calls.start(callerWith('ring'), reply, CALL);
    afterwards = () => send({ type: 'CancelOrder', reasonCode: 'mistake' }, 'cancel');
    expect(await calls.leave(callerWith('go'), reply, {}, VOID)).toMatchObject({ orderOutcome: 'refused' });
  });
});
