import type { IncomingHttpHeaders } from 'node:http';
import type { CommandRequest, Seen } from '#event-store';
import { newId, systemClock, type DecisionContext, type Refusal } from '#kernel';
import { commutes, type OrderCommand } from '#ordering';
import { problem, type ProblemError } from '../http/problem.js';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import type { Unavailable } from './unavailable.js';

/** Where a command ends that is only asked what it would do: put together as ever, and never sent. */
export interface Preview {
  request?: CommandRequest<OrderCommand>;
  /** What stands in its way besides the order. */
  refusedElsewhere?: Refusal | undefined;
  /** When the command follows from the order's history: from what. */
  from?: DerivedFrom;
  /** When it makes an order. */
  creates?: Creation;
}

/** An order that would be made. */
export interface Creation {
  readonly requests: readonly CommandRequest<OrderCommand>[];
  readonly unavailable: readonly Unavailable[];
  /** Why it would not be, although it could be put together: of what cannot be ordered, the first. */
  readonly problem?: ProblemError;
}

/** What a command was derived from. */
export interface DerivedFrom {
  /** The order as it was read, and nothing later. */
  readonly events: readonly RecordedOrderEvent[];
  /** Who first meant it, on what they had seen; otherwise its sender, on what they say to have seen. */
  readonly meant?: { readonly at: bigint; readonly by: string };
  /** The command that it is about: whoever names it knows what it did. */
  readonly about?: string;
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

export type Unseen = { readonly kind: 'stale' | 'conflict'; readonly seen: bigint; readonly actual: bigint };

/** What stands between a command and what its sender says to have seen (settled 3.1), as the executor of commands looks at it. */
export function unseenIn({ events, about }: DerivedFrom, seen: Seen, command: OrderCommand): Unseen | undefined {
  const actual = events.at(-1)?.revision ?? 0n;
  if (seen.kind === 'not-needed' || seen.revision === actual) return undefined;
  if (seen.kind === 'exact' || seen.revision > actual) return { kind: 'stale', seen: seen.revision, actual };
  const since = events.filter(({ revision, metadata }) => revision > seen.revision && (about === undefined || metadata.commandId !== about));
  return commutes(command, since.map(({ event }) => event)) ? undefined : { kind: 'conflict', seen: seen.revision, actual };
}
