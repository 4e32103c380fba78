import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '#kernel';
import { addLine, anyMove, anyMoves, ask, BEN, commandOf, contextOf, contextOfMove, FIRST_LINE, idAt, noteOf, PENDING, placeOf, quoteOf, SUBMIT, SUBMITTED, tell, type OrderMove, type OrderStep } from '#testing';
import { commutes, needsSeenRevision } from './order.concurrency.js';
import { orderDecider } from './order.decider.js';
import { fieldsOf, threeWayDifference } from './order.difference.js';
import type { OrderEvent } from './order.events.js';
import type { OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };

/** What is said beside an order, calls that leave it to whom it was left before, and charges allocated once more as they are. */
const SILENT: readonly string[] = ['OrderCommentAdded', 'OrderChargesAllocated', 'OrderCopied', 'OrderReordered', 'OrderParked', 'OrderTransferred'];

const shownOf = (state: OrderState): string => JSON.stringify([...fieldsOf(state)].map(([field, value]) => `${field} ${canonicalJson(value)}`).sort());

/** All of an order but which ids are taken. */
function wholeOf(state: OrderState): string {
  if (state.status === 'none') return '';
  const { createdIds: _created, externalIds: _external, ...order } = state;
  return JSON.stringify(order);
}

/** As the log gives it back: its members are stored in the order of the alphabet. */
const stored = (event: OrderEvent): OrderEvent => ({ ...event, data: JSON.parse(canonicalJson(event.data)) as unknown }) as OrderEvent;

/** Ann did `first` after both had seen `history`; Ben asks for `second`. */
const between = (history: readonly OrderStep[], first: OrderStep, second: OrderStep) =>
  threeWayDifference(second.command, tell(orderDecider, history).state, tell(orderDecider, [...history, first]).state, contextOf({ ...second, by: BEN }, 50));

const decided = (move: OrderMove, state: OrderState, step: number): readonly OrderEvent[] | undefined => {
  const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, step));
  return decision.kind === 'refused' ? undefined : decision.events;
};

const after = (state: OrderState, events: readonly OrderEvent[] = []): OrderState => events.reduce<OrderState>((each, event) => orderDecider.evolve(each, event), state);

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

  it('keeps apart two questions about one payment method', () => {
    const METHOD = idAt([...PENDING, SUBMIT], 3, 'method');
    const allocate = (amountMinor: number): OrderStep => ask({ type: 'AllocateCharges', allocations: [{ methodId: METHOD, amountMinor }] });
    const settle = ask({ type: 'SettlePayments' });
    const steps = [...PENDING, ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_1') }), allocate(4_236), SUBMIT, settle, addLine('A', 1, 1_000), allocate(5_436), settle];
    const order = tell(orderDecider, steps).events.map(stored).reduce<OrderState>((state, event) => orderDecider.evolve(state, event), orderDecider.initialState);
    const asked = [...fieldsOf(order)].filter(([field]) => /^payments\.open\..*\.amountMinor$/.test(field));
    expect(asked.map(([, amountMinor]) => amountMinor)).toEqual([4_236, 1_200]);
  });

  it('leaves nothing out: where no field differs, the orders are the same', () => {
    fc.assert(
      fc.property(anyMoves, anyMove, (moves, last) => {
        let state: OrderState = orderDecider.initialState;
        for (const [step, move] of [...moves, last].entries()) {
          const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, step));
          if (decision.kind === 'refused') continue;
          for (const event of decision.events) {
            const next = orderDecider.evolve(state, stored(event));
            const shown = shownOf(state) !== shownOf(next);
            expect([event.type, shown]).toEqual([event.type, wholeOf(state) !== wholeOf(next)]);
            if (!shown) expect(SILENT).toContain(event.type);
            state = next;
          }
        }
      }),
      RUNS,
    );
  });

  it('between any two commands lists what either changes, to what, and nothing else; where they commute, nothing clashes', () => {
    let [clashing, commuting] = [0, 0];
    fc.assert(
      fc.property(anyMoves, anyMove, anyMove, fc.boolean(), (moves, one, another, alike) => {
        // Two who want the same thing clash more often than two who do not.
        const other = alike ? { ...another, type: one.type } : another;
        const seen = [...moves].reduce<OrderState>((state, move, step) => after(state, decided(move, state, step)), orderDecider.initialState);
        const first = decided(one, seen, 1_000);
        const wanted = decided(other, seen, 1_001);
        if (first === undefined || wanted === undefined) return;
        const [now, meant] = [after(seen, first), after(seen, wanted)];
        const command = commandOf(other, seen);
        const context = contextOfMove(other, 1_001, 1_001);
        const { fields, reapply } = threeWayDifference(command, seen, now, context);
        const [was, is, asked] = [seen, now, meant].map((state) => new Map([...fieldsOf(state)].map(([field, value]) => [field, canonicalJson(value)])));
        const changed = [...new Set([...was!.keys(), ...is!.keys(), ...asked!.keys()])].filter((field) => is!.get(field) !== was!.get(field) || asked!.get(field) !== was!.get(field));
        const told = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));
        expect(fields.map(({ field, ...values }) => [field, told(values.seen), told(values.now), told(values.meant)])).toEqual(changed.map((field) => [field, was!.get(field), is!.get(field), asked!.get(field)]));
        expect(reapply.possible).toBe(orderDecider.decide(command, now, context).kind === 'accepted');
        const clashes = fields.filter(({ clash }) => clash).map(({ field }) => field);
        if (clashes.length > 0) clashing += 1;
        // Facts from outside add up, whoever tells them first; their senders see no difference.
        if (!needsSeenRevision(command.type) || !commutes(command, first)) return;
        commuting += 1;
        // Each decision minds the lock by itself, with the last open pieces the status follows, and what was changed of a line goes with it.
        const goes = (field: string): boolean => asked!.get(field) === undefined && field.startsWith('lines.');
        expect([one.type, other.type, clashes.filter((field) => field !== 'status' && !field.startsWith('lock.') && !goes(field))]).toEqual([one.type, other.type, []]);
      }),
      { numRuns: RUNS.numRuns * 5 },
    );
    expect([clashing, commuting].every((count) => count > RUNS.numRuns / 20)).toBe(true);
  });
});
