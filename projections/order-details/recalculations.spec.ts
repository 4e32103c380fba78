import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderDecider, orderTotals, type OrderEvent, type OrderState } from '#ordering';
import type { ProjectedEvent } from '#projecting';
import { anyMoves, commandOf, contextOfMove, story, type OrderMove } from '#testing';
import type { OrderDetails, RecalculationView } from './order-details.types.js';
import { foldExplained } from './recalculations.fold.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '150') };

const recorded = (event: OrderEvent, revision: number): ProjectedEvent => {
  const at = '2026-01-05T09:00:00.000Z';
  return { event, stream: 'order-1', revision: BigInt(revision), metadata: { recordedAt: at, occurredAt: at, commandId: `command-${String(revision)}`, actor: { id: 'ann', role: 'csr' } } } as unknown as ProjectedEvent;
};

interface Step {
  readonly event: OrderEvent;
  readonly before: OrderDetails | undefined;
  readonly after: OrderDetails;
  readonly state: OrderState;
}

/** Each event of a life, with what the write side and the details make of it. */
function* folded(events: readonly OrderEvent[]): Generator<Step> {
  let details: OrderDetails | undefined;
  let state: OrderState = orderDecider.initialState;
  for (const [revision, event] of events.entries()) {
    const before = details;
    details = foldExplained(before, recorded(event, revision));
    state = orderDecider.evolve(state, event);
    if (details !== undefined) yield { event, before, after: details, state };
  }
}

function eventsOf(moves: readonly OrderMove[]): readonly OrderEvent[] {
  let state: OrderState = orderDecider.initialState;
  let minutes = 0;
  return moves.flatMap((move, step) => {
    minutes += move.later;
    const decision = orderDecider.decide(commandOf(move, state), state, contextOfMove(move, step, minutes));
    const events = decision.kind === 'accepted' ? decision.events : [];
    state = events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
    return events;
  });
}

/** What the parts of a recalculation come to together: discounts and credits count against the customer's total. */
const sumOf = ({ parts }: RecalculationView): number =>
  parts.reduce((sum, { figure, beforeMinor, afterMinor }) => sum + (figure === 'discounts' || figure === 'credits' ? -1 : 1) * (afterMinor - beforeMinor), 0);

const linesOf = ({ lines }: Pick<OrderDetails, 'lines'>): readonly unknown[] =>
  lines.map(({ lineId, sku, ordered, open, cancelled, shipped, returned, reshipped, cancelledMinor, returnedMinor }) => ({ lineId, sku, ordered, open, cancelled, shipped, returned, reshipped, cancelledMinor, returnedMinor }));

describe('every recalculation of an order (A63)', () => {
  it('is explained by parts that sum up to it exactly, and by the command and the rule', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { event, before, after } of folded(eventsOf(moves))) {
          if (before === undefined) continue;
          const news = after.recalculationCount - before.recalculationCount;
          const latest = after.recalculations.at(-1);
          if (JSON.stringify(before.totals) !== JSON.stringify(after.totals)) expect({ type: event.type, news }).toEqual({ type: event.type, news: 1 });
          if (news === 0 || latest === undefined) continue;
          expect(latest).toMatchObject({ event: event.type, command: expect.any(String), rule: expect.stringMatching(/^[ACD]\d+$/), beforeMinor: before.totals.totalMinor, afterMinor: after.totals.totalMinor });
          expect(sumOf(latest)).toBe(latest.afterMinor - latest.beforeMinor);
        }
      }),
      RUNS,
    );
  });

  it('starts from what the one before came to, from nothing to the total', () => {
    for (const { events } of story()) {
      const last = [...folded(events)].at(-1)?.after;
      const all = last?.recalculations ?? [];
      expect(all.map(({ beforeMinor }) => beforeMinor)).toEqual([0, ...all.slice(0, -1).map(({ afterMinor }) => afterMinor)].slice(0, all.length));
      expect(all.at(-1)?.afterMinor ?? 0).toBe(last?.totals.totalMinor);
    }
  });

  it('names an approval as one, and who had asked for it', () => {
    const granted = { type: 'OrderAppeasementRequested', data: { appeasementId: 'a', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 100, on: 'this-order' }, reasonCode: 'late', requestedBy: 'ann' } };
    const asked = { type: 'OrderChargeRequested', data: { chargeId: 'c', kind: 'charge', category: 'fee', name: 'Fee', scope: { kind: 'order' }, amountMinor: 100, reasonCode: 'late', requestedBy: 'ann' } };
    const [created] = story()[0]?.events ?? [];
    const { requestedBy: _ann, ...appeased } = granted.data;
    const { requestedBy: _agent, ...charged } = asked.data;
    const events = [
      created,
      asked,
      granted,
      { type: 'OrderChargeAdded', data: { ...charged, taxBasisPoints: 0, origin: 'manual', approvedBy: 'sue' } },
      { type: 'OrderAppeased', data: { ...appeased, creditedMinor: 100, approvedBy: 'sue' } },
    ] as readonly OrderEvent[];
    const by = (actor: string, event: OrderEvent, revision: number): ProjectedEvent => {
      const one = recorded(event, revision);
      return { ...one, metadata: { ...one.metadata, actor: { id: actor, role: 'csr' } } };
    };
    const details = events.reduce<OrderDetails | undefined>((now, event, revision) => foldExplained(now, by(revision < 3 ? 'ann' : 'sue', event, revision)), undefined);
    expect(details?.recalculations).toMatchObject([
      { event: 'OrderChargeAdded', command: 'ApproveOrderCharge', rule: 'A52', by: 'sue', requestedBy: 'ann' },
      { event: 'OrderAppeased', command: 'ApproveAppeasement', rule: 'A55', by: 'sue', requestedBy: 'ann' },
    ]);
    expect(details).toMatchObject({ charges: [{ approvedBy: 'sue', requestedBy: 'ann' }], appeasements: [{ approvedBy: 'sue', requestedBy: 'ann' }] });
  });

  it('says line by line what an exemption from tax changed', () => {
    const amended = story().find(({ name }) => name === 'amended');
    const details = [...folded(amended?.events ?? [])].at(-1)?.after;
    const exempted = details?.recalculations.find(({ event }) => event === 'OrderTaxExemptionGranted');
    const [mugs, other] = details?.lines.map(({ lineId }) => lineId) ?? [];
    expect(exempted).toMatchObject({ command: 'GrantOrderTaxExemption', rule: 'A57' });
    // 4 mugs at 8.20 and 1.50 each for the engraving, one of them cancelled; one thing at 10.00; 20 % on all of it.
    expect(exempted?.parts).toEqual([
      { figure: 'tax', lineId: mugs, beforeMinor: 656, afterMinor: 0 },
      { figure: 'credits', lineId: mugs, beforeMinor: 1_164, afterMinor: 970 },
      { figure: 'tax', lineId: other, beforeMinor: 200, afterMinor: 0 },
      { figure: 'tax', chargeId: expect.any(String), lineId: mugs, beforeMinor: 120, afterMinor: 0 },
    ]);
  });
});

describe('what an order comes to', () => {
  it('is in its details, line by line, what the rules made of the same events', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        for (const { after, state } of folded(eventsOf(moves))) {
          if (state.status === 'none') continue;
          expect({ status: after.status, totals: after.totals, lines: linesOf(after) }).toEqual({ status: state.status, totals: orderTotals(state), lines: linesOf(state as unknown as OrderDetails) });
        }
      }),
      RUNS,
    );
  });
});
