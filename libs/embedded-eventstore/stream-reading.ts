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

type Pages = AsyncGenerator<readonly LogRecord[]>;

interface Reading<Place> {
  readonly from: Place;
  /** The page that begins there. */
  readonly read: (at: Place, limit: number) => Promise<readonly LogRecord[]>;
  /** Where the page behind this record begins. */
  readonly after: (record: LogRecord) => Place;
  readonly count?: number;
  readonly isShown?: (record: LogRecord) => boolean;
}

/** What is shown, in pages as large as suits the size of the records. */
async function* pages<Place>({ from, read, after, count = Infinity, isShown = () => true }: Reading<Place>): Pages {
  const page = new PageSize();
  let next = from;
  let left = count;
  while (left > 0) {
    const limit = Math.min(page.next, left);
    const records = await read(next, limit);
    page.adapt(records);
    const shown = records.filter(isShown);
    if (shown.length > 0) yield shown;
    left -= shown.length;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = after(last);
  }
}

/** Records of a readable stream from a revision, inclusive; what its settings hide is left out. */
export function readStreamForwards({ reader }: Log, stream: string, head: StreamHead, from: bigint, count: number): Pages {
  const first = firstReadable(stream, head);
  return pages({
    from: from > first ? from : first,
    read: (at, limit) => reader.streamForwards(stream, at, LAST_ORDINARY, limit),
    after: ({ revision }) => revision + 1n,
    count,
    isShown: ageLimit(head),
  });
}

export function readStreamBackwards({ reader }: Log, stream: string, head: StreamHead, from: bigint, count: number): Pages {
  const first = firstReadable(stream, head);
  return pages({
    from: from < head.last ? from : head.last,
    read: async (at, limit) => (at < first ? [] : reader.streamBackwards(stream, first, at, limit)),
    after: ({ revision }) => revision - 1n,
    count,
    isShown: ageLimit(head),
  });
}

/** `$maxAge`: what is older is not shown. */
export function ageLimit({ settings: { maxAgeSeconds } }: StreamHead): (record: LogRecord) => boolean {
  if (maxAgeSeconds === undefined) return () => true;
  const oldest = BigInt(Math.floor(Date.now() - maxAgeSeconds * 1_000)) * 10_000n;
  return (record) => record.created >= oldest;
}

/** `$all` from a position: forwards inclusive, backwards exclusive. */
export const readAllForwards = ({ reader }: Log, from: number): Pages =>
  pages({ from, read: (at, limit) => reader.allForwards(at, limit), after: ({ position }) => position + 1 });

export const readAllBackwards = ({ reader }: Log, from: number): Pages =>
  pages({ from: from - 1, read: async (at, limit) => (at < 0 ? [] : reader.allBackwards(at, limit)), after: ({ position }) => position - 1 });
