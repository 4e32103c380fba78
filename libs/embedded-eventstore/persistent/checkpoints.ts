import { randomUUID } from 'node:crypto';
import type { Log } from '../log-access.js';
import type { LogWriter } from '../log-writer.js';
import { standingOf } from '../stream-reading.js';
import type { Reached } from './progress.js';
import { placeOf, placeText, type GroupSettings, type Source } from './settings.js';

/** Records passed over are worth a checkpoint too, but seldom. */
const SKIPPED_WORTH_IT = 1_000;

/** How far a group is, kept in a stream of its own: the last event with no unsettled one before it. */
export class Checkpoints {
  #at: bigint | undefined;
  #settled = 0;
  #skipped = 0;
  #writtenAt = Date.now();
  #isWriting = false;

  constructor(
    private readonly log: Log,
    private readonly writer: LogWriter,
    private readonly stream: string,
    private readonly source: Source,
    private readonly settings: GroupSettings,
  ) {}

  /** Undefined before the first one. */
  get at(): bigint | undefined {
    return this.#at;
  }

  async load(): Promise<void> {
    const standing = await standingOf(this.log, this.stream);
    if (standing.kind !== 'readable') return;
    const last = await this.log.reader.lastOfStream(this.stream);
    this.#at = placeOf(Buffer.from(last?.data ?? []).toString('utf8').replaceAll('"', ''));
  }

  /**
   * Writes one if enough is settled: at once from the upper bound on, else on the tick, from the lower bound on, when
   * the time has come. @throws LogUnavailable
   */
  async write({ at, settled, skipped }: Reached, onTick: boolean): Promise<void> {
    const { minCheckpointCount, maxCheckpointCount, checkpointAfterMs } = this.settings;
    if (this.#isWriting || at === undefined || at === this.#at) return;
    const newly = settled - this.#settled;
    const isTime = onTick && Date.now() - this.#writtenAt >= checkpointAfterMs;
    const isWorthIt = newly >= Math.max(minCheckpointCount, 1) || skipped - this.#skipped >= SKIPPED_WORTH_IT;
    if (newly < Math.max(maxCheckpointCount, 1) && !(isTime && isWorthIt)) return;
    this.#isWriting = true;
    try {
      const data = Buffer.from(JSON.stringify(placeText(this.source, at)));
      const record = { id: randomUUID(), type: 'SubscriptionCheckpoint', isJson: true, data, metadata: new Uint8Array() };
      await this.writer.write({ kind: 'append', stream: this.stream, expected: 'any', records: [record] });
      this.#at = at;
      this.#settled = settled;
      this.#skipped = skipped;
      this.#writtenAt = Date.now();
    } finally {
      this.#isWriting = false;
    }
  }
}
