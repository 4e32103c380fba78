import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportReport } from '#importing';
import { importScene, type FoundEvent, type ImportScene } from './import.fixture.js';
import { hundredthsOf, REAL_MONTHS, sumsOf, totalOf } from './invoices.fixture.js';

/** The shortest month; with DOCKET_IMPORT_ALL=1 all seven months, whose counts are known. */
const ALL = process.env.DOCKET_IMPORT_ALL === '1';
const MONTHS = ALL ? REAL_MONTHS : REAL_MONTHS.filter((path) => path.includes('2011-02'));

(MONTHS.length > 0 ? describe : describe.skip)(`importing ${ALL ? 'all real months' : 'a real month'}`, () => {
  let scene: ImportScene;
  let report: ImportReport;
  let events: readonly FoundEvent[];
  const sums = totalOf(MONTHS.map(sumsOf));

  beforeAll(async () => {
    scene = await importScene();
    report = await scene.run(MONTHS);
    events = await scene.events();
  }, ALL ? 900_000 : 300_000);
  afterAll(() => scene.close());

  const sumOf = (type: string, amount: (data: Readonly<Record<string, unknown>>) => number): number => events.reduce((sum, event) => (event.type === type ? sum + amount(event.data) : sum), 0);
  const amountIn = (kind: string): number => Number(report.kinds.find((each) => each.kind === kind)?.amounts.GBP ?? 0);

  it('takes over or refuses every row, in rows and to the penny', () => {
    expect(report.read.rows).toBe(sums.rows);
    expect(hundredthsOf(report.read.amounts.GBP)).toBe(sums.hundredths);
    expect(report.takenOver.rows + report.refused.rows).toBe(sums.rows);
    expect(hundredthsOf(report.takenOver.amounts.GBP) + hundredthsOf(report.refused.amounts.GBP)).toBe(sums.hundredths);
    expect(report.waiting.rows).toBe(0);
  });

  it('stores what the report says was taken over, to the penny', () => {
    expect(sumOf('OrderLineAdded', ({ quantity, quote }) => Number(quantity) * (quote as { unitPriceMinor: number }).unitPriceMinor)).toBe(amountIn('line'));
    expect(sumOf('OrderChargeAdded', ({ kind, amountMinor }) => (kind === 'charge' ? Number(amountMinor) : 0))).toBe(amountIn('charge'));
    expect(sumOf('OrderChargeAdded', ({ kind, amountMinor }) => (kind === 'discount' ? -Number(amountMinor) : 0))).toBe(amountIn('discount'));
    const credited = sumOf('OrderLineCancelled', ({ creditedMinor }) => -Number(creditedMinor)) + sumOf('OrderReturnRecorded', ({ creditedMinor }) => -Number(creditedMinor));
    expect(credited).toBe(amountIn('cancellation') + amountIn('return') + amountIn('mixed'));
  });

  it('makes one order of each invoice that sells something', () => {
    expect(events.filter(({ type }) => type === 'OrderCreated')).toHaveLength(report.orders);
    expect(new Set(events.filter(({ type }) => type === 'OrderCreated').map(({ data }) => data.orderNumber)).size).toBe(report.orders);
  });

  it('meets no rule of orders that the plan did not foresee', () => {
    expect(report.reasons.map(({ reason }) => reason)).not.toContain('order-refused');
  });

  (ALL ? it : it.skip)('finds the credits that were counted beforehand', () => {
    expect(report.read.rows).toBe(245_903);
    expect(report.credits.find(({ match }) => match === 'one')).toMatchObject({ rows: 3_243 });
    expect(report.credits.find(({ match }) => match === 'several')).toMatchObject({ rows: 9 });
  });
});
