/** Revision of the record that ends a stream for ever. */
export const TOMBSTONE_REVISION = 2n ** 63n - 1n;

/** `$tb` with exactly this value means: softly deleted (measured 1.1). */
export const DELETED_BEFORE = 2n ** 63n - 1n;

/** One record of the log. Positions grow with every record and never repeat; commit and prepare are the same. */
export interface LogRecord {
  readonly position: number;
  readonly stream: string;
  readonly revision: bigint;
  /** UUID, lower case. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  /** Ticks of 100 ns since 1970-01-01 UTC. */
  readonly created: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event on its way into the log. */
export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Expected = 'any' | 'no-stream' | 'stream-exists' | bigint;

/** The stream whose last event holds another stream's settings. */
export const metastreamOf = (stream: string): string => `$$${stream}`;

export const isMetastream = (stream: string): boolean => stream.startsWith('$$');

/** Streams of a node's own book-keeping that `$all` leaves out. */
export const isHiddenFromAll = (stream: string): boolean =>
  stream.startsWith('$persistentsubscription-$all::') || stream === '$epoch-information';
