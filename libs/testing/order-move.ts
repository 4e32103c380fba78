import type { OrderCommandType } from '#ordering';

/** A command in the raw: what it names is chosen from what the order has when its turn comes. */
export interface OrderMove {
  readonly type: OrderCommandType;
  readonly who: number;
  /** Minutes since the move before. */
  readonly later: number;
  readonly pick: number;
  readonly pick2: number;
  readonly quantity: number;
  readonly money: number;
}
