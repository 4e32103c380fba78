/** What a group reads: one stream, or the whole log, of which a filter may leave out most. */
export type Source = { readonly kind: 'stream'; readonly stream: string } | { readonly kind: 'all'; readonly filter: SourceFilter | undefined };

/** Looks at the record as it was written; the regular expression wins over prefixes. */
export interface SourceFilter {
  readonly of: 'stream' | 'type';
  readonly regex: string;
  readonly prefixes: readonly string[];
}

export const STRATEGIES = ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** As they were sent: whatever their numbers, they are given back so (measured 2.11). */
export interface GroupSettings {
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  /** Where a new group begins, in the words of GetInfo: `0`, `-1` (the end), `17`, or `C:17/P:17` in the whole log. */
  readonly start: string;
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0: any number. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: StrategyName;
}

/** A group as it is kept. */
export interface GroupEntry {
  readonly source: Source;
  readonly group: string;
  readonly settings: GroupSettings;
  /** First revision or position that is delivered while there is no checkpoint: `start`, resolved when it was set. */
  readonly begins: bigint;
}

export const sourceName = (source: Source): string => (source.kind === 'all' ? '$all' : source.stream);

export const groupKey = (source: string, group: string): string => `${source}::${group}`;

/** Streams that a group keeps its own facts in. */
export const checkpointStream = (key: string): string => `$persistentsubscription-${key}-checkpoint`;
export const parkedStream = (key: string): string => `$persistentsubscription-${key}-parked`;

/** A place in the source, as GetInfo and the checkpoint name it. */
export const placeText = ({ kind }: Source, at: bigint): string => (kind === 'all' ? `C:${String(at)}/P:${String(at)}` : String(at));

/** @returns undefined for the end, and for what is no place */
export function placeOf(text: string): bigint | undefined {
  const digits = /^(?:C:)?(\d+)(?:\/P:\d+)?$/.exec(text)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}
