import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderIdOf } from '#kernel';
import { refusedRows, type ImportReport } from '#importing';
import { importScene, type FoundEvent, type ImportScene } from './import.fixture.js';
import { hundredthsOf, MESS, sumsOf, withFolder, writeInvoices, type FileSums } from './invoices.fixture.js';

describe('importing a file with every kind of mess', () => {
  let scene: ImportScene;
  let report: ImportReport;
  let again: ImportReport;
  let sums: FileSums;
  let events: readonly FoundEvent[];
  let refused: readonly { readonly line: number; readonly reason: string; readonly detail?: string }[];
  let appendsOfSecondRun: number;

  beforeAll(async () => {
    scene = await importScene();
    await withFolder(async (folder) => {
      const path = await writeInvoices(folder, 'mess.csv', MESS.rows);
      sums = sumsOf(path);
      report = await scene.run([path]);
      const appends = scene.store.appendCount;
      await scene.restart();
      again = await scene.run([path]);
      appendsOfSecondRun = scene.store.appendCount - appends;
    });
    events = await scene.events();
    const rows = [];
    for await (const row of refusedRows(scene.pool, report.files.map(({ sourceId }) => sourceId))) rows.push(row);
    refused = rows;
  });
  afterAll(() => scene.close());

  const ofOrder = (invoice: string): readonly FoundEvent[] => events.filter(({ stream }) => stream === `order-${orderIdOf(`OR-${invoice}`)}`);
  const dataOf = (invoice: string, type: string): readonly Readonly<Record<string, unknown>>[] => ofOrder(invoice).filter((event) => event.type === type).map(({ data }) => data);

  it('accounts for the whole file, in rows and in pence', () => {
    expect(report.read.rows).toBe(sums.rows);
    expect(hundredthsOf(report.read.amounts.GBP)).toBe(sums.hundredths);
    expect(report.takenOver.rows + report.refused.rows).toBe(sums.rows);
    expect(hundredthsOf(report.takenOver.amounts.GBP) + hundredthsOf(report.refused.amounts.GBP)).toBe(sums.hundredths);
    expect(report.waiting.rows).toBe(0);
  });

  it('refuses each bad row for its own reason and says what to do', () => {
    expect(Object.fromEntries(report.reasons.map(({ reason, rows }) => [reason, rows]))).toEqual(MESS.refused);
    expect(report.reasons.every(({ remedy }) => remedy.length > 20)).toBe(true);
    expect(refused.find(({ reason }) => reason === 'sub-penny-price')?.line).toBe(MESS.rows.findIndex((row) => row.includes('PADS')) + 2);
    expect(refused.find(({ reason }) => reason === 'credit-exceeds-purchase')?.detail).toBe('1 of 9 left');
  });

  it('keeps identical twins as two lines', () => {
    expect(dataOf('900001', 'OrderLineAdded').map(({ sku }) => sku)).toEqual(['85123A', '22752', '22752']);
  });

  it('cancels what was credited on the same day, and returns what came back later with its own amount', () => {
    expect(dataOf('900001', 'OrderLineCancelled')).toMatchObject([{ quantity: 1, creditedMinor: 255 }]);
    expect(dataOf('900001', 'OrderReturnRecorded')).toMatchObject([
      { quantity: 2, creditedMinor: 420 },
      { quantity: 2, creditedMinor: 1_530 },
      { quantity: 1, creditedMinor: 765 },
    ]);
  });

  it('ships at the end of the day what was not cancelled', () => {
    const [shipment] = ofOrder('900001').filter(({ type }) => type === 'OrderShipmentRecorded');
    expect(shipment?.data.lines).toMatchObject([{ quantity: 5 }, { quantity: 2 }, { quantity: 2 }]);
    expect(shipment?.metadata.occurredAt).toBe('2011-01-05T10:01:00.000Z');
  });

  it('makes postage a charge and a discount line a discount', () => {
    expect(dataOf('900001', 'OrderChargeAdded')).toMatchObject([
      { kind: 'charge', category: 'postage', amountMinor: 1_800, origin: 'import' },
      { kind: 'discount', category: 'discount', amountMinor: 350, origin: 'import' },
    ]);
  });

  it('tells business time from the time of recording, and says where it all came from', () => {
    const [created] = ofOrder('900001');
    expect(created?.metadata).toMatchObject({ occurredAt: '2011-01-04T10:00:00.000Z', origin: 'import', actor: { id: 'import' } });
    expect(Date.parse(created?.metadata.recordedAt ?? '')).toBeGreaterThan(Date.UTC(2026, 0));
  });

  it('registers each customer once and leaves guests unregistered', () => {
    expect(events.filter(({ type }) => type === 'CustomerRegistered')).toHaveLength(2);
    expect(dataOf('900008', 'OrderCreated')).toMatchObject([{ customer: { kind: 'guest' }, shipTo: { country: 'FR' } }]);
  });

  it('writes nothing and reports the same when it is given again', () => {
    expect(appendsOfSecondRun).toBe(0);
    expect(again).toEqual(report);
  });

  it('stores no name in clear', () => {
    expect(JSON.stringify(events)).not.toContain('example.com');
  });
});
