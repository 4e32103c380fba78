import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addLine, anyMove, ask, commandOf, contextOfMove, createOrder, FIRST_LINE, idAt, PARTLY_SHIPPED, RELEASED, SECOND_LINE, ship, SHIPPED, SUBMIT, CONFIRM, RELEASE, tell, quoteOf, type OrderMove, type OrderStep } from '#testing';
import type { OrderCommand, OrderCommandOf, OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { payableMinor } from './order.invoiced.js';
import { invoicedOf, invoicedPieces } from './order.payment-state.js';
import type { Order, OrderState } from './order.state.js';
import { chargeTax, orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const invoice = (...lines: readonly (readonly [lineId: string, quantity: number])[]): OrderStep =>
  ask({ type: 'IssueInvoice', of: { kind: 'lines', lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })) } });
const ALONE: OrderStep = ask({ type: 'IssueInvoice', of: { kind: 'charges' } });
const charge = (fields: Partial<OrderCommandOf<'AddOrderCharge'>>): OrderStep =>
  ask({ type: 'AddOrderCharge', kind: 'charge', category: 'c', name: 'n', scope: { kind: 'order' }, amountMinor: 100, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'asked', ...fields });
const OF_LINE = { scope: { kind: 'line', lineId: FIRST_LINE } } as const;
const remove = (chargeId: string): OrderStep => ask({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' });
const change = (chargeId: string, amountMinor: number): OrderStep => ask({ type: 'ChangeOrderCharge', chargeId, amountMinor, reasonCode: 'asked' });
const quantity = (to: number): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: to, quote: quoteOf(255) });
const cancel = (pieces: number, lineId = FIRST_LINE): OrderStep => ask({ type: 'CancelOrderLine', lineId, quantity: pieces, reasonCode: 'asked' });

/** Charges of each invoice, and its total. */
const issued = (...steps: readonly OrderStep[]) =>
  told(...steps).events.flatMap((event) => (event.type === 'OrderInvoiceIssued' ? [{ charges: event.data.charges.map(({ chargeId: _id, ...entry }) => Object.values(entry)), totalMinor: event.data.totalMinor }] : []));
const totalOf = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? 0 : orderTotals(state).totalMinor;
};

describe('what is charged and given on an order, on its invoices (A46, A52)', () => {
  it('stands on each by the pieces that it has, of a line; once or by the piece', () => {
    const steps = [...RELEASED, charge({ ...OF_LINE, amountMinor: 100 }), charge({ ...OF_LINE, kind: 'discount', amountMinor: 10, perUnit: true }), ship('W-1', [FIRST_LINE, 6])];
    expect(issued(...steps, invoice([FIRST_LINE, 1]), invoice([FIRST_LINE, 4]), invoice([FIRST_LINE, 1]))).toEqual([
      { charges: [['charge', 16, 4], ['discount', 10, 2]], totalMinor: 306 + 20 - 12 },
      { charges: [['charge', 67, 13], ['discount', 40, 8]], totalMinor: 1_224 + 80 - 48 },
      { charges: [['charge', 17, 3], ['discount', 10, 2]], totalMinor: 306 + 20 - 12 },
    ]);
  });

  it('stands on the first of them, of the order; a discount as far as it fits, and the rest on the next', () => {
    const steps = [createOrder(), addLine('KETTLE', 3, 4_250), charge({ kind: 'discount', amountMinor: 6_000 }), SUBMIT, CONFIRM, RELEASE];
    const kettle = idAt(steps, 1, 'line');
    const each = [ship('W-1', [kettle, 3]), invoice([kettle, 1]), invoice([kettle, 1]), invoice([kettle, 1])];
    expect(issued(...steps, ...each)).toEqual([
      { charges: [['discount', 4_250, 850]], totalMinor: 0 },
      { charges: [['discount', 1_750, 350]], totalMinor: 3_000 },
      { charges: [], totalMinor: 5_100 },
    ]);
    expect(totalOf(...steps, ...each)).toBe(8_100);
  });

  it('is invoiced alone when it came, or became more, after all was', () => {
    const steps = [...RELEASED, charge({ ...OF_LINE, amountMinor: 50, perUnit: true }), ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2]), invoice([FIRST_LINE, 6], [SECOND_LINE, 2])];
    const each = idAt(steps, RELEASED.length, 'charge');
    const later = [...steps, charge({ amountMinor: 500 }), change(each, 60), ALONE];
    expect(issued(...later)[1]).toEqual({ charges: [['charge', 60, 12], ['charge', 500, 100]], totalMinor: 672 });
    expect(told(...later, ALONE).refusal).toMatchObject({ code: 'nothing-to-invoice', rule: 'A46' });
    expect(told(...later.slice(0, -1), { ...ALONE, key: 'k' }, { ...ALONE, key: 'k' }).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is invoiced for the pieces that came on top', () => {
    const steps = [...RELEASED, charge({ ...OF_LINE, amountMinor: 50, perUnit: true }), ship('W-1', [FIRST_LINE, 4]), invoice([FIRST_LINE, 4]), quantity(8), ship('W-2', [FIRST_LINE, 4]), invoice([FIRST_LINE, 4])];
    expect(issued(...steps)).toEqual([{ charges: [['charge', 200, 40]], totalMinor: 1_464 }, { charges: [['charge', 200, 40]], totalMinor: 1_464 }]);
  });

  it('is put right on the next when it became less or was taken off; a discount that was taken off is owed again', () => {
    const steps = [...PARTLY_SHIPPED, charge({ amountMinor: 500 }), charge({ kind: 'discount', amountMinor: 200 }), invoice([FIRST_LINE, 4])];
    const [more, less] = [idAt(steps, PARTLY_SHIPPED.length, 'charge'), idAt(steps, PARTLY_SHIPPED.length + 1, 'charge')];
    const rest = [ship('W-2', [FIRST_LINE, 2]), invoice([FIRST_LINE, 2])];
    expect(issued(...steps, change(more, 300), ...rest)[1]).toEqual({ charges: [['discount', 200, 40]], totalMinor: 372 });
    expect(issued(...steps, remove(more), ...rest)[1]).toEqual({ charges: [['discount', 500, 100]], totalMinor: 12 });
    expect(issued(...steps, remove(less), ALONE)[1]).toEqual({ charges: [['charge', 200, 40]], totalMinor: 240 });
    expect(told(...steps, remove(more), ALONE).refusal).toMatchObject({ code: 'nothing-to-invoice' });
  });

  it('is owed as far as cancelled pieces did not take it along', () => {
    const steps = [createOrder(), addLine('KETTLE', 3, 1_000), charge({ kind: 'discount', amountMinor: 300 }), SUBMIT, CONFIRM, RELEASE];
    const kettle = idAt(steps, 1, 'line');
    const less = [...steps, cancel(1, kettle), charge({ scope: { kind: 'line', lineId: kettle }, amountMinor: 90 }), ship('W-1', [kettle, 2]), invoice([kettle, 2])];
    const { state } = told(...less);
    expect(state).toMatchObject({ payments: { invoices: [{ totalMinor: totalOf(...less) }] } });
  });

  it('stays as it stands on invoices of old, which bore all of it at once', () => {
    const of = [...SHIPPED.slice(0, -1), charge({ ...OF_LINE, amountMinor: 600 }), ship('W-1', [FIRST_LINE, 6])];
    const chargeId = idAt(of, 6, 'charge');
    const old = { type: 'OrderInvoiceIssued', data: { invoiceId: 'old', invoiceNumber: 'D-1', lines: [{ lineId: FIRST_LINE, sku: '85123A', description: '-', quantity: 2, unitPriceMinor: 255, taxBasisPoints: 2_000, netMinor: 510, taxMinor: 102 }], charges: [{ chargeId, kind: 'charge', netMinor: 600, taxMinor: 120 }], totalMinor: 1_332 } } as const;
    const { state, events } = told(...of);
    const decision = orderDecider.decide(invoice([FIRST_LINE, 4]).command, orderDecider.evolve(state, old), contextOfMove({ who: 2 } as OrderMove, 99, 99));
    expect(events.length).toBeGreaterThan(0);
    expect(decision).toMatchObject({ kind: 'accepted', events: [{ data: { charges: [], totalMinor: 1_224 } }] });
  });

  it.each<[string, readonly OrderStep[], string]>([
    ['before anything was sent', [...RELEASED, charge({})], 'nothing-to-invoice'],
    ['when there is nothing', SHIPPED, 'nothing-to-invoice'],
    ['when there are only discounts', [...SHIPPED, charge({ kind: 'discount' })], 'nothing-to-invoice'],
    ['when it belongs to pieces that are not invoiced yet', [...SHIPPED, charge(OF_LINE)], 'nothing-to-invoice'],
  ])('is not invoiced alone %s', (_what, steps, code) => {
    expect(told(...steps, ALONE).refusal).toMatchObject({ code, rule: 'A46' });
  });

  it('is invoiced by the shipment too', () => {
    const steps = [...RELEASED, charge({ ...OF_LINE, amountMinor: 600 }), ship('W-1', [FIRST_LINE, 3])];
    expect(issued(...steps, ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId: idAt(steps, 7, 'shipment') } }))).toEqual([{ charges: [['charge', 300, 60]], totalMinor: 1_278 }]);
  });
});

const BEFORE: readonly OrderCommandType[] = ['AddOrderLine', 'ChangeOrderLineQuantity', 'RemoveOrderLine', 'RestoreOrderLine', 'AddOrderCharge', 'ChangeOrderCharge', 'RemoveOrderCharge', 'RestoreOrderCharge', 'CancelOrderLine', 'GrantOrderTaxExemption', 'ChangeOrderAddress', 'RecordShipment', 'IssueInvoice', 'AppeaseOrder', 'RecordReturn', 'ReshipOrder'];

const anyWork = fc.array(fc.tuple(fc.constantFrom(...BEFORE, 'RecordShipment', 'IssueInvoice', 'AddOrderCharge', 'ChangeOrderCharge' as const), anyMove).map(([type, move]) => ({ ...move, type, who: 2 })), { minLength: 5, maxLength: 40 });

/** Random work on a released order; then everything is sent and invoiced. */
function worked(moves: readonly OrderMove[], without: readonly OrderCommandType[]): Order | undefined {
  let state: OrderState = told(createOrder(), addLine('A', 6, 255), addLine('B', 2, 1_000), SUBMIT, CONFIRM, RELEASE).state;
  let step = 100;
  let usedUp = false as boolean;
  const attempt = (command: OrderCommand): void => {
    step += 1;
    const decision = orderDecider.decide(command, state, contextOfMove({ who: 2 } as OrderMove, step, step));
    if (decision.kind === 'accepted') state = decision.events.reduce<OrderState>((now, event) => orderDecider.evolve(now, event), state);
    // What came back was credited so high that the credit of others ended at nothing, and an order comes to no less.
    usedUp ||= state.status !== 'none' && orderTotals(state).totalMinor === 0 && state.lines.some(({ returned }) => returned > 0);
  };
  for (const move of moves) {
    if (without.includes(move.type)) continue;
    const command = commandOf(move, state);
    // What an import credits is as it says, and need not be what the pieces cost.
    if (command.type === 'CancelOrderLine') attempt({ type: 'CancelOrderLine', lineId: command.lineId, quantity: command.quantity, reasonCode: 'asked' });
    else attempt(command);
  }
  const open = (now: OrderState): Order['lines'] => (now.status === 'none' ? [] : now.lines.filter((line) => line.open > 0));
  if (open(state).length > 0) attempt({ type: 'RecordShipment', externalId: 'the-rest', lines: open(state).map((line) => ({ lineId: line.lineId, quantity: line.open })) });
  if (usedUp || state.status === 'none' || state.shipments.length === 0) return undefined;
  const { payments, lines } = state;
  const left = lines.flatMap(({ lineId, shipped, replaces }) => {
    const pieces = replaces === undefined ? shipped - invoicedPieces(payments, lineId) : 0;
    return pieces > 0 ? [{ lineId, quantity: pieces }] : [];
  });
  if (left.length > 0) attempt({ type: 'IssueInvoice', of: { kind: 'lines', lines: left } });
  attempt({ type: 'IssueInvoice', of: { kind: 'charges' } });
  return state;
}

const RUNS = { numRuns: Number(process.env.DOCKET_PROPERTY_RUNS ?? '300') * 3 };

describe('an order that was sent and invoiced', () => {
  it.each<[string, readonly OrderCommandType[]]>([
    ['whatever happened on the way to what was not cancelled', ['CancelOrderLine']],
    // The credit for cancelled pieces is what they cost then; what is changed later of what they bore is for whoever changes it.
    ['with pieces cancelled on the way', ['ChangeOrderLineQuantity', 'GrantOrderTaxExemption', 'ChangeOrderAddress']],
  ])('is payable on its invoices with all that it comes to, %s', (_what, without) => {
    let orders = 0;
    fc.assert(
      fc.property(anyWork, (moves) => {
        const order = worked(moves, without);
        if (order === undefined) return;
        orders += 1;
        const { totalMinor } = orderTotals(order);
        expect(payableMinor(order)).toBe(totalMinor);
      }),
      RUNS,
    );
    expect(orders).toBeGreaterThan(RUNS.numRuns / 2);
  });

  it('has each charge on its invoices with exactly its amount, and each discount unless it came too late', () => {
    fc.assert(
      fc.property(anyWork, (moves) => {
        const order = worked(moves, ['CancelOrderLine']);
        for (const each of order?.charges ?? []) {
          const { netMinor, taxMinor } = invoicedOf(order!.payments, each.chargeId);
          if (each.kind === 'charge') {
            expect(netMinor).toBeGreaterThanOrEqual(each.amountMinor);
            expect(netMinor + taxMinor).toBeGreaterThanOrEqual(each.amountMinor + chargeTax(each));
          } else {
            expect(-netMinor).toBeLessThanOrEqual(each.amountMinor);
            expect(-netMinor - taxMinor).toBeLessThanOrEqual(each.amountMinor + chargeTax(each));
          }
        }
        const lowered = moves.some(({ type }) => type === 'ChangeOrderCharge' || type === 'RemoveOrderCharge');
        if (order !== undefined && !lowered) {
          for (const each of order.charges.filter(({ kind }) => kind === 'charge')) expect(invoicedOf(order.payments, each.chargeId)).toEqual({ netMinor: each.amountMinor, taxMinor: chargeTax(each) });
        }
      }),
      RUNS,
    );
  });
});
