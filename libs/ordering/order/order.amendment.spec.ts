import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, CONFIRMED, createOrder, DELIVERED, FIRST_LINE, idAt, noteOf, PARTLY_SHIPPED, quoteOf, RELEASED, SECOND_LINE, ship, SHIPPED, tell, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const totalsOf = (...steps: readonly OrderStep[]) => {
  const { state } = told(...steps);
  if (state.status === 'none') throw new Error('the story makes no order');
  return orderTotals(state);
};

/** A mug with a parent product: 4 pieces at 7.80, and a thing of no product at 10.00; 20 % tax. */
const MUGS: readonly OrderStep[] = [createOrder(), addLine('MUG-WHT', 4, 780, { parentSku: 'MUG' }), addLine('71053', 1, 1_000)];
const MUG = idAt(MUGS, 1, 'line');
const THING = idAt(MUGS, 2, 'line');
const PLACED = [...MUGS, ask({ type: 'SubmitOrder' })];

const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' });
const LOCK_BEN = ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN });
const VOID = ask({ type: 'VoidOrder', reasonCode: 'entered-twice' });
const variant = (sku: string, parentSku: string | null = 'MUG', price = 820, lineId = MUG): OrderStep =>
  ask({ type: 'ChangeOrderLineVariant', lineId, sku, description: `${sku}, glazed`, ...(parentSku !== null && { parentSku }), quote: quoteOf(price) });
const gift = (message: string | undefined, lineId?: string, wrap = true): OrderStep =>
  ask({ type: 'ChangeOrderGiftOptions', scope: lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId }, gift: { wrap, ...(message !== undefined && { message: noteOf(message) }) } });
const fetchAt = (storeCode: string, ...lineIds: readonly string[]): OrderStep =>
  ask({ type: 'ChangeOrderFulfilment', scope: lineIds.length === 0 ? { kind: 'order' } : { kind: 'lines', lineIds }, fulfilment: { kind: 'pickup', storeCode } });
const BARGAIN = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 4_000, taxBasisPoints: 2_000, origin: 'manual' });
const EXEMPT = ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-17') });
const TAX = ask({ type: 'RevokeOrderTaxExemption' });
const cancel = (lineId: string, quantity: number): OrderStep => ask({ type: 'CancelOrderLine', lineId, quantity, reasonCode: 'out-of-stock' });

/** Guard M refuses all of them alike (C3). */
const guarded: readonly (readonly [what: string, command: OrderStep])[] = [
  ['another variant', variant('MUG-BLU')],
  ['gift options', gift('Dear Ada')],
  ['fulfilment', fetchAt('york')],
  ['tax exemption', EXEMPT],
  ['taxing again', TAX],
];

describe.each(guarded)('%s', (_what, command) => {
  it.each<[string, readonly OrderStep[], string, string]>([
    ['while the order is suspended', [...MUGS, SUSPEND], 'order-suspended', 'A33'],
    ['while another holds its lock', [...MUGS, LOCK_BEN], 'order-locked-by-another', 'A22'],
    ['once it is voided', [...MUGS, VOID], 'order-ended', 'C2'],
    ['when there is no order', [], 'order-not-found', 'C1'],
  ])('is refused %s', (_when, history, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('another variant of a line (A53)', () => {
  it('is of the same product, at its own price, also after the order was placed', () => {
    expect(told(...PLACED, variant('MUG-BLU'))).toMatchObject({
      news: [{ type: 'OrderLineVariantChanged', data: { lineId: MUG, from: { sku: 'MUG-WHT', description: 'MUG-WHT, plain' }, to: { sku: 'MUG-BLU', description: 'MUG-BLU, glazed', parentSku: 'MUG' }, quote: { unitPriceMinor: 820 } } }],
      state: { lines: [{ sku: 'MUG-BLU', ordered: 4, quote: { unitPriceMinor: 820 } }, { sku: '71053' }] },
    });
    expect(totalsOf(...PLACED, variant('MUG-BLU')).goodsMinor).toBe(4 * 820 + 1_000);
  });

  it('re-prices what was taken off for cancelled pieces', () => {
    expect(totalsOf(...PLACED, cancel(MUG, 1), variant('MUG-BLU')).totalMinor).toBe((3 * 820 + 1_000) * 1.2);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['of another product', PLACED, variant('PLATE', 'PLATES'), 'variant-of-another-product', 'A53'],
    ['of no product', PLACED, variant('PLATE', null), 'variant-of-another-product', 'A53'],
    ['of no product for a line of none', PLACED, variant('71054', null, 1, THING), 'variant-of-another-product', 'A53'],
    ['at half a penny', PLACED, variant('MUG-BLU', 'MUG', 1.5), 'amount-out-of-range', 'A52'],
    ['when a discount takes more than is left at its price', [...PLACED, BARGAIN], variant('MUG-BLU', 'MUG', 100), 'credit-exceeds-balance', 'A55'],
    ['for a line of no product', PLACED, variant('71054', 'MUG', 1, THING), 'variant-of-another-product', 'A53'],
    ['that it is already', PLACED, variant('MUG-WHT'), 'variant-unchanged', 'A53'],
    ['for a line that is not there', PLACED, variant('MUG-BLU', 'MUG', 1, 'nowhere'), 'line-not-found', 'A21'],
    ['for a line of which pieces were shipped', PARTLY_SHIPPED, variant('MUG-BLU', 'MUG', 1, FIRST_LINE), 'line-shipped', 'C3'],
    ['for a line that was cancelled', [...PLACED, cancel(MUG, 4)], variant('MUG-BLU'), 'line-not-open', 'C3'],
    ['for a replacement', [...PARTLY_SHIPPED, ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 1, reasonCode: 'lost' })], variant('MUG-BLU', 'MUG', 1, idAt(PARTLY_SHIPPED.concat(SUSPEND), PARTLY_SHIPPED.length, 'line')), 'line-is-replacement', 'A42'],
    ['at a price out of bounds', PLACED, variant('MUG-BLU', 'MUG', 2e12), 'amount-out-of-range', 'A52'],
    ['once all was shipped', SHIPPED, variant('MUG-BLU', 'MUG', 1, FIRST_LINE), 'order-already-shipped', 'A25'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('gift options (A45)', () => {
  it('are of the order or of a line, each with its card, and can be taken back', () => {
    expect(told(...PLACED, gift('Dear Ada', MUG))).toMatchObject({
      news: [{ type: 'OrderGiftOptionsChanged', data: { scope: { kind: 'line', lineId: MUG }, from: { wrap: false }, to: { wrap: true, message: { value: 'Dear Ada' } } } }],
      state: { lines: [{ gift: { wrap: true } }, {}] },
    });
    const both = told(...PLACED, gift('Dear Ada', MUG), gift(undefined));
    expect(both.state).toMatchObject({ gift: { wrap: true }, lines: [{ gift: { message: { value: 'Dear Ada' } } }, {}] });
    expect(told(...PLACED, gift(undefined), gift(undefined, undefined, false)).state).not.toHaveProperty('gift');
  });

  it('change until the last piece has left', () => {
    expect(told(...PARTLY_SHIPPED, gift('Dear Ada', FIRST_LINE)).refusal).toBeUndefined();
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to what they are', [...PLACED, gift('Dear Ada')], gift('Dear Ada'), 'gift-options-unchanged', 'A45'],
    ['of a line to what they are', [...PLACED, gift('Dear Ada', MUG)], gift('Dear Ada', MUG), 'gift-options-unchanged', 'A45'],
    ['to nothing when there is nothing', PLACED, gift(undefined, MUG, false), 'gift-options-unchanged', 'A45'],
    ['of a line that is not there', PLACED, gift('x', 'nowhere'), 'line-not-found', 'A21'],
    ['of a line of which nothing is left to be sent', [...PLACED, cancel(MUG, 4)], gift('x', MUG), 'line-not-open', 'C3'],
    ['once all was shipped', SHIPPED, gift('x'), 'order-already-shipped', 'A25'],
  ])('are refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('how lines reach the customer (A56)', () => {
  it('changes for all that was not sent yet, or for the lines named, and back', () => {
    expect(told(...CONFIRMED, fetchAt('york')).news).toMatchObject([
      { type: 'OrderFulfilmentChanged', data: { lines: [{ lineId: FIRST_LINE, from: { kind: 'ship' } }, { lineId: SECOND_LINE, from: { kind: 'ship' } }], to: { kind: 'pickup', storeCode: 'york' } } },
    ]);
    const fetched = [...CONFIRMED, fetchAt('york', SECOND_LINE)];
    expect(told(...fetched, fetchAt('leeds')).news).toMatchObject([{ data: { lines: [{ from: { kind: 'ship' } }, { from: { kind: 'pickup', storeCode: 'york' } }] } }]);
    const back = ask({ type: 'ChangeOrderFulfilment', scope: { kind: 'order' }, fulfilment: { kind: 'ship' } });
    expect(told(...fetched, back).news).toMatchObject([{ data: { lines: [{ lineId: SECOND_LINE }], to: { kind: 'ship' } } }]);
  });

  it('leaves what was sent as it went', () => {
    const partly = [...RELEASED, ship('W-1', [FIRST_LINE, 6])];
    expect(told(...partly, fetchAt('york')).news).toMatchObject([{ data: { lines: [{ lineId: SECOND_LINE }] } }]);
    expect(told(...partly, fetchAt('york', FIRST_LINE)).refusal).toMatchObject({ code: 'line-not-open', rule: 'C3' });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to what it is', [...CONFIRMED, fetchAt('york')], fetchAt('york'), 'fulfilment-unchanged', 'A56'],
    ['for a line that is not there', CONFIRMED, fetchAt('york', 'nowhere'), 'line-not-found', 'A21'],
    ['for a line named twice', CONFIRMED, fetchAt('york', FIRST_LINE, FIRST_LINE), 'line-named-twice', 'C4'],
    ['once all was shipped', SHIPPED, fetchAt('york'), 'order-already-shipped', 'A25'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('exemption from tax (A57)', () => {
  const charge = ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 500, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'shipping-upgrade' });

  it('takes the tax off goods and charges, there already or coming, and off cancelled pieces\' credit', () => {
    expect(told(...PLACED, EXEMPT).news).toMatchObject([{ type: 'OrderTaxExemptionGranted', data: { certificate: { value: 'EX-17' } } }]);
    expect(totalsOf(...PLACED, charge, cancel(MUG, 1), EXEMPT)).toMatchObject({ taxMinor: 0, totalMinor: 3 * 780 + 1_000 + 500 });
    expect(totalsOf(...PLACED, EXEMPT, charge, addLine('X', 1, 200), cancel(MUG, 1))).toMatchObject({ taxMinor: 0, totalMinor: 3 * 780 + 1_000 + 500 + 200 });
  });

  it('puts it back when it is revoked', () => {
    expect(totalsOf(...PLACED, charge, cancel(MUG, 1), EXEMPT, TAX)).toEqual(totalsOf(...PLACED, charge, cancel(MUG, 1)));
    expect(told(...PLACED, EXEMPT, TAX).news).toMatchObject([{ type: 'OrderTaxExemptionRevoked', data: { exemptionId: idAt(PLACED.concat(EXEMPT), PLACED.length, 'tax-exemption') } }]);
  });

  it('yields nothing new when it is repeated', () => {
    const once = ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-17') }, { key: 'k' });
    expect(told(...PLACED, once, once).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['twice', [...PLACED, EXEMPT], EXEMPT, 'tax-exemption-already-granted', 'A57'],
    ['revoked when there is none', PLACED, TAX, 'tax-exemption-not-granted', 'A57'],
    ['when more was credited, tax included, than it then comes to', [...DELIVERED, ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 4_000, on: 'this-order' }, reasonCode: 'late', limitMinor: null })], EXEMPT, 'credit-exceeds-balance', 'A55'],
  ])('is refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('charges and discounts by hand (A52)', () => {
  type Fields = Partial<OrderCommandOf<'AddOrderCharge'>>;
  const add = (fields: Fields = {}, rest: Omit<OrderStep, 'command'> = {}): OrderStep =>
    ask({ type: 'AddOrderCharge', kind: 'charge', category: 'personalisation', name: 'Engraving', scope: { kind: 'line', lineId: MUG }, amountMinor: 150, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'personalisation', ...fields }, rest);
  const change = (fields: Partial<OrderCommandOf<'ChangeOrderCharge'>>, rest: Omit<OrderStep, 'command'> = {}): OrderStep => ask({ type: 'ChangeOrderCharge', chargeId: CHARGE, reasonCode: 'price-error', ...fields }, rest);
  const EACH = [...PLACED, add({ perUnit: true })];
  const CHARGE = idAt(EACH, PLACED.length, 'charge');
  const remove = ask({ type: 'RemoveOrderCharge', chargeId: CHARGE, reasonCode: 'mistake' });

  it('are taxed as their line is by hand, whatever is said; the order as a whole, and what was imported, as it is said', () => {
    const taxed = (fields: Fields): number | undefined => told(...PLACED, add({ taxBasisPoints: 700, ...fields })).news.flatMap((event) => (event.type === 'OrderChargeAdded' ? [event.data.taxBasisPoints] : []))[0];
    expect([taxed({}), taxed({ scope: { kind: 'order' } }), taxed({ origin: 'import' })]).toEqual([2_000, 700, 700]);
  });

  it('count by the piece: they follow the quantity, and cancelled pieces take their part along', () => {
    expect(told(...EACH).news).toMatchObject([{ type: 'OrderChargeAdded', data: { amountMinor: 600, perUnitMinor: 150 } }]);
    expect(totalsOf(...EACH).chargesMinor).toBe(600);
    expect(totalsOf(...EACH, ask({ type: 'ChangeOrderLineQuantity', lineId: MUG, quantity: 6, quote: quoteOf(780) })).chargesMinor).toBe(900);
    expect(totalsOf(...EACH, cancel(MUG, 1)).totalMinor).toBe((3 * (780 + 150) + 1_000) * 1.2);
    expect(totalsOf(...PLACED, cancel(MUG, 1), add({ perUnit: true })).totalMinor).toBe((3 * (780 + 150) + 1_000) * 1.2);
    expect(totalsOf(...EACH, cancel(MUG, 4), cancel(THING, 1)).totalMinor).toBe(0);
  });

  it('change: what is named, and nothing else', () => {
    expect(told(...EACH, change({ amountMinor: 120, note: noteOf('as advertised') })).news).toMatchObject([
      { type: 'OrderChargeChanged', data: { chargeId: CHARGE, scope: { kind: 'line', lineId: MUG }, from: { name: 'Engraving', amountMinor: 600, perUnitMinor: 150 }, to: { name: 'Engraving', amountMinor: 480, perUnitMinor: 120 }, reasonCode: 'price-error' } },
    ]);
    expect(told(...EACH, change({ name: 'Initials', category: 'handling', taxBasisPoints: 500 })).state).toMatchObject({ charges: [{ name: 'Initials', category: 'handling', amountMinor: 600, taxBasisPoints: 500 }] });
    expect(totalsOf(...EACH, cancel(MUG, 1), change({ amountMinor: 120 })).totalMinor).toBe((3 * (780 + 120) + 1_000) * 1.2);
    for (const fields of [{ name: 'Initials' }, { category: 'handling' }, { taxBasisPoints: 500 }]) expect(told(...EACH, change(fields)).news).toMatchObject([{ data: { to: fields } }]);
  });

  it('leave what was credited alone when they do not count by the piece', () => {
    const credited = [...EACH, ask({ type: 'CancelOrderLine', lineId: MUG, quantity: 1, reasonCode: 'out-of-stock', creditedMinor: 1 })];
    const once = [...credited, add({ amountMinor: 100 })];
    expect(totalsOf(...once).totalMinor).toBe(totalsOf(...credited).totalMinor + 120);
    expect(totalsOf(...once, ask({ type: 'RemoveOrderCharge', chargeId: idAt(once, credited.length, 'charge'), reasonCode: 'mistake' }))).toEqual(totalsOf(...credited));
  });

  it('stay as they are when another changes', () => {
    expect(told(...EACH, add({ name: 'Initials', amountMinor: 100 }), change({ amountMinor: 120 })).state).toMatchObject({ charges: [{ amountMinor: 480 }, { name: 'Initials', amountMinor: 100 }] });
  });

  it('go with the note of who takes them off', () => {
    expect(told(...EACH, ask({ type: 'RemoveOrderCharge', chargeId: CHARGE, reasonCode: 'mistake', note: noteOf('Not asked for') })).news).toMatchObject([{ data: { note: { value: 'Not asked for' } } }]);
    expect(told(...EACH, remove).news[0]?.data).not.toHaveProperty('note');
  });

  it('go, and leave the order as it was without them', () => {
    expect(told(...EACH, remove).news).toMatchObject([{ type: 'OrderChargeRemoved', data: { chargeId: CHARGE, kind: 'charge', amountMinor: 600, reasonCode: 'mistake' } }]);
    expect(totalsOf(...EACH, cancel(MUG, 1), remove)).toEqual(totalsOf(...PLACED, cancel(MUG, 1)));
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['by the piece of no line', PLACED, add({ perUnit: true, scope: { kind: 'order' } }), 'charge-per-unit-needs-line', 'A52'],
    ['for a line that is not there', PLACED, add({ scope: { kind: 'line', lineId: 'nowhere' } }), 'line-not-found', 'A21'],
    ['of nothing', PLACED, add({ amountMinor: 0 }), 'amount-out-of-range', 'A52'],
    ['by the piece, beyond all bounds', PLACED, add({ perUnit: true, amountMinor: 1e12 }), 'amount-out-of-range', 'A52'],
    ['that take more than there is to pay', PLACED, add({ kind: 'discount', amountMinor: 9_999 }), 'discount-exceeds-total', 'A52'],
    ['changed when they are not there', PLACED, change({ amountMinor: 1 }), 'charge-not-found', 'A52'],
    ['changed to what they are', EACH, change({ amountMinor: 150 }), 'charge-unchanged', 'A52'],
    ['changed to nothing', EACH, change({ amountMinor: 0 }), 'amount-out-of-range', 'A52'],
    ['changed to half a penny the piece', EACH, change({ amountMinor: 0.5 }), 'amount-out-of-range', 'A52'],
    ['changed when an engine made them', [...PLACED, add({ origin: 'engine' })], change({ amountMinor: 1 }), 'charge-not-manual', 'A52'],
    ['taken off when they were imported', [...PLACED, add({ origin: 'import' })], remove, 'charge-not-manual', 'A52'],
    ['taken off when they are not there', PLACED, remove, 'charge-not-found', 'A52'],
    ['changed while the order is suspended', [...EACH, SUSPEND], change({ amountMinor: 1 }), 'order-suspended', 'A33'],
    ['taken off while the order is suspended', [...EACH, SUSPEND], remove, 'order-suspended', 'A33'],
    ['changed once it is cancelled', [...EACH, ask({ type: 'CancelOrder', reasonCode: 'asked' })], change({ amountMinor: 1 }), 'order-ended', 'C2'],
  ])('are refused %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });

  it('are not taken off when more was credited than is left without them', () => {
    const credited = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 5_600, on: 'this-order' }, reasonCode: 'late', limitMinor: null });
    expect(told(...EACH, credited, remove).refusal).toMatchObject({ code: 'credit-exceeds-balance', rule: 'A55' });
  });

  describe('as discounts', () => {
    const LIMIT = { limitBasisPoints: 1_500 };
    const off = (amountMinor: number, fields: Fields = {}): OrderStep => add({ kind: 'discount', category: 'goodwill', amountMinor, scope: { kind: 'order' }, ...LIMIT, ...fields });

    it('stay within the share of goods and charges that the agent may give: 15 % of 41.20', () => {
      expect(told(...PLACED, off(618)).refusal).toBeUndefined();
      expect(told(...PLACED, off(619)).refusal).toMatchObject({ code: 'discount-needs-approval', rule: 'A52', details: { discountsMinor: 619, greatestMinor: 618, limitBasisPoints: 1_500 } });
    });

    it('count together, in small parts too, and for a line against the line', () => {
      expect(told(...PLACED, off(400), off(219)).refusal).toMatchObject({ code: 'discount-needs-approval', details: { discountsMinor: 619 } });
      const ofLine = { scope: { kind: 'line', lineId: THING } } as const;
      expect(told(...PLACED, off(150, ofLine)).refusal).toBeUndefined();
      expect(told(...PLACED, off(151, ofLine)).refusal).toMatchObject({ code: 'discount-needs-approval', details: { discountsMinor: 151, greatestMinor: 150 } });
    });

    it('are held to it when they change, and what engines give does not count', () => {
      const given = [...PLACED, off(100)];
      expect(told(...given, change({ ...LIMIT, chargeId: idAt(given, PLACED.length, 'charge'), amountMinor: 700 })).refusal).toMatchObject({ code: 'discount-needs-approval' });
      expect(told(...PLACED, off(1_000, { origin: 'engine' }), off(618)).refusal).toBeUndefined();
    });

    it('leave charges their own share: of the goods, 41.20 and 10.00 of the line', () => {
      const half = { limitBasisPoints: 5_000, scope: { kind: 'order' } } as const;
      expect(told(...PLACED, add({ amountMinor: 2_060, ...half })).refusal).toBeUndefined();
      expect(told(...PLACED, add({ amountMinor: 2_061, ...half })).refusal).toMatchObject({ code: 'charge-needs-approval', rule: 'A52', details: { chargesMinor: 2_061, greatestMinor: 2_060 } });
      expect(told(...PLACED, add({ amountMinor: 501, ...half, scope: { kind: 'line', lineId: THING } })).refusal).toMatchObject({ code: 'charge-needs-approval', details: { chargesMinor: 501, greatestMinor: 500 } });
      const charged = [...PLACED, add({ amountMinor: 2_000, ...half })];
      expect(told(...charged, ask({ type: 'ChangeOrderCharge', chargeId: idAt(charged, PLACED.length, 'charge'), amountMinor: 2_061, reasonCode: 'price-error', limitBasisPoints: 5_000 })).refusal).toMatchObject({ code: 'charge-needs-approval' });
    });
  });
});
