/**
 * The storage format of a customer's cart in a store: see `order.events.ts` for the conventions. Prices are not in
 * here: they are looked up when an order is made of it.
 */
export interface CartItem {
  readonly lineId: string;
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
}

export interface CartEventData {
  readonly CartOpened: { readonly customerId: string; readonly storeId: string; readonly currency: string };
  readonly CartLinesAdded: {
    readonly lines: readonly CartItem[];
    /** The previous order that was ordered again (A24). */
    readonly fromOrderId?: string;
  };
  readonly CartLineChanged: { readonly lineId: string; readonly from: number; readonly to: number };
  readonly CartLineRemoved: { readonly lineId: string };
  /** The lock is a lease, as an order's is. */
  readonly CartLocked: { readonly lockId: string; readonly agentId: string; readonly leaseSeconds: number; readonly expiresAt: string };
  readonly CartUnlocked: { readonly lockId: string; readonly agentId: string };
  /** The lock of who had it ends; what the cart holds stays. */
  readonly CartTakenOver: { readonly lockId: string; readonly fromAgentId: string; readonly toAgentId: string; readonly newLockId: string; readonly leaseSeconds: number; readonly expiresAt: string };
  readonly CartCheckedOut: { readonly checkoutId: string; readonly orderId: string; readonly orderNumber: string };
}

export type CartEventType = keyof CartEventData;

export type CartEvent = { [Type in CartEventType]: { readonly type: Type; readonly data: CartEventData[Type] } }[CartEventType];

export type CartEventOf<Type extends CartEventType> = Extract<CartEvent, { readonly type: Type }>;

export const CART_EVENT_VERSIONS: Readonly<Record<CartEventType, number>> = {
  CartOpened: 1,
  CartLinesAdded: 1,
  CartLineChanged: 1,
  CartLineRemoved: 1,
  CartLocked: 1,
  CartUnlocked: 1,
  CartTakenOver: 1,
  CartCheckedOut: 1,
};
