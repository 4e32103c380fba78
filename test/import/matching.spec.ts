import { describe, expect, it } from '@jest/globals';
import { findInputFiles } from '../../libs/importing/input-files.js';
import type { InvoiceRow } from '../../libs/importing/online-retail/invoice-row.js';
import { planUnit } from '../../libs/importing/online-retail/plan-unit.js';
import { readInvoices } from '../../libs/importing/online-retail/stage-invoices.js';
import { stockCodeOf } from '../../libs/importing/online-retail/stock-codes.js';
import { unitOf } from '../../libs/importing/staging.js';
import { REAL_MONTHS } from './invoices.fixture.js';

/** Over all seven months; the figures were counted beforehand, by hand and by other code. */
(REAL_MONTHS.length > 0 ? describe : describe.skip)('matching the credits of all real months', () => {
  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);

  it('accounts for every row once', async () => {
    const units = new Map<string, InvoiceRow[]>();
    for (const file of await findInputFiles(REAL_MONTHS, 'online-retail', 'main')) {
      for await (const read of readInvoices(file, Date.now())) {
        count('rows');
        if (read.kind === 'refused') {
          count('through');
          count(read.reason);
          continue;
        }
        const unit = unitOf('main', read.row);
        const rows = units.get(unit);
        if (rows) rows.push(read.row);
        else units.set(unit, [read.row]);
      }
    }
    for (const rows of units.values()) {
      const plan = planUnit([...rows].sort((a, b) => a.at - b.at));
      count('through', plan.orders.reduce((sum, order) => sum + order.lines.length + order.charges.length, 0) + plan.credits.length + plan.refused.length);
      count('orders', plan.orders.length);
      for (const { row, reason } of plan.refused) count(row.isCredit && stockCodeOf(row.sku).kind === 'product' ? `credit: ${reason}` : reason);
      for (const { row, match, parts, otherPrice } of plan.credits) {
        if (stockCodeOf(row.sku).kind === 'service') continue;
        count(match);
        if (match === 'one' && parts[0]?.kind === 'cancellation') count('on the same day');
        if (otherPrice) count('at another price');
      }
    }
    expect([counts.get('rows'), counts.get('through')]).toEqual([245_903, 245_903]);
  }, 180_000);

  it('finds of the 4,195 credits of goods 3,244 on one line, 9 on several, 18 too large, 805 on none and 119 of guests', () => {
    // One that fits a line by its pieces asks for more money than its order has left.
    expect((counts.get('one') ?? 0) + (counts.get('credit: credit-exceeds-order') ?? 0)).toBe(3_244);
    expect(counts.get('several')).toBe(9);
    expect(counts.get('credit: credit-exceeds-purchase')).toBe(18);
    expect(counts.get('credit: credit-matches-nothing')).toBe(805);
    expect(counts.get('credit: credit-of-guest')).toBe(119);
  });

  it('takes those of the same day for cancellations, and keeps what was credited at another price', () => {
    expect(counts.get('on the same day')).toBe(377);
    expect(counts.get('at another price')).toBe(141);
  });

  it('refuses 758 stock write-offs and one price below a penny', () => {
    expect([counts.get('stock-write-off'), counts.get('sub-penny-price')]).toEqual([758, 1]);
  });
});
