import type { DecisionContext } from '#kernel';
import * as no from './order.rejections.js';

/** Whoever asks beyond their limit is named: nobody answers their own request (G3). */
export function secondPersonGuard({ requestedBy }: { readonly requestedBy: string }, { actor }: DecisionContext): no.Rejected | undefined {
  return requestedBy === actor.id ? no.reject('approver-is-the-agent', 'Nobody approves what they asked for themselves.') : undefined;
}

type Figures = Readonly<Record<string, unknown>>;

/** Above the limit of the one who asks it is requested; above that of the one who approves, somebody else has to (G3). */
export const OVER_LIMIT = {
  'appeasement-needs-approval': (figures: Figures) =>
    no.reject('appeasement-needs-approval', 'Together with what was granted before it is above the limit: request it, and a second person approves it.', figures),
  'charge-needs-approval': (figures: Figures) =>
    no.reject('charge-needs-approval', 'Together with what was charged by hand before it is above the limit: request it, and a second person approves it.', figures),
  'discount-needs-approval': (figures: Figures) =>
    no.reject('discount-needs-approval', 'Together with what was given before it is above the limit: request it, and a second person approves it.', figures),
  'approval-exceeds-limit': (figures: Figures) => no.reject('approval-exceeds-limit', 'Together with what was granted before it is above what you may grant.', figures),
} as const;
