import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FOLDER = resolve(process.env.DOCKET_INVOICES ?? '../shared/data/online-retail');

/** The months of real invoices, where the folder is there. */
export const REAL_MONTHS: readonly string[] = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.csv.gz')).sort().map((name) => join(FOLDER, name)) : [];

export interface FileSums {
  readonly rows: number;
  /** Hundredths of a penny, so that the one row below a penny stays exact too. */
  readonly hundredths: bigint;
}

/** Counts a file with nothing of the code under test: rows and quantity times price. */
export function sumsOf(path: string): FileSums {
  const bytes = readFileSync(path);
  const [, ...rows] = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
  let hundredths = 0n;
  for (const row of rows) {
    // Only descriptions can hold commas, so the last five fields are counted from the end.
    const [quantity = '', , price = ''] = row.trimEnd().split(',').slice(-5);
    const [whole = '', fraction = ''] = price.split('.');
    hundredths += BigInt(quantity) * BigInt(whole + fraction.padEnd(4, '0'));
  }
  return { rows: rows.length, hundredths };
}

export const totalOf = (sums: readonly FileSums[]): FileSums =>
  sums.reduce((a, b) => ({ rows: a.rows + b.rows, hundredths: a.hundredths + b.hundredths }), { rows: 0, hundredths: 0n });

/** A report's pence in hundredths of a penny. */
export function hundredthsOf(pence: string | undefined): bigint {
  const [whole = '0', fraction = ''] = (pence ?? '0').split('.');
  return BigInt(whole + fraction.padEnd(2, '0'));
}

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'docket-import-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeInvoices(folder: string, name: string, rows: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${rows.join('\n')}\n`);
  return path;
}

/** The kinds of mess that the real months hold, in a file small enough to see through; `refused` are the row counts by reason. */
export const MESS: { readonly rows: readonly string[]; readonly refused: Readonly<Record<string, number>> } = {
  rows: [
    // A customer's invoice: variants, identical twins, postage, two times.
    '900001,85123A,WHITE HANGING HEART,6,2011-01-04 10:00:00,2.55,17850.0,United Kingdom',
    '900001,22752,"SET 7 BABUSHKA NESTING BOXES, BLUE",2,2011-01-04 10:00:00,7.65,17850.0,United Kingdom',
    '900001,22752,"SET 7 BABUSHKA NESTING BOXES, BLUE",2,2011-01-04 10:00:00,7.65,17850.0,United Kingdom',
    '900001,POST,POSTAGE,1,2011-01-04 10:01:00,18.00,17850.0,United Kingdom',
    // The same day: cancelled. Later and at another price: returned. Over several lines. More than is left. Never bought.
    'C900002,85123A,WHITE HANGING HEART,-1,2011-01-04 15:00:00,2.55,17850.0,United Kingdom',
    'C900003,85123A,WHITE HANGING HEART,-2,2011-01-20 09:00:00,2.10,17850.0,United Kingdom',
    'C900004,22752,BABUSHKA,-3,2011-01-21 09:00:00,7.65,17850.0,United Kingdom',
    'C900005,22752,BABUSHKA,-9,2011-01-22 09:00:00,7.65,17850.0,United Kingdom',
    'C900006,99999,NEVER BOUGHT,-1,2011-01-22 09:30:00,1.00,17850.0,United Kingdom',
    'C900007,D,Discount,-1,2011-01-23 09:00:00,3.50,17850.0,United Kingdom',
    // A guest, a credit of a guest, stock that was written off, stock that was booked.
    '900008,21730,GLASS STAR FROSTED T-LIGHT HOLDER,4,2011-01-05 11:00:00,4.25,,France',
    'C900009,21730,GLASS STAR,-1,2011-01-06 11:00:00,4.25,,France',
    '900010,21777,damaged,-10,2011-01-07 12:00:00,0.0,,United Kingdom',
    '900011,21778,?,40,2011-01-07 12:10:00,0.0,,United Kingdom',
    // Service lines only; their credit; a free gift beside goods; below a penny; a slip of the pen each.
    '900012,M,Manual,1,2011-01-08 10:00:00,25.00,12346.0,Germany',
    'C900013,M,Manual,-1,2011-01-08 10:05:00,25.00,12346.0,Germany',
    '900014,22423,REGENCY CAKESTAND 3 TIER,1,2011-01-09 10:00:00,12.75,12347.0,EIRE',
    '900014,21754,FREE GIFT,1,2011-01-09 10:00:00,0.0,12347.0,EIRE',
    '900014,S,SAMPLES,1,2011-01-09 10:00:00,0.0,12347.0,EIRE',
    '900014,PADS,PADS TO MATCH ALL CUSHIONS,1,2011-01-09 10:00:00,0.001,12347.0,EIRE',
    'A900015,B,Adjust bad debt,1,2011-01-10 10:00:00,11062.06,,United Kingdom',
    '900016,22423,REGENCY CAKESTAND 3 TIER,1,2011-02-30 10:00:00,12.75,12347.0,EIRE',
    '900017,22423,REGENCY CAKESTAND 3 TIER,1,2011-01-11 10:00:00,12.75,12347.0,Atlantis',
  ],
  refused: {
    'credit-exceeds-purchase': 1,
    'credit-matches-nothing': 1,
    'credit-of-guest': 1,
    'stock-write-off': 1,
    'stock-booking': 1,
    'invoice-without-goods': 1,
    'credit-of-refused-order': 1,
    'charge-without-amount': 1,
    'sub-penny-price': 1,
    'bad-invoice-number': 1,
    'bad-date': 1,
    'unknown-country': 1,
  },
};
