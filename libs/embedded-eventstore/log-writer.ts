import { Client } from 'pg';
import { failpoint } from './failpoint.js';
import type { LogReader } from './log-reader.js';
import { metastreamOf, type LogRecord } from './log-record.js';
import { WRITER_LOCK } from './log-schema.js';
import { RecentIds } from './recent-ids.js';
import { insertRecords } from './record-inserter.js';
import { EMPTY_HEAD, isSoftDeleted } from './stream-head.js';
import type { StreamHeads } from './stream-heads.js';
import type { Tail } from './tail.js';
import { WritePlanner } from './write-planner.js';
import { LogUnavailable, WriteTimedOut, type WriteOutcome, type WriteRequest } from './write-request.js';

interface Waiting {
  readonly request: WriteRequest;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: Error) => void;
}

export interface LogWriterOptions {
  readonly databaseUrl: string;
  readonly reader: LogReader;
  readonly heads: StreamHeads;
  readonly tail: Tail;
  /** After so long a write is answered, whatever becomes of it. */
  readonly writeTimeoutMs: number;
  readonly log: (message: string, error?: unknown) => void;
}

const GROUP = { requests: 1_000, bytes: 8 * 1024 * 1024 } as const;
const QUERY_TIMEOUT_MS = 10_000;
/** How often it is looked for writes whose time is over: one timer for all of them, while there are any. */
const LOOK_EVERY_MS = 1_000;

/**
 * The only writer of the log: whatever waits is decided in order, inserted by one statement and answered after its
 * commit. The lock that keeps a second writer out is held by the very connection that inserts. After a fault whose
 * outcome is unknown nothing is answered before the end of the log has been read again (settled 6.3).
 */
export class LogWriter {
  readonly #waiting: Waiting[] = [];
  /** The group that is being written. */
  #taken: Waiting[] = [];
  readonly #recent = new RecentIds();
  #client: Client | undefined;
  #planner: WritePlanner | undefined;
  #running: Promise<void> | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly options: LogWriterOptions) {}

  /** @throws Error when the database cannot be reached or another event store writes to it */
  async open(): Promise<void> {
    const { databaseUrl, reader, heads, tail, log } = this.options;
    const client = new Client({ connectionString: databaseUrl, query_timeout: QUERY_TIMEOUT_MS, connectionTimeoutMillis: QUERY_TIMEOUT_MS, keepAlive: true });
    client.on('error', (error) => {
      if (this.#client !== client) return;
      log('the connection that writes was lost', error);
      this.#lose();
    });
    await client.connect();
    try {
      await client.query('SET synchronous_commit = on');
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [WRITER_LOCK]);
      if (rows[0]?.locked !== true) throw new LogUnavailable('Another event store writes to this database.');
      heads.clear();
      this.#recent.clear();
      const last = await reader.lastPosition();
      for (const record of await reader.identities(100_000)) this.#recent.add(record);
      if (tail.last !== last) tail.reset(last);
      this.#planner = new WritePlanner(heads, this.#recent, reader, last);
      this.#client = client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** @throws LogUnavailable or WriteTimedOut: whether it was written is unknown, the same may be asked again */
  write(request: WriteRequest): Promise<WriteOutcome> {
    if (this.#client === undefined || this.#closed) return Promise.reject(new LogUnavailable('The log cannot be written just now.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, since: Date.now(), resolve, reject });
      this.#looking ??= setTimeout(() => this.#giveUpOld(), LOOK_EVERY_MS);
      this.#running ??= this.#run();
    });
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    clearTimeout(this.#looking);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      this.#taken = [];
      try {
        await this.#commitGroup(this.#taken);
      } catch (error) {
        this.options.log('a group of writes failed', error);
        const reason = error instanceof LogUnavailable ? error : new LogUnavailable('The log could not be written.');
        for (const { reject } of this.#taken) reject(reason);
        this.#lose();
      }
    }
    this.#taken = [];
    // In the same turn as the last look: what comes after it starts a run of its own.
    this.#running = undefined;
  }

  async #commitGroup(taken: Waiting[]): Promise<void> {
    const planner = this.#planner;
    const client = this.#client;
    if (planner === undefined || client === undefined) throw new LogUnavailable('The log cannot be written just now.');
    await this.#loadHeads();
    const outcomes: WriteOutcome[] = [];
    let bytes = 0;
    while (this.#waiting.length > 0 && taken.length < GROUP.requests && bytes < GROUP.bytes) {
      const next = this.#waiting[0];
      if (next === undefined || planner.mustWait(next.request) || this.options.heads.known(next.request.stream) === undefined) break;
      this.#waiting.shift();
      bytes += sizeOf(next.request);
      taken.push(next);
      outcomes.push(await planner.plan(next.request));
    }
    const records = planner.take();
    if (records.length > 0) await this.#insert(client, records);
    for (const [index, outcome] of outcomes.entries()) taken[index]?.resolve(outcome);
  }

  /** Who has waited too long is told so; what was not begun of it is not begun any more. */
  #giveUpOld(): void {
    const latest = Date.now() - this.options.writeTimeoutMs;
    const isOld = ({ since }: Waiting): boolean => since <= latest;
    const young = this.#waiting.findIndex((one) => !isOld(one));
    for (const { reject } of this.#waiting.splice(0, young < 0 ? this.#waiting.length : young)) reject(new WriteTimedOut());
    for (const { reject } of this.#taken.filter(isOld)) reject(new WriteTimedOut());
    this.#looking = this.#taken.length + this.#waiting.length === 0 ? undefined : setTimeout(() => this.#giveUpOld(), LOOK_EVERY_MS);
  }

  async #insert(client: Client, records: readonly LogRecord[]): Promise<void> {
    failpoint('store-before-commit');
    await insertRecords(client, records);
    if (this.#client !== client) throw new LogUnavailable('The connection was lost while writing.');
    failpoint('store-after-commit');
    this.options.tail.publish(records);
  }

  /** Heads of what the next group may hold, and of the metastreams that deletions and recreations write. */
  async #loadHeads(): Promise<void> {
    const { heads } = this.options;
    const ahead = this.#waiting.slice(0, GROUP.requests).map(({ request }) => request);
    await heads.load([...new Set(ahead.map(({ stream }) => stream))]);
    const settled = ahead.filter(({ kind, stream }) => kind === 'delete' || isSoftDeleted(heads.known(stream) ?? EMPTY_HEAD));
    await heads.load([...new Set(settled.map(({ stream }) => metastreamOf(stream)))]);
  }

  /** Nothing that was planned counts any more; who waits is told, and the log is read again before going on. */
  #lose(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#planner = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(new LogUnavailable('The log cannot be written just now.'));
    if (client === undefined) return;
    client.end().catch(() => undefined);
    if (!this.#closed) void this.#reopen();
  }

  async #reopen(): Promise<void> {
    for (let wait = 100; !this.#closed && this.#client === undefined; wait = Math.min(wait * 2, 2_000)) {
      try {
        await this.open();
      } catch (error) {
        this.options.log('the log cannot be opened again yet', error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}

function sizeOf(request: WriteRequest): number {
  if (request.kind !== 'append') return 0;
  return request.records.reduce((sum, { data, metadata }) => sum + data.length + metadata.length + 200, 0);
}
