/** An event as the log holds it: still sealed, not yet upcast. */
export interface StoredEvent {
  readonly id: string;
  /** Stored type name, with its version suffix from v2 on (`OrderHoldApplied.v2`). */
  readonly type: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly isJson: boolean;
  /** Parsed JSON, or bytes when the content type is not JSON or the JSON is broken. */
  readonly data: unknown;
  readonly metadata: unknown;
}

export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

export type ExpectedRevision = bigint | 'no-stream' | 'any';

export type AppendOutcome =
  /** `position` is undefined when the store recognised a repeated append and no longer knows where it stands. */
  | { readonly kind: 'appended'; readonly revision: bigint; readonly position: bigint | undefined }
  | { readonly kind: 'wrong-revision'; readonly actual: bigint | undefined };

export type LogMessage =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** The reader has seen everything that there was; what follows is live. */
  | { readonly kind: 'caught-up' };

/**
 * The log, as the application needs it. Bound to EventStoreDB's client in composition roots only.
 * Calls fail with `StoreUnavailable` when the store cannot be reached or answers late; whether an append then took
 * place is unknown, and the identical append must be sent again or the stream read.
 */
export interface EventStorePort {
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome>;
  /** Forwards from a revision (inclusive), in pages; an absent stream yields nothing. */
  readStream(stream: string, options?: { readonly from?: bigint; readonly maxCount?: number }): AsyncIterable<StoredEvent>;
  /** The last event of a stream, if any. */
  readLast(stream: string): Promise<StoredEvent | undefined>;
  /** The whole log forwards from a position (inclusive) or the start. */
  readAll(options?: { readonly from?: bigint; readonly maxCount?: number }): AsyncIterable<StoredEvent>;
  /**
   * The whole log after a position (exclusive) or from the start, then live, without a gap. Supervised: heartbeat by
   * head position, resubscribes after faults and graceful ends. Ends only when `signal` aborts.
   * @throws LogReplaced when, on resuming, the log is another one or ends before the position
   */
  subscribeAll(options: { readonly after?: bigint; readonly signal: AbortSignal }): AsyncIterable<LogMessage>;
  /** Position of the last event of `$all`; undefined while the log is empty. */
  head(): Promise<bigint | undefined>;
  /** Identity of this log: the id of its very first record. A checkpoint made on another log is refused by it. */
  identity(): Promise<string>;
  close(): Promise<void>;
}

/** The store could not be reached, or answered too late: the outcome of an append is unknown. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The log behind the address is another one, or an older copy, than the position to go on from. */
export class LogReplaced extends Error {
  override readonly name = 'LogReplaced';
}

/** The store understood and will never accept this: a closed stream, missing rights, an append too large. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}
