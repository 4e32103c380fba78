import type { Log } from '../log-access.js';
import type { LogRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import { resolveLink } from '../grpc/links.js';
import type { StatusError } from '../grpc/refusals.js';
import { standingOf } from '../stream-reading.js';
import { Checkpoints } from './checkpoints.js';
import type { Consumer } from './consumer.js';
import { Dispatch } from './dispatch.js';
import { dropped, maximumSubscribersReached } from './grpc/refusals.js';
import type { Measurements } from './measurements.js';
import { messageOf, type Message } from './message.js';
import { ParkedMessages } from './parked-messages.js';
import { Progress } from './progress.js';
import { Replaying } from './replaying.js';
import { checkpointStream, groupKey, parkedStream, sourceName, type GroupEntry } from './settings.js';
import { SourceFeed } from './source-feed.js';
import { strategyNamed } from './strategy.js';

export type NackAction = 'park' | 'retry' | 'skip';

export interface GroupParts {
  readonly log: Log;
  readonly writer: LogWriter;
  readonly report: (message: string, error: unknown) => void;
}

/**
 * One group of competing consumers: each event goes to one of them, at least once, until it is settled. Without
 * consumers nothing is read. What is not settled is in memory only as far as consumers hold it, and in no checkpoint.
 */
export class Group {
  readonly key: string;
  readonly parked: ParkedMessages;
  readonly checkpoints: Checkpoints;
  readonly #dispatch: Dispatch;
  readonly #progress = new Progress();
  readonly #feed: SourceFeed;
  readonly #replaying: Replaying;
  readonly #ended = new AbortController();
  #loading: Promise<void> | undefined;

  /** @throws StatusError when the filter is no regular expression */
  constructor(
    readonly entry: GroupEntry,
    private readonly parts: GroupParts,
  ) {
    const { source, group, settings } = entry;
    const { signal } = this.#ended;
    this.key = groupKey(sourceName(source), group);
    this.parked = new ParkedMessages(parts.log, parts.writer, parkedStream(this.key));
    this.checkpoints = new Checkpoints(parts.log, parts.writer, checkpointStream(this.key), source, settings);
    this.#dispatch = new Dispatch(strategyNamed(settings.strategy), settings.historyBufferSize);
    this.#feed = new SourceFeed(parts.log, entry, this.#progress, (message) => this.#dispatch.add(message), signal);
    this.#replaying = new Replaying(this.parked, (record) => this.#takeParked(record), signal);
  }

  get consumers(): readonly Consumer[] {
    return this.#dispatch.consumers;
  }

  get measurements(): Measurements {
    return this.#dispatch.measurements;
  }

  get buffered(): Dispatch['buffered'] {
    return this.#dispatch.buffered;
  }

  get reading(): SourceFeed['place'] {
    return this.#feed.place;
  }

  /** Reads what is kept of the group, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    await this.checkpoints.load();
    this.#feed.goTo(this.checkpoints.at ?? this.entry.begins - 1n);
    await this.#replaying.resume();
  }

  /**
   * @param confirm told before the first message
   * @throws StatusError maximum subscribers reached, or dropped
   */
  async join(consumer: Consumer, confirm: () => void): Promise<void> {
    await this.load();
    const { source, group, settings } = this.entry;
    const isOver = source.kind === 'stream' && (await standingOf(this.parts.log, source.stream)).kind === 'deleted';
    if (settings.maxSubscriberCount > 0 && this.consumers.length >= settings.maxSubscriberCount) throw maximumSubscribersReached(sourceName(source), group);
    confirm();
    if (isOver || this.#ended.signal.aborted) throw dropped(sourceName(source), group);
    this.#dispatch.join(consumer);
    this.#goOn();
  }

  /** What it holds goes to the others, or to the next one that comes. */
  leave(consumer: Consumer): void {
    for (const message of this.#dispatch.leave(consumer)) this.#again(message);
    this.#dispatch.pump();
  }

  ack(ids: readonly string[]): void {
    for (const message of this.#dispatch.withIds(ids)) {
      message.holder?.measurements.acknowledged(Date.now() - message.sentAt);
      this.#settle(message);
    }
    this.#dispatch.pump();
  }

  nack(ids: readonly string[], action: NackAction, reason: string): void {
    for (const message of this.#dispatch.withIds(ids)) {
      if (action === 'skip') this.#settle(message);
      else if (action === 'retry') this.#retry(message);
      else this.#park(message, `Client explicitly NAK'ed message.\n${reason}`);
    }
    this.#dispatch.pump();
  }

  /** @param stopAt first parked revision that stays parked */
  async replayParked(stopAt: bigint | undefined): Promise<void> {
    await this.load();
    await this.#replaying.begin(stopAt);
  }

  /** Once a second: messages whose time is over, checkpoints, and what a fault of the database ended. */
  tick(): void {
    if (this.consumers.length === 0 && this.buffered.outstanding === 0) return;
    const deadline = Date.now() - Math.max(this.entry.settings.messageTimeoutMs, 0);
    for (const consumer of this.consumers) {
      for (const message of [...consumer.held]) if (message.sentAt <= deadline) this.#retry(message);
    }
    this.#checkpoint(true);
    this.#goOn();
  }

  /** Ends it here, for every consumer. */
  end(reason: StatusError): void {
    this.#ended.abort();
    this.#dispatch.end(reason);
  }

  #goOn(): void {
    if (this.consumers.length > 0) {
      this.#feed.run().catch((error: unknown) => {
        this.parts.report(`reading for the persistent subscription ${this.key} ended, and begins again`, error);
      });
    }
    void this.#replaying.poke();
    this.#dispatch.pump();
  }

  async #takeParked(record: LogRecord): Promise<void> {
    const { event, link } = await resolveLink(this.parts.log, record);
    await this.#dispatch.addReplayed(messageOf({ event, link: link ?? record }, undefined));
  }

  #settle(message: Message): void {
    if (message.isSettled) return;
    this.#dispatch.settle(message);
    if (message.number === undefined) this.#replaying.settled();
    else this.#progress.settle(message.number);
    this.#checkpoint(false);
  }

  #retry(message: Message): void {
    if (message.holder === undefined) return;
    const { maxRetryCount } = this.entry.settings;
    if (message.retryCount >= maxRetryCount) this.#park(message, `Reached retry count of ${String(maxRetryCount)}`);
    else this.#again(message);
  }

  #again(message: Message): void {
    message.holder?.release(message);
    message.retryCount += 1;
    this.#dispatch.again(message);
  }

  /** Settled only once it is parked; what cannot be parked just now is delivered again. */
  #park(message: Message, reason: string): void {
    if (message.holder === undefined) return;
    message.holder.release(message);
    this.parked.add(message, reason).then(
      () => this.#settle(message),
      (error: unknown) => {
        this.parts.report(`a message of ${this.key} could not be parked, and is delivered again`, error);
        this.#dispatch.again(message);
      },
    );
  }

  #checkpoint(onTick: boolean): void {
    if (this.#ended.signal.aborted) return;
    this.checkpoints.write(this.#progress.reached, onTick).catch((error: unknown) => {
      this.parts.report(`the checkpoint of ${this.key} could not be written`, error);
    });
  }
}
