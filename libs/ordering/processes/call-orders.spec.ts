import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import type { DeskEvent } from '../desk/desk.events.js';
import { callOrders } from './call-orders.js';

const reactions = (event: DeskEvent) => callOrders.react({ event } as RecordedEvent<never>);
const sent = { kind: 'send', as: 'actor', to: 'order', id: 'o1' };

describe('what becomes of a call becomes of its order, in the agent\'s name', () => {
  it('parked (A30)', () => {
    expect(reactions({ type: 'CallParked', data: { callId: 'c1', orderId: 'o1' } })).toEqual([{ ...sent, command: { type: 'ParkOrder', callId: 'c1' } }]);
  });

  it('transferred (A31)', () => {
    const [reaction] = reactions({ type: 'CallTransferred', data: { callId: 'c1', orderId: 'o1', toAgentId: 'ben' } });
    expect(reaction).toEqual({ ...sent, command: { type: 'TransferOrder', callId: 'c1', toAgentId: 'ben' } });
  });

  it('voided, for the same reason (A32)', () => {
    const [reaction] = reactions({ type: 'CallVoided', data: { callId: 'c1', orderId: 'o1', reasonCode: 'test-order' } });
    expect(reaction).toEqual({ ...sent, command: { type: 'VoidOrder', reasonCode: 'test-order' }, reasonCode: 'test-order' });
  });

  it.each<[DeskEvent, object]>([
    [{ type: 'CallParked', data: { callId: 'c1', orderId: 'o1' } }, { alertType: 'order-not-parked', severity: 'warning' }],
    [{ type: 'CallTransferred', data: { callId: 'c1', orderId: 'o1', toAgentId: 'ben' } }, { alertType: 'order-not-transferred', severity: 'warning' }],
    [{ type: 'CallVoided', data: { callId: 'c1', orderId: 'o1', reasonCode: 'test-order' } }, { alertType: 'order-not-voided', severity: 'alert' }],
  ])('or the order says that it did not, and why: %j', (event, alert) => {
    const refusal = { code: 'order-locked-by-another', rule: 'A22', message: 'It is locked.' };
    expect(callOrders.refused?.({ event } as RecordedEvent<never>, refusal)).toEqual([
      { to: 'order', id: 'o1', command: { type: 'RaiseOrderAlert', ...alert, externalId: 'call:c1', refusedBy: { code: 'order-locked-by-another', rule: 'A22' } } },
    ]);
  });
});
