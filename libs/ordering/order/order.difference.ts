import { canonicalJson, isPersonal, type DecisionContext, type Refusal } from '#kernel';
import type { OrderCommand } from './order.commands.js';
import { decideOrder } from './order.decide.js';
import { evolveOrder } from './order.evolve.js';
import { IdSet } from './id-set.js';
import type { Order, OrderState } from './order.state.js';

/** One field of an order as the sender saw it, as it is now, and as the sender meant it to be; absent where it is not there. */
export interface FieldDifference {
  /** Path with the ids of what it belongs to, for example `lines.<lineId>.open`. */
  readonly field: string;
  readonly seen?: unknown;
  readonly now?: unknown;
  readonly meant?: unknown;
  /** Both changed it, and not to the same: somebody has to choose. */
  readonly clash: boolean;
}

export interface ThreeWayDifference {
  /** Every field that changed since, or that the command would have changed. */
  readonly fields: readonly FieldDifference[];
  /** Whether the same command passes on what the order is now, and otherwise which rule refuses it. */
  readonly reapply: { readonly possible: true } | { readonly possible: false; readonly refusal: Refusal };
}

/**
 * What a command that does not commute would have met: what was seen, what is now, what was meant (settled 3.1). Pure.
 * @param meantBy who meant it when it was seen so, if that was another
 */
export function threeWayDifference(command: OrderCommand, seen: OrderState, now: OrderState, context: DecisionContext, meantBy: DecisionContext = context): ThreeWayDifference {
  const decision = decideOrder(command, seen, meantBy);
  const meant = decision.kind === 'accepted' ? decision.events.reduce<OrderState>(evolveOrder, seen) : seen;
  const again = decideOrder(command, now, context);
  return {
    fields: fieldDifferences(seen, now, meant),
    reapply: again.kind === 'accepted' ? { possible: true } : { possible: false, refusal: again.refusal },
  };
}

function fieldDifferences(seen: OrderState, now: OrderState, meant: OrderState): readonly FieldDifference[] {
  const [was, is, wanted] = [fieldsOf(seen), fieldsOf(now), fieldsOf(meant)];
  return [...new Set([...was.keys(), ...is.keys(), ...wanted.keys()])].flatMap((field) => {
    const [before, current, asked] = [was.get(field), is.get(field), wanted.get(field)];
    const [changed, changes] = [!same(before, current), !same(before, asked)];
    if (!changed && !changes) return [];
    return [{
      field,
      ...(before !== undefined && { seen: before }),
      ...(current !== undefined && { now: current }),
      ...(asked !== undefined && { meant: asked }),
      clash: changed && changes && !same(current, asked),
    }];
  });
}

const same = (one: unknown, other: unknown): boolean => one === other || (one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other));

/** An order as a list of fields. Things in lists go by their own ids, so that a line stays itself wherever it stands. */
export function fieldsOf(state: OrderState): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  if (state.status === 'none') return fields;
  // What was removed is told by what is no longer there.
  const { createdIds: _created, externalIds: _external, removedLines: _lines, removedCharges: _charges, ...order }: Order = state;
  collect('', order, fields);
  return fields;
}

function collect(path: string, value: unknown, into: Map<string, unknown>): void {
  if (value === undefined || value instanceof IdSet) return;
  if (Array.isArray(value) && value.every(isThing)) {
    const list = path.slice(path.lastIndexOf('.') + 1);
    for (const thing of value) collect(`${path}.${idOf(list, thing)}`, thing, into);
  } else if (isThing(value) && !isPersonal(value)) {
    for (const [name, member] of Object.entries(value)) collect(path === '' ? name : `${path}.${name}`, member, into);
  } else {
    into.set(path, value);
  }
}

const isThing = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** By which member the things of a list are told apart; a thing may name others besides. */
const ID_IN: Readonly<Record<string, string>> = {
  lines: 'lineId', charges: 'chargeId', chargeRequests: 'chargeId', chargeChangeRequests: 'chargeId', appeasements: 'appeasementId', appeasementRequests: 'appeasementId', holds: 'holdId', alerts: 'alertId',
  shipments: 'shipmentId', exceptions: 'externalId', appointments: 'appointmentId', methods: 'methodId', open: 'paymentId', transactions: 'externalId', invoices: 'invoiceId',
};

function idOf(list: string, thing: Readonly<Record<string, unknown>>): string {
  const id = thing[ID_IN[list] ?? ''];
  return typeof id === 'string' ? id : canonicalJson(thing);
}
