import type { OrderCommandOf } from '../order/order.commands.js';
import type { OrderEventOf } from '../order/order.events.js';
import { MOST_ATTEMPTS, type PaymentResult } from '../order/order.payment-commands.js';
import type { PaymentAction, PaymentQuestion } from '../order/order.payment-events.js';
import type { GatewayAnswer } from './payment-gateway.port.js';
import type { Process } from './process.js';

/** How long an answer is waited for: doubles with each attempt, up to an hour. */
const FIRST_WAIT_MS = 3_000;
const LONGEST_WAIT_MS = 3_600_000;

const DONE = { authorize: 'authorized', capture: 'captured', refund: 'refunded', void: 'voided' } as const satisfies Record<PaymentAction, PaymentResult['outcome']>;

/**
 * What an order asks of the gateway is asked there (A43, A44); where no answer comes, a timer has the order ask again.
 * After the last attempt the question stays open, and people have to look.
 */
export const gatewayPayments: Process<OrderEventOf<'OrderPaymentRequested' | 'OrderPaymentChased'>> = {
  name: 'gateway-payments',
  follows: ['OrderPaymentRequested', 'OrderPaymentChased'],
  react({ event, stream, metadata }) {
    const id = stream.slice('order-'.length);
    const attempt = event.type === 'OrderPaymentChased' ? event.data.attempt : 1;
    const { paymentId } = event.data;
    const dueAt = new Date(Date.parse(metadata.recordedAt) + Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)).toISOString();
    const again = { kind: 'set-timer', timer: `chase:${paymentId}`, dueAt, to: 'order', id, command: { type: 'ChasePayment', paymentId, attempt: attempt + 1 } } as const;
    return [{ kind: 'ask', id, question: event.data, ...(attempt < MOST_ATTEMPTS && { otherwise: again }) }];
  },
};

/** The fact that an answer is. */
export function factOf({ paymentId, action, methodId, amountMinor }: PaymentQuestion, answer: GatewayAnswer): OrderCommandOf<'RecordPayment'> {
  const { externalId } = answer;
  const result: PaymentResult = answer.kind === 'done' ? { outcome: DONE[action] } : { outcome: 'declined', action, failureCode: answer.failureCode };
  return { type: 'RecordPayment', externalId, methodId, amountMinor, paymentId, result };
}
