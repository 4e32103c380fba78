import type { Codec, EventStorePort } from '#event-store';
import type { DocketEvent } from '#ordering';
import { NewerEvent, Unshowable } from './applying.js';
import { joined, readBatch, type Batch } from './batch.js';
import { Fenced } from './checkpoint.js';
import { faultText, mayPass, pause } from './faults.js';

/** So many events on offer, and whoever offers waits. */
const ROOM = 4_000;
const PAGE = 1_000;
/** So many events waiting are worth a transaction at once. */
const FULL = 500;
/** A batch of few events costs nearly what one of hundreds does: after it, as many times as long is left to others. */
const RESTS = 2;
const MOST_REST_MS = 40;

/** What goes through the log on a lane: a generation of a read model, or a process. */
export interface LaneWork {
  readonly name: string;
  /** Position of the last event that it had taken in when the lane was made; -1 before the first. */
  readonly position: bigint;
  /**
   * Takes in a batch, as far as it is later than `from`; a repetition changes nothing. May leave off when the lane stops.
   * @throws what may pass, and then the batch is offered again; anything else ends the lane
   */
  take(batch: Batch, from: bigint): Promise<void>;
  /** It cannot go on; says why, for good. */
  giveUp(because: string): Promise<void>;
}

export interface LaneOptions<Work extends LaneWork = LaneWork> {
  readonly work: Work;
  readonly store: EventStorePort;
  readonly codec: Codec<DocketEvent>;
  /** Position of the last batch that was offered to all lanes. */
  readonly offered: () => bigint;
  readonly log: (message: string, details?: object) => void;
  /** Another projector works: this one must stop. */
  readonly onFenced: () => void;
}

/**
 * One reader on its way through the log. While it keeps up it takes the batches that all lanes share; when it is
 * behind, or waits for the database, it leaves them alone and reads for itself until it is level.
 */
export class Lane<Work extends LaneWork = LaneWork> {
  #queue: Batch[] = [];
  #waiting = 0;
  readonly #stop = new AbortController();
  #attached = false;
  #position: bigint;
  #wake: () => void = () => undefined;
  #room: () => void = () => undefined;
  #ended: Promise<void> | undefined;
  #fault: string | undefined;

  constructor(private readonly options: LaneOptions<Work>) {
    this.#position = options.work.position;
  }

  get work(): Work {
    return this.options.work;
  }

  get position(): bigint {
    return this.#position;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  /** Whether it has everything that was offered so far. */
  get isLevel(): boolean {
    return this.#attached && this.#queue.length === 0 && this.#position >= this.options.offered();
  }

  start(): void {
    this.#ended = this.#run().catch((error: unknown) => this.#giveUp(error));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    this.#room();
    await this.#ended;
  }

  /** Offers a shared batch; resolves when there is room for the next. */
  offer(batch: Batch): Promise<void> | undefined {
    if (!this.#attached) return undefined;
    this.#queue.push(batch);
    this.#waiting += batch.decoded.length;
    this.#wake();
    if (this.#waiting < ROOM) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const batch = this.#takeAll();
      if (batch === undefined) {
        if (this.#attached) await this.#news();
        else await this.#catchUp();
      } else {
        this.#room();
        const begun = performance.now();
        await this.#apply(batch);
        await this.#rest(performance.now() - begun);
      }
    }
  }

  /** What was offered while the last batch was taken in makes the next one. */
  #takeAll(): Batch | undefined {
    const waiting = this.#queue;
    this.#queue = [];
    this.#waiting = 0;
    return joined(waiting);
  }

  /** Reading is late by a few milliseconds while much happens, and leaves the machine to those who make it happen. */
  async #rest(workedMs: number): Promise<void> {
    const ms = Math.min(MOST_REST_MS, RESTS * workedMs);
    if (ms >= 1 && this.#waiting < FULL && this.#attached) await pause(ms, this.#stop.signal);
  }

  async #catchUp(): Promise<void> {
    // Between the look and the attachment nothing can be offered: both happen in one turn.
    if (this.#position >= this.options.offered()) {
      this.#attached = true;
      return;
    }
    const { store, codec } = this.options;
    const batch = await this.#untilItWorks(() => readBatch(store, codec, this.#position, PAGE));
    if (batch !== undefined) await this.#apply(batch);
  }

  async #apply(batch: Batch): Promise<void> {
    if (batch.last.position <= this.#position) return;
    await this.#untilItWorks(() => this.work.take(batch, this.#position));
    if (!this.#stop.signal.aborted) this.#position = batch.last.position;
  }

  /** Waits out what may pass, without holding the others up. */
  async #untilItWorks<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let wait = 50; !this.#stop.signal.aborted; wait = Math.min(wait * 2, 2_000)) {
      try {
        const result = await work();
        this.#fault = undefined;
        return result;
      } catch (error) {
        if (!mayPass(error)) throw error;
        this.#fault = faultText(error);
        this.options.log('a reader of the log waits', { name: this.work.name, fault: this.#fault });
        this.#detach();
        await pause(wait, this.#stop.signal);
      }
    }
    return undefined;
  }

  #detach(): void {
    this.#attached = false;
    this.#takeAll();
    this.#room();
  }

  #news(): Promise<void> {
    if (this.#queue.length > 0 || this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #giveUp(error: unknown): Promise<void> {
    this.#detach();
    if (error instanceof Fenced) {
      this.options.onFenced();
      return;
    }
    const because = error instanceof NewerEvent || error instanceof Unshowable ? `${error.name}: ${error.message}` : faultText(error);
    this.#fault = because;
    this.options.log('a reader of the log stopped', { name: this.work.name, because });
    await this.work.giveUp(because).catch(() => undefined);
  }
}
