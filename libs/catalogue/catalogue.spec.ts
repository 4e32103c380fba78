import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { CURRENCIES } from '#kernel';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createCatalogue, migrateCatalogue, type Catalogue, type ListName, type QuoteRequest } from './index.js';

let database: TestDatabase;
let pool: Pool;
let catalogue: Catalogue;
let nowMs = Date.parse('2026-11-01T12:00:00.000Z');

const clock = { now: () => new Date(nowMs).toISOString() };
const mug = (more: Partial<QuoteRequest> = {}): QuoteRequest => ({ sku: 'MUG-BLU', currency: 'GBP', country: 'GB', at: clock.now(), ...more });
const later = (): void => {
  nowMs += 60_000;
};

beforeAll(async () => {
  database = await createTestDatabase('catalogue');
  pool = new Pool({ connectionString: database.url, max: 4 });
  await Promise.all([migrateCatalogue(pool), migrateCatalogue(pool), migrateCatalogue(pool)]);
});

beforeEach(() => {
  catalogue = createCatalogue(pool, { clock });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('prices and taxes', () => {
  it('quotes a product with the tax of the country that it goes to, and says which list said so', async () => {
    expect(await catalogue.quote(mug())).toEqual({
      kind: 'quoted',
      sku: 'MUG-BLU',
      description: 'Stoneware mug, blue',
      parentSku: 'MUG',
      quote: { unitPriceMinor: 780, taxClass: 'standard', taxBasisPoints: 2_000, source: 'catalogue:2000-01-01' },
    });
    expect(await catalogue.quote(mug({ country: 'DE', currency: 'EUR' }))).toMatchObject({ quote: { unitPriceMinor: 920, taxBasisPoints: 1_900 } });
    expect(await catalogue.quote(mug({ country: 'AU' }))).toMatchObject({ quote: { taxBasisPoints: 0 } });
    expect(await catalogue.taxRates('DE', clock.now())).toEqual({ standard: 1_900, reduced: 700, zero: 700 });
    expect(await catalogue.taxRates('AU', clock.now())).toEqual({ standard: 0, reduced: 0, zero: 0 });
  });

  it('prices in whole yen and in thousandths of a dinar', async () => {
    expect(await catalogue.quote(mug({ currency: 'JPY' }))).toMatchObject({ quote: { unitPriceMinor: 1_482 } });
    expect(await catalogue.quote(mug({ currency: 'KWD' }))).toMatchObject({ quote: { unitPriceMinor: 3_120 } });
  });

  it('finds an SKU however it is typed, and says what is missing', async () => {
    expect(await catalogue.quote(mug({ sku: ' mug-blu ' }))).toMatchObject({ kind: 'quoted', sku: 'MUG-BLU' });
    expect(await catalogue.quote(mug({ sku: 'NO-SUCH' }))).toEqual({ kind: 'unknown-sku' });
    expect(await catalogue.quote(mug({ sku: '__proto__' }))).toEqual({ kind: 'unknown-sku' });
    expect(await catalogue.quote(mug({ currency: 'CHF' }))).toEqual({ kind: 'no-price', currencies: ['EUR', 'GBP', 'JPY', 'KWD', 'USD'] });
  });

  it('goes by the price of the moment asked for', async () => {
    await pool.query(`INSERT INTO catalogue.price VALUES ('POT-06', 'GBP', '2026-12-01T00:00:00Z', 3150)`);
    later();
    expect(await catalogue.quote(mug({ sku: 'POT-06', at: '2026-11-30T23:59:59.999Z' }))).toMatchObject({ quote: { unitPriceMinor: 2_950 } });
    expect(await catalogue.quote(mug({ sku: 'POT-06', at: '2026-12-01T00:00:00.000Z' }))).toMatchObject({ quote: { unitPriceMinor: 3_150, source: 'catalogue:2026-12-01' } });
  });

  it('learns products of an import once, and quotes them at once', async () => {
    const known = { sku: 'mug-wht', description: 'not this', price: { currency: 'GBP', unitPriceMinor: 1 } };
    const fresh = { sku: '85123A', description: 'WHITE HANGING HEART T-LIGHT HOLDER', price: { currency: 'GBP', unitPriceMinor: 255 } };
    expect(await catalogue.quote(mug({ sku: '85123A' }))).toEqual({ kind: 'unknown-sku' });
    expect(await catalogue.learn([known, fresh, fresh])).toBe(1);
    expect(await catalogue.learn([fresh])).toBe(0);
    nowMs += 1_000;
    expect(await catalogue.quote(mug({ sku: '85123A' }))).toMatchObject({ kind: 'quoted', quote: { unitPriceMinor: 255 } });
    expect(await catalogue.quote(mug({ sku: 'MUG-WHT' }))).toMatchObject({ description: 'Stoneware mug, white', quote: { unitPriceMinor: 780 } });
  });

  it('lists products page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await catalogue.products({ limit: 7, ...(after !== undefined && { after }) });
      expect(page.products.length).toBeLessThanOrEqual(7);
      seen.push(...page.products.map(({ sku }) => sku));
      after = page.next;
    } while (after !== undefined);
    expect(seen.length).toBeGreaterThanOrEqual(60);
    expect(seen).toEqual([...new Set(seen)].sort());
    const inPounds = await catalogue.products({ currency: 'GBP', text: 'teapot' });
    expect(inPounds.products).toMatchObject([{ sku: 'POT-02', prices: [{ currency: 'GBP', unitPriceMinor: 1_950 }] }, { sku: 'POT-06' }]);
  });

  it('prices only in currencies that Docket trades in', async () => {
    const { products } = await catalogue.products({ limit: 200 });
    const used = new Set(products.flatMap(({ prices }) => prices.map(({ currency }) => currency)));
    expect([...used].filter((currency) => !CURRENCIES.includes(currency))).toEqual([]);
  });
});

describe('lists of customer service', () => {
  it('take a reason only for what it is meant for (G5)', async () => {
    expect(await catalogue.mayUseReason('customer-request', 'cancel')).toBe(true);
    expect(await catalogue.mayUseReason('damaged', 'cancel')).toBe(false);
    expect(await catalogue.mayUseReason('no-such-code', 'cancel')).toBe(false);
  });

  it('no longer take a retired code, and still show it', async () => {
    await pool.query(`UPDATE catalogue.reason_code SET active = false WHERE code = 'goodwill'`);
    later();
    expect(await catalogue.mayUseReason('goodwill', 'appease')).toBe(false);
    expect(await catalogue.reasonCodes()).toContainEqual(expect.objectContaining({ code: 'goodwill', active: false }));
  });

  it('stay as the administrator left them when Docket starts again', async () => {
    await pool.query(`DELETE FROM catalogue.hold_type WHERE code = 'other'; UPDATE catalogue.price SET unit_price_minor = 800 WHERE sku = 'MUG-BLU' AND currency = 'GBP'`);
    await migrateCatalogue(pool);
    later();
    expect(await catalogue.activeHoldType('other')).toBeUndefined();
    expect(await catalogue.quote(mug())).toMatchObject({ quote: { unitPriceMinor: 800 } });
  });

  it('say what a hold stops and who may resolve it (A51)', async () => {
    expect(await catalogue.activeHoldType('fraud-check')).toMatchObject({ effects: ['confirm', 'release', 'ship'], resolvedBy: ['supervisor'] });
    expect(await catalogue.mayUseResolution('checked')).toBe(true);
    expect(await catalogue.mayUseResolution('because')).toBe(false);
  });
});

describe('lists that administrators keep (C7)', () => {
  it('take a new code at once, say anew what a code stands for, and keep who did it', async () => {
    await catalogue.defineEntry('alert-types', { code: 'export-check', label: 'Export check', severity: 'warning', clearedBy: ['csr'] }, 'adam');
    expect(await catalogue.alertType('export-check')).toEqual({ code: 'export-check', label: 'Export check', severity: 'warning', clearedBy: ['csr'], active: true });
    await catalogue.defineEntry('alert-types', { code: 'export-check', label: 'Export licence', severity: 'alert', clearedBy: ['supervisor'] }, 'eva');
    expect(await catalogue.alertType('export-check')).toMatchObject({ label: 'Export licence', severity: 'alert', clearedBy: ['supervisor'] });
    const { rows } = await pool.query(`SELECT changed_by, entry->>'label' AS label FROM catalogue.list_change WHERE code = 'export-check' ORDER BY n`);
    expect(rows).toEqual([{ changed_by: 'adam', label: 'Export check' }, { changed_by: 'eva', label: 'Export licence' }]);
  });

  it('retire a code: shown, not usable, until it is defined again', async () => {
    expect(await catalogue.retireEntry('hold-types', 'stock-check', 'adam')).toBe(true);
    expect(await catalogue.activeHoldType('stock-check')).toBeUndefined();
    expect(await catalogue.holdType('stock-check')).toMatchObject({ active: false, resolvedBy: ['csr', 'supervisor'] });
    await catalogue.defineEntry('hold-types', { code: 'stock-check', label: 'Stock check', effects: ['ship'], resolvedBy: ['csr'] }, 'adam');
    expect(await catalogue.activeHoldType('stock-check')).toMatchObject({ effects: ['ship'] });
    expect(await catalogue.retireEntry('hold-types', 'no-such', 'adam')).toBe(false);
  });

  it.each<[ListName, { readonly code: string; readonly label: string; readonly [member: string]: unknown }]>([
    ['reason-codes', { code: 'new-one', label: 'New', uses: ['flag'] }],
    ['resolution-codes', { code: 'new-one', label: 'New' }],
    ['charge-categories', { code: 'new-one', label: 'New', kinds: ['discount'] }],
    ['pickup-stores', { code: 'new-one', label: 'New', country: 'FR' }],
  ])('keep %s', async (list, entry) => {
    await catalogue.defineEntry(list, entry, 'adam');
    const [reasons, resolutions, categories, stores] = await Promise.all([catalogue.reasonCodes(), catalogue.resolutionCodes(), catalogue.chargeCategories(), catalogue.pickupStores()]);
    expect([...reasons, ...resolutions, ...categories, ...stores].filter(({ code }) => code === 'new-one')).toContainEqual({ ...entry, active: true });
  });

  it('take a category of charges only for what it is meant for (A52), and a store only while there is one (A56)', async () => {
    expect(await catalogue.activeChargeCategory('gift-wrap', 'charge')).toBeDefined();
    expect(await catalogue.activeChargeCategory('gift-wrap', 'discount')).toBeUndefined();
    expect(await catalogue.activePickupStore('leeds-briggate')).toMatchObject({ country: 'GB' });
    expect(await catalogue.activePickupStore('atlantis')).toBeUndefined();
  });

  it('come to a database that was made before there were such lists, and leave the rest of it alone', async () => {
    await pool.query(`DROP TABLE catalogue.seeded, catalogue.alert_type; DELETE FROM catalogue.charge_category; DELETE FROM catalogue.pickup_store`);
    await migrateCatalogue(pool);
    later();
    expect((await catalogue.alertTypes()).map(({ code }) => code)).toContain('fraud-suspected');
    expect(await catalogue.activeHoldType('other')).toBeUndefined();
  });
});

describe('without the database (case 43)', () => {
  it('goes on with what was last known, and fails only when nothing was', async () => {
    const own = new Pool({ connectionString: database.url, max: 1 });
    const known = createCatalogue(own, { clock });
    await known.quote(mug());
    const never = createCatalogue(own, { clock });
    await own.end();
    later();
    expect(await known.quote(mug())).toMatchObject({ kind: 'quoted' });
    await expect(never.quote(mug())).rejects.toThrow();
  });
});
