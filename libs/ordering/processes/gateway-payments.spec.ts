import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { MOST_ATTEMPTS } from '../order/order.payment-commands.js';
import type { PaymentQuestion } from '../order/order.payment-events.js';
import { factOf, gatewayPayments } from './gateway-payments.js';

const ORDER = '0d000000-0000-4000-8000-000000000001';
const QUESTION: PaymentQuestion = { paymentId: 'p-1', action: 'capture', methodId: 'm-1', amountMinor: 1_200, currency: 'GBP' };
const happened = (event: unknown): RecordedEvent<never> => ({ event, stream: `order-${ORDER}`, metadata: { recordedAt: '2026-01-05T09:00:00.000Z' } }) as never;
const chased = (attempt: number) => gatewayPayments.react(happened({ type: 'OrderPaymentChased', data: { ...QUESTION, attempt } }));

describe('what the gateway is asked', () => {
  it('is what the order asks, and asked once more when no answer came in time', () => {
    expect(gatewayPayments.react(happened({ type: 'OrderPaymentRequested', data: QUESTION }))).toEqual([
      {
        kind: 'ask',
        id: ORDER,
        question: QUESTION,
        otherwise: { kind: 'set-timer', timer: 'chase:p-1', dueAt: '2026-01-05T09:00:03.000Z', to: 'order', id: ORDER, command: { type: 'ChasePayment', paymentId: 'p-1', attempt: 2 } },
      },
    ]);
  });

  it('is asked at ever longer intervals, an hour at most, and in the end not any more', () => {
    const dueAfter = (attempt: number) => chased(attempt).map((reaction) => (reaction.kind === 'ask' ? reaction.otherwise?.dueAt : reaction));
    expect([2, 3, 11, 19].map(dueAfter)).toEqual([['2026-01-05T09:00:06.000Z'], ['2026-01-05T09:00:12.000Z'], ['2026-01-05T09:51:12.000Z'], ['2026-01-05T10:00:00.000Z']]);
    expect(dueAfter(MOST_ATTEMPTS)).toEqual([undefined]);
  });

  it.each([
    ['authorize', { outcome: 'authorized' }],
    ['capture', { outcome: 'captured' }],
    ['refund', { outcome: 'refunded' }],
    ['void', { outcome: 'voided' }],
  ] as const)('to %s becomes the fact that it was done, or declined', (action, result) => {
    const fact = { type: 'RecordPayment', externalId: 'psp-1', methodId: 'm-1', amountMinor: 1_200, paymentId: 'p-1' };
    expect(factOf({ ...QUESTION, action }, { kind: 'done', externalId: 'psp-1' })).toEqual({ ...fact, result });
    expect(factOf({ ...QUESTION, action }, { kind: 'declined', externalId: 'psp-1', failureCode: 'no' })).toEqual({ ...fact, result: { outcome: 'declined', action, failureCode: 'no' } });
  });
});
