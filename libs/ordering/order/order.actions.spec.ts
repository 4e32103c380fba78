import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Actor, DecisionContext } from '#kernel';
import { ANNA, anyMoves, ask, BEN, commandOf, contextOf, contextOfMove, createOrder, DELIVERED, FIRST_LINE, minute, PARTLY_SHIPPED, PENDING, quoteOf, RELEASED, SECOND_LINE, SHIPPED, SUBMITTED, tell, type OrderMove, type OrderStep } from '#testing';
import { explainAction, refusedSince } from './order.actions.js';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import type { OrderEvent } from './order.events.js';
import { ORDER_LIFECYCLE, type LifecycleState } from './order.lifecycle.js';
import type { Order, OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };
const TYPES = Object.keys(ORDER_LIFECYCLE) as readonly OrderCommandType[];

const evolved = (state: OrderState, events: readonly OrderEvent[]): OrderState => events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);

interface Turn {
  readonly before: OrderState;
  readonly command: OrderCommand;
  readonly context: DecisionContext;
  /** With something new: a fact told again is accepted wherever the order stands, and adds nothing. */
  readonly accepted: boolean;
}

/** The states that a random life goes through, with what was asked in each. */
function turns(moves: readonly OrderMove[]): readonly Turn[] {
  let state: OrderState = orderDecider.initialState;
  let minutes = 0;
  return moves.map((move, step) => {
    minutes += move.later;
    const before = state;
    const command = commandOf(move, before);
    const context = contextOfMove(move, step, minutes);
    const decision = orderDecider.decide(command, before, context);
    if (decision.kind === 'accepted') state = evolved(before, decision.events);
    return { before, command, context, accepted: decision.kind === 'accepted' && decision.events.length > 0 };
  });
}

interface Place {
  readonly depth: number;
  readonly state: OrderState;
  readonly offers: readonly { readonly command: OrderCommand; readonly context: DecisionContext }[];
}

/** Where it ends when a promise is not kept: several times as many as show everything. */
const PLACES = 500;

/** Commands and the states in which they were allowed, found by doing what is allowed: what shows something new first. */
function reached(promised: readonly string[]): ReadonlySet<string> {
  const met = new Set<string>();
  const known = new Set<string>();
  const [news, rest]: [Place[], Place[]] = [[], []];
  const meet = (state: OrderState, depth: number): void => {
    const offers = EXPLORERS.map((by) => explorer(by, depth)).flatMap((context) => offered(state, context).map((command) => ({ command, context })));
    const pairs = offers.map(({ command }) => `${command.type} ${state.status}`);
    const kind = [...pairs, state.status === 'none' ? 0 : Math.min(state.lines.length, 3)].join();
    if (pairs.some((pair) => !met.has(pair))) news.push({ depth, state, offers });
    else if (!known.has(kind)) rest.push({ depth, state, offers });
    known.add(kind);
    for (const pair of pairs) met.add(pair);
  };
  meet(orderDecider.initialState, 0);
  for (let visited = 0; visited < PLACES; visited += 1) {
    const missing = promised.filter((pair) => !met.has(pair));
    const near = Math.max(0, rest.findIndex(({ state }) => missing.some((pair) => pair.endsWith(` ${state.status}`))));
    const place = missing.length === 0 ? undefined : (news.pop() ?? rest.splice(near, 1)[0]);
    if (place === undefined) break;
    for (const { command, context } of place.offers) {
      const decision = orderDecider.decide(command, place.state, context);
      if (decision.kind === 'accepted' && decision.events.length > 0) meet(evolved(place.state, decision.events), place.depth + 1);
    }
  }
  return met;
}

const offered = (state: OrderState, context: DecisionContext): readonly OrderCommand[] =>
  state.status === 'none'
    ? [createOrder({ customer: { kind: 'registered', customerId: 'c1' } }).command]
    : TYPES.map((type) => explainAction(type, state, context)).flatMap((each) => (each.kind === 'allowed' ? [each.example] : []));

const EXPLORERS = [ANNA, BEN];
/** Far enough apart that a lock can be renewed, near enough that it still holds. */
const explorer = (by: Actor, depth: number): DecisionContext => contextOf(ask({ type: 'SubmitOrder' }, { by, at: minute(depth * 6) }), depth);

const orderOf = (steps: readonly OrderStep[]): Order => {
  const { state } = tell(orderDecider, steps);
  if (state.status === 'none') throw new Error('the story makes no order');
  return state;
};
const now = (by?: typeof BEN): DecisionContext => contextOf(ask({ type: 'SubmitOrder' }, { at: '2026-01-05T12:00:00.000Z', ...(by && { by }) }), 99);

describe('what can be done with an order (D13)', () => {
  it('is listed as allowed whenever a command is accepted', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { before, command, context, accepted } of turns(moves)) {
          if (before.status === 'none' || !accepted) continue;
          expect([command.type, explainAction(command.type, before, context).kind]).toEqual([command.type, 'allowed']);
        }
      }),
      RUNS,
    );
  });

  it('is listed with an example that is accepted', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { before, context } of turns(moves)) {
          if (before.status === 'none') continue;
          for (const type of TYPES) {
            const explained = explainAction(type, before, context);
            if (explained.kind === 'allowed') expect([type, orderDecider.decide(explained.example, before, context).kind]).toEqual([type, 'accepted']);
          }
        }
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 6) },
    );
  });

  it('is never accepted beside the lifecycle table', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        const beside = turns(moves).flatMap(({ before: { status }, command: { type }, accepted }) => (accepted && !ORDER_LIFECYCLE[type].includes(status) ? [`${type} ${status}`] : []));
        expect(beside).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is never listed as allowed beside the lifecycle table', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        const beside = turns(moves).flatMap(({ before, context }) => {
          const { status } = before;
          const allowed = status === 'none' ? [] : TYPES.filter((type) => explainAction(type, before, context).kind === 'allowed');
          return allowed.filter((type) => !ORDER_LIFECYCLE[type].includes(status)).map((type) => `${type} ${status}`);
        });
        expect(beside).toEqual([]);
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 6) },
    );
  });

  it('is reached, everywhere that the lifecycle table promises it', () => {
    const promised = TYPES.flatMap((type) => ORDER_LIFECYCLE[type].map((state: LifecycleState) => `${type} ${state}`));
    const met = reached(promised);
    expect(promised.filter((pair) => !met.has(pair))).toEqual([]);
  });

  it.each<[string, readonly OrderStep[], (lineId: string, quantity: number) => OrderCommand]>([
    ['CancelOrderLine', PARTLY_SHIPPED, (lineId, quantity) => ({ type: 'CancelOrderLine', lineId, quantity, reasonCode: 'asked' })],
    ['RecordShipment', RELEASED, (lineId, quantity) => ({ type: 'RecordShipment', externalId: 'W-9', lines: [{ lineId, quantity }] })],
    ['ReshipOrder', SHIPPED, (lineId, quantity) => ({ type: 'ReshipOrder', lineId, quantity, reasonCode: 'lost' })],
    ['RecordReturn', DELIVERED, (lineId, quantity) => ({ type: 'RecordReturn', externalId: 'R-9', lineId, quantity, creditedMinor: 0 })],
    ['ChangeOrderLineQuantity', PARTLY_SHIPPED, (lineId, quantity) => ({ type: 'ChangeOrderLineQuantity', lineId, quantity, quote: quoteOf(255) })],
  ])('gives the bounds of %s: the greatest passes, one more does not', (_type, steps, command) => {
    const order = orderOf(steps);
    const type = command('', 1).type;
    const explained = explainAction(type, order, now());
    const lines = explained.kind === 'allowed' ? (explained.bounds?.lines ?? []) : [];
    expect(lines.length).toBeGreaterThan(0);
    for (const { lineId, greatest = 0 } of lines) {
      expect(orderDecider.decide(command(lineId, greatest), order, now()).kind).toBe('accepted');
      expect(orderDecider.decide(command(lineId, greatest + 1), order, now()).kind).toBe('refused');
    }
    for (const { lineId, least = 0 } of lines) expect(orderDecider.decide(command(lineId, least - 1), order, now()).kind).toBe('refused');
  });

  it('gives the greatest discount and the greatest return to the penny', () => {
    const order = orderOf(DELIVERED);
    const discount = (amountMinor: number): OrderCommand => ({
      type: 'AddOrderCharge', kind: 'discount', category: 'c', name: 'n', scope: { kind: 'order' }, amountMinor, taxBasisPoints: 0, origin: 'manual',
    });
    const back = (creditedMinor: number): OrderCommand => ({ type: 'RecordReturn', externalId: 'R-9', lineId: SECOND_LINE, quantity: 1, creditedMinor });
    for (const command of [discount, back]) {
      const explained = explainAction(command(1).type, order, now());
      const greatest = explained.kind === 'allowed' ? explained.bounds?.greatestMinor : undefined;
      if (greatest === undefined) throw new Error('there is no bound');
      expect([orderDecider.decide(command(greatest), order, now()).kind, orderDecider.decide(command(greatest + 1), order, now()).kind]).toEqual(['accepted', 'refused']);
    }
  });

  it('names the guard that refuses', () => {
    expect(explainAction('LockOrder', orderOf(SUBMITTED), now())).toMatchObject({ kind: 'refused', refusal: { code: 'order-not-pending', rule: 'A22' } });
    expect(explainAction('CancelOrder', orderOf(SHIPPED), now())).toMatchObject({ kind: 'refused', refusal: { code: 'order-already-shipped', rule: 'A25' } });
    const locked = orderOf([...PENDING, ask({ type: 'LockOrder', leaseSeconds: 28_800 })]);
    expect(explainAction('SubmitOrder', locked, now(BEN))).toMatchObject({ kind: 'refused', refusal: { code: 'order-locked-by-another', details: { agentId: 'anna' } } });
    expect(explainAction('SubmitOrder', locked, now()).kind).toBe('allowed');
  });

  it('tells since when a guard refuses, across what changed nothing about it', () => {
    const steps: readonly OrderStep[] = [...SUBMITTED, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' }), ask({ type: 'CancelOrderLine', lineId: FIRST_LINE, quantity: 1, reasonCode: 'asked' })];
    const { events } = tell(orderDecider, steps);
    const states: Order[] = [];
    for (const event of events) {
      const next = orderDecider.evolve(states.at(-1) ?? orderDecider.initialState, event);
      if (next.status !== 'none') states.push(next);
    }
    const since = (type: OrderCommandType, code: string): string | undefined => events[refusedSince(type, states, now(), code)]?.type;
    expect(since('ConfirmOrder', 'order-suspended')).toBe('OrderSuspended');
    expect(since('LockOrder', 'order-not-pending')).toBe('OrderSubmitted');
    expect(since('ReshipOrder', 'order-suspended')).toBe('OrderSuspended');
    expect(since('RecordDelivery', 'shipment-not-found')).toBe('OrderCreated');
  });
});
