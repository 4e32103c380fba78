import type { Log } from '../log-access.js';
import { isHiddenFromAll, type LogRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import { followAll, followStream, type Run } from '../following.js';
import { resolveLink } from '../grpc/links.js';
import { matcher } from '../grpc/read-request.js';
import type { StatusError } from '../grpc/refusals.js';
import { standingOf } from '../stream-reading.js';
import { Checkpoints } from './checkpoints.js';
import type { Consumer } from './consumer.js';
import { dropped, maximumSubscribersReached } from './grpc/refusals.js';
import { Measurements } from './measurements.js';
import { messageOf, type Message } from './message.js';
import { MessageQueue } from './message-queue.js';
import { ParkedMessages } from './parked-messages.js';
import { Progress } from './progress.js';
import { Replaying } from './replaying.js';
import { checkpointStream, groupKey, parkedStream, sourceName, type GroupEntry } from './settings.js';
import { strategyNamed, type Strategy } from './strategy.js';

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
  readonly measurements = new Measurements();
  readonly parked: ParkedMessages;
  readonly checkpoints: Checkpoints;
  readonly #consumers: Consumer[] = [];
  readonly #retrying = new MessageQueue();
  readonly #waiting = new MessageQueue();
  /** Handed out and not settled, by what acknowledges them; an id may stand for several events. */
  readonly #outstanding = new Map<string, Set<Message>>();
  readonly #progress = new Progress();
  readonly #replaying: Replaying;
  readonly #strategy: Strategy;
  readonly #matches: (record: LogRecord) => boolean;
  readonly #ended = new AbortController();
  #whenRoom: (() => void)[] = [];
  #loading: Promise<void> | undefined;
  #isFeeding = false;
  #at = -1n;
  #lastSeen: bigint | undefined;

  /** @throws StatusError when the filter is no regular expression */
  constructor(
    readonly entry: GroupEntry,
    private readonly parts: GroupParts,
  ) {
    const { source, group, settings } = entry;
    this.key = groupKey(sourceName(source), group);
    this.parked = new ParkedMessages(parts.log, parts.writer, parkedStream(this.key));
    this.checkpoints = new Checkpoints(parts.log, parts.writer, checkpointStream(this.key), source, settings);
    this.#replaying = new Replaying(this.parked, (record) => this.#takeParked(record), this.#ended.signal);
    this.#strategy = strategyNamed(settings.strategy);
    this.#matches = matches(entry);
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  get buffered(): { readonly waiting: number; readonly retrying: number; readonly outstanding: number } {
    return { waiting: this.#waiting.length, retrying: this.#retrying.length, outstanding: this.#outstanding.size };
  }

  /** Where reading is, and the last record of the source it has seen. */
  get reading(): { readonly at: bigint; readonly lastSeen: bigint | undefined } {
    return { at: this.#at, lastSeen: this.#lastSeen };
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
    this.#at = this.checkpoints.at ?? this.entry.begins - 1n;
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
    if (settings.maxSubscriberCount > 0 && this.#consumers.length >= settings.maxSubscriberCount) throw maximumSubscribersReached(sourceName(source), group);
    confirm();
    if (isOver || this.#ended.signal.aborted) throw dropped(sourceName(source), group);
    this.#consumers.push(consumer);
    void this.#feed();
    void this.#replaying.poke();
    this.#pump();
  }

  /** What it holds goes to the others, or to the next one that comes. */
  leave(consumer: Consumer): void {
    const index = this.#consumers.indexOf(consumer);
    if (index < 0) return;
    this.#consumers.splice(index, 1);
    for (const message of [...consumer.held]) this.#again(message);
    this.#pump();
  }

  ack(ids: readonly string[]): void {
    for (const message of this.#withIds(ids)) {
      message.holder?.measurements.acknowledged(Date.now() - message.sentAt);
      this.#settle(message);
    }
    this.#pump();
  }

  nack(ids: readonly string[], action: NackAction, reason: string): void {
    for (const message of this.#withIds(ids)) {
      if (action === 'skip') this.#settle(message);
      else if (action === 'retry') this.#retry(message);
      else this.#park(message, `Client explicitly NAK'ed message.\n${reason}`);
    }
    this.#pump();
  }

  /** @param stopAt first parked revision that stays parked */
  async replayParked(stopAt: bigint | undefined): Promise<void> {
    await this.load();
    await this.#replaying.begin(stopAt);
  }

  /** Once a second: messages whose time is over, checkpoints, and what a fault of the database ended. */
  tick(): void {
    if (this.#consumers.length === 0 && this.#outstanding.size === 0) return;
    const deadline = Date.now() - Math.max(this.entry.settings.messageTimeoutMs, 0);
    for (const consumer of this.#consumers) {
      for (const message of [...consumer.held]) if (message.sentAt <= deadline) this.#retry(message);
    }
    this.#checkpoint(true);
    void this.#feed();
    void this.#replaying.poke();
    this.#pump();
  }

  /** Ends it here, for every consumer. */
  end(reason: StatusError): void {
    this.#ended.abort();
    for (const tell of this.#whenRoom.splice(0)) tell();
    for (const consumer of this.#consumers.splice(0)) consumer.drop(reason);
  }

  async #feed(): Promise<void> {
    if (this.#isFeeding || this.#consumers.length === 0) return;
    this.#isFeeding = true;
    try {
      for await (const run of this.#follow()) {
        for (const record of run) {
          await this.#take(record);
          await this.#roomIn(this.#waiting);
          if (this.#ended.signal.aborted) return;
        }
      }
    } catch (error) {
      this.parts.report(`reading for the persistent subscription ${this.key} ended, and begins again`, error);
    } finally {
      this.#isFeeding = false;
    }
  }

  #follow(): AsyncGenerator<Run> {
    const { log } = this.parts;
    const { source } = this.entry;
    const { signal } = this.#ended;
    return source.kind === 'all' ? followAll(log, Number(this.#at), signal) : followStream(log, source.stream, this.#at, signal);
  }

  async #take(record: LogRecord): Promise<void> {
    const { source, settings } = this.entry;
    const at = source.kind === 'all' ? BigInt(record.position) : record.revision;
    if (source.kind === 'stream' || !isHiddenFromAll(record.stream)) {
      if (this.#matches(record)) {
        const resolved = settings.resolveLinks && record.type === '$>' ? await resolveLink(this.parts.log, record) : { event: record, link: undefined };
        this.#lastSeen = at;
        this.#waiting.push(messageOf(resolved, this.#progress.add(at)));
        this.#pump();
      } else {
        this.#progress.skip(at);
      }
    }
    this.#at = at;
  }

  async #takeParked(record: LogRecord): Promise<void> {
    const { event, link } = await resolveLink(this.parts.log, record);
    this.#retrying.push(messageOf({ event, link: link ?? record }, undefined));
    this.#pump();
    await this.#roomIn(this.#retrying);
  }

  #roomIn(queue: MessageQueue): Promise<void> | undefined {
    if (!queue.isFull(this.entry.settings.historyBufferSize) || this.#ended.signal.aborted) return undefined;
    return new Promise<void>((resolve) => this.#whenRoom.push(resolve)).then(() => this.#roomIn(queue));
  }

  #pump(): void {
    const hasRoom = (): boolean => this.#consumers.some((consumer) => consumer.hasRoom);
    for (const queue of [this.#retrying, this.#waiting]) queue.offer((message) => this.#handOut(message), hasRoom);
    for (const tell of this.#whenRoom.splice(0)) tell();
  }

  #handOut(message: Message): boolean {
    const consumer = this.#strategy(message, this.#consumers);
    if (consumer === undefined) return false;
    const outstanding = this.#outstanding.get(message.id) ?? new Set();
    this.#outstanding.set(message.id, outstanding.add(message));
    this.measurements.handedOut();
    consumer.hand(message, () => this.#pump());
    return true;
  }

  #withIds(ids: readonly string[]): readonly Message[] {
    return ids.flatMap((id) => [...(this.#outstanding.get(id) ?? [])]);
  }

  #settle(message: Message): void {
    if (message.isSettled) return;
    message.isSettled = true;
    message.holder?.release(message);
    const outstanding = this.#outstanding.get(message.id);
    outstanding?.delete(message);
    if (outstanding?.size === 0) this.#outstanding.delete(message.id);
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
    this.#retrying.push(message);
  }

  /** Settled only once it is parked; what cannot be parked just now is delivered again. */
  #park(message: Message, reason: string): void {
    if (message.holder === undefined) return;
    message.holder.release(message);
    this.parked.add(message, reason).then(
      () => this.#settle(message),
      (error: unknown) => {
        this.parts.report(`a message of ${this.key} could not be parked, and is delivered again`, error);
        this.#retrying.push(message);
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

function matches({ source }: GroupEntry): (record: LogRecord) => boolean {
  if (source.kind === 'stream' || source.filter === undefined) return () => true;
  const { of, regex, prefixes } = source.filter;
  const passes = matcher(regex, prefixes);
  return ({ stream, type }) => passes(of === 'stream' ? stream : type);
}
