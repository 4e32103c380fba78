import { randomUUID } from 'node:crypto';
import {
  StoreUnavailable,
  type AppendOutcome,
  type EventStorePort,
  type EventToAppend,
  type ExpectedRevision,
  type LogMessage,
  type StoredEvent,
} from '#event-store';

/** What goes wrong with the next append: nothing is written, or it is written and the answer is lost. */
export type AppendFault = 'refused-connection' | 'answer-lost';

interface LogRecord {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly isJson: boolean;
  data: string;
  metadata: string;
}

/** A log in memory with EventStoreDB's rules for expected revisions, and handles with which tests break things. */
export interface InMemoryEventStore extends EventStorePort {
  /** Faults for the next appends, in order. */
  failAppends(...faults: readonly AppendFault[]): void;
  /** While false every call fails with StoreUnavailable. */
  setReachable(reachable: boolean): void;
  /** Runs before each append is decided: the place to let another writer win the race. */
  beforeAppend(hook: ((stream: string) => Promise<void>) | undefined): void;
  /** Rewrites the stored text of one event, as somebody with access to the disk could. */
  tamper(stream: string, revision: bigint, change: (text: { data: string; metadata: string }) => { data: string; metadata: string }): void;
  /** Everything as text, for searches that must find nothing. */
  rawText(): string;
  readonly appendCount: number;
  readonly readCount: number;
}

const POSITION_STEP = 137n;

export function createInMemoryEventStore(): InMemoryEventStore {
  const identity = randomUUID();
  const log: LogRecord[] = [];
  const streams = new Map<string, LogRecord[]>();
  const waiting = new Set<() => void>();
  let faults: AppendFault[] = [];
  let reachable = true;
  let hook: ((stream: string) => Promise<void>) | undefined;
  let appendCount = 0;
  let readCount = 0;

  const write = (stream: string, events: readonly EventToAppend[]): LogRecord => {
    const records = streams.get(stream) ?? [];
    streams.set(stream, records);
    for (const event of events) {
      const record: LogRecord = {
        id: event.id,
        type: event.type,
        stream,
        revision: BigInt(records.length),
        position: (log.at(-1)?.position ?? 0n) + POSITION_STEP,
        isJson: true,
        data: JSON.stringify(event.data),
        metadata: JSON.stringify(event.metadata),
      };
      records.push(record);
      log.push(record);
    }
    for (const wake of waiting) wake();
    const last = records.at(-1);
    if (last === undefined) throw new RangeError('an append needs at least one event');
    return last;
  };

  // A real node's log begins with records of its own; readers must pass over them.
  write('$users', [{ id: identity, type: '$UserCreated', data: {}, metadata: {} }]);

  const mustBeReachable = (): void => {
    if (!reachable) throw new StoreUnavailable('the in-memory store is switched off');
  };

  const append = async (stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> => {
    await hook?.(stream);
    await Promise.resolve();
    mustBeReachable();
    const fault = faults.shift();
    if (fault === 'refused-connection') throw new StoreUnavailable('the connection was refused');
    appendCount += 1;
    const outcome = decideAppend(streams.get(stream) ?? [], expected, events, () => write(stream, events));
    if (fault === 'answer-lost') throw new StoreUnavailable('the answer was lost');
    return outcome;
  };

  const lowerBound = (position: bigint): number => {
    let low = 0;
    let high = log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((log[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    append,
    async *readStream(stream, options = {}) {
      await Promise.resolve();
      mustBeReachable();
      readCount += 1;
      const records = streams.get(stream) ?? [];
      const from = Number(options.from ?? 0n);
      const until = Math.min(records.length, from + (options.maxCount ?? Number.MAX_SAFE_INTEGER));
      for (const record of records.slice(from, until)) yield stored(record);
    },
    async readLast(stream) {
      await Promise.resolve();
      mustBeReachable();
      readCount += 1;
      const last = streams.get(stream)?.at(-1);
      return last && stored(last);
    },
    async *readAll(options = {}) {
      await Promise.resolve();
      mustBeReachable();
      readCount += 1;
      const from = lowerBound(options.from ?? 0n);
      for (const record of log.slice(from, from + (options.maxCount ?? log.length))) yield stored(record);
    },
    async *subscribeAll({ after, signal }): AsyncGenerator<LogMessage> {
      let next = after === undefined ? 0 : lowerBound(after + 1n);
      let caughtUp = false;
      while (!signal.aborted) {
        const record = reachable ? log[next] : undefined;
        if (record !== undefined) {
          next += 1;
          yield { kind: 'event', event: stored(record) };
        } else if (reachable && !caughtUp) {
          caughtUp = true;
          yield { kind: 'caught-up' };
        } else {
          await new Promise<void>((resolve) => {
            const wake = (): void => {
              waiting.delete(wake);
              signal.removeEventListener('abort', wake);
              resolve();
            };
            waiting.add(wake);
            signal.addEventListener('abort', wake);
          });
        }
      }
    },
    async head() {
      await Promise.resolve();
      mustBeReachable();
      return log.at(-1)?.position;
    },
    async identity() {
      await Promise.resolve();
      mustBeReachable();
      return identity;
    },
    async close() {
      await Promise.resolve();
    },
    failAppends: (...next) => {
      faults = [...faults, ...next];
    },
    setReachable: (value) => {
      reachable = value;
      for (const wake of waiting) wake();
    },
    beforeAppend: (next) => {
      hook = next;
    },
    tamper: (stream, revision, change) => {
      const record = streams.get(stream)?.[Number(revision)];
      if (record === undefined) throw new RangeError(`${stream} has no event ${String(revision)}`);
      Object.assign(record, change({ data: record.data, metadata: record.metadata }));
    },
    rawText: () => log.map((record) => `${record.stream} ${record.id} ${record.type} ${record.data} ${record.metadata}`).join('\n'),
    get appendCount() {
      return appendCount;
    },
    get readCount() {
      return readCount;
    },
  };
}

/** The table of EventStoreDB for streams that were never deleted. */
function decideAppend(
  records: readonly LogRecord[],
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  write: () => LogRecord,
): AppendOutcome {
  const appended = (record: LogRecord): AppendOutcome => ({ kind: 'appended', revision: record.revision, position: record.position });
  const current = BigInt(records.length) - 1n;
  const wrong: AppendOutcome = { kind: 'wrong-revision', actual: current < 0n ? undefined : current };
  if (expected === 'any') {
    const known = events.map((event) => records.find((record) => record.id === event.id));
    const last = known.at(-1);
    if (last !== undefined && known.every((record) => record !== undefined)) return appended(last);
    return known[0] === undefined ? appended(write()) : wrong;
  }
  const revision = expected === 'no-stream' ? -1n : expected;
  if (revision === current) return appended(write());
  if (revision > current) return wrong;
  const there = records.slice(Number(revision + 1n), Number(revision + 1n) + events.length);
  const last = there.at(-1);
  const same = there.length === events.length && there.every((record, index) => record.id === events[index]?.id);
  return same && last !== undefined ? appended(last) : wrong;
}

function stored(record: LogRecord): StoredEvent {
  return { ...record, data: parsed(record.data), metadata: parsed(record.metadata) };
}

/** As EventStoreDB's client does it: broken JSON arrives as its text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
