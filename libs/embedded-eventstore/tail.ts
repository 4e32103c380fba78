import type { LogRecord } from './log-record.js';

type Wake = () => void;

/** What a reader who stops in the middle holds on to. */
const LARGEST_RUN = 256;

/**
 * The end of the log in memory, and who waits for more. Readers that keep up are served from here, the others from the
 * log; an idle reader costs nothing when others' streams are written.
 */
export class Tail {
  #records: LogRecord[] = [];
  #bytes = 0;
  /** Every record after this position, up to `last`, is in memory. */
  #completeAfter: number;
  readonly #waitingForAll = new Set<Wake>();
  readonly #waitingForStream = new Map<string, Set<Wake>>();

  constructor(
    public last: number,
    private readonly maxRecords = 20_000,
    private readonly maxBytes = 32 * 1024 * 1024,
  ) {
    this.#completeAfter = last;
  }

  publish(records: readonly LogRecord[]): void {
    const streams = new Set<string>();
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
      this.last = record.position;
      streams.add(record.stream);
    }
    this.#trim();
    wakeAll(this.#waitingForAll);
    for (const stream of streams) {
      const waiting = this.#waitingForStream.get(stream);
      if (waiting === undefined) continue;
      this.#waitingForStream.delete(stream);
      wakeAll(waiting);
    }
  }

  /** The next that came after a position, or undefined when that reaches further back than memory does. */
  after(position: number): readonly LogRecord[] | undefined {
    if (position >= this.last) return [];
    if (position < this.#completeAfter) return undefined;
    const from = this.#indexAfter(position);
    return this.#records.slice(from, from + LARGEST_RUN);
  }

  /** Calls once when more has come: of that stream, or of any. */
  wait(stream: string | undefined, wake: Wake): () => void {
    if (stream === undefined) {
      this.#waitingForAll.add(wake);
      return () => this.#waitingForAll.delete(wake);
    }
    const waiting = this.#waitingForStream.get(stream) ?? new Set();
    this.#waitingForStream.set(stream, waiting);
    waiting.add(wake);
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waitingForStream.get(stream) === waiting) this.#waitingForStream.delete(stream);
    };
  }

  /** The log was read anew: memory starts again at its end. */
  reset(last: number): void {
    this.#records = [];
    this.#bytes = 0;
    this.#completeAfter = last;
    this.last = last;
    wakeAll(this.#waitingForAll);
    for (const waiting of this.#waitingForStream.values()) wakeAll(waiting);
    this.#waitingForStream.clear();
  }

  #indexAfter(position: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.position ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A quarter at a time, so that trimming is rare. */
  #trim(): void {
    if (this.#records.length <= this.maxRecords && this.#bytes <= this.maxBytes) return;
    let drop = 0;
    let bytes = this.#bytes;
    while (drop < this.#records.length && (this.#records.length - drop > this.maxRecords * 0.75 || bytes > this.maxBytes * 0.75)) {
      const record = this.#records[drop];
      if (record !== undefined) bytes -= sizeOf(record);
      drop += 1;
    }
    this.#completeAfter = this.#records[drop - 1]?.position ?? this.#completeAfter;
    this.#records = this.#records.slice(drop);
    this.#bytes = bytes;
  }
}

const sizeOf = (record: LogRecord): number => record.data.length + record.metadata.length + 300;

function wakeAll(waiting: Set<Wake>): void {
  const woken = [...waiting];
  waiting.clear();
  for (const wake of woken) wake();
}
