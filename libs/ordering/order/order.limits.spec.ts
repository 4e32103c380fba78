import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecisionContext, MinorUnits } from '#kernel';
import { ANNA, anyMoves, ask, commandOf, contextOf, contextOfMove, FIRST_LINE, minute, SHIPPED, SUE, tell, type OrderStep } from '#testing';
import { explainAction } from './order.actions.js';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { chargeLimit, NO_LIMITS, type ActionLimit, type OwnLimits } from './order.limits.js';
import { lineOf, type Order, type OrderState } from './order.state.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };
const LIMITED = ['AppeaseOrder', 'ApproveAppeasement', 'AddOrderCharge', 'ChangeOrderCharge', 'ApproveOrderCharge'] as const satisfies readonly OrderCommandType[];
const OVER = /^(?:appeasement|charge|discount)-needs-approval$|^approval-exceeds-limit$/;
const REASON = { category: 'c', name: 'n', reasonCode: 'asked' } as const;

const anyLimits: fc.Arbitrary<OwnLimits> = fc.record({
  appeasementMinor: fc.oneof(fc.constant(null), fc.nat(3_000)),
  discountBasisPoints: fc.integer({ min: 0, max: 12_000 }),
  chargeBasisPoints: fc.integer({ min: 0, max: 30_000 }),
});

/** A command that comes to an amount, and by how much it could. */
interface Try {
  readonly comesTo: MinorUnits;
  readonly command: (limits: OwnLimits) => OrderCommand;
}

/** At what the answer says, and just beyond it. */
function triesAt(type: (typeof LIMITED)[number], limit: ActionLimit, order: Order, context: DecisionContext): readonly Try[] {
  const { amountMinor, kind = 'charge', lineId, chargeId = '' } = limit;
  const scope = lineId === undefined ? ({ kind: 'order' } as const) : ({ kind: 'line', lineId } as const);
  const around = (pieces: number): readonly number[] => [Math.floor(amountMinor / pieces), Math.floor(amountMinor / pieces) + 1].filter((each) => each > 0);
  switch (type) {
    case 'AppeaseOrder':
      return around(1).map((each) => ({ comesTo: each, command: ({ appeasementMinor: limitMinor }) => ({ type, scope: { kind: 'order' }, offer: { kind: 'gift-card', amountMinor: each }, reasonCode: 'late', limitMinor }) }));
    case 'ApproveAppeasement':
      return order.appeasementRequests.flatMap(({ appeasementId, offer }) =>
        'amountMinor' in offer ? [{ comesTo: offer.amountMinor, command: ({ appeasementMinor: limitMinor }) => ({ type, appeasementId, limitMinor }) }] : [],
      );
    case 'AddOrderCharge':
      return around(1).map((each) => ({ comesTo: each, command: (limits) => ({ type, kind, ...REASON, scope, amountMinor: each, taxBasisPoints: 0, origin: 'manual', ...chargeLimit(limits, kind) }) }));
    case 'ChangeOrderCharge': {
      const perUnit = order.charges.find((each) => each.chargeId === chargeId)?.perUnitMinor !== undefined;
      const pieces = perUnit ? (lineOf(order, lineId ?? '')?.ordered ?? 1) : 1;
      return around(pieces).map((each) => ({ comesTo: each * pieces, command: (limits) => ({ type, chargeId, amountMinor: each, reasonCode: 'asked', ...chargeLimit(limits, kind) }) }));
    }
    case 'ApproveOrderCharge': {
      const command = (limits: OwnLimits): OrderCommand => ({ type, chargeId, taxBasisPoints: 0, ...chargeLimit(limits, kind) });
      const granted = orderDecider.decide(command(NO_LIMITS), order, context);
      const [event] = granted.kind === 'accepted' ? granted.events : [];
      if (event?.type === 'OrderChargeAdded') return [{ comesTo: event.data.amountMinor, command }];
      return event?.type === 'OrderChargeChanged' ? [{ comesTo: event.data.to.amountMinor, command }] : [];
    }
  }
}

const refusalOf = (command: OrderCommand, state: OrderState, context: DecisionContext): string | undefined => {
  const decision = orderDecider.decide(command, state, context);
  return decision.kind === 'refused' ? decision.refusal.code : undefined;
};

const orderOf = (...steps: readonly OrderStep[]): Order => {
  const { state } = tell(orderDecider, steps);
  if (state.status === 'none') throw new Error('the story makes no order');
  return state;
};
const at = (by = ANNA): DecisionContext => contextOf(ask({ type: 'SubmitOrder' }, { at: '2026-01-05T12:00:00.000Z', by }), 99);
const CSR: OwnLimits = { appeasementMinor: 1_000, discountBasisPoints: 1_500, chargeBasisPoints: 5_000 };
const SUPERVISOR: OwnLimits = { appeasementMinor: 50_000, discountBasisPoints: 5_000, chargeBasisPoints: 20_000 };
const charge = (amountMinor: number, kind: 'charge' | 'discount' = 'discount', lineId?: string): OrderStep =>
  ask({ type: 'AddOrderCharge', kind, ...REASON, scope: lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId }, amountMinor, taxBasisPoints: 0, origin: 'manual' });

describe('what one may do alone (D13, G3)', () => {
  it('ends exactly where the decision begins to ask for a second person', () => {
    let [within, beyond] = [0, 0];
    fc.assert(
      fc.property(anyMoves, anyLimits, (moves, limits) => {
        let state: OrderState = orderDecider.initialState;
        moves.forEach((move, step) => {
          const context = contextOfMove(move, step, step);
          const decision = orderDecider.decide(commandOf(move, state), state, context);
          if (decision.kind === 'accepted') state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
        });
        if (state.status === 'none') return;
        const [order, context] = [state, contextOf(ask({ type: 'SubmitOrder' }, { by: SUE, at: minute(900) }), 99)];
        for (const type of LIMITED) {
          const explained = explainAction(type, order, context, { limits });
          if (explained.kind === 'refused') continue;
          for (const limit of explained.limits ?? []) {
            for (const { comesTo, command } of triesAt(type, limit, order, context)) {
              if (refusalOf(command(NO_LIMITS), order, context) !== undefined) continue;
              const refused = refusalOf(command(limits), order, context);
              expect([type, limit, comesTo, OVER.test(refused ?? '')]).toEqual([type, limit, comesTo, comesTo > limit.amountMinor]);
              if (comesTo > limit.amountMinor) beyond += 1;
              else within += 1;
            }
          }
        }
      }),
      RUNS,
    );
    expect(Math.min(within, beyond)).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('counts what was made by hand before: on the whole order, and on a line', () => {
    const order = orderOf(...SHIPPED, charge(400, 'charge'), charge(100), charge(50, 'discount', FIRST_LINE));
    const explained = explainAction('AddOrderCharge', order, at(), { limits: CSR });
    // Goods of 35.30, the first line 15.30: charges up to a half of them, discounts up to 15 % of goods and charges.
    expect(explained).toMatchObject({ kind: 'allowed', beyond: 'RequestOrderCharge' });
    expect(explained.kind === 'allowed' ? explained.limits?.filter(({ lineId }) => lineId === undefined || lineId === FIRST_LINE) : []).toEqual([
      { kind: 'charge', amountMinor: 1_365 },
      { kind: 'charge', lineId: FIRST_LINE, amountMinor: 765 },
      { kind: 'discount', amountMinor: 439 },
      { kind: 'discount', lineId: FIRST_LINE, amountMinor: 179 },
    ]);
  });

  it('is nothing once it is used up: who could is whoever may do more', () => {
    const order = orderOf(...SHIPPED, ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'gift-card', amountMinor: 1_001 }, reasonCode: 'late', limitMinor: null }, { by: SUE }));
    expect(explainAction('AppeaseOrder', order, at(), { limits: CSR })).toMatchObject({ kind: 'refused', refusal: { code: 'appeasement-needs-approval', rule: 'A55' } });
    expect(explainAction('AppeaseOrder', order, at(SUE), { limits: SUPERVISOR })).toMatchObject({ kind: 'allowed', limits: [{ amountMinor: 48_999 }], beyond: 'RequestAppeasement' });
    expect(explainAction('AppeaseOrder', order, at())).not.toHaveProperty('limits');
  });

  it('of whoever approves is told for each request of others', () => {
    const asking = (amountMinor: number, by = ANNA): OrderStep => ask({ type: 'RequestOrderCharge', kind: 'discount', ...REASON, scope: { kind: 'order' }, amountMinor }, { by });
    const order = orderOf(...SHIPPED, asking(1_000), asking(3_000), asking(500, SUE));
    const [small, great, own] = order.chargeRequests.map(({ chargeId }) => chargeId);
    expect(explainAction('ApproveOrderCharge', order, at(SUE), { limits: SUPERVISOR })).toMatchObject({
      kind: 'allowed',
      bounds: { parts: [small, great] },
      limits: [small, great, own].map((chargeId) => ({ kind: 'discount', chargeId, amountMinor: 1_765 })),
    });
  });
});
