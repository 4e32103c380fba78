import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyMove, anyMoves, ask, BEN, commandOf, contextOf, contextOfMove, FIRST_LINE, PENDING, placeOf, quoteOf, SUBMITTED, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { fieldsOf, threeWayDifference } from './order.difference.js';
import type { OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };

/** Ann did `first` after both had seen `history`; Ben asks for `second`. */
const between = (history: readonly OrderStep[], first: OrderStep, second: OrderStep) =>
  threeWayDifference(second.command, tell(orderDecider, history).state, tell(orderDecider, [...history, first]).state, contextOf({ ...second, by: BEN }, 50));

const LEAVING = ['OrderParked', 'OrderTransferred'];

const change = (quantity: number): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity, quote: quoteOf(255) });

describe('the three-way difference (D4)', () => {
  it('shows field by field what was seen, what it is now and what was meant, and where the two clash', () => {
    const { fields, reapply } = between(PENDING, change(4), change(5));
    expect(fields).toEqual([
      { field: `lines.${FIRST_LINE}.open`, seen: 6, now: 4, meant: 5, clash: true },
      { field: `lines.${FIRST_LINE}.ordered`, seen: 6, now: 4, meant: 5, clash: true },
    ].sort((one, other) => fields.findIndex(({ field }) => field === one.field) - fields.findIndex(({ field }) => field === other.field)));
    expect(reapply).toEqual({ possible: true });
  });

  it('shows an address both ways', () => {
    const move = (line1: string): OrderStep => ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1 }) });
    const { fields } = between(SUBMITTED, move('2 New Street'), move('3 High Street'));
    expect(fields).toEqual([{ field: 'shipTo.address', seen: placeOf().address, now: placeOf({ line1: '2 New Street' }).address, meant: placeOf({ line1: '3 High Street' }).address, clash: true }]);
  });

  it('says which rule refuses it now', () => {
    const { fields, reapply } = between(PENDING, ask({ type: 'RemoveOrderLine', lineId: FIRST_LINE }), change(5));
    expect(reapply).toMatchObject({ possible: false, refusal: { code: 'line-not-found' } });
    expect(fields).toContainEqual({ field: `lines.${FIRST_LINE}.open`, seen: 6, meant: 5, clash: true });
  });

  it('is no clash when both meant the same, or other fields', () => {
    expect(between(PENDING, change(5), change(5)).fields.every(({ clash }) => !clash)).toBe(true);
    expect(between(SUBMITTED, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' }), change(5)).fields.every(({ clash }) => !clash)).toBe(true);
  });

  it('leaves nothing out: where no field differs, the orders are the same', () => {
    fc.assert(
      fc.property(anyMoves, anyMove, (moves, last) => {
        let state: OrderState = orderDecider.initialState;
        for (const [step, move] of [...moves, last].entries()) {
          const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, step));
          if (decision.kind === 'refused') continue;
          for (const event of decision.events) {
            const next = orderDecider.evolve(state, event);
            const differs = JSON.stringify([...fieldsOf(state)]) !== JSON.stringify([...fieldsOf(next)]);
            const silent = ['OrderCommentAdded', 'OrderLockRenewed', 'OrderUnlocked', 'OrderLockExpired'].includes(event.type);
            // Another call may leave the order to whom it was left before.
            const again = LEAVING.includes(event.type) && state.status !== 'none' && next.status !== 'none' && state.assignee === next.assignee;
            if (!silent && !again) expect([event.type, differs]).toEqual([event.type, true]);
            state = next;
          }
        }
      }),
      RUNS,
    );
  });
});
