import { GRANTED_ROLES, mayCall, PERMISSIONS } from '#identity';
import type { Actor, Refusal, Role } from '#kernel';
import { commandTypeOf, mainEvent, orderDecider, ORDER_INVERSES, planUndo, undoIdOf, type Happened, type Order } from '#ordering';
import { describeEvent } from '#projections';
import { asFarAs, notAllowed } from '../orders/caller-rights.js';
import { surroundings } from '../orders/three-way.js';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { orderAfter, type ActionAnswer, type UndoableAnswer } from './order-actions.js';
import { operationOf, type OfferedCommand } from './order-operations.js';
import type { OrderRights } from './order-rights.js';

/** How many of the newest commands are looked at: a preview tells of any other. */
const MOST_LOOKED_AT = 20;

/** Whether something of the order can be taken back, and what (D11, D13). Asked of the same plan, gate and `decide` as an undo itself. */
export function explainUndo(events: readonly RecordedOrderEvent[], actor: Actor, now: string, rights: OrderRights): ActionAnswer {
  const answer = { operation: 'undoOrderCommand', seenRevision: 'not-needed' } as const;
  const order = orderAfter(events);
  const permitted = PERMISSIONS.undoOrderCommand;
  if (!permitted.some((role) => role === actor.role) || order.status === 'none') return { ...answer, allowed: false, refusal: notAllowed(actor.role, 'undoOrderCommand'), who: { roles: [...permitted], agentIds: [] } };
  const found = reversible(events, order);
  const history = historyOf(events);
  const explain = (who: Actor): readonly UndoableAnswer[] => found.map((each) => explained(each, history, order, who, now, rights));
  const commands = explain(actor);
  const open = commands.filter(({ allowed }) => allowed).map(({ commandId }) => commandId);
  if (open.length > 0) return { ...answer, allowed: true, bounds: { parts: open }, commands };
  const refusal = commands[0]?.refusal ?? { code: 'nothing-to-undo', rule: 'D11', message: 'Nothing of what was done has a way back.' };
  const others = GRANTED_ROLES.filter((role) => permitted.some((each) => each === role) && explain({ id: actor.id, role }).some(({ allowed }) => allowed));
  return { ...answer, allowed: false, refusal, commands, who: { roles: others, agentIds: [] } };
}

type Reversible = Pick<UndoableAnswer, 'commandId' | 'revision' | 'title' | 'takenBackBy'>;

function reversible(events: readonly RecordedOrderEvent[], order: Order): readonly Reversible[] {
  const found: Reversible[] = [];
  const around = surroundings(order);
  for (let end = events.length; end > 0 && found.length < MOST_LOOKED_AT; ) {
    const last = events[end - 1];
    if (last === undefined) break;
    const { commandId } = last.metadata;
    let start = end - 1;
    while (start > 0 && events[start - 1]?.metadata.commandId === commandId) start -= 1;
    const main = mainEvent(events.slice(start, end).map(({ event }) => event));
    const inverse = main && ORDER_INVERSES[commandTypeOf(main)];
    // What takes something back is always a command that people can send.
    if (main !== undefined && inverse?.kind === 'by') found.push({ commandId, revision: Number(last.revision), title: describeEvent({ event: main }, around).title, takenBackBy: operationOf(inverse.command as OfferedCommand) });
    end = start;
  }
  return found;
}

function explained(found: Reversible, history: readonly Happened[], order: Order, actor: Actor, now: string, rights: OrderRights): UndoableAnswer {
  const refusal = refusalOf(found, history, order, actor, now, rights);
  return { ...found, allowed: refusal === undefined, ...(refusal && { refusal }) };
}

function refusalOf({ commandId, takenBackBy }: Reversible, history: readonly Happened[], order: Order, actor: Actor, now: string, rights: OrderRights): Refusal | undefined {
  const role: Role = actor.role;
  const context = { commandId: undoIdOf(commandId, history.at(-1)?.revision ?? 0, actor.id), actor, now };
  const plan = planUndo(history, commandId, context);
  if (plan.kind === 'barred') return plan.refusal;
  if (!mayCall(role, takenBackBy)) return notAllowed(role, takenBackBy);
  const command = asFarAs(plan.command.type === 'ReinstateOrder' ? { ...plan.command, unavailable: rights.unavailable } : plan.command, order, role);
  const barred = rights.owners(order, role)(command);
  if (barred !== undefined) return barred;
  const verdict = orderDecider.decide(command, order, context);
  return verdict.kind === 'refused' ? verdict.refusal : undefined;
}

export const historyOf = (events: readonly RecordedOrderEvent[]): readonly Happened[] =>
  events.map(({ event, revision, metadata }) => ({ event, revision: Number(revision), commandId: metadata.commandId, actorId: metadata.actor.id }));
