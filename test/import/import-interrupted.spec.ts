import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportInputError } from '#importing';
import { importScene, type ImportScene } from './import.fixture.js';
import { hundredthsOf, MESS, sumsOf, withFolder, writeInvoices } from './invoices.fixture.js';

/** Plain orders of many customers, each with a return a month later. */
const MANY = Array.from({ length: 120 }, (_, n) => [
  `9${String(10_000 + n)},22423,REGENCY CAKESTAND 3 TIER,5,2011-01-04 10:00:00,12.75,${String(14_000 + n)}.0,United Kingdom`,
  `C9${String(20_000 + n)},22423,REGENCY CAKESTAND 3 TIER,-2,2011-02-04 10:00:00,12.75,${String(14_000 + n)}.0,United Kingdom`,
]).flat();

let scene: ImportScene;
beforeEach(async () => {
  scene = await importScene();
});
afterEach(() => scene.close());

const summary = async (): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const { type } of await scene.events()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

describe('an import that is interrupted', () => {
  it('goes on in a new process, after appends whose rows were never saved, and makes nothing twice', async () => {
    await withFolder(async (folder) => {
      const path = await writeInvoices(folder, 'many.csv', MANY);
      // The database of the import dies in the middle: what the log got by then is not remembered anywhere.
      let appends = 0;
      const died = new Error('killed');
      scene.store.beforeAppend(() => {
        appends += 1;
        return appends > 150 ? Promise.reject(died) : Promise.resolve();
      });
      await expect(scene.run([path], { concurrency: 32 })).rejects.toBe(died);
      await scene.pool.query('TRUNCATE importing.outcome, importing.order_balance');
      scene.store.beforeAppend(undefined);

      await scene.restart();
      const report = await scene.run([path]);
      expect(await summary()).toMatchObject({ OrderCreated: 120, OrderReturnRecorded: 120, OrderShipmentRecorded: 120, CustomerRegistered: 120 });
      expect([report.takenOver.rows, report.refused.rows, report.waiting.rows]).toEqual([240, 0, 0]);
    });
  });

  it('goes on after an interruption from the keyboard', async () => {
    await withFolder(async (folder) => {
      const path = await writeInvoices(folder, 'many.csv', MANY);
      const interrupted = new AbortController();
      const run = scene.run([path], { concurrency: 4, signal: interrupted.signal, onProgress: ({ phase }) => phase === 'importing' && interrupted.abort(new Error('interrupted')) });
      await expect(run).rejects.toThrow('interrupted');
      const report = await scene.run([path]);
      expect([report.takenOver.rows, report.waiting.rows]).toEqual([240, 0]);
      expect(await summary()).toMatchObject({ OrderCreated: 120, OrderReturnRecorded: 120 });
    });
  });

  it('outlasts an event store that is away for a while', async () => {
    await withFolder(async (folder) => {
      const path = await writeInvoices(folder, 'many.csv', MANY);
      scene.store.failAppends('refused-connection', 'answer-lost', 'refused-connection');
      const report = await scene.run([path]);
      expect([report.takenOver.rows, report.waiting.rows]).toEqual([240, 0]);
      expect(await summary()).toMatchObject({ OrderCreated: 120, OrderReturnRecorded: 120 });
    });
  });
});

describe('an import of several files', () => {
  it('credits in a later run what an earlier run sold', async () => {
    await withFolder(async (folder) => {
      const sales = await writeInvoices(folder, 'sales.csv', MANY.filter((row) => !row.startsWith('C')));
      const credits = await writeInvoices(folder, 'credits.csv', MANY.filter((row) => row.startsWith('C')));
      await scene.run([sales]);
      await scene.restart();
      const report = await scene.run([credits]);
      expect([report.takenOver.rows, report.refused.rows]).toEqual([120, 0]);
    });
  });

  it('knows a file again, moved, renamed and gzipped', async () => {
    await withFolder(async (folder) => {
      await scene.run([await writeInvoices(folder, 'a.csv', MANY)]);
      const appends = scene.store.appendCount;
      const copy = join(folder, 'b.csv.gz');
      await writeFile(copy, gzipSync(await readFile(join(folder, 'a.csv'))));
      await scene.run([copy]);
      expect(scene.store.appendCount).toBe(appends);
    });
  });

  it('refuses an order number that another file had', async () => {
    await withFolder(async (folder) => {
      const path = await writeInvoices(folder, 'a.csv', MESS.rows);
      await scene.run([path]);
      const other = await writeInvoices(folder, 'b.csv', ['900008,21730,GLASS STAR,4,2011-01-05 11:00:00,4.25,,France']);
      const report = await scene.run([other]);
      expect(report.reasons).toMatchObject([{ reason: 'order-exists', rows: 1 }]);
      expect(hundredthsOf(report.refused.amounts.GBP)).toBe(sumsOf(other).hundredths);
    });
  });
});

describe('files that are no files of invoices', () => {
  const cases: readonly (readonly [string, Buffer | string, RegExp])[] = [
    ['another header', 'a,b,c\n1,2,3\n', /first line must read InvoiceNo,/],
    ['an empty file', '', /is empty/],
    ['bytes of something else', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), /no file of invoices/],
    ['a gzip file cut short', gzipSync(Buffer.from(MESS.rows.join('\n'))).subarray(0, 200), /ends too early/],
  ];
  it.each(cases)('says so of %s, and imports nothing', async (_name, content, message) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'x.csv'), content);
      const good = await writeInvoices(folder, 'good.csv', MANY);
      const run = scene.run([good, join(folder, 'x.csv')]);
      await expect(run).rejects.toThrow(ImportInputError);
      await expect(run).rejects.toThrow(message);
      expect(await scene.events()).toHaveLength(0);
    });
  });

  it('names a file that is not there', async () => {
    await expect(scene.run(['no-such-file.csv'])).rejects.toThrow(/no-such-file\.csv cannot be opened: there is no such file/);
  });
});
