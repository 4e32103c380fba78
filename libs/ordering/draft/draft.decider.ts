import { accept, createdIdOf, refuse, uuidV5, type Decider, type Decision, type DecisionContext } from '#kernel';
import type { DraftCommand, DraftCommandOf } from './draft.commands.js';
import type { DraftEvent, DraftEventData } from './draft.events.js';

export type StagedDraftEdit = DraftEventData['DraftEditStaged'];

/** What one agent means to change about one order, oldest first; dropped edits are only remembered. */
export interface Draft {
  readonly edits: readonly StagedDraftEdit[];
  readonly dropped: readonly string[];
}

/** Enough for an afternoon's work on one order. */
export const MOST_STAGED = 100;

export type DraftRejectionCode = 'edit-needs-lock' | 'too-many-edits' | 'edit-not-found' | 'edit-not-yours';

type Decided = Decision<DraftEvent, DraftRejectionCode>;

/** An agent has one draft for an order: frozen, or their drafts are not found again. */
export const draftIdOf = (orderId: string, agentId: string): string => uuidV5(orderId, `draft:${agentId}`);

const evolve = (draft: Draft, event: DraftEvent): Draft => {
  if (event.type === 'DraftEditStaged') return { ...draft, edits: [...draft.edits, event.data] };
  const { editId } = event.data;
  return { edits: draft.edits.filter((edit) => edit.editId !== editId), dropped: [...draft.dropped, editId] };
};

const decide = (command: DraftCommand, draft: Draft, context: DecisionContext): Decided => (command.type === 'StageEdit' ? stage(command, draft, context) : drop(command, draft, context));

/** Only who holds the order's lock stages edits: whoever takes it over finds them as a proposal (A22, D5). */
function stage({ orderId, seenRevision, edit, lock }: DraftCommandOf<'StageEdit'>, draft: Draft, context: DecisionContext): Decided {
  const editId = createdIdOf(context.commandId, 'edit');
  if (draft.dropped.includes(editId) || draft.edits.some((each) => each.editId === editId)) return accept();
  if (lock?.agentId !== context.actor.id) return refuse('A22', 'edit-needs-lock', 'Lock the order first: edits are staged under a lock.');
  if (draft.edits.length >= MOST_STAGED) return refuse('A22', 'too-many-edits', `At most ${String(MOST_STAGED)} edits are staged: apply or drop some.`, { greatest: MOST_STAGED });
  return accept({ type: 'DraftEditStaged', data: { editId, orderId, agentId: context.actor.id, lockId: lock.lockId, seenRevision, edit } });
}

/** By who staged it, or by who works on the order now (A23). */
function drop({ editId, lock }: DraftCommandOf<'DropEdit'>, draft: Draft, context: DecisionContext): Decided {
  if (draft.dropped.includes(editId)) return accept();
  const edit = draft.edits.find((each) => each.editId === editId);
  if (edit === undefined) return refuse('A23', 'edit-not-found', 'There is no such edit.', { editId });
  if (![edit.agentId, lock?.agentId].includes(context.actor.id)) return refuse('A23', 'edit-not-yours', 'Only who staged an edit, or who holds the lock now, drops it.', { agentId: edit.agentId });
  return accept({ type: 'DraftEditDropped', data: { editId, orderId: edit.orderId } });
}

export const draftDecider: Decider<Draft, DraftCommand, DraftEvent, DraftRejectionCode> = { category: 'draft', initialState: { edits: [], dropped: [] }, evolve, decide };

/** What the executor of commands must know of a draft. That its order is seen was looked up before. */
export const draftRules = {
  decider: draftDecider,
  storeIdOf: (): string | undefined => undefined,
  creates: (): boolean => true,
  commutes: (): boolean => true,
} as const;
