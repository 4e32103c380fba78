import { canonicalJson, createdIdOf, isUuid, type DecisionContext, type Refusal } from '#kernel';
import type { OrderCommand } from './order.commands.js';
import { ORDER_CONCURRENCY, touchedBy, type Concurrency, type OrderAspect } from './order.concurrency.js';
import { decideOrder } from './order.decide.js';
import { fieldsOf } from './order.difference.js';
import type { OrderEvent } from './order.events.js';
import { evolveOrder } from './order.evolve.js';
import { ORDER_INVERSES } from './order.inverses.js';
import { commandTypeOf, mainEvent, toldCommand } from './order.made-by.js';
import { NO_ORDER, type Order, type OrderState } from './order.state.js';
import { orderTotals } from './order.totals.js';

/** An event of the order's history, with the command that it came of. */
export interface Happened {
  readonly event: OrderEvent;
  readonly revision: number;
  readonly commandId: string;
  readonly actorId: string;
}

export type UndoPlan =
  /** This command takes it back and leaves everything later as it is. */
  | { readonly kind: 'by'; readonly command: OrderCommand }
  | { readonly kind: 'barred'; readonly refusal: Refusal };

/**
 * The id of the command that undoes another, on what the order was at a revision: undone once, however often one asks.
 * Each who asks has their own, or what one may not would be refused to the other (D2).
 */
export const undoIdOf = (commandId: string, revision: number, actorId: string): string => createdIdOf(commandId, `undo:${actorId}`, revision);

/** How one command is taken back while later, independent work stands; or why not (D11). Pure. */
export function planUndo(history: readonly Happened[], commandId: string, context: DecisionContext): UndoPlan {
  const done = history.filter((happened) => happened.commandId === commandId);
  const last = done.at(-1);
  const main = mainEvent(done.map(({ event }) => event));
  if (last === undefined || main === undefined) return barred('command-not-found', 'The order has no such command.', { commandId });
  const later = history.filter(({ revision }) => revision > last.revision);
  const undone = undoneAt(later, commandId);
  if (undone !== undefined) return barred('already-undone', 'It was undone before.', { commandId, revision: undone });

  const type = commandTypeOf(main);
  const inverse = ORDER_INVERSES[type];
  if (inverse.kind === 'never') return barred('not-reversible', 'There is no way back from it.', { command: type, why: inverse.why, ...(inverse.instead && { instead: inverse.instead }) });
  const first = done[0]?.revision ?? last.revision;
  const states = statesOf(history);
  const before = states[history.findIndex(({ revision }) => revision >= first)] ?? NO_ORDER;
  const command = before.status === 'none' ? undefined : inverse.make(main.data, before);
  if (command === undefined) return barred('not-reversible', 'No single command takes that back.', { command: type, why: 'do-it-again', instead: type });

  const made = madeBy(done, history);
  const blocking = later.filter(({ event }) => depends(event, done) || meets(touchedBy(event), dependsOn(command)) || idsIn(event.data).some((id) => made.has(id)));
  if (blocking.length > 0) return barred('undo-blocked', 'What was done later depends on it.', { command: type, by: blocking.map(({ event, revision }) => ({ revision, type: event.type })) });
  const differs = unlike(before, later, states.at(-1) ?? NO_ORDER, command, context);
  return differs.length > 0 ? barred('undo-inexact', 'Taking it back would leave the order otherwise than without it.', { command: type, fields: differs }) : { kind: 'by', command };
}

/** Ids that the order had from these events first, or again: what names one of them later cannot do without them. */
function madeBy(done: readonly Happened[], history: readonly Happened[]): ReadonlySet<string> {
  const first = done[0]?.revision ?? 0;
  const known = new Set(history.filter(({ revision }) => revision < first).flatMap(({ event }) => idsIn(event.data)));
  return new Set(done.flatMap(({ event }) => [...idsIn(event.data).filter((id) => !known.has(id)), ...broughtBack(event)]));
}

const broughtBack = ({ type, data }: OrderEvent): readonly string[] => (type === 'OrderLineRestored' ? [data.lineId] : type === 'OrderChargeRestored' ? [data.chargeId] : []);

function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return isUuid(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}

function undoneAt(later: readonly Happened[], commandId: string): number | undefined {
  return later.find((happened) => happened.commandId === undoIdOf(commandId, happened.revision - 1, happened.actorId))?.revision;
}

/** Fields in which the order, the command undone, would differ from one that never had it. */
function unlike(before: OrderState, later: readonly Happened[], now: OrderState, command: OrderCommand, context: DecisionContext): readonly string[] {
  const decision = decideOrder(command, now, context);
  // What a rule refuses is refused, and kept, when the command is sent.
  if (decision.kind === 'refused') return [];
  let alone = before;
  for (const { event } of later) {
    alone = evolveOrder(alone, event);
    if (alone.status !== 'none' && orderTotals(alone).totalMinor < 0) return ['totals.totalMinor'];
  }
  const without = standing(alone);
  const undone = standing(decision.events.reduce<OrderState>(evolveOrder, now));
  return [...new Set([...without.keys(), ...undone.keys()])].filter((field) => text(without.get(field)) !== text(undone.get(field)));
}

/** An order as it stands, without what is only kept to be seen: resolved holds, replacements that never went out. To be shipped is as good as not said. */
export function standing(state: OrderState): ReadonlyMap<string, unknown> {
  if (state.status === 'none') return fieldsOf(state);
  const order: Order = {
    ...state,
    holds: state.holds.filter(({ active }) => active),
    lines: state.lines.filter(({ replaces, open, shipped }) => replaces === undefined || open + shipped > 0).map(({ fulfilment, ...line }) => ({ ...line, ...(fulfilment?.kind === 'pickup' && { fulfilment }) })),
  };
  return fieldsOf(order);
}

const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));

const folded = new WeakMap<readonly Happened[], readonly OrderState[]>();

/** The order before each event of a history, and after the last: folded once, however many of its commands are asked about. */
function statesOf(history: readonly Happened[]): readonly OrderState[] {
  const known = folded.get(history);
  if (known !== undefined) return known;
  let state: OrderState = NO_ORDER;
  const states = [state, ...history.map(({ event }) => (state = evolveOrder(state, event)))];
  folded.set(history, states);
  return states;
}

const dependsOn = (command: OrderCommand): readonly OrderAspect[] => (ORDER_CONCURRENCY[command.type] as Concurrency).dependsOn(command);

/**
 * What the process that settles asked by itself, and what the gateway made of it, follows from how the order stands and
 * was meant by nobody: with the order as it was before, it asks anew for what is missing, or gives back what is too much.
 * So money that was set aside, collected, let go or given back keeps nothing from being undone by itself; an invoice
 * does, since the customer has it and it says what was charged, and with it whatever was collected for it. A
 * cancellation is the one thing that rests on money not being given back: its way back depends on that.
 */
const FOLLOWS: ReadonlySet<OrderEvent['type']> = new Set([
  'OrderPaymentRequested',
  'OrderPaymentChased',
  'OrderPaymentAuthorized',
  'OrderPaymentCaptured',
  'OrderPaymentVoided',
  'OrderPaymentFailed',
  'OrderRefundIssued',
]);

const depends = (event: OrderEvent, done: readonly Happened[]): boolean =>
  !FOLLOWS.has(event.type) &&
  meets(done.flatMap((happened) => touchedBy(happened.event)), [...dependsOn(toldCommand(event)), ...(takesOff(event) ? MONEY : []), ...(namesThoseThere(event) ? (['lines'] as const) : [])]);

/** Of a whole order, a change names the lines that it had: it would have named one that was removed before. */
const namesThoseThere = ({ type }: OrderEvent): boolean => type === 'OrderFulfilmentChanged';

/** What goes into what an order comes to. */
const MONEY: readonly OrderAspect[] = ['lines', 'charges', 'credits'];

/** Whether an event took something off that had to be there: the limit of what is charged or given by hand is a share of the rest (A52), a credit's the balance (A55). */
const takesOff = ({ type, data }: OrderEvent): boolean => (type === 'OrderChargeAdded' && (data.kind === 'discount' || data.origin === 'manual')) || type === 'OrderChargeChanged' || type === 'OrderChargeRestored' || type === 'OrderReturnRecorded';

const meets = (one: readonly OrderAspect[], other: readonly OrderAspect[]): boolean => one.some((aspect) => other.includes(aspect));

const barred = (code: string, message: string, details: Readonly<Record<string, unknown>>): UndoPlan => ({ kind: 'barred', refusal: { code, rule: 'D11', message, details } });
