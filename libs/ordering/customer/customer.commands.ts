import type { Personal } from '#kernel';

export interface CustomerCommandFields {
  /** The customer's id names the account and the subject under whose key the contact is sealed. */
  readonly RegisterCustomer: {
    readonly customerId: string;
    readonly storeId: string;
    readonly contact: Personal<{ readonly name: string; readonly email?: string; readonly phone?: string }>;
    readonly source?: { readonly system: string; readonly reference: string };
  };
}

export type CustomerCommandType = keyof CustomerCommandFields;

export type CustomerCommand = { [Type in CustomerCommandType]: { readonly type: Type } & CustomerCommandFields[Type] }[CustomerCommandType];
