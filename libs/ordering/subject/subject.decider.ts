import { accept, type Decider, type Decision } from '#kernel';
import type { SubjectCommand } from './subject.commands.js';
import type { SubjectEvent } from './subject.events.js';

export type SubjectState = { readonly status: 'unknown' } | { readonly status: 'erased'; readonly subjectId: string };

/** A person is erased once and for good: asking again yields nothing new. */
function decide(command: SubjectCommand, state: SubjectState): Decision<SubjectEvent, never> {
  if (state.status === 'erased') return accept();
  return accept({ type: 'SubjectErased', data: { subjectId: command.subjectId, reasonCode: command.reasonCode } });
}

export const subjectDecider: Decider<SubjectState, SubjectCommand, SubjectEvent, never> = {
  category: 'subject',
  initialState: { status: 'unknown' },
  evolve: (_state, event) => ({ status: 'erased', subjectId: event.data.subjectId }),
  decide,
};

/** What the executor of commands must know of an erased person; nobody's store owns one. */
export const subjectRules = {
  decider: subjectDecider,
  storeIdOf: (): string | undefined => undefined,
  creates: (): boolean => true,
  commutes: (): boolean => true,
} as const;
