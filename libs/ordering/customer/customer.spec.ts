import { describe, expect, it } from '@jest/globals';
import { personal, type Personal } from '#kernel';
import { tell } from '#testing';
import { subjectDecider, subjectRules } from '../subject/subject.decider.js';
import type { CustomerCommand } from './customer.commands.js';
import { customerDecider, customerRules } from './customer.decider.js';

const contactOf = (name: string, subjectId = 'c1'): Personal<{ readonly name: string }> => personal(subjectId, { name });
const register = (fields: Partial<CustomerCommand> = {}): { readonly command: CustomerCommand } => ({
  command: { type: 'RegisterCustomer', customerId: 'c1', storeId: 'UK', contact: contactOf('Zoë'), source: { system: 'online-retail', reference: '17850' }, ...fields },
});

describe('registering a customer', () => {
  it('opens the account in its store', () => {
    const { news, state } = tell(customerDecider, [register()]);
    expect(news).toEqual([{ type: 'CustomerRegistered', data: { customerId: 'c1', storeId: 'UK', contact: contactOf('Zoë'), source: { system: 'online-retail', reference: '17850' } } }]);
    expect(customerRules.storeIdOf(state)).toBe('UK');
    expect(customerRules.storeIdOf(customerDecider.initialState)).toBeUndefined();
  });

  it('yields nothing new the second time', () => {
    expect(tell(customerDecider, [register(), register({ contact: contactOf('Zoe') })]).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('stays with the store that it was first registered in', () => {
    const other = { type: 'CustomerRegistered', data: { customerId: 'c1', storeId: 'DE', contact: contactOf('Zoë') } } as const;
    const { state } = tell(customerDecider, [register()]);
    expect(customerDecider.evolve(state, other)).toEqual(state);
  });

  it.each<[string, ReturnType<typeof register>, string]>([
    ['without a name', register({ contact: contactOf(' ') }), 'customer-without-name'],
    ['whose contact was erased', register({ contact: { subjectId: 'c1', is: 'erased' } }), 'customer-without-name'],
    ['under the key of another person', register({ contact: contactOf('Zoë', 'c2') }), 'subject-mismatch'],
  ])('refuses one %s', (_what, command, code) => {
    expect(tell(customerDecider, [command]).refusal?.code).toBe(code);
  });

  it('refuses one that another store registered', () => {
    expect(tell(customerDecider, [register(), register({ storeId: 'DE' })]).refusal?.code).toBe('customer-of-another-store');
  });
});

describe('erasing a person', () => {
  const ERASE = { command: { type: 'EraseSubject', subjectId: 's1', reasonCode: 'asked' } } as const;

  it('leaves a proof, once, and in nobody\'s store', () => {
    const { events, state } = tell(subjectDecider, [ERASE, ERASE]);
    expect(events).toEqual([{ type: 'SubjectErased', data: { subjectId: 's1', reasonCode: 'asked' } }]);
    expect(state).toEqual({ status: 'erased', subjectId: 's1' });
    expect(subjectRules.storeIdOf()).toBeUndefined();
  });
});
