import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addLine, ask, CONFIRM, createOrder, idAt, RELEASE, SECOND_LINE, FIRST_LINE, ship, SUBMIT, SUE, tell, WAREHOUSE, type OrderStep } from '#testing';
import type { AppeasementOffer, ChargeScope, LineScope } from './order.events.js';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') };

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const totalAfter = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? Number.NaN : orderTotals(state).totalMinor;
};

const creditedBy = (...steps: readonly OrderStep[]): unknown[] =>
  told(...steps).news.map(({ data }) => ('creditedMinor' in data ? data.creditedMinor : 'lines' in data ? data.lines.map((line) => ('creditedMinor' in line ? line.creditedMinor : undefined)) : undefined));

const put = (kind: 'charge' | 'discount', scope: ChargeScope, amountMinor: number, perUnit = false): OrderStep =>
  ask({ type: 'AddOrderCharge', kind, category: 'x', name: 'X', scope, amountMinor, ...(perUnit && { perUnit }), taxBasisPoints: 2_000, origin: 'manual' });
const cancel = (lineId: string, quantity: number): OrderStep => ask({ type: 'CancelOrderLine', lineId, quantity, reasonCode: 'customer-request' });
const quantity = (lineId: string, to: number, unitPriceMinor: number): OrderStep =>
  ask({ type: 'ChangeOrderLineQuantity', lineId, quantity: to, quote: { unitPriceMinor, taxClass: 'standard', taxBasisPoints: 2_000, source: 'catalogue:2026-01' } });
const appease = (scope: LineScope, offer: AppeasementOffer, limitMinor: number | null = null): OrderStep => ask({ type: 'AppeaseOrder', scope, offer, reasonCode: 'late', limitMinor });
const STOP = (shipmentId: string): readonly OrderStep[] => [
  ask({ type: 'RequestDeliveryStop', shipmentId, reasonCode: 'no-longer-wanted' }),
  ask({ type: 'ConfirmDeliveryStop', shipmentId, externalId: 'S-1' }, { by: WAREHOUSE }),
];

/** Two knives at 69.00 and a kettle at 42.50; with 20 % tax 82.80 and 51.00. */
const TAKEN = [createOrder(), addLine('CUT-24', 2, 6_900), addLine('KETTLE-ST', 1, 4_250)];
const PLACED = [...TAKEN, SUBMIT, CONFIRM, RELEASE];
const [KNIVES, KETTLE] = [FIRST_LINE, SECOND_LINE];
const onLine = (lineId: string): ChargeScope => ({ kind: 'line', lineId });
const ORDER = { kind: 'order' } as const;

describe('what is credited for pieces that go (A25, A26, A52)', () => {
  it('bears its part of what the line was discounted once', () => {
    const discounted = [...PLACED, put('discount', onLine(KNIVES), 6_900)];
    expect(totalAfter(...discounted)).toBe(21_660 - 8_280);
    expect(creditedBy(...discounted, cancel(KNIVES, 1))).toEqual([4_140]);
    expect(creditedBy(...discounted, cancel(KNIVES, 1), cancel(KNIVES, 1))).toEqual([4_140]);
    expect(totalAfter(...discounted, cancel(KNIVES, 2))).toBe(5_100);
  });

  it('takes a charge on the line along', () => {
    expect(totalAfter(...PLACED, put('charge', onLine(KETTLE), 600), cancel(KETTLE, 1))).toBe(16_560);
    expect(totalAfter(...PLACED, put('charge', onLine(KNIVES), 600), cancel(KNIVES, 1))).toBe(5_100 + 8_280 + 360);
  });

  it('leaves nothing on a line of which the last piece is cancelled, whenever it was charged or discounted', () => {
    for (const kind of ['charge', 'discount'] as const) {
      expect(totalAfter(...PLACED, cancel(KNIVES, 1), put(kind, onLine(KNIVES), 600), cancel(KNIVES, 1))).toBe(5_100);
    }
  });

  it('bears its part of what the whole order was discounted, and not of what it was charged', () => {
    const half = [...PLACED, put('discount', ORDER, 9_025)];
    expect(totalAfter(...half)).toBe(10_830);
    expect(totalAfter(...half, cancel(KNIVES, 2))).toBe(2_550);
    expect(totalAfter(...half, cancel(KNIVES, 1), cancel(KNIVES, 1))).toBe(2_550);
    expect(totalAfter(...half, cancel(KETTLE, 1), cancel(KNIVES, 1))).toBe(4_140);
    expect(totalAfter(...PLACED, put('charge', ORDER, 500), cancel(KETTLE, 1))).toBe(16_560 + 600);
  });

  it('does not bear what was discounted only after others had gone', () => {
    expect(totalAfter(...PLACED, cancel(KNIVES, 1), put('discount', ORDER, 1_000), cancel(KETTLE, 1))).toBe(8_280 - 743);
  });

  it('comes to all of it with the last pieces of an order that never shipped', () => {
    expect(totalAfter(...PLACED, put('charge', ORDER, 500), put('discount', ORDER, 900), cancel(KETTLE, 1), cancel(KNIVES, 2))).toBe(0);
  });

  it('follows what is taken off the line afterwards, and what is put on it bears only on what is left', () => {
    for (const kind of ['charge', 'discount'] as const) {
      const before = [...PLACED, put(kind, onLine(KNIVES), 1_200)];
      const off = ask({ type: 'RemoveOrderCharge', chargeId: idAt(before, PLACED.length, 'charge'), reasonCode: 'mistake' });
      expect(totalAfter(...before, cancel(KNIVES, 1), off)).toBe(5_100 + 8_280);
      expect(totalAfter(...before, cancel(KNIVES, 2), off)).toBe(5_100);
      const after = [...PLACED, cancel(KNIVES, 1), put(kind, onLine(KNIVES), 1_200)];
      expect(totalAfter(...after)).toBe(5_100 + 8_280 + (kind === 'charge' ? 1_440 : -1_440));
      expect(totalAfter(...after, ask({ type: 'RemoveOrderCharge', chargeId: idAt(after, PLACED.length + 1, 'charge'), reasonCode: 'mistake' }))).toBe(5_100 + 8_280);
    }
  });

  it('leaves the discount on the order what they bore of it', () => {
    const half = [...PLACED, put('discount', ORDER, 9_025)];
    const chargeId = idAt(half, PLACED.length, 'charge');
    const off = ask({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' });
    const lower = (amountMinor: number): OrderStep => ask({ type: 'ChangeOrderCharge', chargeId, amountMinor, reasonCode: 'mistake' });
    expect(totalAfter(...half, off)).toBe(21_660);
    expect(told(...half, cancel(KNIVES, 2), off).refusal).toMatchObject({ code: 'discount-borne', rule: 'A52', details: { askedMinor: 10_830, greatestMinor: 2_550 } });
    expect(told(...half, cancel(KNIVES, 2), lower(6_899)).refusal).toMatchObject({ code: 'discount-borne' });
    expect(totalAfter(...half, cancel(KNIVES, 2), lower(6_900))).toBe(5_100);
    expect(totalAfter(...PLACED, cancel(KNIVES, 2), put('discount', ORDER, 500), ask({ type: 'RemoveOrderCharge', chargeId: idAt([...PLACED, cancel(KNIVES, 2), put('discount', ORDER, 500)], PLACED.length + 1, 'charge'), reasonCode: 'mistake' }))).toBe(5_100);
  });

  it('leaves it what they bore also when the order became dearer since', () => {
    const more = [...PLACED, put('discount', ORDER, 9_025), cancel(KNIVES, 2), addLine('SOFA', 1, 90_000)];
    const off = ask({ type: 'RemoveOrderCharge', chargeId: idAt(more, PLACED.length, 'charge'), reasonCode: 'mistake' });
    expect(told(...more, off).refusal).toMatchObject({ code: 'discount-borne', details: { askedMinor: 10_830, greatestMinor: 2_550 } });
  });

  it('leaves it what they bore also while their line is removed, since that can be restored', () => {
    const steps = [...PLACED, put('discount', ORDER, 900), cancel(KNIVES, 1), ask({ type: 'RemoveOrderLine', lineId: KNIVES })];
    const off = ask({ type: 'RemoveOrderCharge', chargeId: idAt(steps, PLACED.length, 'charge'), reasonCode: 'mistake' });
    expect(told(...steps, off).refusal).toMatchObject({ code: 'discount-borne', details: { askedMinor: 1_080, greatestMinor: 668 } });
  });

  it('follows a new price by what it changes', () => {
    const once = [...PLACED, put('discount', onLine(KNIVES), 1_200), cancel(KNIVES, 1)];
    expect(totalAfter(...once)).toBe(5_100 + 8_280 - 720);
    expect(totalAfter(...once, quantity(KNIVES, 2, 6_900))).toBe(5_100 + 2 * 8_280 - 960);
    expect(totalAfter(...once, quantity(KNIVES, 2, 7_000))).toBe(5_100 + 2 * 8_400 - 960);
  });

  it('is not less because more than their price was credited for pieces that came back', () => {
    const back = (creditedMinor: number): OrderStep => ask({ type: 'RecordReturn', externalId: 'R-1', lineId: KNIVES, quantity: 1, creditedMinor }, { by: WAREHOUSE });
    expect(totalAfter(...PLACED, ship('T-1', [KNIVES, 1]), back(8_280), cancel(KNIVES, 1))).toBe(5_100);
    expect(totalAfter(...PLACED, ship('T-1', [KNIVES, 1]), back(9_000), cancel(KNIVES, 1))).toBe(5_100 - 720);
    expect(totalAfter(...PLACED, ship('T-1', [KNIVES, 1]), back(20_000), cancel(KNIVES, 1))).toBe(0);
  });

  it('is what was paid for a parcel that is stopped, discounts and appeasements taken off', () => {
    const shipped = (...before: readonly OrderStep[]): readonly OrderStep[] => [...PLACED, ...before, ship('T-1', [KETTLE, 1])];
    const stopped = (...before: readonly OrderStep[]): readonly OrderStep[] => {
      const steps = shipped(...before);
      return [...steps, ...STOP(idAt(steps, steps.length - 1, 'shipment'))];
    };
    expect(creditedBy(...stopped(put('discount', onLine(KETTLE), 600)))).toEqual([[4_380]]);
    expect(creditedBy(...stopped(appease({ kind: 'lines', lineIds: [KETTLE] }, { kind: 'percentage', basisPoints: 5_000, on: 'this-order' })))).toEqual([[2_550]]);
    expect(creditedBy(...stopped(put('discount', ORDER, 9_025)))).toEqual([[2_550]]);
  });
});

/** So many pieces of a line at a price, discounted and charged: once, and by the piece. */
const lineArbitrary = fc.record({ pieces: fc.integer({ min: 1, max: 7 }), priceMinor: fc.integer({ min: 200, max: 5_000 }), charged: fc.integer({ min: 1, max: 300 }), discounted: fc.integer({ min: 1, max: 25 }), each: fc.boolean() });

describe('what is credited for any pieces, in any order', () => {
  it('leaves to the others what they cost after their part of the discounts, to a penny for each cancellation', () => {
    fc.assert(
      fc.property(fc.array(lineArbitrary, { minLength: 2, maxLength: 5 }), fc.integer({ min: 1, max: 90 }), fc.infiniteStream(fc.nat()), (lines, share, picks) => {
        const taken = [createOrder(), ...lines.map(({ pieces, priceMinor }, index) => addLine(`SKU-${String(index)}`, pieces, priceMinor))];
        const ids = lines.map((_, index) => idAt(taken, index + 1, 'line'));
        const goodsMinor = lines.reduce((sum, { pieces, priceMinor }) => sum + pieces * priceMinor, 0);
        const steps = [
          ...taken,
          ...lines.flatMap(({ charged, discounted, each }, index) => [put('charge', onLine(ids[index] ?? ''), charged, each), put('discount', onLine(ids[index] ?? ''), discounted, each)]),
          put('discount', ORDER, Math.max(Math.floor((goodsMinor * share) / 100), 1)),
          ...[SUBMIT, CONFIRM, RELEASE],
          ship('T-1', [ids[0] ?? '', 1]),
        ];
        const costs = lines.map(({ pieces, priceMinor, charged, discounted, each }) => (pieces * priceMinor + (charged - discounted) * (each ? pieces : 1)) * 1.2);
        const before = totalAfter(...steps);
        const rate = before / costs.reduce((sum, cost) => sum + cost, 0);
        const open = lines.map(({ pieces }, index) => pieces - (index === 0 ? 1 : 0));
        let cancellations = 0;
        for (let left = open.reduce((sum, pieces) => sum + pieces, 0); left > 0; ) {
          const at = [...open.keys()].filter((index) => (open[index] ?? 0) > 0);
          const index = at[picks.next().value % at.length] ?? 0;
          const pieces = 1 + (picks.next().value % (open[index] ?? 1));
          steps.push(cancel(ids[index] ?? '', pieces));
          open[index] = (open[index] ?? 0) - pieces;
          left -= pieces;
          cancellations += 1;
        }
        const keptMinor = ((costs[0] ?? 0) / (lines[0]?.pieces ?? 1)) * rate;
        expect(Math.abs(totalAfter(...steps) - keptMinor)).toBeLessThanOrEqual(2 * cancellations + 2 * lines.length);
      }),
      RUNS,
    );
  });
});

describe('what may be granted (A55)', () => {
  const percent = (basisPoints: number, on: 'this-order' | 'future-order' = 'this-order') => ({ kind: 'percentage', basisPoints, on }) as const;
  const KETTLE_ONLY = { kind: 'lines', lineIds: [KETTLE] } as const;

  it('is of the lines what they cost after their discounts and earlier appeasements', () => {
    const discounted = [...PLACED, put('discount', onLine(KETTLE), 2_000)];
    expect(creditedBy(...discounted, appease(KETTLE_ONLY, percent(5_000)))).toEqual([1_350]);
    expect(creditedBy(...discounted, appease(KETTLE_ONLY, percent(5_000)), appease(KETTLE_ONLY, percent(10_000)))).toEqual([1_350]);
  });

  it('is never more on lines than they cost', () => {
    const refusal = told(...PLACED, appease(KETTLE_ONLY, { kind: 'amount', amountMinor: 5_101, on: 'this-order' })).refusal;
    expect(refusal).toMatchObject({ code: 'credit-exceeds-balance', rule: 'A55', details: { askedMinor: 5_101, greatestMinor: 5_100 } });
  });

  it('counts a percentage of a future order at what it would be of this one', () => {
    expect(told(...PLACED, appease(ORDER, percent(5_000, 'future-order'), 10_000)).refusal).toMatchObject({ code: 'appeasement-needs-approval', details: { grantedMinor: 10_830 } });
    const twice = [...PLACED, appease(ORDER, percent(2_000, 'future-order'), 5_000)];
    expect(told(...twice, appease(ORDER, percent(2_000, 'future-order'), 5_000)).refusal).toMatchObject({ code: 'appeasement-needs-approval', details: { grantedMinor: 8_664 } });
  });

  it('is all together never more than the order comes to', () => {
    const card = (amountMinor: number): OrderStep => appease(ORDER, { kind: 'gift-card', amountMinor });
    expect(told(...PLACED, card(21_660), card(1)).refusal).toMatchObject({ code: 'credit-exceeds-balance', details: { greatestMinor: 0 } });
    expect(told(...PLACED, card(20_000), appease(ORDER, { kind: 'amount', amountMinor: 1_661, on: 'this-order' })).refusal).toMatchObject({ code: 'credit-exceeds-balance', details: { greatestMinor: 1_660 } });
  });
});

describe('removing a line of a placed order (A25, C3)', () => {
  it('is refused for the last one that is open: it is cancelled, and everything credited', () => {
    const left = [...PLACED, put('charge', ORDER, 500), cancel(KNIVES, 2)];
    expect(told(...left, ask({ type: 'RemoveOrderLine', lineId: KETTLE })).refusal).toMatchObject({ code: 'order-empty' });
    expect(totalAfter(...left, cancel(KETTLE, 1))).toBe(0);
    expect(told(...PLACED, cancel(KNIVES, 2), ask({ type: 'RemoveOrderLine', lineId: KNIVES }, { by: SUE })).news).toMatchObject([{ type: 'OrderLineRemoved' }]);
  });
});

describe('a discount on a line (A52)', () => {
  it('takes no more than the line comes to, whatever makes it more than that', () => {
    const LINE = onLine(KETTLE);
    expect(told(...PLACED, put('discount', LINE, 4_251)).refusal).toMatchObject({ code: 'discount-exceeds-total', rule: 'A52', details: { lineId: KETTLE, totalMinor: 5_100 } });
    const free = [...PLACED, put('discount', LINE, 4_250)];
    expect(totalAfter(...free)).toBe(16_560);
    expect(told(...free, quantity(KETTLE, 2, 2_000)).refusal).toMatchObject({ code: 'discount-exceeds-total' });
    expect(totalAfter(...free, quantity(KETTLE, 2, 4_250))).toBe(21_660);
    const charged = [...PLACED, put('charge', LINE, 100), put('discount', LINE, 4_350)];
    expect(told(...charged, ask({ type: 'RemoveOrderCharge', chargeId: idAt(charged, PLACED.length, 'charge'), reasonCode: 'mistake' })).refusal).toMatchObject({ code: 'discount-exceeds-total' });
  });
});
