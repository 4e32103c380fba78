import { describe, expect, it } from '@jest/globals';
import { createdIdOf } from '#kernel';
import { BEN, contextOf, minute, tell, type Asked } from '#testing';
import type { CartCommand } from './cart.commands.js';
import { cartDecider, cartRules, MOST_CART_LINES } from './cart.decider.js';
import { cartIdOf } from './cart.state.js';

type Step = Asked<CartCommand>;
const told = (...steps: readonly Step[]) => tell(cartDecider, steps);
const ask = (command: CartCommand, rest: Omit<Step, 'command'> = {}): Step => ({ command, ...rest });

const WHOSE = { customerId: 'c1', storeId: 'UK', currency: 'GBP' } as const;
const LOCK = ask({ type: 'LockCart', ...WHOSE, leaseSeconds: 3_600 });
const UNLOCK = ask({ type: 'UnlockCart' });
const TEA = { sku: 'TEA', description: 'Tea', quantity: 2 };
const POT = { sku: 'POT', description: 'Pot', quantity: 1 };
const ADD = ask({ type: 'AddCartLine', ...TEA }, { key: 'tea' });
const ADD_AGAIN = ask({ type: 'AddCartLine', ...TEA });
const TEA_LINE = createdIdOf(contextOf(ADD, 0).commandId, 'cart-line');
const reorder = (rest: Omit<Step, 'command'> = {}, items = [TEA, POT]): Step => ask({ type: 'ReorderIntoCart', ...WHOSE, orderId: 'o1', items }, rest);
const CHECK_OUT = ask({ type: 'CheckOutCart', made: { orderId: 'o2', orderNumber: 'D-1' } }, { key: 'pay' });

describe('editing a cart (A09)', () => {
  it('begins with a lock, which opens the cart', () => {
    expect(told(LOCK).news).toMatchObject([
      { type: 'CartOpened', data: WHOSE },
      { type: 'CartLocked', data: { agentId: 'anna', leaseSeconds: 3_600, expiresAt: minute(60) } },
    ]);
  });

  it('adds and removes lines under one\'s lock', () => {
    expect(told(LOCK, ADD).news).toEqual([{ type: 'CartLinesAdded', data: { lines: [{ lineId: TEA_LINE, ...TEA }] } }]);
    expect(told(LOCK, ADD, ADD).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(LOCK, ADD, ask({ type: 'RemoveCartLine', lineId: TEA_LINE })).state).toMatchObject({ lines: [] });
  });

  it('changes the quantity of a line, and leaves it when it has that quantity', () => {
    const change = (quantity: number, lineId = TEA_LINE): Step => ask({ type: 'ChangeCartLine', lineId, quantity });
    expect(told(LOCK, ADD, change(5)).news).toEqual([{ type: 'CartLineChanged', data: { lineId: TEA_LINE, from: 2, to: 5 } }]);
    expect(told(LOCK, ADD, change(5)).state).toMatchObject({ lines: [{ ...TEA, quantity: 5 }] });
    const pot = ask({ type: 'AddCartLine', ...POT });
    expect(told(LOCK, ADD, pot, change(5)).state).toMatchObject({ lines: [{ ...TEA, quantity: 5 }, POT] });
    expect(told(LOCK, ADD, pot, ADD).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(LOCK, ADD, change(5), change(5)).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(LOCK, ADD, change(0)).refusal).toMatchObject({ code: 'quantity-out-of-range', rule: 'A09' });
    expect(told(LOCK, ADD, change(5, 'x')).refusal).toMatchObject({ code: 'cart-line-not-found', rule: 'A09' });
  });

  it('goes on with whoever takes the cart over, with all that is in it (C5)', () => {
    const takeOver = ask({ type: 'TakeOverCart', leaseSeconds: 600 }, { by: BEN, key: 'over' });
    const { news, state } = told(LOCK, ADD, takeOver);
    expect(news).toMatchObject([{ type: 'CartTakenOver', data: { fromAgentId: 'anna', toAgentId: 'ben', leaseSeconds: 600, expiresAt: minute(12) } }]);
    expect(state).toMatchObject({ lines: [TEA], lock: { agentId: 'ben' } });
    expect(told(LOCK, ADD, takeOver, takeOver).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(LOCK, takeOver, ask({ type: 'AddCartLine', ...TEA })).refusal).toMatchObject({ code: 'cart-locked-by-another', details: { agentId: 'ben' } });
    expect(told(LOCK, takeOver, { ...takeOver, key: 'again' }).refusal).toMatchObject({ code: 'cart-lock-already-yours', rule: 'C5' });
    expect(told(LOCK, UNLOCK, takeOver).refusal).toMatchObject({ code: 'cart-not-locked' });
    expect(told(LOCK, { ...takeOver, at: minute(60) }).refusal).toMatchObject({ code: 'cart-not-locked' });
    expect(told(LOCK, ask({ type: 'TakeOverCart', leaseSeconds: 5 }, { by: BEN })).refusal).toMatchObject({ code: 'lease-out-of-range' });
  });

  it('refuses the line that is not there, and the quantity that cannot be', () => {
    expect(told(LOCK, ask({ type: 'RemoveCartLine', lineId: 'x' })).refusal).toMatchObject({ code: 'cart-line-not-found', rule: 'A09' });
    for (const quantity of [0, -1, 1.5, 1_000_001]) expect(told(LOCK, ask({ type: 'AddCartLine', ...TEA, quantity })).refusal).toMatchObject({ code: 'quantity-out-of-range', rule: 'A09' });
    for (const quantity of [1, 1_000_000]) expect(told(LOCK, ask({ type: 'AddCartLine', ...TEA, quantity })).refusal).toBeUndefined();
    expect(told(reorder({}, [TEA, { ...POT, quantity: 0 }])).refusal).toMatchObject({ code: 'quantity-out-of-range', rule: 'A09' });
  });

  it.each<CartCommand>([{ type: 'AddCartLine', ...TEA }, { type: 'ChangeCartLine', lineId: 'x', quantity: 1 }, { type: 'RemoveCartLine', lineId: 'x' }, { type: 'UnlockCart' }])('refuses %j without a lock, and under another\'s', (command) => {
    expect(told(LOCK, UNLOCK, ask(command)).refusal).toMatchObject({ code: 'cart-not-locked', rule: 'A09' });
    expect(told(LOCK, ask(command, { by: BEN })).refusal).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09', details: { agentId: 'anna' } });
    expect(told(LOCK, ask(command, { at: minute(60) })).refusal).toMatchObject({ code: 'cart-not-locked' });
  });

  it('has one holder at a time, until the lease ends', () => {
    expect(told(LOCK, { ...LOCK, by: BEN }).refusal).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09' });
    expect(told(LOCK, { ...LOCK, by: BEN, at: minute(60) }).news).toMatchObject([{ type: 'CartLocked', data: { agentId: 'ben' } }]);
    expect(told(LOCK, { ...LOCK, key: 'again' }).news).toMatchObject([{ type: 'CartLocked', data: { agentId: 'anna' } }]);
    expect(told({ ...LOCK, key: 'k' }, { ...LOCK, key: 'k' }).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is locked from ten seconds to eight hours', () => {
    const lock = (leaseSeconds: number): Step => ask({ type: 'LockCart', ...WHOSE, leaseSeconds });
    for (const leaseSeconds of [10, 28_800]) expect(told(lock(leaseSeconds)).refusal).toBeUndefined();
    for (const leaseSeconds of [9, 10.5, 28_801]) expect(told(lock(leaseSeconds)).refusal).toMatchObject({ code: 'lease-out-of-range', rule: 'A09', details: { least: 10, greatest: 28_800 } });
  });

  it('names the lock that was let go, and the one that was taken over', () => {
    const lockId = createdIdOf(contextOf(LOCK, 0).commandId, 'cart-lock');
    expect(told(LOCK, UNLOCK).news).toEqual([{ type: 'CartUnlocked', data: { lockId, agentId: 'anna' } }]);
    expect(told(LOCK, ask({ type: 'TakeOverCart', leaseSeconds: 600 }, { by: BEN })).news).toMatchObject([{ data: { lockId } }]);
  });
});

describe('ordering again (A24)', () => {
  it('adds the previous order\'s items to the existing cart', () => {
    const { news, state } = told(LOCK, ADD, UNLOCK, reorder());
    expect(news).toMatchObject([{ type: 'CartLinesAdded', data: { fromOrderId: 'o1', lines: [TEA, POT] } }]);
    expect(state).toMatchObject({ lines: [TEA, TEA, POT] });
  });

  it('opens the cart when there is none', () => {
    expect(told(reorder()).events.map(({ type }) => type)).toEqual(['CartOpened', 'CartLinesAdded']);
    expect(cartRules.storeIdOf(told(reorder()).state)).toBe('UK');
    expect(cartRules.storeIdOf(cartDecider.initialState)).toBeUndefined();
  });

  it('happens once for one command, and again for another', () => {
    expect(told(reorder({ key: 'k' }), reorder({ key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(reorder(), reorder()).state).toMatchObject({ lines: [TEA, POT, TEA, POT] });
  });

  it('is refused while anyone has locked the cart, also oneself', () => {
    expect(told(LOCK, reorder()).refusal).toMatchObject({ code: 'cart-locked', rule: 'A24', details: { agentId: 'anna' } });
    expect(told(LOCK, reorder({ by: BEN })).refusal).toMatchObject({ code: 'cart-locked', rule: 'A24' });
    expect(told(LOCK, reorder({ at: minute(60) })).refusal).toBeUndefined();
  });

  it('is refused of nothing, of too much, and of another currency', () => {
    expect(told(reorder({}, [])).refusal).toMatchObject({ code: 'nothing-to-order', rule: 'A24' });
    const items = (length: number): (typeof TEA)[] => Array.from({ length }, () => TEA);
    expect(told(reorder({}, items(MOST_CART_LINES))).refusal).toBeUndefined();
    expect(told(reorder({}, items(MOST_CART_LINES + 1))).refusal).toMatchObject({ code: 'cart-full', rule: 'A24', details: { greatest: MOST_CART_LINES, now: 0 } });
    expect(told(reorder({}, items(MOST_CART_LINES - 1)), reorder()).refusal).toMatchObject({ code: 'cart-full', rule: 'A24', details: { now: MOST_CART_LINES - 1 } });
    expect(told(reorder(), ask({ type: 'ReorderIntoCart', ...WHOSE, currency: 'EUR', orderId: 'o1', items: [TEA] })).refusal).toMatchObject({ code: 'cart-of-another-currency', rule: 'A24' });
  });
});

describe('an order made of a cart (C5)', () => {
  it('leaves it empty and unlocked', () => {
    const { news, state } = told(LOCK, ADD, CHECK_OUT);
    expect(news).toMatchObject([{ type: 'CartCheckedOut', data: { orderId: 'o2', orderNumber: 'D-1' } }]);
    expect(state).toMatchObject({ lines: [], checkouts: 1, lastCheckout: { orderId: 'o2' } });
    expect(state).not.toHaveProperty('lock');
    expect(told(LOCK, ADD, CHECK_OUT, LOCK, ADD_AGAIN, { ...CHECK_OUT, key: 'pay again' }).state).toMatchObject({ checkouts: 2 });
    expect(told(LOCK, ADD, CHECK_OUT, CHECK_OUT).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is asked about before, by the same rules and without a trace', () => {
    const asking = ask({ type: 'CheckOutCart' });
    expect(told(LOCK, ADD, asking).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(LOCK, asking).refusal).toMatchObject({ code: 'cart-empty', rule: 'C5' });
    expect(told(LOCK, ADD, { ...asking, by: BEN }).refusal).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09' });
  });

  it('is refused of an empty cart, under another\'s lock, and of no cart', () => {
    expect(told(LOCK, CHECK_OUT).refusal).toMatchObject({ code: 'cart-empty', rule: 'C5' });
    expect(told(LOCK, ADD, { ...CHECK_OUT, by: BEN }).refusal).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09' });
    expect(told(LOCK, ADD, UNLOCK, { ...CHECK_OUT, by: BEN }).refusal).toBeUndefined();
    expect(told(CHECK_OUT).refusal).toMatchObject({ code: 'cart-not-found', rule: 'A24' });
  });
});

it('a cart begins with a lock, or with what is ordered again (A09, A24)', () => {
  const commands: readonly CartCommand[] = [LOCK, reorder(), ADD, UNLOCK, CHECK_OUT].map(({ command }) => command);
  expect(commands.map((command) => cartRules.creates(command))).toEqual([true, true, false, false, false]);
});

it('a customer has one cart in a store, and another in another', () => {
  const customer = '0c000000-0000-4000-8000-000000000001';
  expect(cartIdOf('UK', customer)).toBe(cartIdOf('UK', customer));
  expect(cartIdOf('UK', customer)).not.toBe(cartIdOf('DE', customer));
});
