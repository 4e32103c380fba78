import { randomUUID } from 'node:crypto';
import { nameOf, type Due } from './copy-plan.js';
import { CopyRefused } from './copy-refused.js';
import type { RawLog } from './raw-log.js';

/** Payload that every store takes in one append. */
const RUN_BYTES = 1024 * 1024;
const RUN_RECORDS = 10_000;

/** Appends in the order of the source; neighbours of one stream together, which keeps what was one append one. */
export class TargetWriter {
  #run: Due[] = [];
  #bytes = 0;
  #lastStream = '';
  #written = 0;

  constructor(private readonly target: RawLog) {}

  get written(): number {
    return this.#written;
  }

  /** @throws CopyRefused when the target has moved on meanwhile */
  async add(due: Due): Promise<void> {
    const isNeighbour = this.#run[0]?.stream === due.stream && due.how !== 'tombstone';
    if (!isNeighbour || this.#bytes + due.data.length > RUN_BYTES || this.#run.length >= RUN_RECORDS) await this.flush();
    if (due.how === 'tombstone') {
      await this.target.tombstone(due.stream);
      this.#count(due.stream, 1);
    } else if (due.how === 'recreation' && due.stream === `$$${this.#lastStream}`) {
      // Written by the store itself, with the append just before.
      this.#count(due.stream, 1);
    } else {
      this.#run.push(due);
      this.#bytes += due.data.length;
    }
  }

  async flush(): Promise<void> {
    const [first] = this.#run;
    if (first === undefined) return;
    const records = this.#run.map(({ how, id, type, isJson, data, metadata }) => ({ id: how === 'gap' ? randomUUID() : id, type, isJson, data, metadata }));
    if (!(await this.target.append(first.stream, first.revision - 1n, records))) {
      throw new CopyRefused(`somebody else writes to the target: ${nameOf(first)} is taken there. Stop what writes to it`);
    }
    this.#count(first.stream, records.length);
    this.#run = [];
    this.#bytes = 0;
  }

  #count(stream: string, records: number): void {
    this.#lastStream = stream;
    this.#written += records;
  }
}
