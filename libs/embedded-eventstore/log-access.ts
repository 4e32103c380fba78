import type { LogReader } from './log-reader.js';
import type { StreamHeads } from './stream-heads.js';
import type { Tail } from './tail.js';

/** What reading needs of the log. */
export interface Log {
  readonly reader: LogReader;
  readonly heads: StreamHeads;
  readonly tail: Tail;
}

const PAGE_BYTES = 4 * 1024 * 1024;
const MOST = 1_000;

/** How many records the next page may hold, so that pages of large records stay small. */
export class PageSize {
  #next = 64;

  get next(): number {
    return this.#next;
  }

  adapt(records: readonly { readonly data: Uint8Array; readonly metadata: Uint8Array }[]): void {
    if (records.length === 0) return;
    let bytes = 0;
    for (const { data, metadata } of records) bytes += data.length + metadata.length;
    const fitting = Math.floor(PAGE_BYTES / Math.max(bytes / records.length, 1));
    this.#next = Math.max(1, Math.min(MOST, fitting, this.#next * 8));
  }
}
