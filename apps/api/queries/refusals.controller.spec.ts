import { beforeEach, describe, expect, it } from '@jest/globals';
import { createWriteSide, type CommandExecutor } from '#event-store';
import type { User, Users } from '#identity';
import { commandIdOf, personal } from '#kernel';
import { cartIdOf, cartRules, customerRules, deskRules, type CartCommand, type DeskCommand } from '#ordering';
import { ANNA, createInMemoryEventStore, createInMemorySubjectKeys } from '#testing';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { PositionTokens } from '../http/position-tokens.js';
import { RefusalsQuery } from './query.requests.js';
import { RefusalsController } from './refusals.controller.js';

const LIST = new RefusalsQuery();
const RERUN = Object.assign(new RefusalsQuery(), { rerun: 'true' as const });
const CUSTOMER = '0c000000-0000-4000-8000-000000000001';
const userOf = (id: string, stores: User['stores']): User => ({ id, stores, role: 'supervisor' }) as User;
const callerOf = (stores: User['stores']): Caller => ({ user: userOf('sue', stores), actor: { id: 'sue', role: 'supervisor' }, correlationId: 'c', expiresAtMs: 0, headers: {} });
const AGENT = userOf(ANNA.id, ['UK', 'DE']);
const SUE = callerOf(['UK']);
const ANNA_CALLS = { user: AGENT, actor: ANNA, correlationId: 'c', expiresAtMs: 0, headers: {} } as Caller;

describe('what was refused (D2)', () => {
  let executor: CommandExecutor;
  let refusals: RefusalsController;

  const call = (command: DeskCommand, key: string, storeId: string): Promise<unknown> => executor.execute(deskRules, asked(ANNA_CALLS, { aggregateId: ANNA.id, command, commandId: commandIdOf(ANNA.id, key), storeScope: 'all', storeId }));
  const cart = (command: CartCommand, key: string): Promise<unknown> => executor.execute(cartRules, asked(ANNA_CALLS, { aggregateId: cartIdOf('UK', CUSTOMER), command, commandId: commandIdOf(ANNA.id, key), storeId: 'UK' }));

  beforeEach(async () => {
    const store = createInMemoryEventStore();
    const writeSide = await createWriteSide({ store, keys: createInMemorySubjectKeys() });
    executor = writeSide.executor;
    const users: Pick<Users, 'find'> = { find: (id) => Promise.resolve(id === AGENT.id ? AGENT : undefined) };
    refusals = new RefusalsController(writeSide, users, new PositionTokens({ store }));
    await executor.execute(customerRules, asked(ANNA_CALLS, { aggregateId: CUSTOMER, command: { type: 'RegisterCustomer', customerId: CUSTOMER, storeId: 'UK', contact: personal(CUSTOMER, { name: 'Ada' }) }, commandId: commandIdOf(ANNA.id, 'register'), storeId: 'UK' }));
  });

  it('of an agent\'s calls is listed, and refused again by the same rule on the desk of then', async () => {
    await call({ type: 'EndCall' }, 'end', 'none');
    await call({ type: 'StartCall', storeId: 'UK' }, 'ring', 'UK');
    await call({ type: 'StartCall', storeId: 'UK' }, 'ring-again', 'UK');
    await call({ type: 'EndCall' }, 'end-it', 'UK');
    const codes = ['call-not-active', 'call-already-active'];
    expect(await refusals.ofCalls(SUE, ANNA.id, LIST)).toMatchObject({ agentId: ANNA.id, refusals: codes.map((code) => ({ refusal: { code, rule: 'A30' }, actor: ANNA, policyVersion: expect.any(String) })) });
    expect((await refusals.ofCalls(SUE, ANNA.id, RERUN)).refusals).toMatchObject(codes.map((code) => ({ rerun: { same: true, outcome: { kind: 'refused', refusal: { code } } } })));
  });

  it('of an agent\'s calls is nothing about stores that one does not see, and nobody elsewhere', async () => {
    await call({ type: 'StartCall', storeId: 'DE', customerId: CUSTOMER }, 'ring', 'DE');
    expect((await refusals.ofCalls(SUE, ANNA.id, LIST)).refusals).toEqual([]);
    expect((await refusals.ofCalls(callerOf('all'), ANNA.id, LIST)).refusals).toMatchObject([{ refusal: { code: 'customer-unknown' } }]);
    await expect(refusals.ofCalls(callerOf(['FR']), ANNA.id, LIST)).rejects.toMatchObject({ status: 404 });
    await expect(refusals.ofCalls(SUE, CUSTOMER, LIST)).rejects.toMatchObject({ status: 404 });
  });

  it('of a cart is listed, and refused again by the same rule on the cart of then', async () => {
    await cart({ type: 'LockCart', customerId: CUSTOMER, storeId: 'UK', currency: 'GBP', leaseSeconds: 600 }, 'lock');
    await cart({ type: 'ReorderIntoCart', customerId: CUSTOMER, storeId: 'UK', currency: 'GBP', orderId: 'o1', items: [{ sku: 'TEA', description: 'Tea', quantity: 1 }] }, 'again');
    await cart({ type: 'UnlockCart' }, 'unlock');
    const { cartId, refusals: listed } = await refusals.ofCart(SUE, CUSTOMER, 'UK', RERUN);
    expect(cartId).toBe(cartIdOf('UK', CUSTOMER));
    expect(listed).toMatchObject([{ command: { type: 'ReorderIntoCart' }, refusal: { code: 'cart-locked', rule: 'A24' }, revision: 1, rerun: { same: true } }]);
    expect((await refusals.ofCart(SUE, CUSTOMER, 'UK', LIST)).refusals).toMatchObject([{ refusal: { code: 'cart-locked' } }]);
    await expect(refusals.ofCart(callerOf(['DE']), CUSTOMER, 'UK', LIST)).rejects.toMatchObject({ status: 404 });
    await expect(refusals.ofCart(callerOf('all'), CUSTOMER, 'DE', LIST)).rejects.toMatchObject({ status: 404 });
  });
});
