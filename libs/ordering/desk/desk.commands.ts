import type { Refusal } from '#kernel';

/** The order's store, as it was looked up. */
interface OrderStore {
  readonly orderStoreId?: string;
}

/** The order in progress: what is done with the call is done to it. */
interface WithOrder extends OrderStore {
  /** Unless the call began with one. */
  readonly orderId?: string;
  /** What the order's own rules say against it: they were asked before, and refuse the call as well. */
  readonly refusedByOrder?: Refusal;
}

/** What an agent can do with a call. Whoever asks sits at the desk: the actor is the agent. */
export interface DeskCommandFields {
  readonly StartCall: OrderStore & {
    readonly storeId: string;
    readonly customerId?: string;
    /** As it was looked up; absent when there is no such customer. */
    readonly customerStoreId?: string;
    readonly orderId?: string;
  };
  readonly ParkCall: WithOrder;
  /** Whether the agent named is active and sees the store was looked up before. */
  readonly TransferCall: WithOrder & { readonly toAgentId: string };
  readonly VoidCall: WithOrder & { readonly reasonCode: string };
  readonly EndCall: Readonly<Record<never, never>>;
}

export type DeskCommandType = keyof DeskCommandFields;

export type DeskCommand = { [Type in DeskCommandType]: { readonly type: Type } & DeskCommandFields[Type] }[DeskCommandType];

export type DeskCommandOf<Type extends DeskCommandType> = Extract<DeskCommand, { readonly type: Type }>;
