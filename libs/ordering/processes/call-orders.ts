import type { DeskEventOf } from '../desk/desk.events.js';
import type { Process } from './process.js';

/** What becomes of a call becomes of the order in progress (A30–A32), in the name of the agent who had the call. */
export const callOrders: Process<DeskEventOf<'CallParked' | 'CallTransferred' | 'CallVoided'>> = {
  name: 'call-orders',
  follows: ['CallParked', 'CallTransferred', 'CallVoided'],
  react({ event }) {
    const { callId, orderId: id } = event.data;
    const sent = { kind: 'send', as: 'actor', to: 'order', id } as const;
    switch (event.type) {
      case 'CallParked':
        return [{ ...sent, command: { type: 'ParkOrder', callId } }];
      case 'CallTransferred':
        return [{ ...sent, command: { type: 'TransferOrder', callId, toAgentId: event.data.toAgentId } }];
      case 'CallVoided': {
        const { reasonCode } = event.data;
        return [{ ...sent, command: { type: 'VoidOrder', reasonCode }, reasonCode }];
      }
    }
  },
};
