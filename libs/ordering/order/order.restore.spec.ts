import { describe, expect, it } from '@jest/globals';
import { ask, CONFIRMED, FIRST_LINE, idAt, noteOf, PARTLY_SHIPPED, PENDING, placeOf, quoteOf, RELEASED, SECOND_LINE, ship, SUBMITTED, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const totalsAfter = (...steps: readonly OrderStep[]): unknown => {
  const { state } = told(...steps);
  return state.status === 'none' ? undefined : orderTotals(state);
};

const remove = (lineId: string): OrderStep => ask({ type: 'RemoveOrderLine', lineId });
const restore = (lineId: string): OrderStep => ask({ type: 'RestoreOrderLine', lineId });
const charge = (kind: 'charge' | 'discount', amountMinor: number, lineId?: string): OrderStep =>
  ask({ type: 'AddOrderCharge', kind, category: 'c', name: 'n', scope: lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId }, amountMinor, taxBasisPoints: 2_000, origin: 'manual' });
const EXEMPT = ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') });

describe('putting a removed line back (D11)', () => {
  it('is the line as it was, with what was charged on it', () => {
    const steps = [...CONFIRMED, charge('charge', 300, FIRST_LINE), ask({ type: 'CancelOrderLine', lineId: FIRST_LINE, quantity: 2, reasonCode: 'asked' })];
    const { state, news } = told(...steps, remove(FIRST_LINE), restore(FIRST_LINE));
    expect(news).toEqual([{ type: 'OrderLineRestored', data: { lineId: FIRST_LINE, quantity: 6 } }]);
    expect(state).toMatchObject({ lines: [{ lineId: SECOND_LINE }, { lineId: FIRST_LINE, ordered: 6, open: 4, cancelled: 2 }], charges: [{ amountMinor: 300 }] });
    expect(state).not.toHaveProperty('removedLines');
    expect(totalsAfter(...steps, remove(FIRST_LINE), restore(FIRST_LINE))).toEqual(totalsAfter(...steps));
  });

  it('is taxed as the order is now (A57)', () => {
    expect(totalsAfter(...PENDING, remove(FIRST_LINE), EXEMPT, restore(FIRST_LINE))).toEqual(totalsAfter(...PENDING, EXEMPT));
  });

  it('opens an order again that was shipped but for the line', () => {
    const without = [...RELEASED, ship('W-1', [FIRST_LINE, 6]), remove(SECOND_LINE)];
    expect(told(...without).state.status).toBe('shipped');
    expect(told(...without, restore(SECOND_LINE)).state.status).toBe('partially-shipped');
  });

  it.each<[string, readonly OrderStep[], string, string]>([
    ['a line that was not removed', PENDING, 'line-not-removed', 'D11'],
    ['a line twice', [...PENDING, remove(FIRST_LINE), restore(FIRST_LINE)], 'line-not-removed', 'D11'],
    ['a line with the taxes of another country', [...SUBMITTED, remove(FIRST_LINE), ask({ type: 'ChangeOrderAddress', shipTo: placeOf({}, 'DE'), taxRates: { standard: 1_900 } })], 'line-taxed-elsewhere', 'A49'],
    ['a line of a suspended order', [...SUBMITTED, remove(FIRST_LINE), ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })], 'order-suspended', 'A33'],
    ['a line of an order that was voided', [...PENDING, remove(FIRST_LINE), ask({ type: 'VoidOrder', reasonCode: 'asked' })], 'order-ended', 'C2'],
  ])('is refused for %s', (_what, steps, code, rule) => {
    expect(told(...steps, restore(FIRST_LINE)).refusal).toMatchObject({ code, rule });
  });

  it('is there for lines of which nothing was shipped', () => {
    expect(told(...PARTLY_SHIPPED, remove(FIRST_LINE)).refusal).toMatchObject({ code: 'line-shipped' });
  });
});

describe('putting back a charge or discount that was taken off (A52, D11)', () => {
  const off = (chargeId: string): OrderStep => ask({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' });
  const back = (chargeId: string, limitBasisPoints?: number): OrderStep => ask({ type: 'RestoreOrderCharge', chargeId, ...(limitBasisPoints !== undefined && { limitBasisPoints }) });
  const CHARGED = [...SUBMITTED, charge('discount', 500)];
  const DISCOUNT = idAt(CHARGED, SUBMITTED.length, 'charge');
  const each = ask({ type: 'AddOrderCharge', kind: 'charge', category: 'c', name: 'n', scope: { kind: 'line', lineId: FIRST_LINE }, amountMinor: 10, perUnit: true, taxBasisPoints: 2_000, origin: 'manual' });
  const BY_PIECE = [...SUBMITTED, each];
  const EACH = idAt(BY_PIECE, SUBMITTED.length, 'charge');

  it('is what it was', () => {
    expect(told(...CHARGED, off(DISCOUNT), back(DISCOUNT)).news).toEqual([{ type: 'OrderChargeRestored', data: { chargeId: DISCOUNT, kind: 'discount', scope: { kind: 'order' }, amountMinor: 500 } }]);
    expect(totalsAfter(...CHARGED, off(DISCOUNT), back(DISCOUNT))).toEqual(totalsAfter(...CHARGED));
    expect(told(...CHARGED, off(DISCOUNT), back(DISCOUNT)).state).not.toHaveProperty('removedCharges');
  });

  it('counts by the piece for what its line has now, and is taxed as the order is now', () => {
    const more = ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 9, quote: quoteOf(255) });
    expect(told(...BY_PIECE, off(EACH), more, back(EACH)).news).toMatchObject([{ data: { amountMinor: 90 } }]);
    expect(totalsAfter(...BY_PIECE, off(EACH), more, EXEMPT, back(EACH))).toEqual(totalsAfter(...BY_PIECE, more, EXEMPT));
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['what was not taken off', CHARGED, back(DISCOUNT), 'charge-not-removed', 'D11'],
    ['what goes beyond what one may give', [...CHARGED, off(DISCOUNT)], back(DISCOUNT, 1_000), 'discount-needs-approval', 'A52'],
    ['what belongs to a line that is gone', [...BY_PIECE, off(EACH), remove(FIRST_LINE)], back(EACH), 'line-not-found', 'A21'],
    ['what its line is taxed otherwise for', [...BY_PIECE, off(EACH), ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 9, quote: quoteOf(255, { taxBasisPoints: 500 }) })], back(EACH), 'charge-taxed-otherwise', 'A52'],
    ['what another country taxes', [...CHARGED, off(DISCOUNT), ask({ type: 'ChangeOrderAddress', shipTo: placeOf({}, 'DE'), taxRates: { standard: 1_900 } })], back(DISCOUNT), 'charge-taxed-otherwise', 'A52'],
    ['what was taken off an order that is suspended', [...CHARGED, off(DISCOUNT), ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })], back(DISCOUNT), 'order-suspended', 'A33'],
    ['what was taken off an order that was cancelled', [...CHARGED, off(DISCOUNT), ask({ type: 'CancelOrder', reasonCode: 'asked' })], back(DISCOUNT), 'order-ended', 'C2'],
    ['more than is left to pay', [...CHARGED, off(DISCOUNT), charge('discount', 3_200)], back(DISCOUNT), 'discount-exceeds-total', 'A52'],
  ])('is refused for %s', (_what, steps, command, code, rule) => {
    expect(told(...steps, command).refusal).toMatchObject({ code, rule });
  });
});
