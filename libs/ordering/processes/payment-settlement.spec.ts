import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { story } from '#testing';
import { paymentSettlement } from './payment-settlement.js';

const ORDER = '0d000000-0000-4000-8000-000000000001';
const SETTLE = [{ kind: 'send', as: 'system', to: 'order', id: ORDER, command: { type: 'SettlePayments' } }];
const happened = (event: unknown): RecordedEvent<never> => ({ event, stream: `order-${ORDER}` }) as never;
const reactionsTo = (type: string, data: object = {}): unknown => paymentSettlement.react(happened({ type, data }));

describe('settling payments', () => {
  it('asks the order itself what is missing, after all that changes it, in the name of the process', () => {
    const followed = story().flatMap(({ events }) => events).filter(({ type }) => (paymentSettlement.follows as readonly string[]).includes(type));
    const asking = followed.filter((event) => paymentSettlement.react(happened(event)).length > 0);
    for (const event of asking) expect(paymentSettlement.react(happened(event))).toEqual(SETTLE);
    // The story moves to no other country.
    expect([...paymentSettlement.follows].filter((type) => asking.every((event) => event.type !== type))).toEqual(['OrderAddressChanged']);
  });

  it.each(['OrderTaxExemptionRevoked', 'OrderLineRestored', 'OrderChargeAdded', 'OrderChargeRemoved', 'OrderChargeRestored', 'OrderRefundIssued', 'OrderPaymentFailed'])('asks after %s, which can leave more to set aside, or to ask of another', (type) => {
    for (const kind of ['charge', 'discount']) expect(reactionsTo(type, { kind })).toEqual(SETTLE);
  });

  it('does not ask after each line of which an order is made', () => {
    expect(paymentSettlement.follows).not.toContain('OrderLineAdded');
  });

  it.each<[string, string, object, object]>([
    ['a credit', 'OrderLineCancelled', { creditedMinor: 1 }, { creditedMinor: 0 }],
    ['a return', 'OrderReturnRecorded', { creditedMinor: 1 }, { creditedMinor: 0 }],
    ['an appeasement', 'OrderAppeased', { creditedMinor: 1 }, { creditedMinor: 0 }],
    ['a stopped delivery', 'OrderDeliveryStopConfirmed', { lines: [{ creditedMinor: 0 }, { creditedMinor: 1 }] }, { lines: [{ creditedMinor: 0 }] }],
    ['another address', 'OrderAddressChanged', { taxed: { lines: [], charges: [] } }, {}],
  ])('passes over %s that leaves nothing to give back', (_what, type, settles, leaves) => {
    expect([reactionsTo(type, settles), reactionsTo(type, leaves)]).toEqual([SETTLE, []]);
  });
});
