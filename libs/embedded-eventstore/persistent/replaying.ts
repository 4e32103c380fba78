import type { LogRecord } from '../log-record.js';
import type { ParkedMessages, Stretch } from './parked-messages.js';

const PAGE = 20;

/** Gives parked messages out again, no faster than they are taken, and forgets them once all are settled. */
export class Replaying {
  #stretch: Stretch | undefined;
  #next = 0n;
  #unsettled = 0;
  #isRunning = false;
  /** Changes of the stretch, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();

  /** @param give resolves when there is room for another one */
  constructor(
    private readonly parked: ParkedMessages,
    private readonly give: (record: LogRecord) => Promise<void>,
    private readonly signal: AbortSignal,
  ) {}

  /** Goes on with what an earlier process had out. */
  async resume(): Promise<void> {
    await this.#change(async () => {
      this.#stretch = await this.parked.unfinished();
      this.#next = this.#stretch?.from ?? 0n;
    });
  }

  /** @param stopAt first parked revision that stays; undefined: none */
  async begin(stopAt: bigint | undefined): Promise<void> {
    await this.#change(async () => {
      const before = this.#stretch;
      this.#stretch = await this.parked.take(stopAt, before);
      if (before === undefined) this.#next = this.#stretch?.from ?? 0n;
    });
    void this.poke();
  }

  /** One of those given out is settled. */
  settled(): void {
    this.#unsettled -= 1;
    void this.#finishIfDone().catch(() => undefined);
  }

  /** Goes on where a fault ended it. Never fails: what cannot be read now is read at the next poke. */
  async poke(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#run();
      await this.#finishIfDone();
    } catch {
      // The log could not be read or written; the next tick tries again.
    } finally {
      this.#isRunning = false;
    }
  }

  async #run(): Promise<void> {
    while (this.#stretch !== undefined && this.#next < this.#stretch.to && !this.#isOver()) {
      const { to } = this.#stretch;
      const records = await this.parked.records(this.#next, to, PAGE);
      if (records.length === 0) this.#next = to;
      for (const record of records) {
        if (this.#isOver()) return;
        this.#next = record.revision + 1n;
        this.#unsettled += 1;
        await this.give(record);
      }
    }
  }

  async #finishIfDone(): Promise<void> {
    if (!this.#isDone()) return;
    await this.#change(async () => {
      const stretch = this.#stretch;
      if (stretch === undefined || !this.#isDone()) return;
      await this.parked.forget(stretch);
      this.#stretch = undefined;
    });
  }

  #isDone(): boolean {
    return this.#stretch !== undefined && this.#next >= this.#stretch.to && this.#unsettled === 0 && !this.#isOver();
  }

  #isOver(): boolean {
    return this.signal.aborted;
  }

  #change(work: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => undefined);
    return done;
  }
}
