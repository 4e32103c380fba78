import { describe, expect, it } from '@jest/globals';
import { addLine, ask, createOrder, idAt, quoteOf, tell, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const taxOf = (...steps: readonly OrderStep[]): number | undefined => {
  const { state } = told(...steps);
  return state.status === 'none' ? undefined : orderTotals(state).taxMinor;
};

/** Four books at 10.00, 5 % tax; whatever replaces them has 20 %. */
const BOOKS: readonly OrderStep[] = [createOrder(), addLine('BOOK-A', 4, 1_000, { parentSku: 'BOOK', quote: quoteOf(1_000, { taxClass: 'reduced', taxBasisPoints: 500 }) })];
const BOOK = idAt(BOOKS, 1, 'line');
const charge = (fields: Partial<OrderCommandOf<'AddOrderCharge'>>): OrderStep =>
  ask({ type: 'AddOrderCharge', kind: 'charge', category: 'c', name: 'n', scope: { kind: 'line', lineId: BOOK }, amountMinor: 100, taxBasisPoints: 500, origin: 'manual', ...fields });
const AUDIO = ask({ type: 'ChangeOrderLineVariant', lineId: BOOK, sku: 'BOOK-AUDIO', description: 'Read aloud', parentSku: 'BOOK', quote: quoteOf(1_000) });
const FEWER = ask({ type: 'ChangeOrderLineQuantity', lineId: BOOK, quantity: 2, quote: quoteOf(1_000) });

describe('what is charged or given on a line that is priced anew (A52, A53, A63)', () => {
  it('is taxed as the line is: once or by the piece, charge or discount', () => {
    const steps = [...BOOKS, charge({}), charge({ kind: 'discount', amountMinor: 20, perUnit: true })];
    const [once, each] = [idAt(steps, 2, 'charge'), idAt(steps, 3, 'charge')];
    const taxed = { charges: [{ chargeId: once, from: 500, to: 2_000 }, { chargeId: each, from: 500, to: 2_000 }] };
    expect(told(...steps, AUDIO).news).toMatchObject([{ type: 'OrderLineVariantChanged', data: { taxed } }]);
    expect(taxOf(...steps, AUDIO)).toBe((4_000 + 100 - 80) * 0.2);
    expect(told(...steps, FEWER).news).toMatchObject([{ type: 'OrderLineQuantityChanged', data: { taxed } }]);
    expect(taxOf(...steps, FEWER)).toBe((2_000 + 100 - 40) * 0.2);
  });

  it('credits cancelled pieces with what they cost then', () => {
    const steps = [...BOOKS, charge({ amountMinor: 100, perUnit: true }), ask({ type: 'CancelOrderLine', lineId: BOOK, quantity: 1, reasonCode: 'asked' }), AUDIO];
    const { state } = told(...steps);
    expect(state.status === 'none' ? 0 : orderTotals(state).totalMinor).toBe(3 * 1_100 * 1.2);
  });

  it.each<[string, OrderStep]>([
    ['is charged on the order', charge({ scope: { kind: 'order' } })],
    ['was taxed in its own way', charge({ origin: 'engine', taxBasisPoints: 0 })],
    ['was taxed where it was imported from', charge({ origin: 'import' })],
  ])('keeps its tax when it %s', (_what, other) => {
    expect(told(...BOOKS, other, AUDIO).news).not.toHaveProperty('0.data.taxed');
  });

  it('keeps its tax when it is charged on another line', () => {
    const two = [...BOOKS, addLine('BOOK-B', 1, 1_000, { quote: quoteOf(1_000, { taxClass: 'reduced', taxBasisPoints: 500 }) })];
    expect(told(...two, charge({ scope: { kind: 'line', lineId: idAt(two, 2, 'line') } }), AUDIO).news).not.toHaveProperty('0.data.taxed');
  });

  it('keeps its tax when the line keeps its own', () => {
    const same = ask({ type: 'ChangeOrderLineQuantity', lineId: BOOK, quantity: 2, quote: quoteOf(900, { taxBasisPoints: 500 }) });
    expect(told(...BOOKS, charge({}), same).news).not.toHaveProperty('0.data.taxed');
  });

  it('keeps its tax when pieces of the line have left: the line is not priced anew (A46)', () => {
    const shipped = [...BOOKS, charge({}), ...(['SubmitOrder', 'ConfirmOrder', 'ReleaseOrder'] as const).map((type) => ask({ type })), ask({ type: 'RecordShipment', externalId: 'W-1', lines: [{ lineId: BOOK, quantity: 1 }] })];
    expect(told(...shipped, FEWER).news).toMatchObject([{ type: 'OrderLineQuantityChanged', data: { quote: { taxBasisPoints: 500 } } }]);
    expect(told(...shipped, FEWER).news).not.toHaveProperty('0.data.taxed');
  });

  it('keeps the tax that stands on an invoice', () => {
    const pens = addLine('PEN', 2, 100);
    const sent = [...BOOKS, pens, ...(['SubmitOrder', 'ConfirmOrder', 'ReleaseOrder'] as const).map((type) => ask({ type })), ask({ type: 'RecordShipment', externalId: 'W-1', lines: [{ lineId: idAt([...BOOKS, pens], 2, 'line'), quantity: 1 }] })];
    const late = [...sent, ask({ type: 'CancelOrderLine', lineId: BOOK, quantity: 4, reasonCode: 'asked' }), charge({})];
    const invoiced = [...late, ask({ type: 'IssueInvoice', of: { kind: 'charges' } })];
    expect(told(...invoiced).news).toMatchObject([{ data: { lines: [], charges: [{ kind: 'charge', netMinor: 100, taxMinor: 5 }] } }]);
    expect(told(...late, FEWER).news).toHaveProperty('0.data.taxed');
    expect(told(...invoiced, FEWER).news).not.toHaveProperty('0.data.taxed');
  });
});
