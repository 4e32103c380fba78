import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, isAmount, type DecisionContext } from '#kernel';
import { anyMove, anyMoves, commandOf, contextOfMove, totalOf, type OrderMove } from '#testing';
import { validateEventData } from '../event-schema.js';
import { commutes } from './order.concurrency.js';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { ORDER_EVENT_VERSIONS, type OrderEvent } from './order.events.js';
import { wantedPayments } from './order.settlement.js';
import type { Order, OrderLine, OrderState, OrderStatus } from './order.state.js';
import { orderTotals } from './order.totals.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };

interface Step {
  readonly command: OrderCommand;
  readonly context: DecisionContext;
  readonly before: OrderState;
  readonly after: OrderState;
  /** Undefined when refused. */
  readonly news: readonly OrderEvent[] | undefined;
  readonly events: readonly OrderEvent[];
}

const evolve = (state: OrderState, events: readonly OrderEvent[]): OrderState => events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);

const decide = (command: OrderCommand, state: OrderState, context: DecisionContext): readonly OrderEvent[] | undefined => {
  const decision = orderDecider.decide(command, state, context);
  return decision.kind === 'accepted' ? decision.events : undefined;
};

/** Every move as it went: refused ones change nothing. */
function* played(moves: readonly OrderMove[]): Generator<Step> {
  let state: OrderState = orderDecider.initialState;
  let events: readonly OrderEvent[] = [];
  let minutes = 0;
  for (const [step, move] of moves.entries()) {
    minutes += move.later;
    const before = state;
    const command = commandOf(move, before);
    const context = contextOfMove(move, step, minutes);
    const news = decide(command, before, context);
    state = evolve(before, news ?? []);
    events = [...events, ...(news ?? [])];
    yield { command, context, before, after: state, news, events };
  }
}

const existing = (moves: readonly OrderMove[]): readonly (Step & { readonly after: Order })[] =>
  [...played(moves)].flatMap((step) => (step.after.status === 'none' ? [] : [{ ...step, after: step.after }]));

const ownLines = (order: Order) => order.lines.filter(({ replaces }) => replaces === undefined);

/** Which statuses the ledger allows: told from the quantities alone. */
function possible({ status, ...order }: Order): boolean {
  const lines = ownLines({ status, ...order });
  const shipped = lines.reduce((sum, line) => sum + line.shipped, 0);
  const open = lines.reduce((sum, line) => sum + line.open, 0);
  const byStatus: Readonly<Record<OrderStatus, boolean>> = {
    pending: shipped === 0, submitted: shipped === 0, confirmed: shipped === 0, released: shipped === 0, voided: shipped === 0,
    cancelled: shipped === 0 && open === 0,
    'partially-shipped': shipped > 0 && open > 0, shipped: shipped > 0 && open === 0, delivered: shipped > 0 && open === 0,
  };
  return byStatus[status];
}

/** The lines whose quantities do not add up. */
const outOfBalance = ({ lines }: Order): readonly OrderLine[] =>
  lines.filter((line) => {
    const { ordered, open, cancelled, shipped, returned, reshipped } = line;
    const replacing = lines.filter(({ replaces }) => replaces === line.lineId).reduce((sum, other) => sum + other.ordered - other.cancelled, 0);
    const counts = [ordered, open, cancelled, shipped, returned, reshipped].every((count) => Number.isSafeInteger(count) && count >= 0);
    const balances = open + cancelled + shipped === ordered && returned <= shipped && reshipped <= shipped && replacing === reshipped;
    return !(counts && balances && (line.replaces === undefined || line.quote.unitPriceMinor === 0));
  });

/** Comments, and money that moved or has to move back. */
const ALWAYS_TOLD = ['OrderCommentAdded', 'OrderCopied', 'OrderReordered', 'OrderPaymentRequested', 'OrderPaymentChased', 'OrderPaymentAuthorized', 'OrderPaymentCaptured', 'OrderPaymentVoided', 'OrderPaymentFailed', 'OrderRefundIssued'];

describe('whatever is asked of an order', () => {
  it('keeps its quantities in balance, and its status in agreement with them', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        expect(existing(moves).flatMap(({ after }) => [...outOfBalance(after), ...(possible(after) ? [] : [after.status]), ...(after.lock === undefined || after.status === 'pending' ? [] : [after.lock])])).toEqual([]);
      }),
      RUNS,
    );
  });

  it('comes to what an independent reckoning of its events comes to, never below zero and never out of bounds (cases 69, 70)', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { after, events, news } of existing(moves)) {
          if (news === undefined) continue;
          const totals = orderTotals(after);
          expect(BigInt(totals.totalMinor)).toBe(totalOf(events));
          expect(totals.totalMinor).toBeGreaterThanOrEqual(0);
          expect(Object.values(totals).every((figure: number) => isAmount(figure))).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('advances only while it is not suspended and no alert is uncleared (A33, A35)', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { before, news } of played(moves)) {
          if (before.status === 'none' || !(before.suspended || before.alerts.some(({ cleared }) => !cleared))) continue;
          expect((news ?? []).map(({ type }) => type).filter((type) => ['OrderConfirmed', 'OrderReleased', 'OrderShipmentRecorded'].includes(type))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('keeps every line that an unresolved hold names (A50)', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { before, news } of played(moves)) {
          if (before.status === 'none') continue;
          const held = before.holds.flatMap(({ active, scope }) => (active && scope.kind === 'lines' ? scope.lineIds : []));
          for (const event of news ?? []) if (event.type === 'OrderLineRemoved') expect(held).not.toContain(event.data.lineId);
        }
      }),
      RUNS,
    );
  });

  it('stores only well-formed events, and nothing but comments and payments once it has ended, unless that is taken back', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { before, news } of played(moves)) {
          for (const { type, data } of news ?? []) {
            expect(validateEventData(type, data)).toBeUndefined();
            if (before.status === 'voided' || before.status === 'cancelled') expect(before.status === 'cancelled' ? [...ALWAYS_TOLD, 'OrderReinstated'] : ALWAYS_TOLD).toContain(type);
          }
        }
      }),
      RUNS,
    );
  });
});

/** Recognised by what they created or by the sender's id; of the others the executor knows the command's id. */
const CREATING: readonly OrderCommandType[] = [
  'AddOrderLine', 'LockOrder', 'TakeOverOrderLock', 'TakeOverAndUnlockOrder', 'ExpireOrderLock', 'ParkOrder', 'TransferOrder', 'ApplyOrderHold', 'FlagOrder', 'UnflagOrder', 'RaiseOrderAlert', 'AddOrderComment',
  'RecordShipment', 'RecordDelivery', 'RecordShipmentException', 'RequestDeliveryStop', 'ArrangeOrderAppointment', 'ReshipOrder', 'AppeaseOrder', 'RequestAppeasement', 'AddPaymentMethod', 'SettlePayments', 'ChasePayment', 'RecordPayment', 'IssueInvoice', 'RecordReturn', 'AddOrderCharge', 'GrantOrderTaxExemption',
];

describe('random orders', () => {
  it('get everywhere, so that the properties above mean something', () => {
    const statuses = new Set<string>();
    const types = new Set<string>();
    for (const moves of fc.sample(anyMoves, { numRuns: 4_000, seed: 7 })) {
      for (const { after, news } of played(moves)) {
        statuses.add(after.status);
        for (const { type } of news ?? []) types.add(type);
      }
    }
    expect([...statuses].sort()).toEqual(['cancelled', 'confirmed', 'delivered', 'partially-shipped', 'pending', 'released', 'shipped', 'submitted', 'voided']);
    expect([...types].sort()).toEqual(Object.keys(ORDER_EVENT_VERSIONS).sort());
  });
});

describe('a repeated command', () => {
  it('yields nothing new', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { command, context, after, news } of played(moves)) {
          if (news === undefined || command.type === 'CancelOrderLine') continue;
          // Allocated once more as it is, what is not set aside yet is asked for once more (A44): nothing, once it was asked.
          if (command.type === 'AllocateCharges' && after.status !== 'none' && wantedPayments(after).some(({ action }) => action === 'authorize')) continue;
          const again = orderDecider.decide(command, after, context);
          if (CREATING.includes(command.type)) expect(again).toEqual({ kind: 'accepted', events: [] });
          else expect(again.kind === 'refused' || again.events.length === 0).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

/** Lists in one order, at every depth. */
const unordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => canonicalJson(unordered(item))).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unordered(member)]));
};

/** An order as a set of facts. Locks are left out: each decision minds them by itself. */
const facts = (state: OrderState): unknown => {
  if (state.status === 'none') return state;
  const { lock: _lock, createdIds: _created, externalIds: _external, ...order } = state;
  return unordered(order);
};

const LOCK_EVENTS: readonly string[] = ['OrderLocked', 'OrderLockExpired', 'OrderUnlocked', 'OrderLockTakenOver', 'OrderLockRenewed'];
const withoutLocks = (events: readonly OrderEvent[]): readonly OrderEvent[] => events.filter(({ type }) => !LOCK_EVENTS.includes(type));

describe('commands that commute', () => {
  it('do the same in either order', () => {
    let pairs = 0;
    fc.assert(
      fc.property(anyMoves, anyMove, anyMove, (moves, one, other) => {
        const start = [...played(moves)].at(-1)?.after ?? orderDecider.initialState;
        const [first, second] = [commandOf(one, start), commandOf(other, start)];
        const [firstContext, secondContext] = [contextOfMove(one, 1_000, 500), contextOfMove(other, 1_001, 500)];
        const firstNews = decide(first, start, firstContext);
        const secondNews = decide(second, start, secondContext);
        if (firstNews === undefined || secondNews === undefined || !commutes(second, firstNews)) return;
        const after = evolve(start, firstNews);
        const late = decide(second, after, secondContext);
        if (late === undefined || (late.length === 0 && secondNews.length > 0)) return; // refused by a rule, or the same fact
        expect(withoutLocks(late)).toEqual(withoutLocks(secondNews));
        // Only one may follow the other: what a promise is worth follows from the price it was made at, a later charge not from the promise.
        if (!commutes(first, secondNews)) return;
        const swapped = decide(first, evolve(start, secondNews), firstContext);
        if (JSON.stringify(swapped) !== JSON.stringify(firstNews)) return;
        pairs += 1;
        expect(facts(evolve(after, late))).toEqual(facts(evolve(evolve(start, secondNews), firstNews)));
      }),
      { numRuns: RUNS.numRuns * 10 },
    );
    expect(pairs).toBeGreaterThan(RUNS.numRuns / 10);
  });
});
