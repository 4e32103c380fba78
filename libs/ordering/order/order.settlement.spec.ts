import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMoves, commandOf, contextOfMove, SHIPPED, tell } from '#testing';
import { orderDecider } from './order.decider.js';
import { bornMinor, chargedMinor, collectedMinor, isGatewayKind, keptMinor, openMinor, openOn, unusedMinor, type PaymentMethod } from './order.payment-state.js';
import { wantedPayments } from './order.settlement.js';
import type { OrderCommand } from './order.commands.js';
import { isEnded, type Order, type OrderState } from './order.state.js';
import { orderTotals } from './order.totals.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };
const MOST_ROUNDS = 5;
const OUTCOME = { authorize: 'authorized', capture: 'captured', refund: 'refunded', void: 'voided' } as const;

describe('settling, when the gateway does all that it is asked', () => {
  it('comes to an end: what is allocated is covered, and an order that ended holds nothing of anybody', () => {
    let [voids, covered] = [0, 0];
    fc.assert(
      fc.property(anyMoves, (moves) => {
        let state: OrderState = orderDecider.initialState;
        let told = 0;
        const tell = (command: OrderCommand): void => {
          told += 1;
          const decision = orderDecider.decide(command, state, { ...contextOfMove(moves[0]!, 10_000 + told, 10_000) });
          if (decision.kind === 'accepted') state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
        };
        const answerAll = (): void => {
          if (state.status === 'none') return;
          for (const { paymentId, action, methodId, amountMinor } of state.payments.open) {
            if (action === 'void') voids += 1;
            tell({ type: 'RecordPayment', externalId: `settled-${String(told)}`, paymentId, methodId, amountMinor, result: { outcome: OUTCOME[action] } });
          }
        };
        for (const [step, move] of moves.entries()) {
          const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, step));
          if (decision.kind === 'accepted') state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
        }
        answerAll();
        if (state.status === 'none') return;
        // What a rule would not take (a limit, a sum) the gateway was asked in vain: such orders are for people.
        if (state.payments.open.length > 0) return;
        for (let round = 0; round < MOST_ROUNDS && wantedPayments(state).length > 0; round += 1) {
          tell({ type: 'SettlePayments' });
          answerAll();
        }
        expect(wantedPayments(state)).toEqual([]);
        const { methods } = state.payments;
        if (state.status !== 'pending' && !isEnded(state) && methods.every(({ declined }) => declined.length === 0)) {
          const dueMinor = Math.min(orderTotals(state).totalMinor, methods.reduce((sum, { allocatedMinor }) => sum + allocatedMinor, 0));
          const sureMinor = methods.reduce((sum, method) => sum + (isGatewayKind(method.kind) ? chargedMinor(method) : Math.max(keptMinor(method), method.allocatedMinor)), 0);
          expect(sureMinor).toBeGreaterThanOrEqual(dueMinor);
          if (dueMinor > 0) covered += 1;
        }
        if (!isEnded(state)) return;
        for (const method of state.payments.methods) if (isGatewayKind(method.kind) && !method.declined.includes('void')) expect(unusedMinor(method)).toBe(0);
      }),
      RUNS,
    );
    expect(voids).toBeGreaterThan(0);
    expect(covered).toBeGreaterThan(0);
  });
});

/** However it came to that: what methods were charged, and what was asked and is not answered. */
const anyMethod = fc
  .record({
    kind: fc.constantFrom('card', 'gift-card', 'wallet', 'on-account', 'bank-transfer'),
    allocated: fc.nat({ max: 40 }), captured: fc.nat({ max: 40 }), refunded: fc.nat({ max: 40 }), unheld: fc.nat({ max: 10 }), unused: fc.nat({ max: 40 }), asked: fc.array(fc.constantFrom('authorize', 'capture', 'void', 'refund'), { maxLength: 2 }),
  })
  .map(({ kind, allocated, captured, refunded, unheld, unused, asked }) => ({
    kind, asked, allocatedMinor: allocated * 100, capturedMinor: captured * 100, refundedMinor: Math.min(refunded, captured) * 100, unheldMinor: Math.min(unheld, captured) * 100, authorizedMinor: (captured - Math.min(unheld, captured) + unused) * 100, declined: [],
  }));

type AnyMethod = typeof anyMethod extends fc.Arbitrary<infer Value> ? Value : never;

const SENT = tell(orderDecider, SHIPPED).state as Order;

function orderOf(methods: readonly AnyMethod[], invoicedMinor: number): Order {
  const named = methods.map(({ asked: _asked, ...method }, index) => ({ ...method, methodId: `m-${String(index)}` }));
  const mostOf = (method: PaymentMethod) => ({ authorize: 500, capture: unusedMinor(method), void: unusedMinor(method), refund: keptMinor(method) });
  const open = methods.flatMap(({ asked }, index) => {
    const method = named[index]!;
    const [action] = asked;
    if (action === undefined || !isGatewayKind(method.kind)) return [];
    const amountMinor = mostOf(method)[action];
    return amountMinor > 0 ? [{ paymentId: `q-${String(index)}`, action, methodId: method.methodId, amountMinor, currency: 'GBP', attempt: 1 }] : [];
  });
  return { ...SENT, payments: { methods: named, open, transactions: [], invoices: [{ invoiceId: 'i', lines: [], charges: [], totalMinor: invoicedMinor }] } };
}

const EVENT = { authorize: 'OrderPaymentAuthorized', capture: 'OrderPaymentCaptured', refund: 'OrderRefundIssued', void: 'OrderPaymentVoided' } as const;

/** All that was asked is done or declined; then what is missing is asked. */
function settled(order: Order, round: number, declines: (paymentId: string) => boolean = () => false): Order {
  const told = order.payments.open.map(({ paymentId, action, methodId, amountMinor }) => {
    const data = { transactionId: `t-${paymentId}`, externalId: `x-${paymentId}`, methodId, amountMinor, paymentId };
    return declines(paymentId) ? ({ type: 'OrderPaymentFailed', data: { ...data, action, failureCode: 'declined' } } as const) : ({ type: EVENT[action], data } as const);
  });
  const answered = told.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), order) as Order;
  const asked = wantedPayments(answered).map(({ action, method: { methodId }, amountMinor }, index) => ({ type: 'OrderPaymentRequested', data: { paymentId: `q-${String(round)}-${String(index)}`, action, methodId, amountMinor, currency: 'GBP' } }) as const);
  return asked.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), answered) as Order;
}

describe('what the gateway is asked, whatever happened before', () => {
  it('charges nobody more than is allocated to them, lets go nothing that is needed, and asks for nothing twice', () => {
    const counts: Record<string, number> = {};
    fc.assert(
      fc.property(fc.array(anyMethod, { minLength: 1, maxLength: 4 }), fc.nat({ max: 50 }), (anyMethods, invoiced) => {
        const order = orderOf(anyMethods, invoiced * 100);
        const wanted = wantedPayments(order);
        for (const { action, method, amountMinor } of wanted) {
          counts[action] = (counts[action] ?? 0) + 1;
          const { payments } = order;
          expect(isGatewayKind(method.kind)).toBe(true);
          expect(amountMinor).toBeGreaterThan(0);
          if (action === 'authorize') expect(bornMinor(payments, method) + amountMinor).toBeLessThanOrEqual(method.allocatedMinor);
          if (action === 'capture') expect(keptMinor(method) + openOn(payments, method, 'capture') + amountMinor).toBeLessThanOrEqual(method.allocatedMinor);
          if (action === 'refund') expect(openOn(payments, method, 'refund') + amountMinor).toBeLessThanOrEqual(keptMinor(method));
        }
        for (const method of order.payments.methods) {
          const [captures, voids] = (['capture', 'void'] as const).map((action) => wanted.reduce((sum, each) => (each.method === method && each.action === action ? sum + each.amountMinor : sum), openOn(order.payments, method, action)));
          if (wanted.some((each) => each.method === method && (each.action === 'capture' || each.action === 'void'))) expect(captures! + voids!).toBeLessThanOrEqual(unusedMinor(method));
        }
        if (wanted.some(({ action }) => action === 'void')) {
          // Whoever takes the place of what is let go is sure: it is set aside there, or goes on account.
          const { payments } = order;
          const letGo = openMinor(payments, 'void') + wanted.reduce((sum, { action, amountMinor }) => (action === 'void' ? sum + amountMinor : sum), 0);
          const sure = payments.methods.reduce((sum, method) => sum + (isGatewayKind(method.kind) ? unusedMinor(method) : method.kind === 'on-account' ? Math.max(method.allocatedMinor - keptMinor(method), 0) : 0), 0);
          expect(sure - letGo).toBeGreaterThanOrEqual(orderTotals(order).totalMinor - collectedMinor(payments));
        }
        let state = order;
        for (let round = 0; round < MOST_ROUNDS; round += 1) state = settled(state, round);
        expect([state.payments.open, wantedPayments(state)]).toEqual([[], []]);

        const { methods } = state.payments;
        const { totalMinor } = orderTotals(state);
        const collected = collectedMinor(state.payments);
        const byThemselves = methods.reduce((sum, method) => (isGatewayKind(method.kind) ? sum : sum + Math.max(method.allocatedMinor - keptMinor(method), 0)), 0);
        const heldMinor = methods.reduce((sum, method) => (isGatewayKind(method.kind) ? sum + unusedMinor(method) : sum), 0);
        const allocatedMinor = methods.reduce((sum, method) => sum + method.allocatedMinor, 0);
        // What the gateway collected beyond the total is the customer's again; what it holds can all be needed still.
        if (methods.some(({ kind }) => isGatewayKind(kind))) {
          if (methods.every(({ kind }) => isGatewayKind(kind))) expect(collected).toBeLessThanOrEqual(totalMinor);
          expect(heldMinor).toBeLessThanOrEqual(Math.max(totalMinor - collected, 0));
          expect(collected + heldMinor + byThemselves).toBeGreaterThanOrEqual(Math.min(totalMinor, allocatedMinor));
        }
      }),
      { numRuns: RUNS.numRuns * 2 },
    );
    expect(Object.keys(counts).sort()).toEqual(['authorize', 'capture', 'refund', 'void']);
  });

  it('comes to an end however much of it is declined, and leaves alone what was', () => {
    fc.assert(
      fc.property(fc.array(anyMethod, { minLength: 1, maxLength: 4 }), fc.nat({ max: 50 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), (anyMethods, invoiced, answers) => {
        let state = orderOf(anyMethods, invoiced * 100);
        let told = 0;
        const declines = (): boolean => answers[told++ % answers.length] ?? false;
        // Each round something is done for good, or a method declines one of four things for good.
        for (let round = 0; round < 6 * anyMethods.length + MOST_ROUNDS; round += 1) {
          state = settled(state, round, declines);
          for (const { action, methodId } of state.payments.open) expect(state.payments.methods.find((method) => method.methodId === methodId)?.declined).not.toContain(action);
        }
        expect([state.payments.open, wantedPayments(state)]).toEqual([[], []]);
      }),
      { numRuns: RUNS.numRuns * 2 },
    );
  });
});
