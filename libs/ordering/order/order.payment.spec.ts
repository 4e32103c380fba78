import { describe, expect, it } from '@jest/globals';
import { addLine, ask, BEN, FIRST_LINE, idAt, noteOf, PARTLY_SHIPPED, PENDING, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMIT, tell, WAREHOUSE, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import type { PaymentAction } from './order.payment-events.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

type Rest = Omit<OrderStep, 'command'>;
const method = (fields: Partial<OrderCommandOf<'AddPaymentMethod'>> = {}, rest: Rest = {}): OrderStep => ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_abcdefgh'), ...fields }, rest);
const onAccount: OrderStep = ask({ type: 'AddPaymentMethod', kind: 'on-account' });
const allocate = (...amounts: readonly (readonly [methodId: string, amountMinor: number])[]): OrderStep =>
  ask({ type: 'AllocateCharges', allocations: amounts.map(([methodId, amountMinor]) => ({ methodId, amountMinor })) });
const limit = (methodId: string, limitMinor?: number): OrderStep => ask({ type: 'ChangePaymentMethod', methodId, ...(limitMinor !== undefined && { limitMinor }) });
const SETTLE = ask({ type: 'SettlePayments' });
const fact = (outcome: 'authorized' | 'captured' | 'refunded' | 'voided', externalId: string, methodId: string, amountMinor: number, paymentId?: string): OrderStep =>
  ask({ type: 'RecordPayment', externalId, methodId, amountMinor, result: { outcome }, ...(paymentId !== undefined && { paymentId }) }, { by: WAREHOUSE });
const declined = (action: PaymentAction, externalId: string, methodId: string, amountMinor: number, paymentId?: string): OrderStep =>
  ask({ type: 'RecordPayment', externalId, methodId, amountMinor, result: { outcome: 'declined', action, failureCode: 'insufficient-funds' }, ...(paymentId !== undefined && { paymentId }) }, { by: WAREHOUSE });

/** 4,236 over a card with a limit and a gift card. */
const METHODS = [...PENDING, method({ limitMinor: 3_000 }), method({ kind: 'gift-card' })];
const CARD = idAt(METHODS, 3, 'method');
const GIFT = idAt(METHODS, 4, 'method');
const SPLIT = [...METHODS, allocate([CARD, 3_000], [GIFT, 1_236])];
const ASKED = [...SPLIT, SUBMIT, SETTLE];
const questionAt = (steps: readonly OrderStep[], index = 0): string => idAt(steps, steps.length - 1, 'payment', index);
const AUTHORIZED = [...ASKED, fact('authorized', 'P-1', CARD, 3_000, questionAt(ASKED)), fact('authorized', 'P-2', GIFT, 1_236, questionAt(ASKED, 1))];
/** The card is being asked, when all is allocated elsewhere. */
const MOVED = [...ASKED, allocate([GIFT, 4_236])];
/** What the gift card was to pay was cancelled. */
const CHEAPER = [...AUTHORIZED, ask({ type: 'CancelOrderLine', lineId: SECOND_LINE, quantity: 2, reasonCode: 'out-of-stock' }), allocate([CARD, 1_836], [GIFT, 0])];
const SENT = [...AUTHORIZED, ask({ type: 'ConfirmOrder' }), ask({ type: 'ReleaseOrder' }), ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2])];
const INVOICED = [...SENT, ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId: idAt(SENT, SENT.length - 1, 'shipment') } })];
const CAPTURING = [...INVOICED, SETTLE];
const CAPTURED = [...CAPTURING, fact('captured', 'P-3', CARD, 3_000, questionAt(CAPTURING)), fact('captured', 'P-4', GIFT, 1_236, questionAt(CAPTURING, 1))];

describe('payment methods (A44)', () => {
  it('are added with a token, and without one where the customer pays by themselves', () => {
    expect(told(...METHODS).news).toMatchObject([{ type: 'OrderPaymentMethodAdded', data: { kind: 'gift-card', token: { is: 'known', value: 'tok_abcdefgh' } } }]);
    expect(told(...PENDING, onAccount).news).toHaveLength(1);
    expect(told(...PENDING, method({}, { key: 'k' }), method({}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('can be changed after the order was placed: a limit goes up, down to what it bears, or away', () => {
    expect(told(...AUTHORIZED, limit(CARD, 5_000)).news).toMatchObject([{ type: 'OrderPaymentMethodChanged', data: { methodId: CARD, limitMinor: 5_000 } }]);
    expect(told(...AUTHORIZED, limit(CARD, 5_000), limit(CARD, 3_000)).refusal).toBeUndefined();
    expect(told(...AUTHORIZED, limit(CARD)).state).toMatchObject({ payments: { methods: [{ methodId: CARD }, {}] } });
    expect(told(...METHODS, limit(CARD, 0)).refusal).toBeUndefined();
    expect(told(...METHODS, limit(CARD, 5_000), limit(CARD, 5_000)).refusal).toMatchObject({ code: 'limit-unchanged' });
    expect(told(...METHODS, limit(CARD), allocate([CARD, 4_236])).refusal).toBeUndefined();
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['a card without a token', PENDING, ask({ type: 'AddPaymentMethod', kind: 'card' }), 'payment-token-missing'],
    ['a token for what is on account', PENDING, method({ kind: 'on-account' }), 'payment-token-unexpected'],
    ['a limit below nothing', PENDING, method({ limitMinor: -1 }), 'amount-out-of-range'],
    ['a limit of half a penny', PENDING, method({ limitMinor: 0.5 }), 'amount-out-of-range'],
    ['a change to a limit below nothing', METHODS, limit(CARD, -1), 'amount-out-of-range'],
    ['a limit below what was charged', AUTHORIZED, limit(GIFT, 1_235), 'limit-below-charged'],
    ['a limit below what it is just asked to set aside', MOVED, limit(CARD, 2_999), 'limit-below-charged'],
    ['a limit below what it is just asked to collect', [...CAPTURING, fact('voided', 'P-9', CARD, 3_000)], limit(CARD, 2_999), 'limit-below-charged'],
    ['a limit below what was charged and is allocated no more', CHEAPER, limit(GIFT, 1_235), 'limit-below-charged'],
    ['no charge at all while some is allocated', SPLIT, limit(CARD, 0), 'limit-below-allocated'],
    ['a change while another has the lock', [...METHODS, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })], limit(CARD, 5_000), 'order-locked-by-another'],
    ['a limit below what is allocated', SPLIT, limit(CARD, 2_999), 'limit-below-allocated'],
    ['the limit that it has', METHODS, limit(CARD, 3_000), 'limit-unchanged'],
    ['a change of what is not there', PENDING, limit('nowhere', 1), 'payment-method-not-found'],
    ['a method while another has the lock', [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })], method(), 'order-locked-by-another'],
    ['a method for a cancelled order', [...PENDING, ask({ type: 'CancelOrder', reasonCode: 'customer-request' })], method(), 'order-ended'],
  ])('refuse %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule: expect.stringMatching(/^(A44|A52|A22|C2)$/) });
  });
});

describe('split charges (A44)', () => {
  it('come to what the order comes to', () => {
    expect(told(...SPLIT)).toMatchObject({ news: [{ type: 'OrderChargesAllocated' }], state: { payments: { methods: [{ allocatedMinor: 3_000 }, { allocatedMinor: 1_236 }] } } });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['too little', METHODS, allocate([CARD, 3_000], [GIFT, 1_235]), 'allocations-not-due'],
    ['too much', METHODS, allocate([CARD, 3_000], [GIFT, 1_237]), 'allocations-not-due'],
    ['more than a limit', METHODS, allocate([CARD, 3_001], [GIFT, 1_235]), 'allocation-exceeds-limit'],
    ['a method named twice', METHODS, allocate([CARD, 1], [CARD, 4_235]), 'payment-method-named-twice'],
    ['what is not there', METHODS, allocate(['nowhere', 4_236]), 'payment-method-not-found'],
    ['less than nothing', METHODS, allocate([GIFT, 4_237], [CARD, -1]), 'amount-out-of-range'],
    ['less than a method has paid', CAPTURED, allocate([CARD, 2_999], [GIFT, 1_237]), 'allocation-below-charged'],
    ['nothing of what a method has paid', CAPTURED, allocate([GIFT, 4_236]), 'allocation-below-charged'],
    ['half a penny', METHODS, allocate([CARD, 2_999.5], [GIFT, 1_236.5]), 'amount-out-of-range'],
    ['the same as before', SPLIT, allocate([CARD, 3_000], [GIFT, 1_236]), 'allocations-unchanged'],
    ['the same as before beside a method that pays nothing', [...SPLIT, method()], allocate([CARD, 3_000], [GIFT, 1_236]), 'allocations-unchanged'],
    ['anything while the order is suspended', [...METHODS, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' })], allocate([CARD, 3_000], [GIFT, 1_236]), 'order-suspended'],
  ])('refuse %s', (_what, history, command, code) => {
    expect(told(...history, command).refusal?.code).toBe(code);
  });

  it('can come to more when the order does, after it was paid', () => {
    const dearer = [...CAPTURED, ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 100, taxBasisPoints: 0, origin: 'manual' })];
    expect(told(...dearer, allocate([CARD, 3_000], [GIFT, 1_336])).news).toHaveLength(1);
  });

  it('say what they may come to', () => {
    expect(told(...METHODS, allocate([GIFT, 1])).refusal?.details).toEqual({ sumMinor: 1, dueMinor: 4_236 });
    expect(told(...METHODS, allocate([CARD, 3_001])).refusal?.details).toEqual({ methodId: CARD, greatestMinor: 3_000 });
    expect(told(...CAPTURED, allocate([GIFT, 4_236])).refusal?.details).toEqual({ methodId: CARD, leastMinor: 3_000 });
    expect(told(...AUTHORIZED, limit(GIFT, 1)).refusal?.details).toEqual({ methodId: GIFT, leastMinor: 1_236 });
    expect(told(...SPLIT, limit(CARD, 1)).refusal?.details).toEqual({ methodId: CARD, leastMinor: 3_000 });
  });

  it('are asked for again by the same numbers, as long as not all of them are set aside', () => {
    const line = ask({ type: 'RemoveOrderLine', lineId: SECOND_LINE });
    const cheaper = [...AUTHORIZED, line, SETTLE];
    const letGo = [...cheaper, fact('voided', 'P-5', GIFT, 1_236, questionAt(cheaper)), fact('voided', 'P-6', CARD, 1_164, questionAt(cheaper, 1))];
    const again = [...letGo, addLine('POT-06', 2, 1_000)];
    expect(told(...again, allocate([CARD, 3_000], [GIFT, 1_236])).news).toMatchObject([{ type: 'OrderChargesAllocated' }]);
    const asked = [...again, allocate([CARD, 3_000], [GIFT, 1_236]), SETTLE];
    expect(told(...asked).news).toMatchObject([{ data: { action: 'authorize', methodId: CARD, amountMinor: 1_164 } }, { data: { action: 'authorize', methodId: GIFT, amountMinor: 1_236 } }]);
    expect(told(...asked, allocate([CARD, 3_000], [GIFT, 1_236])).refusal).toMatchObject({ code: 'allocations-unchanged' });
  });

  it('cover an order before it is placed, unless it is paid on account (C1)', () => {
    expect(told(...METHODS, SUBMIT).refusal).toMatchObject({ code: 'payment-not-covered', rule: 'C1', details: { coveredMinor: 0, totalMinor: 4_236 } });
    expect(told(...PENDING, onAccount, SUBMIT).refusal).toBeUndefined();
    expect(told(...SPLIT, SUBMIT).refusal).toBeUndefined();
  });
});

describe('what the gateway is asked', () => {
  it('is to authorize what is allocated, once the order is placed and once only', () => {
    expect(told(...SPLIT, SETTLE).news).toEqual([]);
    expect(told(...ASKED).news).toMatchObject([
      { type: 'OrderPaymentRequested', data: { action: 'authorize', methodId: CARD, amountMinor: 3_000, currency: 'GBP', token: { value: 'tok_abcdefgh' } } },
      { type: 'OrderPaymentRequested', data: { action: 'authorize', methodId: GIFT, amountMinor: 1_236 } },
    ]);
    expect(told(...ASKED, SETTLE).news).toEqual([]);
    expect(told(...AUTHORIZED, SETTLE).news).toEqual([]);
  });

  it('is to capture what was invoiced, and no more', () => {
    expect(told(...SENT, SETTLE).news).toEqual([]);
    expect(told(...CAPTURING).news).toMatchObject([{ data: { action: 'capture', methodId: CARD, amountMinor: 3_000 } }, { data: { action: 'capture', methodId: GIFT, amountMinor: 1_236 } }]);
    expect(told(...CAPTURED, SETTLE).news).toEqual([]);
  });

  it('is to give back what was collected beyond what the order comes to, the last method first', () => {
    const back = ask({ type: 'RecordReturn', externalId: 'R-1', lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }, { by: WAREHOUSE });
    const refunding = [...CAPTURED, back, SETTLE];
    expect(told(...refunding).news).toMatchObject([{ data: { action: 'refund', methodId: GIFT, amountMinor: 1_236 } }, { data: { action: 'refund', methodId: CARD, amountMinor: 1_164 } }]);
    const refunded = [...refunding, fact('refunded', 'P-5', GIFT, 1_236, questionAt(refunding)), fact('refunded', 'P-6', CARD, 1_164, questionAt(refunding, 1))];
    expect(told(...refunded, SETTLE).news).toEqual([]);
  });

  it('is to give all of it back that was captured too late, after the order was cancelled', () => {
    const cancelled = [...AUTHORIZED, ask({ type: 'CancelOrder', reasonCode: 'customer-request' }), fact('captured', 'P-9', CARD, 3_000)];
    expect(told(...cancelled, SETTLE).news).toMatchObject([{ data: { action: 'refund', methodId: CARD, amountMinor: 3_000 } }, { data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }]);
  });

  it('is to let go what will never be collected, when the order is cancelled: once, and only what was set aside', () => {
    const voiding = [...AUTHORIZED, ask({ type: 'CancelOrder', reasonCode: 'customer-request' }), SETTLE];
    expect(told(...voiding).news).toMatchObject([{ data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }, { data: { action: 'void', methodId: CARD, amountMinor: 3_000 } }]);
    expect(told(...voiding, SETTLE).news).toEqual([]);
    const voided = [...voiding, fact('voided', 'P-5', GIFT, 1_236, questionAt(voiding)), fact('voided', 'P-6', CARD, 3_000, questionAt(voiding, 1))];
    expect(told(...voided, SETTLE).news).toEqual([]);
    expect(told(...voided).state).toMatchObject({ payments: { open: [], methods: [{ authorizedMinor: 0 }, { authorizedMinor: 0 }], transactions: [{}, {}, { outcome: 'voided' }, { outcome: 'voided' }] } });
    expect(told(...voided, ask({ type: 'ReinstateOrder', unavailable: [] }), SETTLE).news).toMatchObject([{ data: { action: 'authorize', amountMinor: 3_000 } }, { data: { action: 'authorize', amountMinor: 1_236 } }]);
  });

  it('is to let go what comes too late, and to give back what was collected of an order that was voided', () => {
    const dropped = [...METHODS, ask({ type: 'VoidOrder', reasonCode: 'mistake' }), fact('authorized', 'P-1', CARD, 1_000), fact('captured', 'P-2', CARD, 400)];
    expect(told(...dropped, SETTLE).news).toMatchObject([{ data: { action: 'refund', methodId: CARD, amountMinor: 400 } }, { data: { action: 'void', methodId: CARD, amountMinor: 600 } }]);
  });

  it('is to let go what the order became cheaper by, of the last method first', () => {
    const cheaper = [...AUTHORIZED, ask({ type: 'CancelOrderLine', lineId: SECOND_LINE, quantity: 2, reasonCode: 'out-of-stock' })];
    expect(told(...cheaper, SETTLE).news).toMatchObject([{ data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }, { data: { action: 'void', methodId: CARD, amountMinor: 1_164 } }]);
  });

  it('is to let go of one method when another has taken its place, and not before', () => {
    const moved = [...METHODS, method({ kind: 'wallet' })];
    const wallet = idAt(moved, 5, 'method');
    const asked = [...moved, allocate([CARD, 3_000], [GIFT, 1_236]), SUBMIT, SETTLE];
    const sure = [...asked, fact('authorized', 'P-1', CARD, 3_000, questionAt(asked)), fact('authorized', 'P-2', GIFT, 1_236, questionAt(asked, 1))];
    const other = [...sure, allocate([CARD, 3_000], [wallet, 1_236]), SETTLE];
    expect(told(...other).news).toMatchObject([{ data: { action: 'authorize', methodId: wallet, amountMinor: 1_236 } }]);
    expect(told(...other, fact('authorized', 'P-3', wallet, 1_236, questionAt(other)), SETTLE).news).toMatchObject([{ data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }]);
    expect(told(...other, declined('authorize', 'P-3', wallet, 1_236, questionAt(other)), SETTLE).news).toEqual([]);
  });

  it('is to set aside anew what was given back, when the order comes to it again', () => {
    const back = ask({ type: 'RecordReturn', externalId: 'R-1', lineId: SECOND_LINE, quantity: 1, creditedMinor: 1_200 }, { by: WAREHOUSE });
    const refunding = [...CAPTURED, back, SETTLE];
    const refunded = [...refunding, fact('refunded', 'P-5', GIFT, 1_200, questionAt(refunding))];
    const dearer = [...refunded, charge('charge', 1_500), allocate([CARD, 3_000], [GIFT, 1_836]), SETTLE];
    expect(told(...dearer).news).toMatchObject([{ data: { action: 'authorize', methodId: GIFT, amountMinor: 1_800 } }]);
    const sure = [...dearer, fact('authorized', 'P-6', GIFT, 1_800, questionAt(dearer)), SETTLE];
    // What came back is not payable on its invoice any more, and what came on top not before it stands on one.
    expect(told(...sure).news).toEqual([]);
    const invoiced = [...sure, ask({ type: 'IssueInvoice', of: { kind: 'charges' } }), SETTLE];
    expect(told(...invoiced).news).toMatchObject([{ data: { action: 'capture', methodId: GIFT, amountMinor: 1_800 } }]);
    expect(told(...invoiced, fact('captured', 'P-7', GIFT, 1_800, questionAt(invoiced)), SETTLE).news).toEqual([]);
  });

  it('is to capture of whom the charges are allocated to, and of nobody who was replaced', () => {
    const moved = [...METHODS, method({ kind: 'wallet' })];
    const wallet = idAt(moved, 5, 'method');
    const asked = [...moved, allocate([GIFT, 4_236]), SUBMIT, SETTLE];
    const sure = [...asked, fact('authorized', 'P-1', GIFT, 4_236, questionAt(asked))];
    const shipped = [...sure, ask({ type: 'ConfirmOrder' }), ask({ type: 'ReleaseOrder' }), ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2])];
    const invoiced = [...shipped, ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId: idAt(shipped, shipped.length - 1, 'shipment') } }), SETTLE];
    const failed = [...invoiced, declined('capture', 'P-2', GIFT, 4_236, questionAt(invoiced)), allocate([wallet, 4_236]), SETTLE];
    expect(told(...failed).news).toMatchObject([{ data: { action: 'authorize', methodId: wallet, amountMinor: 4_236 } }]);
    const anew = [...failed, fact('authorized', 'P-3', wallet, 4_236, questionAt(failed)), SETTLE];
    expect(told(...anew).news).toMatchObject([{ data: { action: 'capture', methodId: wallet, amountMinor: 4_236 } }, { data: { action: 'void', methodId: GIFT, amountMinor: 4_236 } }]);
    const nobody = [...failed, declined('authorize', 'P-3', wallet, 4_236, questionAt(failed)), SETTLE];
    expect(told(...nobody).news).toEqual([]);
    // Who was replaced takes it over again when told to.
    expect(told(...nobody, allocate([GIFT, 4_236]), SETTLE).news).toMatchObject([{ data: { action: 'capture', methodId: GIFT, amountMinor: 4_236 } }]);
  });

  it('counts what was collected of somebody by mistake, and gives it back to them first', () => {
    const cheaper = [...AUTHORIZED, fact('captured', 'P-3', GIFT, 1_236), ask({ type: 'CancelOrderLine', lineId: SECOND_LINE, quantity: 1, reasonCode: 'out-of-stock' }), SETTLE];
    expect(told(...cheaper).news).toMatchObject([{ data: { action: 'void', methodId: CARD, amountMinor: 1_200 } }]);
    const other = [...METHODS, allocate([CARD, 3_000], [GIFT, 1_236]), fact('captured', 'P-1', GIFT, 2_000), SUBMIT, SETTLE];
    expect(told(...other).news).toMatchObject([{ data: { action: 'authorize', methodId: CARD, amountMinor: 2_236 } }]);
    const both = [...other.slice(0, -3), fact('captured', 'P-1', CARD, 3_000), fact('captured', 'P-2', GIFT, 1_300), SUBMIT, SETTLE];
    expect(told(...both).news).toMatchObject([{ data: { action: 'refund', methodId: GIFT, amountMinor: 64 } }]);
    const first = [...other.slice(0, -4), allocate([CARD, 1_000], [GIFT, 3_236]), fact('captured', 'P-1', CARD, 1_064), fact('captured', 'P-2', GIFT, 3_236), SUBMIT, SETTLE];
    expect(told(...first).news).toMatchObject([{ data: { action: 'refund', methodId: CARD, amountMinor: 64 } }]);
  });

  it('is to let go of what goes on account at once, and of what is to be transferred once it came', () => {
    const moved = [...METHODS, onAccount, ask({ type: 'AddPaymentMethod', kind: 'bank-transfer' })];
    const [account, transfer] = [idAt(moved, 5, 'method'), idAt(moved, 6, 'method')];
    const asked = [...moved, allocate([GIFT, 4_236]), SUBMIT, SETTLE];
    const sure = [...asked, fact('authorized', 'P-1', GIFT, 4_236, questionAt(asked))];
    const other = [...sure, allocate([GIFT, 1_000], [account, 2_000], [transfer, 1_236]), SETTLE];
    expect(told(...other).news).toMatchObject([{ data: { action: 'void', methodId: GIFT, amountMinor: 2_000 } }]);
    expect(told(...other, fact('captured', 'P-2', transfer, 1_236), SETTLE).news).toMatchObject([{ data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }]);
  });

  it('captures nothing of what is let go, and lets go nothing of what is being captured', () => {
    const capturing = [...CAPTURING, ask({ type: 'RecordReturn', externalId: 'R-1', lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }, { by: WAREHOUSE })];
    expect(told(...capturing, SETTLE).news).toEqual([]);
    const returned = [...INVOICED, ask({ type: 'RecordReturn', externalId: 'R-1', lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }, { by: WAREHOUSE }), SETTLE];
    expect(told(...returned).news).toMatchObject([{ data: { action: 'capture', methodId: CARD, amountMinor: 1_836 } }, { data: { action: 'void', methodId: GIFT, amountMinor: 1_236 } }, { data: { action: 'void', methodId: CARD, amountMinor: 1_164 } }]);
  });

  it('is left alone after it was declined, until the charges are allocated anew', () => {
    const refused = [...ASKED, declined('authorize', 'P-1', CARD, 3_000, questionAt(ASKED))];
    expect(told(...refused)).toMatchObject({ news: [{ type: 'OrderPaymentFailed', data: { failureCode: 'insufficient-funds' } }] });
    expect(told(...refused, SETTLE).news).toEqual([]);
    expect(told(...refused, allocate([CARD, 3_000], [GIFT, 1_236]), SETTLE).news).toMatchObject([{ data: { action: 'authorize', methodId: CARD, amountMinor: 3_000 } }]);
  });

  it('is asked again when no answer came, and not after it came', () => {
    const chase = (attempt: number): OrderStep => ask({ type: 'ChasePayment', paymentId: questionAt(ASKED), attempt });
    expect(told(...ASKED, chase(2)).news).toMatchObject([{ type: 'OrderPaymentChased', data: { paymentId: questionAt(ASKED), action: 'authorize', amountMinor: 3_000, attempt: 2 } }]);
    expect(told(...ASKED, chase(2), chase(2)).news).toEqual([]);
    expect(told(...ASKED, chase(20)).news).toHaveLength(1);
    expect(told(...ASKED, chase(21)).news).toEqual([]);
    expect(told(...AUTHORIZED, chase(2)).news).toEqual([]);
  });
});

describe('payments as facts (A43)', () => {
  it('are recorded once by the id of the provider, and a late answer after an unprompted one counts once', () => {
    expect(told(...AUTHORIZED, fact('authorized', 'P-1', CARD, 3_000)).decision).toEqual({ kind: 'accepted', events: [] });
    for (const other of [fact('authorized', 'P-1', CARD, 2_999), fact('captured', 'P-1', CARD, 3_000), fact('authorized', 'P-1', GIFT, 3_000)]) {
      expect(told(...AUTHORIZED, other).refusal).toMatchObject({ code: 'external-id-already-recorded', rule: 'A41' });
    }
  });

  it('are recorded beyond a limit when they answer a question, for they have happened', () => {
    const question = questionAt(ASKED);
    const unprompted = [...ASKED, fact('authorized', 'P-9', CARD, 3_000)];
    expect(told(...unprompted, fact('authorized', 'P-1', CARD, 3_000, question))).toMatchObject({ news: [{ type: 'OrderPaymentAuthorized' }], state: { payments: { open: [{ methodId: GIFT }] } } });
    expect(told(...unprompted, declined('authorize', 'P-1', CARD, 3_000, question), fact('authorized', 'P-2', CARD, 3_000, question)).news).toHaveLength(1);
    const collected = [...CAPTURING, fact('captured', 'P-9', CARD, 3_000)];
    expect(told(...collected, fact('captured', 'P-3', CARD, 3_000, questionAt(CAPTURING)), SETTLE).news).toMatchObject([{ data: { action: 'refund', methodId: CARD } }]);
    expect(told(...unprompted, fact('authorized', 'P-1', CARD, 3_000, 'no question of ours')).refusal).toMatchObject({ code: 'charge-exceeds-limit' });
  });

  it('count against a limit less what was given back', () => {
    const back = ask({ type: 'RecordReturn', externalId: 'R-1', lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }, { by: WAREHOUSE });
    const refunding = [...CAPTURED, back, SETTLE];
    const refunded = [...refunding, fact('refunded', 'P-5', GIFT, 1_236, questionAt(refunding)), fact('refunded', 'P-6', CARD, 1_164, questionAt(refunding, 1))];
    expect(told(...refunded, fact('captured', 'P-7', CARD, 1_165)).refusal).toMatchObject({ code: 'charge-exceeds-limit' });
    expect(told(...refunded, fact('captured', 'P-7', CARD, 1_164)).news).toHaveLength(1);
    expect(told(...refunded, allocate([CARD, 1_836]), limit(CARD, 1_836)).refusal).toBeUndefined();
    expect(told(...refunded, allocate([CARD, 1_836]), limit(CARD, 1_835)).refusal).toMatchObject({ code: 'limit-below-charged', details: { leastMinor: 1_836 } });
  });

  it('are recorded whatever state the order is in', () => {
    expect(told(...METHODS, ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' }), fact('captured', 'P-1', CARD, 1)).news).toHaveLength(1);
    expect(told(...METHODS, ask({ type: 'VoidOrder', reasonCode: 'mistake' }), fact('captured', 'P-1', CARD, 1)).news).toHaveLength(1);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to give back more than was collected', CAPTURED, fact('refunded', 'P-9', GIFT, 1_237), 'refund-exceeds-collected', 'A43'],
    ['to give back more than was collected bit by bit', [...CAPTURED, fact('refunded', 'P-8', GIFT, 600), fact('refunded', 'P-9', GIFT, 600)], fact('refunded', 'P-10', GIFT, 37), 'refund-exceeds-collected', 'A43'],
    ['to give back half a penny more', CAPTURED, fact('refunded', 'P-9', CARD, 1.5), 'amount-out-of-range', 'A52'],
    ['to give back what was only authorized', AUTHORIZED, fact('refunded', 'P-9', CARD, 1), 'refund-exceeds-collected', 'A43'],
    ['to let go more than was set aside', AUTHORIZED, fact('voided', 'P-9', GIFT, 1_237), 'void-exceeds-authorized', 'A43'],
    ['to let go what was collected', CAPTURED, fact('voided', 'P-9', CARD, 1), 'void-exceeds-authorized', 'A43'],
    ['to charge more than the limit', AUTHORIZED, fact('captured', 'P-9', CARD, 3_001), 'charge-exceeds-limit', 'A44'],
    ['to charge more than the limit bit by bit', CAPTURED, fact('captured', 'P-9', CARD, 1), 'charge-exceeds-limit', 'A44'],
    ['to set more aside than the limit bit by bit', AUTHORIZED, fact('authorized', 'P-9', CARD, 1), 'charge-exceeds-limit', 'A44'],
    ['to charge half a penny more', AUTHORIZED, fact('captured', 'P-9', CARD, 1.5), 'amount-out-of-range', 'A52'],
    ['to charge beyond what an amount may be', [...AUTHORIZED, fact('captured', 'P-8', GIFT, 900_000_000_000)], fact('captured', 'P-9', GIFT, 900_000_000_000), 'amount-out-of-range', 'A52'],
    ['to charge nothing', AUTHORIZED, fact('captured', 'P-9', CARD, 0), 'amount-out-of-range', 'A52'],
    ['to charge what is not there', AUTHORIZED, fact('captured', 'P-9', 'nowhere', 1), 'payment-method-not-found', 'A44'],
  ])('refuse %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

it('payments that are refused say how far they may go (A43, A44)', () => {
  expect(told(...CAPTURED, fact('refunded', 'P-9', GIFT, 1_237)).refusal?.details).toEqual({ methodId: GIFT, askedMinor: 1_237, greatestMinor: 1_236 });
  expect(told(...AUTHORIZED, fact('voided', 'P-9', GIFT, 1_237)).refusal?.details).toEqual({ methodId: GIFT, askedMinor: 1_237, greatestMinor: 1_236 });
  expect(told(...AUTHORIZED, fact('captured', 'P-9', CARD, 3_001)).refusal?.details).toEqual({ methodId: CARD, greatestMinor: 3_000 });
});

const invoice = (...lines: readonly (readonly [lineId: string, quantity: number])[]): OrderStep =>
  ask({ type: 'IssueInvoice', of: { kind: 'lines', lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })) } });
const ofShipment = (shipmentId: string): OrderStep => ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId } });
const charge = (kind: 'charge' | 'discount', amountMinor: number, lineId?: string): OrderStep =>
  ask({ type: 'AddOrderCharge', kind, category: 'shipping', name: 'Postage', scope: lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId }, amountMinor, taxBasisPoints: 2_000, origin: 'manual' });

describe('invoices (A46)', () => {
  it('are several for an order, each with its own number, and add up to what was shipped', () => {
    const first = [...PARTLY_SHIPPED, charge('charge', 500), ofShipment(idAt(PARTLY_SHIPPED, 6, 'shipment'))];
    expect(told(...first).news).toMatchObject([{ type: 'OrderInvoiceIssued', data: { invoiceNumber: 'D-00000-00000-1', lines: [{ lineId: FIRST_LINE, quantity: 4, netMinor: 1_020, taxMinor: 204 }], charges: [{ kind: 'charge', netMinor: 500, taxMinor: 100 }], totalMinor: 1_824 } }]);
    const second = [...first, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2]), invoice([FIRST_LINE, 2]), invoice([SECOND_LINE, 2])];
    expect(told(...second)).toMatchObject({ news: [{ data: { invoiceNumber: 'D-00000-00000-3', charges: [], totalMinor: 2_400 } }], state: { payments: { invoices: [{ totalMinor: 1_824 }, { totalMinor: 612 }, { totalMinor: 2_400 }] } } });
  });

  it('bear what the pieces are, and their price without tax where the order is exempt', () => {
    const piece = { lineId: FIRST_LINE, sku: '85123A', description: '85123A, plain', quantity: 1, unitPriceMinor: 255, netMinor: 255 };
    expect(told(...SHIPPED, invoice([FIRST_LINE, 1])).news).toMatchObject([{ data: { lines: [{ ...piece, taxBasisPoints: 2_000, taxMinor: 51 }], totalMinor: 306 } }]);
    const exempt = [...SHIPPED, ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') })];
    expect(told(...exempt, invoice([FIRST_LINE, 1])).news).toMatchObject([{ data: { lines: [{ ...piece, taxBasisPoints: 0, taxMinor: 0 }], totalMinor: 255 } }]);
  });

  it('of a shipment bear its pieces, not those of another, and no replacement', () => {
    const two = [...PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 1])];
    expect(told(...two, ofShipment(idAt(two, 7, 'shipment'))).news).toMatchObject([{ data: { lines: [{ lineId: FIRST_LINE, quantity: 1 }] } }]);
    const lost = [...SHIPPED, ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 1, reasonCode: 'lost' })];
    const again = [...lost, ship('W-2', [idAt(lost, 7, 'line'), 1])];
    expect(told(...again, ofShipment(idAt(again, 8, 'shipment'))).refusal).toMatchObject({ code: 'nothing-to-invoice', rule: 'A46' });
  });

  it('bear what is charged or given on a line with the line, each once', () => {
    const charged = [...SHIPPED, charge('charge', 100, SECOND_LINE), charge('discount', 50, SECOND_LINE)];
    expect(told(...charged, invoice([FIRST_LINE, 6])).news).toMatchObject([{ data: { charges: [], totalMinor: 1_836 } }]);
    expect(told(...charged, invoice([FIRST_LINE, 6], [SECOND_LINE, 2])).news).toMatchObject([{ data: { charges: [{ kind: 'charge', netMinor: 100 }, { kind: 'discount', netMinor: 50 }], totalMinor: 4_296 } }]);
  });

  it('bear a charge alone that came when all pieces stood on others', () => {
    const late = [...SHIPPED, invoice([FIRST_LINE, 6], [SECOND_LINE, 2]), charge('charge', 500), ofShipment(idAt(SHIPPED, 6, 'shipment'))];
    expect(told(...late).news).toMatchObject([{ data: { lines: [], charges: [{ netMinor: 500 }], totalMinor: 600 } }]);
  });

  it('bear a discount as far as it fits', () => {
    const bargain = [...PARTLY_SHIPPED, charge('discount', 1_500), ofShipment(idAt(PARTLY_SHIPPED, 6, 'shipment'))];
    expect(told(...bargain).news).toMatchObject([{ data: { charges: [{ kind: 'discount', netMinor: 1_020, taxMinor: 204 }], totalMinor: 0 } }]);
    expect(told(...bargain, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2]), invoice([FIRST_LINE, 2], [SECOND_LINE, 2])).news).toMatchObject([{ data: { charges: [{ kind: 'discount', netMinor: 480, taxMinor: 96 }], totalMinor: 2_436 } }]);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['what was not shipped', RELEASED, invoice([FIRST_LINE, 1]), 'quantity-exceeds-invoiceable', 'A46'],
    ['pieces twice', [...SHIPPED, invoice([FIRST_LINE, 4])], invoice([FIRST_LINE, 3]), 'quantity-exceeds-invoiceable', 'A46'],
    ['a shipment twice', INVOICED, ofShipment(idAt(SENT, SENT.length - 1, 'shipment')), 'shipment-already-invoiced', 'A46'],
    ['a shipment whose pieces all stand on invoices', [...SHIPPED, invoice([FIRST_LINE, 6], [SECOND_LINE, 2])], ofShipment(idAt(SHIPPED, 6, 'shipment')), 'nothing-to-invoice', 'A46'],
    ['a shipment that is not there', SHIPPED, ofShipment('nowhere'), 'shipment-not-found', 'A41'],
    ['a line that is not there', SHIPPED, invoice(['nowhere', 1]), 'line-not-found', 'A21'],
    ['a line named twice', SHIPPED, invoice([FIRST_LINE, 1], [FIRST_LINE, 1]), 'line-named-twice', 'C4'],
    ['no pieces', SHIPPED, invoice([FIRST_LINE, 0]), 'quantity-out-of-range', 'C1'],
    ['a replacement', [...SHIPPED, ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 1, reasonCode: 'lost' })], invoice([idAt([...SHIPPED, ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 1, reasonCode: 'lost' })], 7, 'line'), 1]), 'line-is-replacement', 'A42'],
    ['a tax exemption afterwards', INVOICED, ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') }), 'order-invoiced', 'A57'],
    ['that it ends afterwards', [...PENDING, ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') }), ...SHIPPED.slice(PENDING.length), invoice([FIRST_LINE, 1])], ask({ type: 'RevokeOrderTaxExemption' }), 'order-invoiced', 'A57'],
  ])('refuse %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});
