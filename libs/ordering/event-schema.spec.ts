import { describe, expect, it } from '@jest/globals';
import { personal } from '#kernel';
import { validateEventData } from './event-schema.js';

const address = personal('s', { recipient: 'A', line1: 'B', city: 'C' });
const quote = { unitPriceMinor: 255, taxClass: 'standard', taxBasisPoints: 2_000, source: 'invoice:1' };
const line = { lineId: 'l', sku: 'X', description: '', quantity: 6, quote };
const created = {
  orderNumber: 'OR-1',
  storeId: 'UK',
  currency: 'GBP',
  channel: 'web',
  customer: { kind: 'guest' },
  contact: personal('s', { name: 'A' }),
  shipTo: { country: 'GB', address },
  paymentTerms: 'on-account',
};

describe('the shape of stored payloads', () => {
  it.each([
    ['OrderLineAdded', line],
    ['OrderCreated', created],
    ['OrderCreated', { ...created, contact: { subjectId: 's', is: 'erased' }, shipTo: { country: 'GB', address: { subjectId: 's', is: 'unavailable' } } }],
    ['OrderSubmitted', {}],
    ['OrderSubmitted', { addedByALaterWriter: 1 }],
    ['OrderResumed', {}],
    ['OrderHoldApplied', { holdId: 'h', holdType: 't', scope: { kind: 'lines', lineIds: ['l'] }, effects: ['ship'] }],
  ])('accepts a well-formed %s', (type, data) => {
    expect(validateEventData(type, data)).toBeUndefined();
  });

  it.each([
    ['OrderLineAdded', { ...line, quantity: 0 }, 'OrderLineAdded.quantity'],
    ['OrderLineAdded', { ...line, quantity: 1.5 }, 'OrderLineAdded.quantity'],
    ['OrderLineAdded', { ...line, quantity: '6' }, 'OrderLineAdded.quantity'],
    ['OrderLineAdded', { ...line, parentSku: null }, 'OrderLineAdded.parentSku'],
    ['OrderLineAdded', { ...line, quote: { ...quote, unitPriceMinor: -1 } }, 'OrderLineAdded.quote.unitPriceMinor'],
    ['OrderLineAdded', { ...line, quote: { ...quote, unitPriceMinor: 2 ** 60 } }, 'OrderLineAdded.quote.unitPriceMinor'],
    ['OrderLineAdded', [], 'OrderLineAdded'],
    ['OrderLineAdded', null, 'OrderLineAdded'],
    ['OrderCreated', { ...created, currency: 'XXX' }, 'OrderCreated.currency'],
    ['OrderCreated', { ...created, customer: { kind: 'registered' } }, 'OrderCreated.customer.customerId'],
    ['OrderCreated', { ...created, customer: { kind: '__proto__' } }, 'OrderCreated.customer.kind'],
    ['OrderCreated', { ...created, contact: { name: 'stored in clear' } }, 'OrderCreated.contact'],
    ['OrderCreated', { ...created, contact: personal('s', { name: 7 }) }, 'OrderCreated.contact.value.name'],
    ['OrderLocked', { lockId: 'l', agentId: 'a', leaseSeconds: 600, expiresAt: '2026-01-01' }, 'OrderLocked.expiresAt'],
    ['OrderHoldApplied', { holdId: 'h', holdType: 't', scope: { kind: 'lines', lineIds: ['l', 2] }, effects: ['ship'] }, 'OrderHoldApplied.scope.lineIds[1]'],
    ['OrderTeleported', {}, 'OrderTeleported'],
    ['__proto__', {}, '__proto__'],
  ])('names what is wrong with a %s', (type, data, path) => {
    expect(validateEventData(type, data)).toBe(path);
  });
});
