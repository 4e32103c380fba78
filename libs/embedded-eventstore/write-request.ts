import type { Expected, ProposedRecord } from './log-record.js';

/** What can be asked of the writer. */
export type WriteRequest =
  | { readonly kind: 'append'; readonly stream: string; readonly expected: Expected; readonly records: readonly ProposedRecord[] }
  /** Soft: the stream can be written again and goes on numbering. */
  | { readonly kind: 'delete'; readonly stream: string; readonly expected: Expected }
  /** For ever. */
  | { readonly kind: 'tombstone'; readonly stream: string; readonly expected: Expected };

export type WriteOutcome =
  /** `revision` is undefined for an empty append to a stream that never was; `position` when the record can no longer be read. */
  | { readonly kind: 'written'; readonly revision: bigint | undefined; readonly position: number | undefined }
  | { readonly kind: 'wrong-revision'; readonly current: bigint | undefined }
  | { readonly kind: 'deleted' };

/** It took longer than a write may. Whether what was asked took or takes place is unknown: the same may be asked again. */
export class WriteTimedOut extends Error {
  override readonly name = 'WriteTimedOut';

  constructor() {
    super('Operation timed out: the write was not committed in time.');
  }
}

/** The log cannot be written just now. Whether what was asked took place is unknown. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}
