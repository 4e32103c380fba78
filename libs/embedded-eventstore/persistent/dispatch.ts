import type { StatusError } from '../grpc/refusals.js';
import type { Consumer } from './consumer.js';
import { Measurements } from './measurements.js';
import type { Message } from './message.js';
import { MessageQueue } from './message-queue.js';
import type { Strategy } from './strategy.js';

/** Who reads a group, what waits for them, and what they have: hands each message to one of them, those given before first. */
export class Dispatch {
  readonly measurements = new Measurements();
  readonly #consumers: Consumer[] = [];
  readonly #retrying = new MessageQueue();
  readonly #waiting = new MessageQueue();
  /** Handed out and not settled, by what acknowledges them; an id may stand for several events. */
  readonly #outstanding = new Map<string, Set<Message>>();
  #whenRoom: (() => void)[] = [];
  #hasEnded = false;

  /** @param most how many messages may wait in memory */
  constructor(
    private readonly strategy: Strategy,
    private readonly most: number,
  ) {}

  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  get buffered(): { readonly waiting: number; readonly retrying: number; readonly outstanding: number } {
    return { waiting: this.#waiting.length, retrying: this.#retrying.length, outstanding: this.#outstanding.size };
  }

  join(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** @returns what it still had */
  leave(consumer: Consumer): readonly Message[] {
    const index = this.#consumers.indexOf(consumer);
    if (index < 0) return [];
    this.#consumers.splice(index, 1);
    return [...consumer.held];
  }

  /** A message of the source, behind those that wait. @returns a promise when there is no room for another one yet */
  add(message: Message): Promise<void> | undefined {
    return this.#addTo(this.#waiting, message);
  }

  /** A parked message that is replayed, before those of the source. */
  addReplayed(message: Message): Promise<void> | undefined {
    return this.#addTo(this.#retrying, message);
  }

  /** One that was handed out before; goes out at the next `pump`. */
  again(message: Message): void {
    this.#retrying.push(message);
  }

  withIds(ids: readonly string[]): readonly Message[] {
    return ids.flatMap((id) => [...(this.#outstanding.get(id) ?? [])]);
  }

  /** Nobody has it any more. */
  settle(message: Message): void {
    message.isSettled = true;
    message.holder?.release(message);
    const outstanding = this.#outstanding.get(message.id);
    outstanding?.delete(message);
    if (outstanding?.size === 0) this.#outstanding.delete(message.id);
  }

  /** Hands out what somebody has room for. */
  pump(): void {
    const hasRoom = (): boolean => this.#consumers.some((consumer) => consumer.hasRoom);
    for (const queue of [this.#retrying, this.#waiting]) queue.offer((message) => this.#handOut(message), hasRoom);
    this.#tellRoom();
  }

  /** Drops every consumer. */
  end(reason: StatusError): void {
    this.#hasEnded = true;
    this.#tellRoom();
    for (const consumer of this.#consumers.splice(0)) consumer.drop(reason);
  }

  #addTo(queue: MessageQueue, message: Message): Promise<void> | undefined {
    queue.push(message);
    this.pump();
    return this.#roomIn(queue);
  }

  #roomIn(queue: MessageQueue): Promise<void> | undefined {
    if (!queue.isFull(this.most) || this.#hasEnded) return undefined;
    return new Promise<void>((resolve) => this.#whenRoom.push(resolve)).then(() => this.#roomIn(queue));
  }

  #tellRoom(): void {
    for (const tell of this.#whenRoom.splice(0)) tell();
  }

  #handOut(message: Message): boolean {
    const consumer = this.strategy(message, this.#consumers);
    if (consumer === undefined) return false;
    const outstanding = this.#outstanding.get(message.id) ?? new Set();
    this.#outstanding.set(message.id, outstanding.add(message));
    this.measurements.handedOut();
    consumer.hand(message, () => this.pump());
    return true;
  }
}
