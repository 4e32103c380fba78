import { accept, createdIdOf, refuse, type Decider, type Decision, type DecisionContext } from '#kernel';
import type { CartCommand, CartCommandOf, WantedItem } from './cart.commands.js';
import type { CartEvent, CartItem } from './cart.events.js';
import { cartLockAt, evolveCart, type Cart, type CartState } from './cart.state.js';

export type CartRejectionCode =
  | 'cart-not-found'
  | 'cart-locked'
  | 'cart-locked-by-another'
  | 'cart-not-locked'
  | 'cart-lock-already-yours'
  | 'cart-empty'
  | 'cart-of-another-currency'
  | 'cart-full'
  | 'cart-line-not-found'
  | 'nothing-to-order'
  | 'lease-out-of-range'
  | 'quantity-out-of-range';

type Decided = Decision<CartEvent, CartRejectionCode>;

const LEASE = { least: 10, greatest: 28_800 } as const;
export const MOST_CART_LINES = 200;
const MOST_PIECES = 1_000_000;

function decide(command: CartCommand, cart: CartState, context: DecisionContext): Decided {
  switch (command.type) {
    case 'LockCart':
      return lock(command, cart, context);
    case 'ReorderIntoCart':
      return reorder(command, cart, context);
    default:
      return cart.status === 'none' ? refuse('A24', 'cart-not-found', 'There is no such cart.') : decideOpen(command, cart, context);
  }
}

function decideOpen(command: Exclude<CartCommand, { readonly type: 'LockCart' | 'ReorderIntoCart' }>, cart: Cart, context: DecisionContext): Decided {
  switch (command.type) {
    case 'UnlockCart': {
      const held = cartLockAt(cart, context.now);
      if (held === undefined) return notLocked();
      return held.agentId === context.actor.id ? accept({ type: 'CartUnlocked', data: { lockId: held.lockId, agentId: held.agentId } }) : lockedByAnother(held.agentId, held.expiresAt);
    }
    case 'AddCartLine': {
      const { type: _type, ...item } = command;
      const line = lineOf(item, context, 0);
      if (cart.createdIds.includes(line.lineId)) return accept();
      return mine(cart, context) ?? room(cart, [line]) ?? accept({ type: 'CartLinesAdded', data: { lines: [line] } });
    }
    case 'ChangeCartLine':
      return changeLine(command, cart, context);
    case 'TakeOverCart':
      return takeOver(command, cart, context);
    case 'RemoveCartLine': {
      const refused = mine(cart, context);
      if (refused !== undefined) return refused;
      if (cart.lines.some(({ lineId }) => lineId === command.lineId)) return accept({ type: 'CartLineRemoved', data: { lineId: command.lineId } });
      return noSuchLine(command.lineId);
    }
    case 'CheckOutCart': {
      const { made } = command;
      const checkoutId = createdIdOf(context.commandId, 'checkout');
      if (cart.lastCheckout?.checkoutId === checkoutId) return accept();
      const held = cartLockAt(cart, context.now);
      if (held !== undefined && held.agentId !== context.actor.id) return lockedByAnother(held.agentId, held.expiresAt);
      if (cart.lines.length === 0) return refuse('C5', 'cart-empty', 'An order needs at least one line.');
      return made === undefined ? accept() : accept({ type: 'CartCheckedOut', data: { checkoutId, ...made } });
    }
  }
}

/** One holder; the owner sees that it is locked (A09). */
function lock({ leaseSeconds, customerId, storeId, currency }: CartCommandOf<'LockCart'>, cart: CartState, context: DecisionContext): Decided {
  const lockId = createdIdOf(context.commandId, 'cart-lock');
  const held = cart.status === 'none' ? undefined : cartLockAt(cart, context.now);
  if (held?.lockId === lockId) return accept();
  const refused = leaseGuard(leaseSeconds);
  if (refused !== undefined) return refused;
  if (held !== undefined && held.agentId !== context.actor.id) return lockedByAnother(held.agentId, held.expiresAt);
  return accept(...opened(cart, { customerId, storeId, currency }), { type: 'CartLocked', data: { lockId, agentId: context.actor.id, leaseSeconds, expiresAt: leaseEnd(context, leaseSeconds) } });
}

/** From whoever holds it now; what they put in stays (C5). */
function takeOver({ leaseSeconds }: CartCommandOf<'TakeOverCart'>, cart: Cart, context: DecisionContext): Decided {
  const newLockId = createdIdOf(context.commandId, 'cart-lock');
  const held = cartLockAt(cart, context.now);
  if (held?.lockId === newLockId) return accept();
  if (held === undefined) return notLocked();
  if (held.agentId === context.actor.id) return refuse('C5', 'cart-lock-already-yours', 'The lock is yours already.', { expiresAt: held.expiresAt });
  const { lockId, agentId: fromAgentId } = held;
  return leaseGuard(leaseSeconds) ?? accept({ type: 'CartTakenOver', data: { lockId, fromAgentId, toAgentId: context.actor.id, newLockId, leaseSeconds, expiresAt: leaseEnd(context, leaseSeconds) } });
}

function leaseGuard(leaseSeconds: number): Decided | undefined {
  if (Number.isInteger(leaseSeconds) && leaseSeconds >= LEASE.least && leaseSeconds <= LEASE.greatest) return undefined;
  return refuse('A09', 'lease-out-of-range', `A lock lasts from ${String(LEASE.least)} to ${String(LEASE.greatest)} seconds.`, LEASE);
}

const leaseEnd = ({ now }: DecisionContext, leaseSeconds: number): string => new Date(Date.parse(now) + leaseSeconds * 1_000).toISOString();

/** Asked for what it has already, a line stays as it is (C5). */
function changeLine({ lineId, quantity }: CartCommandOf<'ChangeCartLine'>, cart: Cart, context: DecisionContext): Decided {
  const refused = mine(cart, context) ?? quantityGuard(quantity);
  if (refused !== undefined) return refused;
  const line = cart.lines.find((each) => each.lineId === lineId);
  if (line === undefined) return noSuchLine(lineId);
  return line.quantity === quantity ? accept() : accept({ type: 'CartLineChanged', data: { lineId, from: line.quantity, to: quantity } });
}

const noSuchLine = (lineId: string): Decided => refuse('A09', 'cart-line-not-found', 'The cart has no such line.', { lineId });

function quantityGuard(...quantities: readonly number[]): Decided | undefined {
  if (quantities.every((quantity) => Number.isInteger(quantity) && quantity >= 1 && quantity <= MOST_PIECES)) return undefined;
  return refuse('A09', 'quantity-out-of-range', `A quantity is a whole number from 1 to ${String(MOST_PIECES)}.`, { least: 1, greatest: MOST_PIECES });
}

/** Into the existing cart, which nobody may have locked, not even who asks (A24, A6.4). */
function reorder({ orderId, items, customerId, storeId, currency }: CartCommandOf<'ReorderIntoCart'>, cart: CartState, context: DecisionContext): Decided {
  const lines = items.map((item, index) => lineOf(item, context, index));
  if (lines.length === 0) return refuse('A24', 'nothing-to-order', 'Nothing of that order can be ordered now.', { orderId });
  if (cart.status === 'open') {
    if (lines.every(({ lineId }) => cart.createdIds.includes(lineId))) return accept();
    const held = cartLockAt(cart, context.now);
    if (held !== undefined) return refuse('A24', 'cart-locked', `The cart is locked by ${held.agentId} until ${held.expiresAt}: unlock it first.`, { agentId: held.agentId, expiresAt: held.expiresAt });
    if (cart.currency !== currency) return refuse('A24', 'cart-of-another-currency', `The cart is in ${cart.currency}.`, { currency: cart.currency });
  }
  return room(cart, lines) ?? accept(...opened(cart, { customerId, storeId, currency }), { type: 'CartLinesAdded', data: { lines, fromOrderId: orderId } });
}

const opened = (cart: CartState, whose: { readonly customerId: string; readonly storeId: string; readonly currency: string }): readonly CartEvent[] =>
  cart.status === 'none' ? [{ type: 'CartOpened', data: whose }] : [];

const lineOf = ({ sku, description, quantity }: WantedItem, context: DecisionContext, index: number): CartItem => ({
  lineId: createdIdOf(context.commandId, 'cart-line', index),
  sku,
  description,
  quantity,
});

function room(cart: CartState, lines: readonly CartItem[]): Decided | undefined {
  const there = cart.status === 'none' ? 0 : cart.lines.length;
  if (there + lines.length > MOST_CART_LINES) return refuse('A24', 'cart-full', `A cart has at most ${String(MOST_CART_LINES)} lines.`, { greatest: MOST_CART_LINES, now: there });
  return quantityGuard(...lines.map(({ quantity }) => quantity));
}

/** Who edits a cart locks it first (A09). */
function mine(cart: Cart, context: DecisionContext): Decided | undefined {
  const held = cartLockAt(cart, context.now);
  if (held === undefined) return notLocked();
  return held.agentId === context.actor.id ? undefined : lockedByAnother(held.agentId, held.expiresAt);
}

const notLocked = (): Decided => refuse('A09', 'cart-not-locked', 'Lock the cart first.');

const lockedByAnother = (agentId: string, expiresAt: string): Decided =>
  refuse('A09', 'cart-locked-by-another', `The cart is locked by ${agentId} until ${expiresAt}.`, { agentId, expiresAt });

export const cartDecider: Decider<CartState, CartCommand, CartEvent, CartRejectionCode> = { category: 'cart', initialState: { status: 'none' }, evolve: evolveCart, decide };

/** What the executor of commands must know of a cart. */
export const cartRules = {
  decider: cartDecider,
  storeIdOf: (cart: CartState): string | undefined => (cart.status === 'none' ? undefined : cart.storeId),
  creates: ({ type }: CartCommand): boolean => type === 'LockCart' || type === 'ReorderIntoCart',
  commutes: (): boolean => true,
} as const;
