import { failpoint } from '#event-store';
import { revealed } from '#kernel';
import { askGateway, factOf, type OrderCommand, type PaymentGateway, type PaymentQuestion } from '#ordering';

/**
 * Asks, and gives what the order is to be told: nothing when no answer came.
 * @throws what may pass; then it is asked again, with the same request id
 */
export type Ask = (question: PaymentQuestion) => Promise<readonly OrderCommand[]>;

export const createAsk =
  (gateway: PaymentGateway | undefined): Ask =>
  async (question) => {
    if (gateway === undefined) throw new Error('a process asks a payment gateway, and none is bound');
    const { paymentId, action, methodId, amountMinor, currency } = question;
    // While the key is out of reach nobody knows the token: later.
    if (question.token?.is === 'unavailable') return [];
    const token = revealed(question.token);
    const answers = await askGateway(gateway, action, { requestId: paymentId, reference: methodId, amountMinor, currency, ...(token !== undefined && { token }) });
    failpoint('after-gateway-answer');
    return answers.map((answer) => factOf(question, answer));
  };
