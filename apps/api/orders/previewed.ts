import type { IncomingHttpHeaders } from 'node:http';
import type { CommandRequest } from '#event-store';
import { newId, systemClock, type DecisionContext } from '#kernel';
import type { OrderCommand } from '#ordering';
import { problem } from '../http/problem.js';

/** Where a command ends that is only asked what it would do: put together as ever, and never sent. */
export interface Preview {
  request?: CommandRequest<OrderCommand>;
}

/** Names a preview on its way through this process. Whoever sends the header from outside names none. */
export const PREVIEW_HEADER = 'docket-preview';

const underway = new Map<string, Preview>();

/** Runs a request that carries the token, and gives what it would have sent. */
export async function previewing<T>(run: (token: string, preview: Preview) => Promise<T>): Promise<T> {
  const token = newId();
  const preview: Preview = {};
  underway.set(token, preview);
  try {
    return await run(token, preview);
  } finally {
    underway.delete(token);
  }
}

export const isPreview = (headers: IncomingHttpHeaders): boolean => typeof headers[PREVIEW_HEADER] === 'string' && underway.has(headers[PREVIEW_HEADER]);

/** The preview that a request is, if it is one. @throws ProblemError 400 for a token of nobody: it is never executed */
export function previewOf(headers: IncomingHttpHeaders): Preview | undefined {
  const token = headers[PREVIEW_HEADER];
  if (token === undefined) return undefined;
  const preview = typeof token === 'string' ? underway.get(token) : undefined;
  if (preview === undefined) throw problem('invalid-request', { detail: 'Ask previewOrderCommand what a command would do.' });
  return preview;
}

/** What a command sent now would be decided by. */
export const decisionOf = ({ commandId, actor }: Pick<CommandRequest<OrderCommand>, 'commandId' | 'actor'>): DecisionContext => ({ commandId, actor, now: systemClock.now() });
