import type { DecisionContext, Refusal } from '#kernel';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import { ORDER_ATTEMPTS, type ActionBounds, type Attempts } from './order.attempts.js';
import { decideOrder } from './order.decide.js';
import type { OrderRejectionCode } from './order.rejections.js';
import type { Order } from './order.state.js';

export type { ActionBounds } from './order.attempts.js';

/** What becomes of a command here and now: some parameters pass, or a guard refuses whatever they are (D13). */
export type ExplainedAction =
  | { readonly kind: 'allowed'; readonly bounds?: ActionBounds; readonly example: OrderCommand }
  | { readonly kind: 'refused'; readonly refusal: Refusal<OrderRejectionCode> };

/** Asks `decide` itself, so that the answer cannot differ from what a command would meet. Pure; appends nothing. */
export function explainAction(type: OrderCommandType, order: Order, context: DecisionContext): ExplainedAction {
  const { tries, bounds } = ORDER_ATTEMPTS[type] as Attempts<OrderCommand>;
  let refusal: Refusal<OrderRejectionCode> | undefined;
  for (const example of tries(order, context)) {
    const decision = decideOrder(example, order, context);
    if (decision.kind === 'accepted') return { kind: 'allowed', example, ...(bounds && { bounds: bounds(order, context) }) };
    refusal ??= decision.refusal;
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

