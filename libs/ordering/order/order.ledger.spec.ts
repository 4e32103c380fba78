import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMoves, commandOf, contextOfMove, story, totalOf, type OrderMove } from '#testing';
import { orderDecider } from './order.decider.js';
import type { OrderEvent } from './order.events.js';
import { ledgerFaultOf, posted, postingsOf, type Balances } from './order.ledger.js';
import type { OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };

function lived(moves: readonly OrderMove[]): readonly OrderEvent[] {
  let state: OrderState = orderDecider.initialState;
  let minutes = 0;
  return moves.flatMap((move, step) => {
    minutes += move.later;
    const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, minutes));
    if (decision.kind === 'refused') return [];
    state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
    return decision.events;
  });
}

function balancesOf(events: readonly OrderEvent[]): Balances {
  let state: OrderState = orderDecider.initialState;
  let balances: Balances = new Map();
  for (const event of events) {
    const after = orderDecider.evolve(state, event);
    balances = posted(balances, postingsOf(state, event, after));
    state = after;
  }
  return balances;
}

const taken = (events: readonly OrderEvent[], type: 'OrderPaymentCaptured' | 'OrderRefundIssued'): bigint =>
  events.reduce((sum, event) => (event.type === type ? sum + BigInt(event.data.amountMinor) : sum), 0n);

describe('the money of an order (D15)', () => {
  it('balances to zero after every event, and is never given back beyond what was collected', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        expect(ledgerFaultOf(lived(moves))).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('leaves as owed what an independent reckoning says is owed', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        const events = lived(moves);
        const balances = balancesOf(events);
        expect([...balances.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
        expect(BigInt(balances.get('receivable') ?? 0)).toBe(totalOf(events) - taken(events, 'OrderPaymentCaptured') + taken(events, 'OrderRefundIssued'));
      }),
      RUNS,
    );
  });

  it('is proven of every order of the story', () => {
    for (const { name, events } of story()) expect([name, ledgerFaultOf(events)]).toEqual([name, undefined]);
  });

  it('shows a refund of what nobody collected, and where it stands', () => {
    const events = story().find(({ name }) => name === 'paid')?.events ?? [];
    const capture = events.findIndex(({ type }) => type === 'OrderPaymentCaptured');
    const without = events.filter((_event, at) => at !== capture);
    const refund = without.findIndex(({ type }) => type === 'OrderRefundIssued');
    expect(ledgerFaultOf(without)).toEqual({ revision: refund, type: 'OrderRefundIssued', because: 'refunded-more-than-collected' });
  });

  it('shows an order that comes to less than nothing', () => {
    const events = story().find(({ name }) => name === 'paid')?.events ?? [];
    const twice = events.flatMap((event): readonly OrderEvent[] => (event.type === 'OrderAppeased' ? [event, event] : [event]));
    expect(ledgerFaultOf(twice)).toMatchObject({ type: 'OrderAppeased', because: 'below-zero' });
  });
});
