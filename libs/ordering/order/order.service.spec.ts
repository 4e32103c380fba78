import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, CONFIRMED, createOrder, DELIVERED, FIRST_LINE, idAt, noteOf, PARTLY_SHIPPED, PENDING, quoteOf, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMITTED, tell, WAREHOUSE, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import type { AppeasementOffer } from './order.events.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const totalAfter = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? Number.NaN : orderTotals(state).totalMinor;
};

const reship = (lineId: string, quantity: number, rest: Omit<OrderStep, 'command'> = {}): OrderStep => ask({ type: 'ReshipOrder', lineId, quantity, reasonCode: 'lost' }, rest);
const appease = (offer: AppeasementOffer, fields: Partial<OrderCommandOf<'AppeaseOrder'>> = {}, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer, reasonCode: 'late', limitMinor: 1_000, ...fields }, rest);
const charge = (amountMinor: number, fields: Partial<OrderCommandOf<'AddOrderCharge'>> = {}, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
  ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor, taxBasisPoints: 2_000, origin: 'manual', ...fields }, rest);
const off = (amountMinor: number): AppeasementOffer => ({ kind: 'amount', amountMinor, on: 'this-order' });
const percent = (basisPoints: number, on: 'this-order' | 'future-order' = 'this-order'): AppeasementOffer => ({ kind: 'percentage', basisPoints, on });

const CANCELLED = [...SUBMITTED, ask({ type: 'CancelOrder', reasonCode: 'customer-asked' })];
const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' });
const RESHIPPED = [...DELIVERED, reship(FIRST_LINE, 2)];
const REPLACEMENT = idAt(RESHIPPED, 8, 'line');

describe('reshipping (A42)', () => {
  it('sends pieces again on a line of its own, free of charge', () => {
    const { news, state } = told(...RESHIPPED);
    expect(news).toMatchObject([{ type: 'OrderReshipped', data: { lineId: FIRST_LINE, newLineId: REPLACEMENT, quantity: 2, reasonCode: 'lost' } }]);
    expect(state).toMatchObject({ status: 'delivered', lines: [{ reshipped: 2 }, {}, { lineId: REPLACEMENT, sku: '85123A', open: 2, replaces: FIRST_LINE, quote: { unitPriceMinor: 0 } }] });
    expect(totalAfter(...RESHIPPED)).toBe(totalAfter(...DELIVERED));
  });

  it('leaves the order delivered while the replacement travels', () => {
    const sent = [...RESHIPPED, ship('W-9', [REPLACEMENT, 2])];
    expect(told(...sent).state).toMatchObject({ status: 'delivered', lines: [{}, {}, { open: 0, shipped: 2 }] });
    expect(told(...sent, ask({ type: 'RecordDelivery', shipmentId: idAt(sent, 9, 'shipment'), externalId: 'D-9' }, { by: WAREHOUSE })).state.status).toBe('delivered');
  });

  it('counts what came back and what was replaced before', () => {
    const returned = [...SHIPPED, ask({ type: 'RecordReturn', externalId: 'R-1', lineId: FIRST_LINE, quantity: 3, creditedMinor: 0 }, { by: WAREHOUSE }), reship(FIRST_LINE, 2)];
    expect(told(...returned, reship(FIRST_LINE, 2)).refusal).toMatchObject({ code: 'quantity-exceeds-reshippable', rule: 'A42', details: { greatest: 1 } });
    expect(told(...returned, reship(FIRST_LINE, 1)).refusal).toBeUndefined();
  });

  it('counts pieces that were replaced bit by bit', () => {
    expect(told(...RESHIPPED, reship(FIRST_LINE, 3), reship(FIRST_LINE, 2)).refusal).toMatchObject({ code: 'quantity-exceeds-reshippable', details: { greatest: 1 } });
  });

  it('replaces a replacement that was lost too', () => {
    expect(told(...RESHIPPED, ship('W-9', [REPLACEMENT, 2]), reship(REPLACEMENT, 2)).refusal).toBeUndefined();
  });

  it('yields nothing new when it is repeated', () => {
    expect(told(...RESHIPPED, reship(FIRST_LINE, 2, { key: 'step-8' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['what was not shipped', RELEASED, reship(FIRST_LINE, 1), 'quantity-exceeds-reshippable'],
    ['more than was shipped', PARTLY_SHIPPED, reship(FIRST_LINE, 5), 'quantity-exceeds-reshippable'],
    ['no pieces', SHIPPED, reship(FIRST_LINE, 0), 'quantity-out-of-range'],
    ['a line that is not there', SHIPPED, reship('nowhere', 1), 'line-not-found'],
    ['a suspended order', [...SHIPPED, SUSPEND], reship(FIRST_LINE, 1), 'order-suspended'],
    ['a cancelled order', CANCELLED, reship(FIRST_LINE, 1), 'order-ended'],
  ])('refuses to reship %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });

  it('lets pieces be replaced again whose replacement was cancelled', () => {
    const cancelled = [...RESHIPPED, ask({ type: 'CancelOrderLine', lineId: REPLACEMENT, quantity: 2, reasonCode: 'found' })];
    expect(told(...cancelled).state).toMatchObject({ status: 'delivered', lines: [{ reshipped: 0 }, {}, { cancelled: 2 }] });
    expect(told(...cancelled, reship(FIRST_LINE, 6)).refusal).toBeUndefined();
  });

  it('keeps a replacement free: its quantity and price are not for sale', () => {
    const sending = [...PARTLY_SHIPPED, reship(FIRST_LINE, 1)];
    const lineId = idAt(sending, 7, 'line');
    expect(told(...sending, ask({ type: 'ChangeOrderLineQuantity', lineId, quantity: 5, quote: quoteOf(255) })).refusal).toMatchObject({ code: 'line-is-replacement', rule: 'A42' });
    expect(told(...sending, ask({ type: 'RemoveOrderLine', lineId })).refusal?.code).toBe('line-is-replacement');
    expect(told(...sending, ask({ type: 'CancelOrderLine', lineId, quantity: 1, reasonCode: 'found' })).news).toMatchObject([{ data: { creditedMinor: 0 } }]);
  });
});

describe('appeasing (A55)', () => {
  it.each<[string, AppeasementOffer, number]>([
    ['an amount', off(500), 500],
    ['ten per cent', percent(1_000), 423],
    ['the smallest share there is', percent(1), 0],
    ['ten per cent of the next order', percent(1_000, 'future-order'), 0],
    ['an amount off the next order', { kind: 'amount', amountMinor: 500, on: 'future-order' }, 0],
    ['a coupon', { kind: 'coupon', code: 'SORRY' }, 0],
    ['a gift card', { kind: 'gift-card', amountMinor: 500 }, 0],
  ])('grants %s and credits what is due now', (_what, offer, creditedMinor) => {
    expect(told(...SHIPPED, appease(offer)).news).toMatchObject([{ type: 'OrderAppeased', data: { offer, creditedMinor, reasonCode: 'late' } }]);
    expect(totalAfter(...SHIPPED, appease(offer))).toBe(4_236 - creditedMinor);
  });

  it('counts a percentage on lines from what those lines cost', () => {
    expect(told(...SHIPPED, appease(percent(2_500), { scope: { kind: 'lines', lineIds: [FIRST_LINE] } })).news).toMatchObject([{ data: { creditedMinor: 459 } }]);
    expect(told(...SHIPPED, appease(percent(2_000), { scope: { kind: 'lines', lineIds: [FIRST_LINE, SECOND_LINE] } })).news).toMatchObject([{ data: { creditedMinor: 847 } }]);
  });

  it('counts lines for no more than the order still comes to', () => {
    const unlimited = { limitMinor: null, scope: { kind: 'lines', lineIds: [FIRST_LINE] } } as const;
    expect(told(...SHIPPED, appease(off(4_000), { limitMinor: null }), appease(percent(10_000), unlimited)).news).toMatchObject([{ data: { creditedMinor: 236 } }]);
  });

  it('keeps the note of who grants it', () => {
    expect(told(...SHIPPED, appease(off(1), { note: noteOf('Third time') })).news).toMatchObject([{ data: { note: { value: 'Third time' } } }]);
    expect(told(...SHIPPED, appease(off(1))).news[0]?.data).not.toHaveProperty('note');
  });

  it('does not keep the limit among what is stored', () => {
    expect(told(...SHIPPED, appease(off(1))).news[0]?.data).not.toHaveProperty('limitMinor');
  });

  it('asks for a second person above the limit, counting what was granted before', () => {
    const granted = [...SHIPPED, appease(off(600)), appease({ kind: 'gift-card', amountMinor: 400 })];
    expect(told(...granted).refusal).toBeUndefined();
    expect(told(...granted, appease(off(1))).refusal).toMatchObject({ code: 'appeasement-needs-approval', rule: 'A55', details: { grantedMinor: 1_001, limitMinor: 1_000 } });
    expect(told(...granted, appease(off(1), { limitMinor: null })).refusal).toBeUndefined();
  });

  it('yields nothing new when it is repeated, and something new when it is equal', () => {
    const once = [...SHIPPED, appease(off(100), {}, { key: 'k' })];
    expect(told(...once, appease(off(100), {}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...once, appease(off(100))).news).toHaveLength(1);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['more than the order comes to', SHIPPED, appease(off(4_237), { limitMinor: null }), 'credit-exceeds-balance'],
    ['what was credited already', [...SHIPPED, appease(percent(10_000), { limitMinor: null })], appease(off(1), { limitMinor: null }), 'credit-exceeds-balance'],
    ['more than everything', SHIPPED, appease(percent(10_001)), 'offer-out-of-range'],
    ['no per cent', SHIPPED, appease(percent(0)), 'offer-out-of-range'],
    ['half a basis point more', SHIPPED, appease(percent(1.5)), 'offer-out-of-range'],
    ['half a penny more', SHIPPED, appease(off(1.5)), 'amount-out-of-range'],
    ['no amount', SHIPPED, appease(off(0)), 'amount-out-of-range'],
    ['half a penny', SHIPPED, appease(off(0.5)), 'amount-out-of-range'],
    ['for no lines', SHIPPED, appease(off(1), { scope: { kind: 'lines', lineIds: [] } }), 'scope-empty'],
    ['for a line that is not there', SHIPPED, appease(off(1), { scope: { kind: 'lines', lineIds: ['nowhere'] } }), 'line-not-found'],
    ['for a cancelled order', CANCELLED, appease(off(1)), 'order-ended'],
  ])('refuses to grant %s (case 70)', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });
});

describe('charges and discounts (A52)', () => {
  it('adds a charge with its tax, and takes a discount off with its tax', () => {
    expect(totalAfter(...PENDING, charge(500))).toBe(4_836);
    expect(totalAfter(...PENDING, charge(500, { kind: 'discount', reasonCode: 'agreed' }))).toBe(3_636);
  });

  it('takes a line\'s charges away with the line', () => {
    expect(totalAfter(...PENDING, charge(500, { scope: { kind: 'line', lineId: SECOND_LINE } }), ask({ type: 'RemoveOrderLine', lineId: SECOND_LINE }))).toBe(1_836);
  });

  it('yields nothing new when it is repeated', () => {
    expect(told(...PENDING, charge(5, {}, { key: 'k' }), charge(5, {}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('counts whole yen and thousandths of dinars alike (case 70)', () => {
    expect(totalAfter(createOrder({ currency: 'JPY' }), addLine('A', 3, 333, { quote: quoteOf(333, { taxBasisPoints: 1_000 }) }))).toBe(1_099);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['a discount above the total', PENDING, charge(3_531, { kind: 'discount' }), 'discount-exceeds-total'],
    ['a charge of nothing', PENDING, charge(0), 'amount-out-of-range'],
    ['a charge below nothing', PENDING, charge(-5), 'amount-out-of-range'],
    ['a charge of half a penny more', PENDING, charge(1.5), 'amount-out-of-range'],
    ['a charge beyond what an amount may be', PENDING, charge(1_000_000_000_001), 'amount-out-of-range'],
    ['a tax above the whole', PENDING, charge(1, { taxBasisPoints: 10_001 }), 'amount-out-of-range'],
    ['a charge on a line that is not there', PENDING, charge(1, { scope: { kind: 'line', lineId: 'nowhere' } }), 'line-not-found'],
    ['a charge while suspended', [...CONFIRMED, SUSPEND], charge(1), 'order-suspended'],
    ['a charge while another has the lock', [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })], charge(1), 'order-locked-by-another'],
    ['a charge on a cancelled order', CANCELLED, charge(1), 'order-ended'],
  ])('refuses %s (case 70)', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });

  it('refuses to remove what a discount already took off', () => {
    const bargain = [...PENDING, charge(2_000, { kind: 'discount' })];
    expect(told(...bargain, ask({ type: 'RemoveOrderLine', lineId: SECOND_LINE })).refusal?.code).toBe('credit-exceeds-balance');
    expect(told(...DELIVERED, charge(1)).refusal).toBeUndefined();
  });
});
