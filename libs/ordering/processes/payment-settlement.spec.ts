import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { story } from '#testing';
import { paymentSettlement } from './payment-settlement.js';

const ORDER = '0d000000-0000-4000-8000-000000000001';
const happened = (event: unknown): RecordedEvent<never> => ({ event, stream: `order-${ORDER}` }) as never;

describe('settling payments', () => {
  it('asks the order itself what is missing, after all that changes it, in the name of the process', () => {
    const followed = story().flatMap(({ events }) => events).filter(({ type }) => (paymentSettlement.follows as readonly string[]).includes(type));
    expect(new Set(followed.map(({ type }) => type)).size).toBe(paymentSettlement.follows.length);
    for (const event of followed) {
      expect(paymentSettlement.react(happened(event))).toEqual([{ kind: 'send', as: 'system', to: 'order', id: ORDER, command: { type: 'SettlePayments' } }]);
    }
  });
});
