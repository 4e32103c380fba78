import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMoves, commandOf, contextOfMove } from '#testing';
import { orderDecider } from './order.decider.js';
import { bornMinor, chargedMinor, isGatewayKind, keptMinor, openOn, unusedMinor } from './order.payment-state.js';
import { wantedPayments } from './order.settlement.js';
import type { OrderCommand } from './order.commands.js';
import { isEnded, type OrderState } from './order.state.js';
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

describe('what the gateway is asked', () => {
  it('charges nobody more than is allocated to them, and gives nobody back what was not collected', () => {
    const asked = new Set<string>();
    fc.assert(
      fc.property(anyMoves, (moves) => {
        let state: OrderState = orderDecider.initialState;
        for (const [step, move] of moves.entries()) {
          const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, step));
          if (decision.kind === 'refused') continue;
          state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
          if (state.status === 'none') return;
          const { payments } = state;
          for (const event of decision.events) {
            if (event.type !== 'OrderPaymentRequested') continue;
            const { action, methodId, amountMinor } = event.data;
            const method = payments.methods.find((each) => each.methodId === methodId)!;
            asked.add(action);
            expect(amountMinor).toBeGreaterThan(0);
            if (action === 'authorize') expect(bornMinor(payments, method)).toBeLessThanOrEqual(method.allocatedMinor);
            if (action === 'capture') expect(keptMinor(method) + openOn(payments, method, 'capture')).toBeLessThanOrEqual(method.allocatedMinor);
            if (action === 'void') expect(openOn(payments, method, 'void') + openOn(payments, method, 'capture')).toBeLessThanOrEqual(unusedMinor(method));
            if (action === 'refund') expect(openOn(payments, method, 'refund')).toBeLessThanOrEqual(keptMinor(method));
          }
        }
      }),
      { numRuns: RUNS.numRuns * 3 },
    );
    expect([...asked].sort()).toEqual(['authorize', 'capture', 'refund', 'void']);
  });
});
