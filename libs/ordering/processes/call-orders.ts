import type { DeskEventOf } from '../desk/desk.events.js';
import type { Process } from './process.js';

/** Under which an order's alert names the call that did not get its way. */
export const callFact = (callId: string): string => `call:${callId}`;

const NOT_DONE = {
  CallParked: { alertType: 'order-not-parked', severity: 'warning' },
  CallTransferred: { alertType: 'order-not-transferred', severity: 'warning' },
  CallVoided: { alertType: 'order-not-voided', severity: 'alert' },
} as const;

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
  /** The call is over by then: the order says what it did not get, until somebody has seen to it (A35). */
  refused({ event: { type, data } }, { code, rule }) {
    return [{ to: 'order', id: data.orderId, command: { type: 'RaiseOrderAlert', ...NOT_DONE[type], externalId: callFact(data.callId), refusedBy: { code, rule } } }];
  },
};
