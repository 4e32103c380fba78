import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { orderIdOf } from '#kernel';
import { REFUSAL_REASONS, refusedRows, type ImportReport, type RefusedInput } from '#importing';
import { importScene, type FoundEvent, type ImportScene } from './import.fixture.js';
import { withFolder } from './invoices.fixture.js';

const PAGE = resolve('docs/import-format.md');

describe('importing NDJSON', () => {
  let scene: ImportScene;
  let page: string;
  let report: ImportReport;
  let again: ImportReport;
  let refused: readonly RefusedInput[];
  let events: readonly FoundEvent[];
  let appends: readonly number[];

  beforeAll(async () => {
    scene = await importScene();
    page = await readFile(PAGE, 'utf8');
    const documented = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as Record<string, unknown>;
    const order = (changes: object): string => JSON.stringify({ ...documented, ...changes });
    const lines = [
      JSON.stringify(documented),
      order({ orderNumber: 'SHOP-1002', currency: 'XXX' }),
      '{"orderNumber": "SHOP-10',
      order({ orderNumber: 'SHOP-1003', lines: [{ id: '1', sku: 'A', description: 'a', quantity: 0, unitPriceMinor: 1 }] }),
      order({ orderNumber: 'SHOP-1004', placedAt: '2026-02-30T10:00:00Z' }),
      order({ orderNumber: 'SHOP-1005', remark: 'lost?' }),
      order({}),
      // More pieces come back than were shipped.
      order({ orderNumber: 'SHOP-1006', returns: [{ externalId: 'R-2', lineId: '1', quantity: 4, creditedMinor: 1, at: '2026-03-12T10:00:00Z' }] }),
      order({ orderNumber: 'SHOP-1007', customer: { contact: { name: 'Gast' } }, status: 'submitted', shipments: [], returns: [], cancellations: [] }),
      'null',
    ];
    await withFolder(async (folder) => {
      const path = join(folder, 'orders.ndjson');
      await writeFile(path, Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0xff, 0xfe, 0x0a])]));
      report = await scene.run([path], { format: 'ndjson' });
      const first = scene.store.appendCount;
      await scene.restart();
      again = await scene.run([path], { format: 'ndjson' });
      appends = [first, scene.store.appendCount];
      const rows = [];
      for await (const row of refusedRows(scene.pool, report.files.map(({ sourceId }) => sourceId))) rows.push(row);
      refused = rows;
    });
    events = await scene.events();
  });
  afterAll(() => scene.close());

  const typesOf = (orderNumber: string): readonly string[] => events.filter(({ stream }) => stream === `order-${orderIdOf(orderNumber)}`).map(({ type }) => type);

  it('takes the documented example over, in the order of its times', () => {
    expect(typesOf('SHOP-1001')).toEqual([
      'OrderCreated', 'OrderLineAdded', 'OrderLineAdded', 'OrderChargeAdded', 'OrderSubmitted', 'OrderConfirmed', 'OrderReleased',
      'OrderLineCancelled', 'OrderShipmentRecorded', 'OrderDeliveryRecorded', 'OrderReturnRecorded',
    ]);
  });

  it('leaves an order where it stood', () => {
    expect(typesOf('SHOP-1007').at(-1)).toBe('OrderSubmitted');
  });

  it('names line, reason and member of what it refuses', () => {
    expect(refused.map(({ line, reason, detail = '' }) => [line, reason, detail])).toEqual([
      [2, 'bad-order', 'currency: XXX is no currency that Docket trades in'],
      [3, 'bad-json', ''],
      [4, 'bad-order', 'lines[0].quantity: must be a whole number from 1 to 1000000'],
      [5, 'bad-order', expect.stringContaining('placedAt: ')],
      [6, 'bad-order', 'remark: is no member that is known here'],
      [7, 'order-exists', ''],
      [8, 'order-refused', expect.stringContaining('quantity-exceeds-returnable')],
      [10, 'bad-order', 'the line: must be an object'],
      [11, 'not-text', ''],
    ]);
  });

  it('writes nothing of an order that it refuses', () => {
    expect(typesOf('SHOP-1006')).toEqual([]);
  });

  it('accounts for every line, and counts what orders came to', () => {
    expect([report.read.rows, report.takenOver.rows, report.refused.rows, report.orders]).toEqual([11, 2, 9, 2]);
    expect(report.takenOver.amounts).toEqual({ EUR: String(2 * (4 * 920 + 443 + 490)) });
  });

  it('registers a customer with a reference and nobody else', () => {
    expect(events.filter(({ type }) => type === 'CustomerRegistered')).toHaveLength(1);
  });

  it('does nothing when it is given again', () => {
    expect(appends[1]).toBe(appends[0]);
    expect(again).toEqual(report);
  });

  it('documents every reason', () => {
    for (const [reason, remedy] of Object.entries(REFUSAL_REASONS)) expect(page).toContain(`| \`${reason}\` | ${remedy} |`);
  });
});
