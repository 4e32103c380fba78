import { randomUUID } from 'node:crypto';
import { decideAppend, type KnownIds } from './decide-append.js';
import { DELETED_BEFORE, isMetastream, metastreamOf, TOMBSTONE_REVISION, type LogRecord, type ProposedRecord } from './log-record.js';
import type { LogReader } from './log-reader.js';
import type { RecentIds } from './recent-ids.js';
import { EMPTY_HEAD, isSoftDeleted, readSettings, type StreamHead } from './stream-head.js';
import { firstReadable, type StreamHeads } from './stream-heads.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

const NOTHING = new Uint8Array();
const SOFT_DELETED = Buffer.from(`{"$tb":${String(DELETED_BEFORE)}}`);

/** A softly deleted stream that is written again begins there, and keeps its other settings (measured 2.7). */
const withTruncation = (settings: Uint8Array, first: bigint): Uint8Array =>
  Buffer.from(Buffer.from(settings).toString('utf8').replace(/("\$tb"\s*:\s*)\d+/, `$1${String(first)}`));

/** What a group of writes comes to: records to insert, and what to answer once they are. */
export class WritePlanner {
  #records: LogRecord[] = [];
  /** Streams that the group writes: what is looked up of them in the log would be out of date. */
  readonly #touched = new Set<string>();
  #lastTick = 0n;
  /** Whether the position after the last record was told to somebody who appended nothing; an earlier run may have. */
  #isNextSkipped = true;

  constructor(
    private readonly heads: StreamHeads,
    private readonly recent: RecentIds,
    private readonly reader: LogReader,
    public lastPosition: number,
  ) {}

  /** The group's records so far; the planner starts a new group. */
  take(): readonly LogRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#touched.clear();
    return records;
  }

  /** Whether deciding needs the log as it is after the group: then the group is committed first. */
  mustWait({ stream, expected }: WriteRequest): boolean {
    if (!this.#touched.has(stream) || expected === 'any' || expected === 'stream-exists') return false;
    return (expected === 'no-stream' ? -1n : expected) < (this.heads.known(stream) ?? EMPTY_HEAD).last;
  }

  async plan(request: WriteRequest): Promise<WriteOutcome> {
    const { stream, expected } = request;
    const head = this.heads.known(stream) ?? EMPTY_HEAD;
    if (request.kind !== 'append') return this.#planRemoval(request, head);
    const ids = request.records.map(({ id }) => id);
    const decision = decideAppend(head, expected, ids, await this.#knownIds(stream, expected, head, ids));
    if (decision.kind === 'idempotent') return this.#repeated(stream, head, decision.revision, decision.at?.position);
    if (decision.kind !== 'append') return decision.kind === 'deleted' ? decision : { kind: 'wrong-revision', current: decision.current };
    if (request.records.length === 0) {
      return { kind: 'written', revision: head.last < 0n ? undefined : head.last, position: this.#freshPosition() };
    }
    return this.#append(stream, head, request.records, isSoftDeleted(head) ? await this.#settingsOf(stream) : undefined);
  }

  /** `settings`: what stands in the metastream of a softly deleted stream. */
  #append(stream: string, head: StreamHead, proposed: readonly ProposedRecord[], settings: Uint8Array | undefined): WriteOutcome {
    let revision = head.last;
    for (const record of proposed) {
      revision += 1n;
      this.#write(stream, revision, record);
    }
    this.heads.set(stream, { ...head, last: revision });
    const position = this.lastPosition;
    const last = proposed.at(-1);
    if (isMetastream(stream) && last !== undefined) this.heads.settle(stream.slice(2), readSettings(last.data));
    if (settings !== undefined) this.#writeSettings(stream, withTruncation(settings, head.last + 1n));
    return { kind: 'written', revision, position };
  }

  /** The last event of the metastream, in this group or in the log. */
  async #settingsOf(stream: string): Promise<Uint8Array> {
    const metastream = metastreamOf(stream);
    const planned = this.#records.findLast((record) => record.stream === metastream);
    return (planned ?? (await this.reader.lastOfStream(metastream)))?.data ?? SOFT_DELETED;
  }

  /** A position of no event: what comes later lies behind it, before and after a restart. */
  #freshPosition(): number {
    this.#isNextSkipped = true;
    return this.lastPosition + 1;
  }

  #writeSettings(stream: string, data: Uint8Array): void {
    const metastream = metastreamOf(stream);
    const head = this.heads.known(metastream) ?? EMPTY_HEAD;
    const revision = head.last + 1n;
    this.#write(metastream, revision, { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: NOTHING });
    this.heads.set(metastream, { ...head, last: revision });
    this.heads.settle(stream, readSettings(data));
  }

  #planRemoval({ kind, stream, expected }: Extract<WriteRequest, { kind: 'delete' | 'tombstone' }>, head: StreamHead): WriteOutcome {
    if (head.tombstoned) return { kind: 'deleted' };
    const wrong: WriteOutcome = { kind: 'wrong-revision', current: head.last < 0n ? undefined : head.last };
    const softDeleted = isSoftDeleted(head);
    const exists = head.last >= 0n || head.hasMetastream;
    if (expected === 'stream-exists') {
      if (softDeleted) return { kind: 'deleted' };
      if (!exists) return wrong;
    } else if (expected === 'any') {
      if (!exists && kind === 'delete') return wrong;
    } else if (expected === 'no-stream') {
      if (head.last >= 0n && !softDeleted) return wrong;
      if (!exists && kind === 'delete') return wrong;
    } else if (expected !== head.last) {
      return wrong;
    }
    if (kind === 'delete') {
      this.#writeSettings(stream, SOFT_DELETED);
    } else {
      this.#write(stream, TOMBSTONE_REVISION, { id: randomUUID(), type: '$streamDeleted', isJson: false, data: NOTHING, metadata: NOTHING });
      this.heads.set(stream, { ...head, tombstoned: true });
    }
    return { kind: 'written', revision: head.last, position: this.lastPosition };
  }

  #repeated(stream: string, head: StreamHead, revision: bigint, position: number | undefined): WriteOutcome {
    return { kind: 'written', revision, position: revision >= firstReadable(stream, head) ? position : undefined };
  }

  #write(stream: string, revision: bigint, proposed: ProposedRecord): void {
    this.lastPosition += this.#isNextSkipped ? 2 : 1;
    this.#isNextSkipped = false;
    const record: LogRecord = { ...proposed, position: this.lastPosition, stream, revision, created: this.#tick() };
    this.#records.push(record);
    this.#touched.add(stream);
    this.recent.add(record);
  }

  /** Strictly growing, even between the events of one append. */
  #tick(): bigint {
    const now = BigInt(Date.now()) * 10_000n;
    this.#lastTick = now > this.#lastTick ? now : this.#lastTick + 1n;
    return this.#lastTick;
  }

  async #knownIds(stream: string, expected: WriteRequest['expected'], head: StreamHead, ids: readonly string[]): Promise<KnownIds> {
    const after = expected === 'no-stream' ? -1n : expected;
    const looksBack = typeof after === 'bigint' && after < head.last && ids.length > 0;
    const written = looksBack ? await this.reader.streamForwards(stream, after + 1n, after + BigInt(ids.length), ids.length) : [];
    const byRevision = new Map(written.map((record) => [record.revision, record]));
    return { recent: (id) => this.recent.get(stream, id), at: (revision) => byRevision.get(revision) };
  }
}
