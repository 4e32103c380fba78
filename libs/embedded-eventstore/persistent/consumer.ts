import { Measurements } from './measurements.js';
import type { Holder, Message } from './message.js';
import type { StatusError } from '../grpc/refusals.js';

/** Where a consumer's messages go: its connection. */
export interface Outlet {
  /** Resolves when there is room for more; undefined when there is still. */
  deliver(message: Message): Promise<void> | undefined;
  drop(reason: StatusError): void;
}

export interface ConsumerOptions {
  /** How many messages it may hold unsettled. */
  readonly slots: number;
  readonly userName: string;
  readonly connectionName: string;
}

/** One reader of a group. Gets no more than it has slots for, and no faster than its connection takes. */
export class Consumer implements Holder {
  readonly held = new Set<Message>();
  readonly measurements = new Measurements();
  #isDraining = false;

  constructor(
    private readonly outlet: Outlet,
    readonly options: ConsumerOptions,
  ) {}

  get hasRoom(): boolean {
    return this.held.size < this.options.slots && !this.#isDraining;
  }

  get freeSlots(): number {
    return this.options.slots - this.held.size;
  }

  hand(message: Message, onRoom: () => void): void {
    message.holder = this;
    message.sentAt = Date.now();
    this.held.add(message);
    this.measurements.handedOut();
    const room = this.outlet.deliver(message);
    if (room === undefined) return;
    this.#isDraining = true;
    void room.then(() => {
      this.#isDraining = false;
      onRoom();
    });
  }

  release(message: Message): void {
    this.held.delete(message);
    message.holder = undefined;
  }

  drop(reason: StatusError): void {
    this.outlet.drop(reason);
  }
}
