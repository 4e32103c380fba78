import { PageSize, type Log } from './log-access.js';
import type { LogRecord } from './log-record.js';
import { ageLimit, standingOf } from './stream-reading.js';
import { firstReadable } from './stream-heads.js';
import { NO_SETTINGS } from './stream-head.js';
import { TOMBSTONE_REVISION } from './log-record.js';

/** A run of records in order; an empty one says that everything there is has been given. */
export type Run = readonly LogRecord[];

/** `$all` after a position, without end: from the log while behind, from memory when near its end. */
export async function* followAll(log: Log, after: number, signal: AbortSignal): AsyncGenerator<Run> {
  const page = new PageSize();
  let at = Math.min(after, log.tail.last);
  while (!signal.aborted) {
    const last = log.tail.last;
    const remembered = log.tail.after(at);
    const records = remembered ?? (await log.reader.allForwards(at + 1, page.next));
    if (remembered === undefined) page.adapt(records);
    at = records.at(-1)?.position ?? last;
    yield records;
    if (log.tail.last === at) await more(log, undefined, signal);
  }
}

/** One stream after a revision, without end. Its tombstone comes as its last record. */
export async function* followStream(log: Log, stream: string, after: bigint, signal: AbortSignal): AsyncGenerator<Run> {
  let at = after;
  let scanned = -1;
  while (!signal.aborted) {
    const last = log.tail.last;
    const remembered = scanned < 0 ? undefined : log.tail.after(scanned);
    if (remembered === undefined) {
      for await (const records of fromLog(log, stream, at, signal)) {
        at = lastOrdinary(records, at);
        yield records;
      }
      scanned = last;
      if (log.tail.last !== last) continue;
    } else {
      const records = remembered.filter((record) => record.stream === stream && record.revision > at);
      scanned = remembered.at(-1)?.position ?? last;
      at = lastOrdinary(records, at);
      if (records.length > 0) yield records;
      if (log.tail.last > scanned) continue;
    }
    yield [];
    if (log.tail.last === scanned) await more(log, stream, signal);
  }
}

async function* fromLog(log: Log, stream: string, after: bigint, signal: AbortSignal): AsyncGenerator<Run> {
  const standing = await standingOf(log, stream);
  const head = standing.kind === 'deleted' ? { last: after, tombstoned: true, hasMetastream: false, settings: NO_SETTINGS } : standing.head;
  const youngEnough = ageLimit(head);
  const first = standing.kind === 'not-found' ? head.last + 1n : firstReadable(stream, head);
  const page = new PageSize();
  let next = after + 1n > first ? after + 1n : first;
  while (!signal.aborted) {
    const limit = page.next;
    const records = await log.reader.streamForwards(stream, next, TOMBSTONE_REVISION, limit);
    page.adapt(records);
    const shown = records.filter(youngEnough);
    if (shown.length > 0) yield shown;
    const last = records.at(-1);
    if (last === undefined || records.length < limit) return;
    next = last.revision + 1n;
  }
}

const lastOrdinary = (records: Run, at: bigint): bigint => records.at(-1)?.revision ?? at;

/** Until something new is published, or the reader goes away. */
function more(log: Log, stream: string | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = log.tail.wait(stream, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
