import type { DecisionContext, Refusal } from '#kernel';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import type { ActionBounds, Attempts } from './order.attempt.js';
import { ORDER_ATTEMPTS } from './order.attempts.js';
import { decideOrder } from './order.decide.js';
import type { Order } from './order.state.js';

export type { ActionBounds } from './order.attempt.js';

/** What becomes of a command here and now: some parameters pass, or a guard refuses whatever they are (D13). */
export type ExplainedAction =
  | { readonly kind: 'allowed'; readonly bounds?: ActionBounds; readonly example: OrderCommand }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What stands in the way of one command besides `decide`: a right that depends on what it names. */
export type Forbids = (command: OrderCommand) => Refusal | undefined;

const NOTHING_FORBIDDEN: Forbids = () => undefined;

/** Asks `decide` itself, so that the answer cannot differ from what a command would meet. Pure; appends nothing. */
export function explainAction(type: OrderCommandType, order: Order, context: DecisionContext, forbids: Forbids = NOTHING_FORBIDDEN): ExplainedAction {
  const { tries, bounds } = ORDER_ATTEMPTS[type] as Attempts<OrderCommand>;
  let refusal: Refusal | undefined;
  for (const example of tries(order, context)) {
    const decision = decideOrder(example, order, context);
    const refused = decision.kind === 'accepted' ? forbids(example) : decision.refusal;
    if (refused === undefined) return { kind: 'allowed', example, ...(bounds && { bounds: bounds(order, context) }) };
    refusal ??= refused;
  }
  if (refusal === undefined) throw new RangeError(`nothing to try for ${type}`);
  return { kind: 'refused', refusal };
}

/**
 * From which of an order's states on the same guard has refused the command without a break.
 * @param states the order after each of its events, oldest first; the last is the one that refuses
 */
export function refusedSince(type: OrderCommandType, states: readonly Order[], context: DecisionContext, code: string): number {
  let since = states.length - 1;
  for (let index = since - 1; index >= 0; index -= 1) {
    const state = states[index];
    if (state === undefined) break;
    const explained = explainAction(type, state, context);
    if (explained.kind === 'allowed' || explained.refusal.code !== code) break;
    since = index;
  }
  return since;
}
