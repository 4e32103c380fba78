import { createHash } from 'node:crypto';
import { CopyPlan, differenceIn, isCopied, nameOf, type Due } from './copy-plan.js';
import { CopyRefused } from './copy-refused.js';
import { RawLog, type RawRecord } from './raw-log.js';
import { TargetWriter } from './target-writer.js';

export interface CopyOptions {
  /** Connection strings, as EventStoreDB's own client takes them. */
  readonly from: string;
  readonly to: string;
  /** Compare only, write nothing. */
  readonly checkOnly?: boolean;
  /** A record of the source and where its copy stands, in order; the last pass tells all of them. */
  readonly onEqual?: (source: RawRecord, target: RawRecord) => void;
  readonly onProgress?: (progress: { readonly equal: number; readonly written: number }) => void;
  readonly signal?: AbortSignal;
}

/** What was proved equal: ids, revisions and bytes in each stream, and the order of `$all`. */
export interface CopyReport {
  readonly written: number;
  readonly equal: number;
  readonly streams: number;
  /** Records that each store writes under an id of its own: ends of streams, settings of recreated ones. */
  readonly ownIds: number;
  /** Places of events that the source had lost. */
  readonly gaps: number;
  /** System streams that were left out, with their numbers of records. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** SHA-256 over what is equal, hexadecimal. */
  readonly digest: string;
  /** Ids of the first records: which log is which. */
  readonly identities: { readonly from: string | undefined; readonly to: string | undefined };
}

/**
 * Moves a whole log into another store. Each pass goes through both from the beginning, compares what is there and
 * appends what is missing; the pass that finds nothing missing is the proof. So it can be killed at any moment: the
 * next run goes on where the copy ends.
 *
 * @throws CopyRefused when the target holds something else; the client's errors when a store cannot be reached
 */
export async function copyLog(options: CopyOptions): Promise<CopyReport> {
  const from = new RawLog(options.from);
  const to = new RawLog(options.to);
  try {
    for (let written = 0; ; ) {
      const pass = await onePass(from, to, options);
      written += pass.written;
      if (pass.written === 0) return { ...pass, written };
    }
  } finally {
    await from.close();
    await to.close();
  }
}

async function onePass(from: RawLog, to: RawLog, { checkOnly = false, onEqual, onProgress, signal }: CopyOptions): Promise<CopyReport> {
  const plan = new CopyPlan();
  const there = new Target(to);
  const writer = new TargetWriter(to);
  const digest = createHash('sha256');
  const counted = { 'as-it-is': 0, gap: 0, tombstone: 0, recreation: 0 };
  let equal = 0;
  let identity: string | undefined;
  try {
    for await (const record of from.all()) {
      identity ??= record.id;
      signal?.throwIfAborted();
      for (const due of plan.due(record)) {
        counted[due.how] += 1;
        const found = await there.next();
        if (found === undefined) {
          if (checkOnly) throw new CopyRefused(`the copy ends before ${nameOf(due)}`);
          await writer.add(due);
        } else {
          const difference = differenceIn(due, found);
          if (difference !== undefined) throw new CopyRefused(`the target is no copy of the source: ${difference}`);
          addTo(digest, due);
          equal += 1;
          if (due.how !== 'gap') onEqual?.(record, found);
        }
        if ((equal + writer.written) % 1_000 === 0) onProgress?.({ equal, written: writer.written });
      }
    }
    await writer.flush();
    const beyond = writer.written === 0 ? await there.next() : undefined;
    if (beyond !== undefined) throw new CopyRefused(`the target holds more than the source: ${nameOf(beyond)}`);
  } finally {
    await there.close();
  }
  return {
    written: writer.written,
    equal,
    streams: plan.streams,
    ownIds: counted.tombstone + counted.recreation,
    gaps: counted.gap,
    leftOut: plan.leftOut,
    digest: digest.digest('hex'),
    identities: { from: identity, to: there.identity },
  };
}

/** What the target held when the pass began, system streams aside. */
class Target {
  readonly #records: AsyncGenerator<RawRecord, void, undefined>;
  #isAtEnd = false;
  identity: string | undefined;

  constructor(log: RawLog) {
    this.#records = log.all();
  }

  async next(): Promise<RawRecord | undefined> {
    while (!this.#isAtEnd) {
      const { value, done } = await this.#records.next();
      if (done === true) break;
      this.identity ??= value.id;
      if (isCopied(value.stream)) return value;
    }
    this.#isAtEnd = true;
    return undefined;
  }

  async close(): Promise<void> {
    await this.#records.return();
  }
}

function addTo(digest: ReturnType<typeof createHash>, { how, id, stream, revision, type, isJson, data, metadata }: Due): void {
  const named = JSON.stringify([stream, String(revision), type, isJson, how === 'as-it-is' ? id : how, data.length, metadata.length]);
  digest.update(named);
  if (how === 'as-it-is') digest.update(data).update(metadata);
}
