import { accept, refuse, type Decider, type Decision } from '#kernel';
import type { CustomerCommand } from './customer.commands.js';
import type { CustomerEvent } from './customer.events.js';

export type CustomerState =
  | { readonly status: 'none' }
  | { readonly status: 'registered'; readonly customerId: string; readonly storeId: string };

export type CustomerRejectionCode = 'customer-of-another-store' | 'customer-without-name' | 'subject-mismatch';

const evolve = (state: CustomerState, event: CustomerEvent): CustomerState =>
  state.status === 'registered' ? state : { status: 'registered', customerId: event.data.customerId, storeId: event.data.storeId };

/** Registering the account that is there already yields nothing new: the customer's id is the created id (settled 1.3). */
function decide(command: CustomerCommand, state: CustomerState): Decision<CustomerEvent, CustomerRejectionCode> {
  const { customerId, storeId, contact, source } = command;
  if (state.status === 'registered') {
    return state.storeId === storeId ? accept() : refuse('A6', 'customer-of-another-store', 'Another store registered this customer.');
  }
  if (contact.subjectId !== customerId) return refuse('A6', 'subject-mismatch', 'The contact belongs to another person than the account.');
  if (contact.is !== 'known' || contact.value.name.trim() === '') return refuse('A6', 'customer-without-name', 'A customer account needs a name.');
  return accept({ type: 'CustomerRegistered', data: { customerId, storeId, contact, ...(source === undefined ? {} : { source }) } });
}

export const customerDecider: Decider<CustomerState, CustomerCommand, CustomerEvent, CustomerRejectionCode> = {
  category: 'customer',
  initialState: { status: 'none' },
  evolve,
  decide,
};

/** What the executor of commands must know of a customer account. */
export const customerRules = {
  decider: customerDecider,
  storeIdOf: (state: CustomerState): string | undefined => (state.status === 'none' ? undefined : state.storeId),
  creates: (): boolean => true,
  commutes: (): boolean => true,
} as const;
