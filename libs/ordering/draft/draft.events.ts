import type { Personal } from '#kernel';

/**
 * The storage format of a draft: what an agent means to change about an order and has not changed yet. See
 * `order.events.ts` for the conventions. Prices are not in here: they are looked up when an edit is applied.
 */
export type StagedEdit =
  | { readonly kind: 'add-line'; readonly sku: string; readonly quantity: number }
  | { readonly kind: 'change-quantity'; readonly lineId: string; readonly quantity: number }
  | { readonly kind: 'remove-line'; readonly lineId: string }
  | {
      readonly kind: 'change-address';
      readonly country: string;
      readonly address: Personal<{
        readonly recipient: string;
        readonly line1: string;
        readonly line2?: string;
        readonly city: string;
        readonly region?: string;
        readonly postcode?: string;
        readonly phone?: string;
      }>;
    }
  | { readonly kind: 'comment'; readonly text: Personal<string>; readonly visibility: 'internal' | 'customer' };

export interface DraftEventData {
  readonly DraftEditStaged: {
    readonly editId: string;
    readonly orderId: string;
    readonly agentId: string;
    /** The lock under which it was staged. */
    readonly lockId: string;
    /** Revision of the order that the agent had before them. */
    readonly seenRevision: number;
    readonly edit: StagedEdit;
  };
  readonly DraftEditDropped: { readonly editId: string; readonly orderId: string };
}

export type DraftEventType = keyof DraftEventData;

export type DraftEvent = { [Type in DraftEventType]: { readonly type: Type; readonly data: DraftEventData[Type] } }[DraftEventType];

export const DRAFT_EVENT_VERSIONS: Readonly<Record<DraftEventType, number>> = { DraftEditStaged: 1, DraftEditDropped: 1 };
