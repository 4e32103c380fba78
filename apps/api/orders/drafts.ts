import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { CommandExecutor } from '#event-store';
import { mayCall, PERMISSIONS } from '#identity';
import { commandIdOf, newId, personal, systemClock, type DecisionContext, type Refusal } from '#kernel';
import { commutes, draftIdOf, draftRules, lockAt, needsSeenRevision, orderDecider, orderRules, type DraftCommand, type Order, type OrderCommand, type Place, type StagedDraftEdit, type StagedEdit } from '#ordering';
import { asked } from '../http/asked.js';
import type { Caller } from '../http/caller.js';
import { doneOrThrow, eventAnswer, tellDone, tellPosition, type EventAnswer } from '../http/outcome.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem, ProblemError } from '../http/problem.js';
import { readable, type Readable } from '../http/readable.js';
import { idempotencyKeyFrom, seenFrom } from '../http/seen.js';
import type { ActionAnswer } from '../actions/order-actions.js';
import { OrderStream, type RecordedOrderEvent } from '../queries/order-stream.js';
import { COMMAND_EXECUTOR } from '../../../libs/ordering/handlers/command-executor.token.js';
import { ExecuteDraftCommand } from '../../../libs/ordering/handlers/execute-draft-command.handler.js';
import { asFarAs, notAllowed, refusalOf } from './caller-rights.js';
import type { StageEditBody } from './draft.requests.js';
import { orderIdFrom, OrderCommands, place, type CommandAnswer } from './order-commands.js';

export interface DraftAnswer {
  readonly orderId: string;
  readonly editId: string;
  readonly position: string;
  readonly repeated: boolean;
  readonly events: readonly EventAnswer[];
}

/** An edit that was staged and is neither applied nor dropped. */
export interface ProposedEdit {
  readonly editId: string;
  readonly agentId: string;
  readonly seenRevision: number;
  readonly edit: Readable<StagedEdit>;
  /** Whether its agent no longer holds the lock under which it was staged. */
  readonly displaced: boolean;
  /** Whether something happened since that it does not commute with, and what. */
  readonly conflict: boolean;
  readonly conflictsWith: readonly (EventAnswer & { readonly actorId: string; readonly recordedAt: string })[];
}

export interface ProposalsAnswer {
  readonly orderId: string;
  /** What whoever applies one has seen. */
  readonly revision: number;
  readonly proposals: readonly ProposedEdit[];
}

/** An order as its stream tells it, with what is staged about it. */
interface Surveyed {
  readonly orderId: string;
  readonly order: Order;
  readonly events: readonly RecordedOrderEvent[];
}

const MOST_ATTEMPTS = 5;

/** The operations on staged edits, besides reading them. */
type StagedOperation = 'stageOrderEdit' | 'applyProposedEdit' | 'dropProposedEdit';

interface Tried {
  readonly editId?: string;
  readonly refusal?: Refusal;
}

const NOTHING_STAGED: Refusal = { code: 'nothing-staged', rule: 'D5', message: 'No staged edit waits.' };

/** Staged edits: kept beside the order, and not lost to whoever takes its lock over (A22, A23, D5). */
@Injectable()
export class Drafts {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: PositionTokens,
    private readonly orders: OrderCommands,
    private readonly stream: OrderStream,
    @Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor,
  ) {}

  async stage(caller: Caller, reply: FastifyReply, ref: string, body: StageEditBody): Promise<DraftAnswer> {
    const { orderId, order, revision } = await this.latest(caller, ref);
    const seen = seenFrom(caller.headers, false);
    const seenRevision = seen.kind === 'not-needed' ? revision : Number(seen.revision);
    if (seenRevision > revision) throw problem('stale-revision', { details: { seen: seenRevision, now: revision } });
    const edit = editOf(body, order);
    return this.send(caller, reply, orderId, caller.user.id, body, { type: 'StageEdit', orderId, storeId: order.storeId, seenRevision, edit, ...lockNow(order) });
  }

  async proposals(caller: Caller, reply: FastifyReply, ref: string): Promise<ProposalsAnswer> {
    const surveyed = await this.survey(caller, ref);
    const { orderId, order, events } = surveyed;
    const { lock } = lockNow(order);
    const last = events.at(-1);
    if (last !== undefined) tellPosition(reply, this.positions.format(last.position), last.revision);
    const all = await this.staged(surveyed);
    const proposals = notApplied(all, events).map((each): ProposedEdit => {
      const ownEdits = new Set(all.filter(({ agentId }) => agentId === each.agentId).map(({ editId }) => editId));
      const conflictsWith = conflictsOf(each, order, events, ownEdits);
      return {
        editId: each.editId,
        agentId: each.agentId,
        seenRevision: each.seenRevision,
        edit: readable(each.edit),
        displaced: lock?.lockId !== each.lockId,
        conflict: conflictsWith.length > 0,
        conflictsWith: conflictsWith.map((event) => ({ ...eventAnswer(event), actorId: event.metadata.actor.id, recordedAt: event.metadata.recordedAt })),
      };
    });
    return { orderId, revision: Number(last?.revision ?? 0n), proposals };
  }

  /**
   * Does what the edit means, in the name of who applies it, at today's price. The order's own events say which edits
   * were applied, so that an edit is applied once whatever fails in between; a refusal leaves it open. What happened
   * since whoever applies it looked is not passed over: they say what they saw, as for the command itself (D4).
   */
  async apply(caller: Caller, reply: FastifyReply, ref: string, editId: string, body: object): Promise<CommandAnswer> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const surveyed = await this.survey(caller, ref);
      const { orderId, order, events } = surveyed;
      const before = events.filter(({ metadata }) => metadata.causationId === editId);
      const last = events.at(-1);
      const done = before.at(-1);
      if (done !== undefined) return this.orders.answerOf(reply, { orderId, orderNumber: order.orderNumber, commandId: done.metadata.commandId }, { ...done, events: before, repeated: true });
      const staged = (await this.staged(surveyed)).find((edit) => edit.editId === editId);
      if (staged === undefined || last === undefined) throw problem('not-found', { detail: 'There is no such edit: it was dropped, or never staged.' });
      const command = await this.commandOf(staged.edit, order);
      const answer = await this.orders.sendDerived(caller, reply, orderId, {
        command,
        // Of the edit, of who applies it and of the order as it stands: a refusal binds nobody else, and only until the order changes.
        commandId: commandIdOf(`edit:${editId}:${caller.actor.id}`, String(last.revision)),
        payload: { ...body, editId },
        body: readable(staged.edit),
        causationId: editId,
        events,
        meant: { at: BigInt(staged.seenRevision), by: staged.agentId },
        seenNeeded: needsSeenRevision(command.type),
      });
      if (answer !== undefined) return answer;
    }
    throw problem('order-busy', { headers: { 'retry-after': '1' } });
  }

  async drop(caller: Caller, reply: FastifyReply, ref: string, editId: string, body: object): Promise<DraftAnswer> {
    const surveyed = await this.survey(caller, ref);
    const { orderId, order, events } = surveyed;
    if (events.some(({ metadata }) => metadata.causationId === editId)) throw problem('not-found', { detail: 'The edit was applied.' });
    const agentId = (await this.staged(surveyed)).find((edit) => edit.editId === editId)?.agentId ?? caller.user.id;
    return this.send(caller, reply, orderId, agentId, { ...body, editId }, { type: 'DropEdit', editId, ...lockNow(order) });
  }

  /** Whether who asks can stage an edit of the order, apply one or drop one, and which (D13). Asked of the same rules as they are. */
  async actions(caller: Caller, orderId: string, order: Order, events: readonly RecordedOrderEvent[]): Promise<readonly ActionAnswer[]> {
    const decision = { commandId: newId(), actor: caller.actor, now: systemClock.now() };
    const { lock } = lockNow(order);
    const holder = lock === undefined || lock.agentId === caller.actor.id ? [] : [lock.agentId];
    const waiting = notApplied(await this.staged({ orderId, order, events }), events);
    const answer = (operation: StagedOperation, seenRevision: ActionAnswer['seenRevision'], tried: readonly Tried[], agentIds: readonly string[]): ActionAnswer => {
      const permitted = PERMISSIONS[operation];
      if (!mayCall(caller.user.role, operation)) return { operation, seenRevision, allowed: false, refusal: notAllowed(caller.user.role, operation), who: { roles: [...permitted], agentIds: [] } };
      const parts = tried.filter(({ refusal }) => refusal === undefined).flatMap(({ editId }) => (editId === undefined ? [] : [editId]));
      const refusal = tried.some((each) => each.refusal === undefined) ? undefined : (tried[0]?.refusal ?? NOTHING_STAGED);
      if (refusal === undefined) return { operation, seenRevision, allowed: true, ...(parts.length > 0 && { bounds: { parts } }) };
      return { operation, seenRevision, allowed: false, refusal, who: { roles: [], agentIds: tried.length === 0 ? [] : agentIds } };
    };
    const { state: own } = await this.executor.load(draftRules, draftIdOf(orderId, caller.user.id));
    const staging = draftRules.decider.decide({ type: 'StageEdit', orderId, storeId: order.storeId, seenRevision: 0, edit: { kind: 'remove-line', lineId: '' }, ...(lock && { lock }) }, own, decision);
    const applying = await Promise.all(waiting.map(async ({ editId, edit }): Promise<Tried> => ({ editId, ...(await this.refusalOf(edit, order, decision)) })));
    const dropping = waiting.map(({ editId, ...edit }): Tried => {
      const verdict = draftRules.decider.decide({ type: 'DropEdit', editId, ...(lock && { lock }) }, { edits: [{ editId, ...edit }], dropped: [] }, decision);
      return { editId, ...(verdict.kind === 'refused' && { refusal: verdict.refusal }) };
    });
    return [
      answer('stageOrderEdit', 'not-needed', [staging.kind === 'refused' ? { refusal: staging.refusal } : {}], holder),
      answer('applyProposedEdit', waiting.every(({ edit }) => edit.kind === 'comment') ? 'not-needed' : 'needed', applying, holder),
      answer('dropProposedEdit', 'not-needed', dropping, [...new Set([...waiting.map(({ agentId }) => agentId), ...holder])]),
    ];
  }

  /** Of what an edit means, as applying it would meet it. */
  private async refusalOf(edit: StagedEdit, order: Order, decision: DecisionContext): Promise<Pick<Tried, 'refusal'>> {
    try {
      const verdict = orderDecider.decide(asFarAs(await this.commandOf(edit, order), order, decision.actor.role), order, decision);
      return verdict.kind === 'refused' ? { refusal: verdict.refusal } : {};
    } catch (error) {
      if (error instanceof ProblemError && error.status === 409) return { refusal: refusalOf(error) };
      throw error;
    }
  }

  private async survey(caller: Caller, ref: string): Promise<Surveyed> {
    const { orderId, order } = await this.latest(caller, ref);
    return { orderId, order, events: await this.stream.read(orderId) };
  }

  private async latest(caller: Caller, ref: string): Promise<{ readonly orderId: string; readonly order: Order; readonly revision: number }> {
    const orderId = orderIdFrom(ref);
    await this.orders.orderOf(caller, orderId);
    const { state, revision } = await this.executor.load(orderRules, orderId);
    if (state.status === 'none' || revision === undefined) throw problem('order-not-found');
    return { orderId, order: state, revision: Number(revision) };
  }

  /** Of everybody who ever held the lock: nobody else can have staged anything. */
  private async staged({ orderId, events }: Surveyed): Promise<readonly StagedDraftEdit[]> {
    const holders = new Set(events.flatMap(({ event }) => (event.type === 'OrderLocked' ? [event.data.agentId] : event.type === 'OrderLockTakenOver' ? [event.data.toAgentId] : [])));
    const drafts = await Promise.all([...holders].map((agentId) => this.executor.load(draftRules, draftIdOf(orderId, agentId))));
    return drafts.flatMap(({ state }) => state.edits);
  }

  private async commandOf(edit: StagedEdit, order: Order): Promise<OrderCommand> {
    switch (edit.kind) {
      case 'add-line':
        return { type: 'AddOrderLine', quantity: edit.quantity, ...(await this.orders.quote(edit.sku, order.currency, order.shipTo.country)) };
      case 'change-quantity': {
        const line = order.lines.find(({ lineId }) => lineId === edit.lineId);
        // The decider says what is wrong with a line that is not there; its price does not matter then. Of what has left the price stands.
        const quote = line === undefined ? NO_QUOTE : line.shipped > 0 ? line.quote : (await this.orders.quote(line.sku, order.currency, order.shipTo.country)).quote;
        return { type: 'ChangeOrderLineQuantity', lineId: edit.lineId, quantity: edit.quantity, quote };
      }
      case 'change-address':
        return { type: 'ChangeOrderAddress', shipTo: placeIn(edit), ...(await this.orders.taxesAbroad(order, edit.country)) };
      default:
        return withoutPrice(edit);
    }
  }

  private async send(caller: Caller, reply: FastifyReply, orderId: string, agentId: string, body: object, command: DraftCommand): Promise<DraftAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const storeId = 'storeId' in command ? command.storeId : (await this.orders.orderOf(caller, orderId)).storeId;
    const request = { aggregateId: draftIdOf(orderId, agentId), command, commandId: commandIdOf(caller.actor.id, key), storeId, storeScope: 'all', payload: { type: command.type, body } } as const;
    const done = doneOrThrow(await this.bus.execute(new ExecuteDraftCommand(asked<DraftCommand>(caller, request))), 'edit');
    const editId = done.events[0]?.event.data.editId ?? ('editId' in command ? command.editId : '');
    const { revision: _ofTheDraft, ...told } = tellDone(reply, this.positions, done, { key, etag: false });
    return { orderId, editId, ...told };
  }
}

const NO_QUOTE = { unitPriceMinor: 0, taxClass: 'standard', taxBasisPoints: 0, source: 'none' } as const;

const lockNow = (order: Order): { readonly lock?: { readonly lockId: string; readonly agentId: string } } => {
  const lock = lockAt(order, new Date().toISOString());
  return lock === undefined ? {} : { lock: { lockId: lock.lockId, agentId: lock.agentId } };
};

function notApplied(staged: readonly StagedDraftEdit[], events: readonly RecordedOrderEvent[]): readonly StagedDraftEdit[] {
  const applied = new Set(events.map(({ metadata }) => metadata.causationId));
  return staged.filter(({ editId }) => !applied.has(editId));
}

/** What came since the agent saw the order and does not commute with the edit; what that agent did or staged is known to them. */
function conflictsOf(staged: StagedDraftEdit, order: Order, events: readonly RecordedOrderEvent[], ownEdits: ReadonlySet<string>): readonly RecordedOrderEvent[] {
  const command = sketchOf(staged.edit, order);
  const isNews = ({ revision, metadata }: RecordedOrderEvent): boolean =>
    Number(revision) > staged.seenRevision && metadata.actor.id !== staged.agentId && !ownEdits.has(metadata.causationId);
  return events.filter((recorded) => isNews(recorded) && !commutes(command, [recorded.event]));
}

/** As the concurrency table looks at it, without a price. */
function sketchOf(edit: StagedEdit, order: Order): OrderCommand {
  switch (edit.kind) {
    case 'add-line':
      return { type: 'AddOrderLine', sku: edit.sku, description: edit.sku, quantity: edit.quantity, quote: order.lines[0]?.quote ?? NO_QUOTE };
    case 'change-quantity':
      return { type: 'ChangeOrderLineQuantity', lineId: edit.lineId, quantity: edit.quantity, quote: NO_QUOTE };
    case 'change-address':
      return { type: 'ChangeOrderAddress', shipTo: placeIn(edit), ...(edit.country !== order.shipTo.country && { taxRates: {} }) };
    default:
      return withoutPrice(edit);
  }
}

const placeIn = ({ country, address }: Extract<StagedEdit, { readonly kind: 'change-address' }>): Place => ({ country, address });

function withoutPrice(edit: Exclude<StagedEdit, { readonly kind: 'add-line' | 'change-quantity' | 'change-address' }>): OrderCommand {
  switch (edit.kind) {
    case 'remove-line':
      return { type: 'RemoveOrderLine', lineId: edit.lineId };
    case 'comment':
      return { type: 'AddOrderComment', text: edit.text, visibility: edit.visibility };
  }
}

/** @throws ProblemError 400 unless the fields belong to the kind */
function editOf({ kind, sku, lineId, quantity, shipTo, text, visibility }: StageEditBody, order: Order): StagedEdit {
  const { subjectId } = order.contact;
  if (kind === 'add-line' && sku !== undefined && quantity !== undefined) return { kind, sku: sku.trim().toUpperCase(), quantity };
  if (kind === 'change-quantity' && lineId !== undefined && quantity !== undefined) return { kind, lineId, quantity };
  if (kind === 'remove-line' && lineId !== undefined) return { kind, lineId };
  if (kind === 'change-address' && shipTo !== undefined) return { kind, ...place(subjectId, shipTo) };
  if (kind === 'comment' && text !== undefined) return { kind, text: personal(subjectId, text), visibility: visibility ?? 'internal' };
  throw problem('invalid-request', { detail: `edit: fields are missing for ${kind}.` });
}
