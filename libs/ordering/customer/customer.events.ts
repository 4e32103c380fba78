import type { Personal } from '#kernel';

/** The storage format of a customer account: see `order.events.ts` for the conventions. */
export interface CustomerEventData {
  readonly CustomerRegistered: {
    /** Also the subject under whose key the contact is sealed. */
    readonly customerId: string;
    readonly storeId: string;
    readonly contact: Personal<{ readonly name: string; readonly email?: string; readonly phone?: string }>;
    readonly source?: { readonly system: string; readonly reference: string };
  };
}

export type CustomerEventType = keyof CustomerEventData;

export type CustomerEvent = { [Type in CustomerEventType]: { readonly type: Type; readonly data: CustomerEventData[Type] } }[CustomerEventType];

export const CUSTOMER_EVENT_VERSIONS: Readonly<Record<CustomerEventType, number>> = { CustomerRegistered: 1 };
