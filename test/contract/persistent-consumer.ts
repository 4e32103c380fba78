import { randomUUID } from 'node:crypto';
import { jsonEvent, type EventStoreDBClient, type PersistentSubscriptionToAll, type PersistentSubscriptionToStream } from '@eventstore/db-client';

/** Of this suite alone: the log may be shared with others that run meanwhile. */
export const COUNTED = `Counted-${randomUUID()}`;

/** What these suites look at of a delivered event. */
export interface Delivered {
  readonly n: number;
  readonly retryCount: number;
  readonly raw: Parameters<PersistentSubscriptionToStream['ack']>[0];
}

/** A reader of a group that takes one event after the other; what else a whole log holds is acknowledged unseen. */
export class TestConsumer {
  readonly #iterator;

  constructor(private readonly subscription: PersistentSubscriptionToStream | PersistentSubscriptionToAll) {
    subscription.on('error', () => undefined);
    this.#iterator = subscription[Symbol.asyncIterator]();
  }

  async next(): Promise<Delivered> {
    for (;;) {
      const { value, done } = (await this.#iterator.next()) as IteratorResult<Delivered['raw'] & { retryCount: number }>;
      if (done === true) throw new Error('the subscription ended');
      const event = value.event;
      if (event?.type === COUNTED) return { n: (event.data as { n: number }).n, retryCount: value.retryCount, raw: value };
      await this.ack({ raw: value });
    }
  }

  /** Takes without a word. */
  async hold(count: number): Promise<readonly Delivered[]> {
    const held: Delivered[] = [];
    while (held.length < count) held.push(await this.next());
    return held;
  }

  /** Takes and acknowledges. */
  async take(count: number): Promise<readonly number[]> {
    const taken: number[] = [];
    while (taken.length < count) {
      const delivered = await this.next();
      await this.ack(delivered);
      taken.push(delivered.n);
    }
    return taken;
  }

  ack(...delivered: readonly Pick<Delivered, 'raw'>[]): Promise<void> {
    return this.subscription.ack(...delivered.map(({ raw }) => raw as never));
  }

  nack(action: 'park' | 'retry' | 'skip' | 'stop', ...delivered: readonly Delivered[]): Promise<void> {
    return this.subscription.nack(action, 'because', ...delivered.map(({ raw }) => raw as never));
  }

  close(): Promise<void> {
    return this.subscription.unsubscribe();
  }
}

export const counted = (n: number) => jsonEvent({ type: COUNTED, data: { n } });

export const appendCounted = (client: EventStoreDBClient, stream: string, ...numbers: readonly number[]) =>
  client.appendToStream(
    stream,
    numbers.map((n) => counted(n)),
  );

export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
