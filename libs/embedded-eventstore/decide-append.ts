import type { Expected } from './log-record.js';
import { isSoftDeleted, type StreamHead } from './stream-head.js';

/** Where an id stands in its stream, as far as it is remembered. */
export interface KnownId {
  readonly revision: bigint;
  readonly position: number;
}

export type AppendDecision =
  | { readonly kind: 'append' }
  /** Written before: nothing is written again. `at` is the last record of the earlier append. */
  | { readonly kind: 'idempotent'; readonly revision: bigint; readonly at: KnownId | undefined }
  | { readonly kind: 'wrong-revision'; readonly current: bigint | undefined }
  | { readonly kind: 'deleted' };

/** What the decision may have to look up: the id at a revision, and recently written ids of the stream. */
export interface KnownIds {
  recent(id: string): KnownId | undefined;
  at(revision: bigint): { readonly id: string; readonly position: number } | undefined;
}

/** Whether `ids` may be appended: the table of EventStoreDB (eventstore-protocol 1.1, corrected by measured 1.1). */
export function decideAppend(head: StreamHead, expected: Expected, ids: readonly string[], known: KnownIds): AppendDecision {
  if (head.tombstoned) return { kind: 'deleted' };
  const { last } = head;
  const softDeleted = isSoftDeleted(head);
  const wrong: AppendDecision = { kind: 'wrong-revision', current: last < 0n ? undefined : last };
  if (expected === 'stream-exists') {
    if (softDeleted) return { kind: 'deleted' };
    if (last < 0n && !head.hasMetastream) return wrong;
  }
  if (expected === 'any' || expected === 'stream-exists') return decideByRecent(ids, known, wrong);
  const after = expected === 'no-stream' ? -1n : expected;
  if (after > last) return wrong;
  if (after === last) return { kind: 'append' };
  for (const [index, id] of ids.entries()) {
    if (known.at(after + 1n + BigInt(index))?.id === id) continue;
    return index === 0 && expected === 'no-stream' && softDeleted ? { kind: 'append' } : wrong;
  }
  if (ids.length === 0) return wrong;
  const revision = after + BigInt(ids.length);
  const end = known.at(revision);
  return { kind: 'idempotent', revision, at: end && { revision, position: end.position } };
}

function decideByRecent(ids: readonly string[], known: KnownIds, wrong: AppendDecision): AppendDecision {
  const hits = ids.map((id) => known.recent(id));
  const lastHit = hits.at(-1);
  if (lastHit !== undefined && hits.every((hit) => hit !== undefined)) return { kind: 'idempotent', revision: lastHit.revision, at: lastHit };
  return hits[0] === undefined ? { kind: 'append' } : wrong;
}
