import { PageSize, type Log } from './log-access.js';
import { isMetastream, TOMBSTONE_REVISION, type LogRecord } from './log-record.js';
import { EMPTY_HEAD, isSoftDeleted, type StreamHead } from './stream-head.js';
import { firstReadable } from './stream-heads.js';

const LAST_ORDINARY = TOMBSTONE_REVISION - 1n;

export type StreamStanding =
  | { readonly kind: 'readable'; readonly head: StreamHead }
  /** Never written, or softly deleted. */
  | { readonly kind: 'not-found'; readonly head: StreamHead }
  | { readonly kind: 'deleted' };

/** As it is committed. A metastream shares the end of its stream (measured 2.7). */
export async function standingOf({ heads }: Log, stream: string): Promise<StreamStanding> {
  const governed = isMetastream(stream) ? [stream, stream.slice(2)] : [stream];
  const read = await heads.read(governed);
  if (governed.some((name) => read.get(name)?.tombstoned === true)) return { kind: 'deleted' };
  const head = read.get(stream) ?? EMPTY_HEAD;
  return { kind: head.last < 0n || isSoftDeleted(head) ? 'not-found' : 'readable', head };
}

/** Records of a readable stream from a revision, inclusive, in pages; what its settings hide is left out. */
export async function* readStreamForwards({ reader }: Log, stream: string, head: StreamHead, from: bigint, count: number): AsyncGenerator<readonly LogRecord[]> {
  const first = firstReadable(stream, head);
  const youngEnough = ageLimit(head);
  const page = new PageSize();
  let next = from > first ? from : first;
  let left = count;
  while (left > 0) {
    const limit = Math.min(page.next, left);
    const records = await reader.streamForwards(stream, next, LAST_ORDINARY, limit);
    page.adapt(records);
    const shown = records.filter(youngEnough);
    if (shown.length > 0) yield shown;
    left -= shown.length;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = last.revision + 1n;
  }
}

export async function* readStreamBackwards({ reader }: Log, stream: string, head: StreamHead, from: bigint, count: number): AsyncGenerator<readonly LogRecord[]> {
  const first = firstReadable(stream, head);
  const youngEnough = ageLimit(head);
  const page = new PageSize();
  let next = from < head.last ? from : head.last;
  let left = count;
  while (left > 0 && next >= first) {
    const limit = Math.min(page.next, left);
    const records = await reader.streamBackwards(stream, first, next, limit);
    page.adapt(records);
    const shown = records.filter(youngEnough);
    if (shown.length > 0) yield shown;
    left -= shown.length;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = last.revision - 1n;
  }
}

/** `$maxAge`: what is older is not shown. */
export function ageLimit({ settings: { maxAgeSeconds } }: StreamHead): (record: LogRecord) => boolean {
  if (maxAgeSeconds === undefined) return () => true;
  const oldest = BigInt(Math.floor(Date.now() - maxAgeSeconds * 1_000)) * 10_000n;
  return (record) => record.created >= oldest;
}

/** `$all` from a position: forwards inclusive, backwards exclusive. */
export async function* readAllForwards({ reader }: Log, from: number): AsyncGenerator<readonly LogRecord[]> {
  const page = new PageSize();
  let next = from;
  for (;;) {
    const limit = page.next;
    const records = await reader.allForwards(next, limit);
    page.adapt(records);
    if (records.length > 0) yield records;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = last.position + 1;
  }
}

export async function* readAllBackwards({ reader }: Log, from: number): AsyncGenerator<readonly LogRecord[]> {
  const page = new PageSize();
  let next = from - 1;
  while (next >= 0) {
    const limit = page.next;
    const records = await reader.allBackwards(next, limit);
    page.adapt(records);
    if (records.length > 0) yield records;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = last.position - 1;
  }
}
