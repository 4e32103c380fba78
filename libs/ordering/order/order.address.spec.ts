import { describe, expect, it } from '@jest/globals';
import { addLine, ask, CONFIRM, createOrder, idAt, noteOf, placeOf, quoteOf, RELEASE, ship, SUBMIT, tell, type OrderStep } from '#testing';
import type { OrderCommandOf, TaxRates } from './order.commands.js';
import { commutes, touchedBy } from './order.concurrency.js';
import { orderDecider } from './order.decider.js';
import { ledgerFaultOf } from './order.ledger.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const taxOf = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? 0 : orderTotals(state).taxMinor;
};

const GERMAN: TaxRates = { standard: 1_900, reduced: 700, zero: 0 };
const moved = (country: string, taxRates?: TaxRates, line1 = '2 New Street'): OrderStep =>
  ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1 }, country), ...(taxRates && { taxRates }) });

/** 4 at 10.00 and 20 %, 2 books at 5.00 and 5 %; postage 3.00 at 20 %, a discount of 1.00 on each of the four. */
const ORDER: readonly OrderStep[] = [
  createOrder(),
  addLine('MUG', 4, 1_000),
  addLine('BOOK', 2, 500, { quote: quoteOf(500, { taxClass: 'reduced', taxBasisPoints: 500 }) }),
  ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 300, taxBasisPoints: 2_000, origin: 'manual' }),
];
const MUGS = idAt(ORDER, 1, 'line');
const BOOKS = idAt(ORDER, 2, 'line');
const POSTAGE = idAt(ORDER, 3, 'charge');
const DISCOUNT = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'line', lineId: MUGS }, amountMinor: 100, taxBasisPoints: 2_000, origin: 'manual', perUnit: true });
const PLACED = [...ORDER, DISCOUNT, SUBMIT, CONFIRM, RELEASE];

describe('an order that goes to another country (A49)', () => {
  it('is taxed there anew, line by line and charge by charge; the prices stand', () => {
    const { news, events } = told(...PLACED, moved('DE', GERMAN));
    expect(news).toMatchObject([
      {
        type: 'OrderAddressChanged',
        data: {
          from: { country: 'GB' },
          to: { country: 'DE' },
          taxed: {
            lines: [{ lineId: MUGS, from: 2_000, to: 1_900 }, { lineId: BOOKS, from: 500, to: 700 }],
            charges: [{ chargeId: POSTAGE, from: 2_000, to: 1_900 }, { from: 2_000, to: 1_900 }],
          },
        },
      },
    ]);
    expect(taxOf(...PLACED)).toBe(800 + 50 + 60 - 80);
    expect(taxOf(...PLACED, moved('DE', GERMAN))).toBe(760 + 70 + 57 - 76);
    expect(ledgerFaultOf(events)).toBeUndefined();
  });

  it('takes what was credited for cancelled pieces along', () => {
    const { state } = told(...PLACED, ask({ type: 'CancelOrderLine', lineId: MUGS, quantity: 1, reasonCode: 'asked' }), moved('DE', GERMAN));
    expect(state).toMatchObject({ lines: [{ lineId: MUGS, cancelled: 1, cancelledMinor: 1_071 }, {}] });
  });

  it('is taxed as it was, in the same country and where the rates are the same', () => {
    for (const step of [moved('GB'), moved('GB', GERMAN), moved('FR', { standard: 2_000, reduced: 500, zero: 0 })]) {
      expect(told(...PLACED, step).news).toEqual([{ type: 'OrderAddressChanged', data: expect.not.objectContaining({ taxed: expect.anything() }) }]);
    }
  });

  it('taxes anew a charge of the order alone, where the goods are taxed alike', () => {
    const books = [createOrder(), ...ORDER.slice(2)];
    const postage = idAt(books, 2, 'charge');
    expect(told(...books, moved('IE', { standard: 2_300, reduced: 500, zero: 0 })).news).toMatchObject([{ data: { taxed: { lines: [], charges: [{ chargeId: postage, from: 2_000, to: 2_300 }] } } }]);
  });

  it('leaves alone what was taxed where it was imported from', () => {
    const imported = ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 300, taxBasisPoints: 2_000, origin: 'import' });
    expect(told(createOrder(), addLine('MUG', 4, 1_000), imported, moved('DE', GERMAN)).news).toMatchObject([{ data: { taxed: { lines: [{}], charges: [] } } }]);
  });

  it('taxes a charge on a line as the line is there, and leaves what that country has no rate for', () => {
    const onBooks = ask({ type: 'AddOrderCharge', kind: 'charge', category: 'c', name: 'Wrapping', scope: { kind: 'line', lineId: BOOKS }, amountMinor: 100, taxBasisPoints: 500, origin: 'manual' });
    expect(told(...ORDER, onBooks, moved('DE', GERMAN)).news).toMatchObject([{ data: { taxed: { charges: [{ chargeId: POSTAGE }, { from: 500, to: 700 }] } } }]);
    expect(told(...ORDER, moved('CH', { standard: 810 })).news).toMatchObject([{ data: { taxed: { lines: [{ lineId: MUGS, to: 810 }] } } }]);
  });

  it('keeps the reason', () => {
    expect(told(...PLACED, ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1: '2 New Street' }), reasonCode: 'moved' })).news).toMatchObject([{ data: { reasonCode: 'moved' } }]);
  });

  it('leaves alone what has left, and charges that belong to it', () => {
    const sent = [...PLACED, ship('W-1', [MUGS, 4])];
    expect(told(...sent, moved('DE', GERMAN)).news).toMatchObject([{ data: { taxed: { lines: [{ lineId: BOOKS }], charges: [] } } }]);
  });

  it('is refused while part of a line has left, and without the taxes of the country', () => {
    expect(told(...PLACED, ship('W-1', [MUGS, 1]), moved('DE', GERMAN)).refusal).toMatchObject({ code: 'line-partly-shipped', rule: 'A49', details: { lineId: MUGS, shipped: 1, open: 3 } });
    expect(told(...PLACED, ship('W-1', [MUGS, 1]), moved('GB')).refusal).toBeUndefined();
    expect(told(...PLACED, moved('DE')).refusal).toMatchObject({ code: 'country-not-taxed', rule: 'A49', details: { country: 'DE' } });
  });

  it('is refused when more was granted than it would then come to (A55)', () => {
    const granted = [...PLACED, ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'percentage', basisPoints: 10_000, on: 'this-order' }, reasonCode: 'late', limitMinor: null })];
    expect(told(...granted, moved('AE', { standard: 0, reduced: 0, zero: 0 })).refusal).toMatchObject({ code: 'credit-exceeds-balance' });
  });

  it('stays free of tax while it is exempt, and is taxed there when that ends (A57)', () => {
    const exempt = [...PLACED, ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') }), moved('DE', GERMAN)];
    expect(taxOf(...exempt)).toBe(0);
    expect(taxOf(...exempt, ask({ type: 'RevokeOrderTaxExemption' }))).toBe(760 + 70 + 57 - 76);
  });

  it('meets what is priced by the country, and nothing else', () => {
    const [abroad] = told(...PLACED, moved('DE', GERMAN)).news;
    const [nearby] = told(...PLACED, moved('GB')).news;
    const add = { type: 'AddOrderLine', sku: 'X', description: 'x', quantity: 1, quote: quoteOf(100) } as const;
    expect([abroad, nearby].map((event) => event && commutes(add, [event]))).toEqual([false, true]);
    expect(touchedBy(nearby!)).toEqual(['address']);
    const [added] = told(...PLACED, ask(add)).news;
    const change = (taxRates?: TaxRates): OrderCommandOf<'ChangeOrderAddress'> => ({ type: 'ChangeOrderAddress', shipTo: placeOf(), ...(taxRates && { taxRates }) });
    expect([change(GERMAN), change()].map((command) => commutes(command, [added!]))).toEqual([false, true]);
  });
});
