import { accept, createdIdOf, isAmount, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent } from './order.events.js';
import { modifyGuard } from './order.guards.js';
import { MOST_ATTEMPTS } from './order.payment-commands.js';
import type { PaymentFact } from './order.payment-events.js';
import { bornMinor, chargedMinor, isGatewayKind, keptMinor, unusedMinor, type PaymentMethod } from './order.payment-state.js';
import * as no from './order.rejections.js';
import { wantedPayments } from './order.settlement.js';
import { paymentFact, type Order } from './order.state.js';
import { orderTotals } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** What the gateway charges has a token, and nothing else has; numbers of cards never come this far (A44). */
export function addMethod(command: OrderCommandOf<'AddPaymentMethod'>, order: Order, context: DecisionContext): Decided {
  const methodId = createdIdOf(context.commandId, 'method');
  if (order.createdIds.has(methodId)) return accept();
  const { type: _type, ...data } = command;
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  if (isGatewayKind(data.kind) && data.token === undefined) return no.reject('payment-token-missing', `A ${data.kind} is charged by its token.`, { kind: data.kind });
  if (!isGatewayKind(data.kind) && data.token !== undefined) return no.reject('payment-token-unexpected', `What is paid by ${data.kind} has no token.`, { kind: data.kind });
  if (!isLimit(data.limitMinor)) return no.amountOutOfRange();
  return accept({ type: 'OrderPaymentMethodAdded', data: { methodId, ...data } });
}

/** A limit never drops below what the method was charged or is just being charged, nor below what it is to be charged (A44). */
export function changeMethod(command: OrderCommandOf<'ChangePaymentMethod'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { methodId, limitMinor } = command;
  const method = methodOf(order, methodId);
  if (method === undefined) return no.methodNotFound(methodId);
  if (!isLimit(limitMinor)) return no.amountOutOfRange();
  const born = bornMinor(order.payments, method);
  const least = Math.max(born, method.allocatedMinor);
  if (limitMinor !== undefined && limitMinor < least) {
    if (limitMinor < born) return no.reject('limit-below-charged', 'It was charged more than that already, or is being charged more.', { methodId, leastMinor: least });
    return no.reject('limit-below-allocated', 'More than that is allocated to it: allocate the charges anew first.', { methodId, leastMinor: least });
  }
  if (limitMinor === method.limitMinor) return no.reject('limit-unchanged', 'That is its limit already.', { methodId });
  return accept({ type: 'OrderPaymentMethodChanged', data: { methodId, ...(limitMinor !== undefined && { limitMinor }) } });
}

/** Everything that is due, over methods that can bear it; the same again only to ask once more for what was declined, or is not all set aside (A44). */
export function allocate(command: OrderCommandOf<'AllocateCharges'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { allocations } = command;
  const named = new Set<string>();
  for (const { methodId, amountMinor } of allocations) {
    const method = methodOf(order, methodId);
    if (method === undefined) return no.methodNotFound(methodId);
    if (named.has(methodId)) return no.reject('payment-method-named-twice', 'A method is named once.', { methodId });
    named.add(methodId);
    if (!isAmount(amountMinor) || amountMinor < 0) return no.amountOutOfRange();
    const greatest = method.limitMinor;
    if (greatest !== undefined && amountMinor > greatest) return no.reject('allocation-exceeds-limit', 'The method may not be charged that much.', { methodId, greatestMinor: greatest });
  }
  for (const method of order.payments.methods) {
    const amount = allocations.find(({ methodId }) => methodId === method.methodId)?.amountMinor ?? 0;
    if (amount < keptMinor(method)) return no.reject('allocation-below-charged', 'It was charged more than that already.', { methodId: method.methodId, leastMinor: keptMinor(method) });
  }
  const dueMinor = Math.max(orderTotals(order).totalMinor, 0);
  const sumMinor = allocations.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (sumMinor !== dueMinor) return no.reject('allocations-not-due', 'Allocations come to what the order comes to.', { sumMinor, dueMinor });
  const same = order.payments.methods.every(({ methodId, allocatedMinor, declined }) => declined.length === 0 && allocatedMinor === (allocations.find((each) => each.methodId === methodId)?.amountMinor ?? 0));
  const covered = same && wantedPayments(order).every(({ action }) => action !== 'authorize');
  return covered ? no.reject('allocations-unchanged', 'The charges are allocated like that already.') : accept({ type: 'OrderChargesAllocated', data: { allocations } });
}

/** Once there are other methods than on account, what is allocated covers the order (C1). */
export function coverGuard(order: Order): no.Rejected | undefined {
  const { methods } = order.payments;
  if (methods.every(({ kind }) => kind === 'on-account')) return undefined;
  const { totalMinor } = orderTotals(order);
  const coveredMinor = methods.reduce((sum, { allocatedMinor }) => sum + allocatedMinor, 0);
  return coveredMinor >= totalMinor ? undefined : no.reject('payment-not-covered', 'The charges that are allocated do not cover the order.', { coveredMinor, totalMinor });
}

/** Asks for whatever is missing now: one question for each, with an id of its own. */
export function settle(order: Order, context: DecisionContext): Decided {
  return accept<OrderEvent>(
    ...wantedPayments(order).map(({ action, method, amountMinor }, index): OrderEvent => {
      const paymentId = createdIdOf(context.commandId, 'payment', index);
      const { methodId, token } = method;
      return { type: 'OrderPaymentRequested', data: { paymentId, action, methodId, amountMinor, currency: order.currency, ...(token && { token }) } };
    }),
  );
}

export function chase({ paymentId, attempt }: OrderCommandOf<'ChasePayment'>, order: Order): Decided {
  const open = order.payments.open.find((payment) => payment.paymentId === paymentId);
  if (open === undefined || attempt <= open.attempt || attempt > MOST_ATTEMPTS) return accept();
  return accept({ type: 'OrderPaymentChased', data: { ...open, attempt } });
}

/** What the provider says has happened, whatever state the order is in; each once, and never more given back than collected (A43). */
export function recordPayment(command: OrderCommandOf<'RecordPayment'>, order: Order, context: DecisionContext): Decided {
  const transactionId = createdIdOf(context.commandId, 'transaction');
  if (order.createdIds.has(transactionId)) return accept();
  const { externalId, methodId, amountMinor, paymentId, result } = command;
  const method = methodOf(order, methodId);
  if (method === undefined) return no.methodNotFound(methodId);
  if (order.externalIds.has(paymentFact(externalId))) {
    const known = order.payments.transactions.find((transaction) => transaction.externalId === externalId);
    return known?.outcome === result.outcome && known.methodId === methodId && known.amountMinor === amountMinor ? accept() : no.alreadyRecorded(externalId);
  }
  if (!isAmount(amountMinor) || amountMinor < 1) return no.amountOutOfRange();
  const data: PaymentFact = { transactionId, externalId, methodId, amountMinor, ...(paymentId !== undefined && { paymentId }) };
  switch (result.outcome) {
    case 'authorized':
      return chargeGuard(order, data, method.authorizedMinor, chargedMinor(method)) ?? accept({ type: 'OrderPaymentAuthorized', data });
    case 'captured':
      return chargeGuard(order, data, method.capturedMinor, keptMinor(method)) ?? accept({ type: 'OrderPaymentCaptured', data });
    case 'refunded': {
      const greatestMinor = keptMinor(method);
      if (amountMinor <= greatestMinor) return accept({ type: 'OrderRefundIssued', data });
      return no.reject('refund-exceeds-collected', 'Nobody gets back more than was collected from them.', { methodId, askedMinor: amountMinor, greatestMinor });
    }
    case 'voided': {
      const greatestMinor = unusedMinor(method);
      if (amountMinor <= greatestMinor) return accept({ type: 'OrderPaymentVoided', data });
      return no.reject('void-exceeds-authorized', 'No more is let go than was set aside and not collected.', { methodId, askedMinor: amountMinor, greatestMinor });
    }
    case 'declined':
      return accept({ type: 'OrderPaymentFailed', data: { ...data, action: result.action, failureCode: result.failureCode } });
  }
}

export const methodOf = (order: Order, methodId: string): PaymentMethod | undefined => order.payments.methods.find((method) => method.methodId === methodId);

const isLimit = (limitMinor: number | undefined): boolean => limitMinor === undefined || (isAmount(limitMinor) && limitMinor >= 0);

/** What the gateway was asked was within the limit when it was asked; what came of it has happened, and is not refused. */
function chargeGuard(order: Order, { methodId, amountMinor, paymentId }: PaymentFact, recordedMinor: number, chargedBefore: number): no.Rejected | undefined {
  if (!isAmount(recordedMinor + amountMinor)) return no.amountOutOfRange();
  const greatestMinor = methodOf(order, methodId)?.limitMinor;
  if (greatestMinor === undefined || chargedBefore + amountMinor <= greatestMinor) return undefined;
  if (paymentId !== undefined && order.createdIds.has(paymentId)) return undefined;
  return no.reject('charge-exceeds-limit', 'The method may not be charged that much.', { methodId, greatestMinor });
}
