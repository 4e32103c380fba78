/** A product as the catalogue has it; what is wanted of it. */
export interface WantedItem {
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
}

interface WhoseCart {
  readonly customerId: string;
  readonly storeId: string;
  readonly currency: string;
}

export interface CartCommandFields {
  /** Opens the cart if there is none yet. */
  readonly LockCart: WhoseCart & { readonly leaseSeconds: number };
  readonly UnlockCart: Readonly<Record<never, never>>;
  readonly TakeOverCart: { readonly leaseSeconds: number };
  readonly AddCartLine: WantedItem;
  readonly ChangeCartLine: { readonly lineId: string; readonly quantity: number };
  readonly RemoveCartLine: { readonly lineId: string };
  /** Opens the cart if there is none yet. */
  readonly ReorderIntoCart: WhoseCart & { readonly orderId: string; readonly items: readonly WantedItem[] };
  /** The order was made of what the cart holds; it is empty again. Without `made` it is only asked whether one may be. */
  readonly CheckOutCart: { readonly made?: { readonly orderId: string; readonly orderNumber: string } };
}

export type CartCommandType = keyof CartCommandFields;

export type CartCommand = { [Type in CartCommandType]: { readonly type: Type } & CartCommandFields[Type] }[CartCommandType];

export type CartCommandOf<Type extends CartCommandType> = Extract<CartCommand, { readonly type: Type }>;
