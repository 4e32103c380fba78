import { amountLimits, GRANTED_ROLES, mayCall, PERMISSIONS, type AmountLimits, type OperationId } from '#identity';
import { minorDigits, newId, type Actor, type DecisionContext, type Refusal, type Role } from '#kernel';
import { evolveOrder, explainAction, lockAt, needsSeenRevision, NO_ORDER, refusedSince, type ActionBounds, type ActionLimit, type ExplainedAction, type Order, type OrderEvent, type OrderState } from '#ordering';
import { describeEvent } from '#projections';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { isOffered, OFFERED_COMMANDS, operationOf, type OfferedCommand } from './order-operations.js';
import { notAllowed } from '../orders/caller-rights.js';
import { surroundings } from '../orders/three-way.js';
import type { OrderRights } from './order-rights.js';

/** Beyond it a second person approves (G3). */
export interface LimitAnswer extends ActionLimit {
  readonly currency: string;
  readonly beyond: 'second-person';
  /** The operation that asks for more; who approves and may not grant so much leaves it to somebody who may. */
  readonly askedWith?: OperationId;
}

/** A command that was sent, and what becomes of it when it is taken back now. */
export interface UndoableAnswer {
  readonly commandId: string;
  readonly revision: number;
  /** What happened, in words, and by which operation it is taken back. */
  readonly title: string;
  readonly takenBackBy: OperationId;
  readonly allowed: boolean;
  readonly refusal?: Refusal;
}

/** One command for one order, in its state, for who asks. */
export interface ActionAnswer {
  readonly operation: OperationId;
  /** Some parameters pass (settled 3.4). */
  readonly allowed: boolean;
  /** Whether it is sent with `If-Match` or `Docket-Seen-Revision`. */
  readonly seenRevision: 'needed' | 'not-needed';
  /** Of what is allowed: what its parameters may be. */
  readonly bounds?: ActionBounds;
  /** How far the own role goes alone; what is not limited for it has no limit here. */
  readonly limits?: readonly LimitAnswer[];
  /** Of `undoOrderCommand`: the newest commands that have a way back, the last one first, each with what stands in it. */
  readonly commands?: readonly UndoableAnswer[];
  /** Of what is not: the guard that refuses, the event that made it so, and who could. What permissions and lists refuse began with no event. */
  readonly refusal?: Refusal;
  readonly since?: { readonly revision: number; readonly recordedAt: string; readonly type: string; readonly title: string; readonly actorId: string };
  readonly who?: { readonly roles: readonly Role[]; readonly agentIds: readonly string[] };
}

interface Turn {
  readonly order: Order;
  /** The event that made the order so. */
  readonly by: RecordedOrderEvent;
}

/** The order after each event that changed more of it than which ids are taken. */
export function turnsOf(events: readonly RecordedOrderEvent[]): readonly Turn[] {
  const turns: Turn[] = [];
  let state: OrderState = NO_ORDER;
  for (const by of events) {
    const before = state;
    state = evolveOrder(before, by.event);
    if (state.status !== 'none' && !looksAlike(before, state)) turns.push({ order: state, by });
  }
  return turns;
}

/** The order as its events leave it. */
export const orderAfter = (events: readonly { readonly event: OrderEvent }[]): OrderState => events.reduce<OrderState>((state, { event }) => evolveOrder(state, event), NO_ORDER);

/** The folds share what an event leaves alone, so comparing references is enough. */
function looksAlike(before: OrderState, after: Order): boolean {
  if (before.status === 'none') return false;
  const { createdIds: _created, externalIds: _external, ...rest } = after;
  return Object.keys(before).length === Object.keys(after).length && Object.entries(rest).every(([name, value]) => before[name as keyof Order] === value);
}

/** Every command of an order with its answer, asked of `decide` for the actor who asks (D13). */
export function explainOrder(events: readonly RecordedOrderEvent[], actor: Actor, now: string, rights: OrderRights): readonly ActionAnswer[] {
  const turns = turnsOf(events);
  const order = turns.at(-1)?.order;
  if (order === undefined) return [];
  const states = turns.map((turn) => turn.order);
  const commandId = newId();
  const as = (who: Actor): DecisionContext => ({ commandId, now, actor: who });
  const holder = lockAt(order, now)?.agentId;
  const limitsOf = ({ role }: Actor): AmountLimits => amountLimits(role, minorDigits(order.currency));

  const explain = (type: OfferedCommand, who: Actor): ExplainedAction => {
    const operation = operationOf(type);
    if (!mayCall(who.role, operation)) return { kind: 'refused', refusal: notAllowed(who.role, operation) };
    const forbids = rights.forbids(order, who.role);
    const explained = explainAction(type, order, as(who), { forbids, limits: limitsOf(who) });
    if (explained.kind === 'refused' || explained.bounds === undefined) return explained;
    return { ...explained, bounds: rights.within(explained.bounds, explained.example, forbids) };
  };

  const sinceOf = (type: OfferedCommand, { code }: Refusal): Pick<ActionAnswer, 'since'> => {
    // What the lists or the permissions refuse began with no event of the order.
    const owned = explainAction(type, order, as(actor), { limits: limitsOf(actor), forbids: rights.owners(order, actor.role) });
    if (owned.kind === 'allowed' || owned.refusal.code !== code) return {};
    const turn = turns[refusedSince(type, states, as(actor), code, limitsOf(actor), (state) => rights.owners(state, actor.role))];
    if (turn === undefined) return {};
    const { event, revision, metadata } = turn.by;
    const { title } = describeEvent({ event }, surroundings(order));
    return { since: { revision: Number(revision), recordedAt: metadata.recordedAt, type: event.type, title, actorId: metadata.actor.id } };
  };

  /** Another of the same role included; the holder of the lock by name. */
  const whoCould = (type: OfferedCommand): NonNullable<ActionAnswer['who']> => {
    const permitted = GRANTED_ROLES.filter((role) => PERMISSIONS[operationOf(type)].some((each) => each === role));
    const roles = permitted.filter((role) => explain(type, { id: commandId, role }).kind === 'allowed');
    const asHolder = holder !== undefined && holder !== actor.id && permitted.some((role) => explain(type, { id: holder, role }).kind === 'allowed');
    return { roles, agentIds: asHolder ? [holder] : [] };
  };

  return OFFERED_COMMANDS.map((type): ActionAnswer => {
    const explained = explain(type, actor);
    const seenRevision = needsSeenRevision(type) ? 'needed' : 'not-needed';
    const answer = { operation: operationOf(type), allowed: explained.kind === 'allowed', seenRevision } as const;
    if (explained.kind === 'allowed') return { ...answer, ...(explained.bounds && { bounds: explained.bounds }), ...limitsAnswered(explained, order.currency) };
    return { ...answer, refusal: explained.refusal, ...sinceOf(type, explained.refusal), who: whoCould(type) };
  });
}

function limitsAnswered({ limits, beyond }: Extract<ExplainedAction, { readonly kind: 'allowed' }>, currency: string): Pick<ActionAnswer, 'limits'> {
  if (limits === undefined) return {};
  const askedWith = beyond !== undefined && isOffered(beyond) ? { askedWith: operationOf(beyond) } : {};
  return { limits: limits.map((limit) => ({ ...limit, currency, beyond: 'second-person', ...askedWith })) };
}
