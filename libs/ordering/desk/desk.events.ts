/** The storage format of an agent's desk: see `order.events.ts` for the conventions. The desk's id is the agent's. */
export interface DeskEventData {
  readonly CallStarted: {
    readonly callId: string;
    readonly agentId: string;
    readonly storeId: string;
    readonly customerId?: string;
    /** The order that the call is about, if it is about one from the start. */
    readonly orderId?: string;
  };
  readonly CallParked: { readonly callId: string; readonly orderId: string };
  readonly CallTransferred: { readonly callId: string; readonly orderId: string; readonly toAgentId: string };
  readonly CallVoided: { readonly callId: string; readonly orderId: string; readonly reasonCode: string };
  readonly CallEnded: { readonly callId: string };
}

export type DeskEventType = keyof DeskEventData;

export type DeskEvent = { [Type in DeskEventType]: { readonly type: Type; readonly data: DeskEventData[Type] } }[DeskEventType];

/** The event of one stored type. */
export type DeskEventOf<Type extends DeskEventType> = Extract<DeskEvent, { readonly type: Type }>;

export const DESK_EVENT_VERSIONS: Readonly<Record<DeskEventType, number>> = { CallStarted: 1, CallParked: 1, CallTransferred: 1, CallVoided: 1, CallEnded: 1 };
