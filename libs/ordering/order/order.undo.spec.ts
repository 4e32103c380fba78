import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accept, createdIdOf, type DecisionContext } from '#kernel';
import { anyMove, anyMoves, ask, commandOf, contextOf, contextOfMove, FIRST_LINE, idAt, noteOf, PENDING, placeOf, quoteOf, SECOND_LINE, ship, SHIPPED, SUBMIT, SUBMITTED, tell, WAREHOUSE, type OrderMove, type OrderStep } from '#testing';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import type { OrderEvent } from './order.events.js';
import { ORDER_INVERSES } from './order.inverses.js';
import { commandTypeOf, mainEvent } from './order.made-by.js';
import { planUndo, standing, undoIdOf, type Happened, type UndoPlan } from './order.undo.js';
import type { OrderState } from './order.state.js';

const RUNS = Number(process.env.DOCKET_PROPERTY_RUNS ?? '300');

/** Commands whose event is another's as well; neither can be undone. */
const SAME_EVENT: Readonly<Partial<Record<OrderCommandType, OrderCommandType>>> = { TakeOverAndUnlockOrder: 'TakeOverOrderLock' };

interface Sent {
  readonly command: OrderCommand;
  readonly context: DecisionContext;
  /** It is not decided again: that is what came of it. */
  readonly asItWas?: readonly OrderEvent[];
}

/** What the gateway was asked and what came of it follows the order, and is no work of others: it stays as it happened. */
const FOLLOWS: readonly OrderCommandType[] = ['SettlePayments', 'ChasePayment', 'RecordPayment'];

/** What comes of commands, each decided on what the earlier ones left; undefined when one is refused. */
function lived(state: OrderState, sent: readonly Sent[]): { readonly state: OrderState; readonly happened: readonly Omit<Happened, 'revision'>[] } | undefined {
  const happened: Omit<Happened, 'revision'>[] = [];
  for (const { command, context, asItWas } of sent) {
    const decision = asItWas === undefined ? orderDecider.decide(command, state, context) : accept(...asItWas);
    if (decision.kind === 'refused') return undefined;
    for (const event of decision.events) {
      state = orderDecider.evolve(state, event);
      happened.push({ event, commandId: context.commandId, actorId: context.actor.id });
    }
  }
  return { state, happened };
}

/** Why the first of them is refused that is. */
function refusalOf(sent: readonly Sent[]): string | undefined {
  let state: OrderState = orderDecider.initialState;
  for (const each of sent) {
    const life = lived(state, [each]);
    const decision = life === undefined ? orderDecider.decide(each.command, state, each.context) : undefined;
    if (decision?.kind === 'refused') return decision.refusal.code;
    state = life?.state ?? state;
  }
  return undefined;
}

/** Of what happened, all that did not come of one command. */
const without = (happened: readonly Omit<Happened, 'revision'>[], commandId: string): OrderState =>
  happened.filter((each) => each.commandId !== commandId).reduce<OrderState>((state, { event }) => orderDecider.evolve(state, event), orderDecider.initialState);

/** What a command is refused with for how far the order is: a line that came or came back kept it from being there for a while. */
const TOO_FAR: readonly (string | undefined)[] = ['order-empty', 'order-already-shipped', 'order-ended'];

/** The moves that were accepted, as commands. */
function accepted(moves: readonly OrderMove[]): readonly Sent[] {
  let state: OrderState = orderDecider.initialState;
  return moves.flatMap((move, step) => {
    const sent = { command: commandOf(move, state), context: contextOfMove(move, step, step) };
    const life = lived(state, [sent]);
    if (life === undefined || life.happened.length === 0) return [];
    state = life.state;
    return [FOLLOWS.includes(sent.command.type) ? { ...sent, asItWas: life.happened.map(({ event }) => event) } : sent];
  });
}

const numbered = (happened: readonly Omit<Happened, 'revision'>[]): readonly Happened[] => happened.map((each, revision) => ({ ...each, revision }));

const historyOf = (steps: readonly OrderStep[]): readonly Happened[] =>
  numbered(steps.flatMap((step, index) => tell(orderDecider, steps.slice(0, index + 1)).news.map((event) => ({ event, commandId: contextOf(step, index).commandId, actorId: contextOf(step, index).actor.id }))));

const undo = (steps: readonly OrderStep[], step: number): UndoPlan => planUndo(historyOf(steps), contextOf(steps[step] ?? SUBMIT, step).commandId, contextOf(SUBMIT, 90));

const change = (lineId: string, quantity: number): OrderStep => ask({ type: 'ChangeOrderLineQuantity', lineId, quantity, quote: quoteOf(255) });

describe('undoing a command (D11)', () => {
  it('leaves exactly what its independent successors alone would have made', () => {
    let [undone, withSuccessors] = [0, 0];
    fc.assert(
      fc.property(anyMoves, fc.array(anyMove, { minLength: 1, maxLength: 6 }), fc.nat(), (moves, more, pick) => {
        const sent = accepted([...moves, ...more]);
        const at = sent.length - 1 - (pick % Math.min(sent.length, 6));
        const [earlier, x, later] = [sent.slice(0, at), sent[at], sent.slice(at + 1)];
        if (x === undefined || at === 0) return;
        const whole = lived(orderDecider.initialState, sent);
        if (whole === undefined) throw new Error('what was accepted once is accepted again');
        const history = numbered(whole.happened);
        const context = { ...x.context, commandId: undoIdOf(x.context.commandId, history.length - 1, x.context.actor.id), now: sent.at(-1)?.context.now ?? x.context.now };
        const plan = planUndo(history, x.context.commandId, context);
        if (plan.kind === 'barred') return;
        const back = lived(whole.state, [{ command: plan.command, context }]);
        if (back === undefined) return;
        const alone = lived(orderDecider.initialState, [...earlier, ...later]);
        // Allowed only while it stood, and by now other work has made it so: what that left stands without it.
        if (alone === undefined) expect(TOO_FAR).toContain(refusalOf([...earlier, ...later]));
        expect([...standing(back.state)].sort()).toEqual([...standing(alone?.state ?? without(whole.happened, x.context.commandId))].sort());
        undone += 1;
        if (later.length > 0) withSuccessors += 1;
        const again = planUndo([...history, ...back.happened.map((each, index) => ({ ...each, revision: history.length + index }))], x.context.commandId, context);
        if (back.happened.length > 0) expect(again).toMatchObject({ kind: 'barred', refusal: { code: 'already-undone' } });
      }),
      { numRuns: RUNS * 5 },
    );
    expect(undone).toBeGreaterThan(RUNS / 10);
    expect(withSuccessors).toBeGreaterThan(RUNS / 30);
  });

  it('knows of every command that happened which one it was', () => {
    fc.assert(
      fc.property(anyMoves, (moves) => {
        let state: OrderState = orderDecider.initialState;
        for (const { command, context } of accepted(moves)) {
          const life = lived(state, [{ command, context }]);
          const main = mainEvent(life?.happened.map(({ event }) => event) ?? []);
          const told = main && commandTypeOf(main);
          expect(told).toBe(SAME_EVENT[command.type] ?? command.type);
          state = life?.state ?? state;
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('takes back a change while another line was changed after it', () => {
    expect(undo([...PENDING, change(FIRST_LINE, 9), change(SECOND_LINE, 1)], 3)).toEqual({ kind: 'by', command: { type: 'ChangeOrderLineQuantity', lineId: FIRST_LINE, quantity: 6, quote: quoteOf(255) } });
  });

  it('puts a removed line back as it was, with its charges, while other work stands', () => {
    const off = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'line', lineId: FIRST_LINE }, amountMinor: 20, perUnit: true, taxBasisPoints: 2_000, origin: 'manual' });
    const wrap = ask({ type: 'ChangeOrderGiftOptions', scope: { kind: 'line', lineId: FIRST_LINE }, gift: { wrap: true } });
    const remove = ask({ type: 'RemoveOrderLine', lineId: FIRST_LINE });
    const steps = [...PENDING, off, wrap, remove, change(SECOND_LINE, 1), ask({ type: 'AddOrderComment', text: noteOf('noted'), visibility: 'internal' })];
    const plan = undo(steps, 5);
    expect(plan).toEqual({ kind: 'by', command: { type: 'RestoreOrderLine', lineId: FIRST_LINE } });
    if (plan.kind === 'barred') return;
    const { state } = tell(orderDecider, [...steps, ask(plan.command)]);
    const never = tell(orderDecider, steps.filter((step) => step !== remove)).state;
    expect([...standing(state)].sort()).toEqual([...standing(never)].sort());
    expect(state).toMatchObject({ lines: [{ lineId: SECOND_LINE }, { lineId: FIRST_LINE, ordered: 6, gift: { wrap: true } }], charges: [{ amountMinor: 120 }] });
  });

  it('does not take a line away again that something was done with since it came back', () => {
    const steps = [...PENDING, ask({ type: 'RemoveOrderLine', lineId: FIRST_LINE }), ask({ type: 'RestoreOrderLine', lineId: FIRST_LINE })];
    const wrap = ask({ type: 'ChangeOrderGiftOptions', scope: { kind: 'line', lineId: FIRST_LINE }, gift: { wrap: true } });
    expect(undo([...steps, change(SECOND_LINE, 1)], 4)).toEqual({ kind: 'by', command: { type: 'RemoveOrderLine', lineId: FIRST_LINE } });
    expect(undo([...steps, wrap], 4)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', details: { by: [{ type: 'OrderGiftOptionsChanged' }] } } });
  });

  it('puts back a discount that was taken off, while a line is added and another goes elsewhere', () => {
    const off = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 20, taxBasisPoints: 2_000, origin: 'manual' });
    const chargeId = createdIdOf(contextOf(off, 3).commandId, 'charge');
    const steps = [...PENDING, off, ask({ type: 'RemoveOrderCharge', chargeId, reasonCode: 'mistake' }), change(SECOND_LINE, 1), ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1: '2 Short Lane' }) })];
    expect(undo([...steps.slice(0, 5), ...steps.slice(6)], 4)).toEqual({ kind: 'by', command: { type: 'RestoreOrderCharge', chargeId } });
    expect(undo(steps, 4)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', details: { by: [{ type: 'OrderLineQuantityChanged' }] } } });
  });

  it('ships what was to be shipped before nobody said so', () => {
    const pickUp = ask({ type: 'ChangeOrderFulfilment', scope: { kind: 'order' }, fulfilment: { kind: 'pickup', storeCode: 'york' } });
    expect(undo([...PENDING, pickUp], 3)).toEqual({ kind: 'by', command: { type: 'ChangeOrderFulfilment', scope: { kind: 'lines', lineIds: [FIRST_LINE, SECOND_LINE] }, fulfilment: { kind: 'ship' } } });
  });

  it('says what rests on a line being gone', () => {
    const remove = ask({ type: 'RemoveOrderLine', lineId: FIRST_LINE });
    const by = (...later: readonly OrderStep[]): unknown => {
      const plan = undo([...PENDING, remove, ...later], 3);
      return plan.kind === 'barred' ? [plan.refusal.code, plan.refusal.details] : plan.kind;
    };
    expect(by(SUBMIT)).toEqual(['undo-blocked', { command: 'RemoveOrderLine', by: [{ revision: 4, type: 'OrderSubmitted' }] }]);
    expect(by(ask({ type: 'ChangeOrderFulfilment', scope: { kind: 'order' }, fulfilment: { kind: 'pickup', storeCode: 'york' } }))).toMatchObject(['undo-blocked', { by: [{ type: 'OrderFulfilmentChanged' }] }]);
    expect(by(ask({ type: 'RestoreOrderLine', lineId: FIRST_LINE }))).toMatchObject(['undo-blocked', { by: [{ type: 'OrderLineRestored' }] }]);
  });

  it('takes an order back to its country, and to the taxes there', () => {
    const abroad = ask({ type: 'ChangeOrderAddress', shipTo: placeOf({}, 'DE'), taxRates: { standard: 1_900 } });
    expect(undo([...SUBMITTED, abroad], 4)).toEqual({ kind: 'by', command: { type: 'ChangeOrderAddress', shipTo: placeOf(), taxRates: { standard: 2_000 } } });
    const mixed = [...PENDING, ask({ type: 'AddOrderLine', sku: 'X', description: 'x', quantity: 1, quote: quoteOf(100, { taxBasisPoints: 1_000 }) }), abroad];
    expect(undo(mixed, 4)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-inexact' } });
    expect(undo([...PENDING, abroad, change(FIRST_LINE, 9)], 3)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked' } });
  });

  it('says which later work depends on it', () => {
    expect(undo([...PENDING, change(FIRST_LINE, 9), change(FIRST_LINE, 8)], 3)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', rule: 'D11', details: { by: [{ type: 'OrderLineQuantityChanged', revision: 4 }] } } });
    expect(undo([...PENDING, change(FIRST_LINE, 9), SUBMIT], 3)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', details: { by: [{ type: 'OrderSubmitted' }] } } });
  });

  it('takes back what the gateway was asked and answered about: that follows the order, and does so again', () => {
    const method = ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_abcdefgh') });
    const settle = ask({ type: 'SettlePayments' });
    const byCard = [...PENDING, method];
    const card = idAt(byCard, 3, 'method');
    const told = (outcome: 'authorized' | 'captured' | 'refunded' | 'voided', amountMinor: number, paymentId?: string): OrderStep =>
      ask({ type: 'RecordPayment', externalId: `P-${outcome}`, methodId: card, amountMinor, result: { outcome }, ...(paymentId && { paymentId }) }, { by: WAREHOUSE });
    const questionAt = (steps: readonly OrderStep[]): string => idAt(steps, steps.length - 1, 'payment', 0);
    const asked = [...byCard, ask({ type: 'AllocateCharges', allocations: [{ methodId: card, amountMinor: 4_236 }] }), SUBMIT, settle];
    const placed = [...asked, told('authorized', 4_236, questionAt(asked))];
    const off = ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 100, taxBasisPoints: 2_000, origin: 'manual' });
    const remove = ask({ type: 'RemoveOrderLine', lineId: SECOND_LINE });
    const cancel = ask({ type: 'CancelOrder', reasonCode: 'customer-request' });
    const back: readonly (readonly [OrderStep, number, object])[] = [
      [off, 120, { type: 'RemoveOrderCharge' }],
      [remove, 2_400, { type: 'RestoreOrderLine', lineId: SECOND_LINE }],
      [cancel, 4_236, { type: 'ReinstateOrder' }],
      [ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-1') }), 706, { type: 'RevokeOrderTaxExemption' }],
    ];
    for (const [mistake, amountMinor, command] of back) {
      const voiding = [...placed, mistake, settle];
      expect(undo(voiding, placed.length)).toMatchObject({ kind: 'by', command });
      const letGo = [...voiding, told('voided', amountMinor, questionAt(voiding))];
      const plan = undo(letGo, placed.length);
      expect(plan).toMatchObject({ kind: 'by', command });
      if (plan.kind === 'by') expect(tell(orderDecider, [...letGo, ask(plan.command), settle]).news).toMatchObject([{ type: 'OrderPaymentRequested', data: { action: 'authorize', amountMinor } }]);
    }
    // Of money that went back there is an end only where the order goes on.
    const collected = [...asked, told('captured', 4_236)];
    const refunding = [...collected, off, settle];
    expect(undo([...refunding, told('refunded', 120, questionAt(refunding))], collected.length)).toMatchObject({ kind: 'by' });
    const givingBack = [...collected, cancel, settle];
    expect(undo(givingBack, collected.length)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', details: { by: [{ type: 'OrderPaymentRequested' }] } } });
    // An invoice went out with it: the customer has it.
    const sent = [...placed, ask({ type: 'ConfirmOrder' }), ask({ type: 'ReleaseOrder' }), ship('W-1', [FIRST_LINE, 6])];
    const invoiced = [...sent, off, settle, ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId: idAt(sent, sent.length - 1, 'shipment') } }), settle, told('captured', 1_716)];
    expect(undo(invoiced, sent.length)).toMatchObject({ kind: 'barred', refusal: { code: 'undo-blocked', details: { by: [{ type: 'OrderInvoiceIssued' }] } } });
    // What was allocated since counts on it as well.
    expect(undo([...placed, off, ask({ type: 'AllocateCharges', allocations: [{ methodId: card, amountMinor: 4_116 }] })], placed.length)).toMatchObject({ kind: 'barred', refusal: { details: { by: [{ type: 'OrderChargesAllocated' }] } } });
  });

  it('says why there is no way back, and what to do instead', () => {
    expect(undo(SUBMITTED, 3)).toMatchObject({ kind: 'barred', refusal: { code: 'not-reversible', details: { command: 'SubmitOrder', why: 'begun', instead: 'CancelOrder' } } });
    expect(undo(SHIPPED, 6)).toMatchObject({ kind: 'barred', refusal: { code: 'not-reversible', details: { command: 'RecordShipment', why: 'fact' } } });
    expect(planUndo(historyOf(PENDING), 'no-such-command', contextOf(SUBMIT, 9))).toMatchObject({ kind: 'barred', refusal: { code: 'command-not-found' } });
  });

  it('has a way back, or a reason, for every command', () => {
    expect(Object.entries(ORDER_INVERSES).filter(([, inverse]) => inverse.kind === 'by').length).toBeGreaterThan(8);
  });
});
