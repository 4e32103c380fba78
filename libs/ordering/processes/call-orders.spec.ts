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
});
