import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMoves, commandOf, contextOfMove } from '#testing';
import { orderDecider } from './order.decider.js';
import { isGatewayKind, unusedMinor } from './order.payment-state.js';
import { wantedPayments } from './order.settlement.js';
import type { OrderCommand } from './order.commands.js';
import { isEnded, type OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };
const MOST_ROUNDS = 5;
const OUTCOME = { authorize: 'authorized', capture: 'captured', refund: 'refunded', void: 'voided' } as const;

describe('settling, when the gateway does all that it is asked', () => {
  it('comes to an end, and an order that ended holds nothing of anybody', () => {
    let voids = 0;
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
        if (!isEnded(state)) return;
        for (const method of state.payments.methods) if (isGatewayKind(method.kind) && !method.declined.includes('void')) expect(unusedMinor(method)).toBe(0);
      }),
      RUNS,
    );
    expect(voids).toBeGreaterThan(0);
  });
});
