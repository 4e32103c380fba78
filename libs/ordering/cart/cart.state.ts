import { uuidV5 } from '#kernel';
import type { CartEvent, CartItem } from './cart.events.js';

export interface CartLock {
  readonly lockId: string;
  readonly agentId: string;
  readonly expiresAt: string;
}

export interface Cart {
  readonly status: 'open';
  readonly customerId: string;
  readonly storeId: string;
  readonly currency: string;
  readonly lines: readonly CartItem[];
  readonly lock?: CartLock;
  /** Ids of what commands created since the cart was last empty. */
  readonly createdIds: readonly string[];
  /** Orders that were made of it: the next one gets another number. */
  readonly checkouts: number;
  readonly lastCheckout?: { readonly checkoutId: string; readonly orderId: string };
}

export type CartState = { readonly status: 'none' } | Cart;

/** A customer has one cart in a store. Frozen: carts are found by it. */
export const cartIdOf = (storeId: string, customerId: string): string => uuidV5(customerId, `cart:${storeId}`);

/** The lock that still holds at a time, if any. */
export const cartLockAt = (cart: Cart, now: string): CartLock | undefined => (cart.lock !== undefined && cart.lock.expiresAt > now ? cart.lock : undefined);

export function evolveCart(cart: CartState, event: CartEvent): CartState {
  if (event.type === 'CartOpened') return cart.status === 'none' ? { status: 'open', ...event.data, lines: [], createdIds: [], checkouts: 0 } : cart;
  if (cart.status === 'none') return cart;
  switch (event.type) {
    case 'CartLinesAdded': {
      const { lines } = event.data;
      return { ...cart, lines: [...cart.lines, ...lines], createdIds: [...cart.createdIds, ...lines.map(({ lineId }) => lineId)] };
    }
    case 'CartLineChanged':
      return { ...cart, lines: cart.lines.map((line) => (line.lineId === event.data.lineId ? { ...line, quantity: event.data.to } : line)) };
    case 'CartLineRemoved':
      return { ...cart, lines: cart.lines.filter(({ lineId }) => lineId !== event.data.lineId) };
    case 'CartLocked': {
      const { lockId, agentId, expiresAt } = event.data;
      return { ...cart, lock: { lockId, agentId, expiresAt } };
    }
    case 'CartTakenOver': {
      const { newLockId, toAgentId, expiresAt } = event.data;
      return { ...cart, lock: { lockId: newLockId, agentId: toAgentId, expiresAt } };
    }
    case 'CartUnlocked':
      return withoutLock(cart);
    case 'CartCheckedOut':
      return { ...withoutLock(cart), lines: [], createdIds: [], checkouts: cart.checkouts + 1, lastCheckout: { checkoutId: event.data.checkoutId, orderId: event.data.orderId } };
  }
}

function withoutLock(cart: Cart): Cart {
  const { lock: _released, ...rest } = cart;
  return rest;
}
