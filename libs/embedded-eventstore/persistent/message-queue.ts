import type { Message } from './message.js';

/** However large the messages, a queue takes no more of them into memory. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Messages that wait for a consumer, in order. */
export class MessageQueue {
  readonly #messages: Message[] = [];
  #bytes = 0;

  get length(): number {
    return this.#messages.length;
  }

  isFull(most: number): boolean {
    return this.#messages.length >= Math.max(most, 1) || this.#bytes >= MOST_BYTES;
  }

  push(message: Message): void {
    this.#messages.push(message);
    this.#bytes += sizeOf(message);
  }

  /** Offers each in order until nobody has room; those that nobody takes yet keep their place. */
  offer(take: (message: Message) => boolean, hasRoom: () => boolean): void {
    const kept: Message[] = [];
    let offered = 0;
    for (const message of this.#messages) {
      if (!hasRoom()) break;
      offered += 1;
      if (!message.isSettled && !take(message)) kept.push(message);
      else this.#bytes -= sizeOf(message);
    }
    if (offered > 0) this.#messages.splice(0, offered, ...kept);
  }
}

const sizeOf = ({ event, link }: Message): number => (event?.data.length ?? 0) + (event?.metadata.length ?? 0) + (link?.metadata.length ?? 0);
