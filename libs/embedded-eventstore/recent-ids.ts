import type { LogRecord } from './log-record.js';
import type { KnownId } from './decide-append.js';

/** Ids written lately, by stream: what makes an append with ANY recognisable as a repeat (measured 1.1, weak cache). */
export class RecentIds {
  readonly #known = new Map<string, KnownId>();

  constructor(private readonly capacity = 100_000) {}

  get(stream: string, id: string): KnownId | undefined {
    return this.#known.get(key(stream, id));
  }

  add(record: Pick<LogRecord, 'stream' | 'id' | 'revision' | 'position'>): void {
    this.#known.set(key(record.stream, record.id), { revision: record.revision, position: record.position });
    if (this.#known.size <= this.capacity) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }

  clear(): void {
    this.#known.clear();
  }
}

const key = (stream: string, id: string): string => `${id}${stream}`;
