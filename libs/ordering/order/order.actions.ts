import type { DecisionContext, Refusal } from '#kernel';
import type { OrderCommand, OrderCommandType } from './order.commands.js';
import type { ActionBounds, Attempts } from './order.attempt.js';
import { ORDER_ATTEMPTS } from './order.attempts.js';
import { decideOrder } from './order.decide.js';
import { NO_LIMITS, type ActionLimit, type OwnLimits } from './order.limits.js';
import type { Order } from './order.state.js';

export type { ActionBounds } from './order.attempt.js';
export type { ActionLimit, OwnLimits } from './order.limits.js';

/** What becomes of a command here and now: some parameters pass, or a guard refuses whatever they are (D13). */
export type ExplainedAction =
  | {
      readonly kind: 'allowed';
      readonly bounds?: ActionBounds;
      readonly limits?: readonly ActionLimit[];
      /** What asks a second person for more than the limits. */
      readonly beyond?: OrderCommandType;
      readonly example: OrderCommand;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What stands in the way of one command besides `decide`: a right that depends on what it names. */
export type Forbids = (command: OrderCommand) => Refusal | undefined;

/** Of who asks: what the order itself does not know. */
export interface Rights {
  readonly forbids?: Forbids;
  readonly limits?: OwnLimits;
}

/** Asks `decide` itself, so that the answer cannot differ from what a command would meet. Pure; appends nothing. */
export function explainAction(type: OrderCommandType, order: Order, context: DecisionContext, { forbids, limits: own = NO_LIMITS }: Rights = {}): ExplainedAction {
  const { tries, bounds, limits, beyond } = ORDER_ATTEMPTS[type] as Attempts<OrderCommand>;
  let refusal: Refusal | undefined;
  for (const example of tries(order, context, own)) {
    const decision = decideOrder(example, order, context);
    const refused = decision.kind === 'accepted' ? forbids?.(example) : decision.refusal;
    if (refused === undefined) {
      const ownLimits = limits?.(order, own) ?? [];
      return { kind: 'allowed', example, ...(bounds && { bounds: bounds(order, context) }), ...(ownLimits.length > 0 && { limits: ownLimits, ...(beyond && { beyond }) }) };
    }
    refusal ??= refused;
  }
  if (refusal === undefined) throw new RangeError(`nothing to try for ${type}`);
  return { kind: 'refused', refusal };
}

/**
 * From which of an order's states on the same guard has refused the command without a break.
 * @param states the order after each of its events, oldest first; the last is the one that refuses
 * @param forbidsIn rights that go by what the order has: whose a hold is
 */
export function refusedSince(type: OrderCommandType, states: readonly Order[], context: DecisionContext, code: string, limits: OwnLimits = NO_LIMITS, forbidsIn: (order: Order) => Forbids | undefined = () => undefined): number {
  let since = states.length - 1;
  for (let index = since - 1; index >= 0; index -= 1) {
    const state = states[index];
    if (state === undefined) break;
    const forbids = forbidsIn(state);
    const explained = explainAction(type, state, context, { limits, ...(forbids && { forbids }) });
    if (explained.kind === 'allowed' || explained.refusal.code !== code) break;
    since = index;
  }
  return since;
}
