import { randomUUID } from 'node:crypto';
import { jsonEvent, type AllStreamSubscription, type EventStoreDBClient, type StreamSubscription } from '@eventstore/db-client';
import { collect } from './collect.js';

/** A stream name that nothing else uses. */
export const fresh = (name: string): string => `${name}-${randomUUID()}`;

/** Counted events; their ids may be given, so that they can be sent again. */
export const counted = (n: number, id: string = randomUUID()) => jsonEvent({ id, type: 'Counted', data: { n } });

export const ids = (count: number): readonly string[] => Array.from({ length: count }, () => randomUUID());

export const eventsOf = (idList: readonly string[]) => idList.map((id, n) => counted(n, id));

export async function revisionsOf(client: EventStoreDBClient, stream: string, options: Parameters<EventStoreDBClient['readStream']>[1] = {}): Promise<readonly bigint[]> {
  return (await collect(client.readStream(stream, options))).map(({ event }) => event?.revision ?? -1n);
}

export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it was expected to fail');
    },
    (error: unknown) => error,
  );

type Frame = Readonly<{ kind: 'event'; stream: string; type: string; revision: bigint }> | Readonly<{ kind: 'confirmation' | 'caughtUp' }>;

/** What a subscription gives, in order, until `isEnough`; then it is ended. */
export function framesOf(subscription: StreamSubscription | AllStreamSubscription, isEnough: (frames: readonly Frame[]) => boolean): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  return new Promise((resolve, reject) => {
    const take = (frame: Frame): void => {
      frames.push(frame);
      if (isEnough(frames)) subscription.unsubscribe().then(() => resolve(frames), reject);
    };
    subscription.on('confirmation', () => take({ kind: 'confirmation' }));
    subscription.on('caughtUp', () => take({ kind: 'caughtUp' }));
    subscription.on('error', reject);
    (subscription as StreamSubscription).on('data', ({ event, link }) => {
      const shown = event ?? link;
      if (shown !== undefined) take({ kind: 'event', stream: shown.streamId, type: shown.type, revision: shown.revision });
    });
  });
}

export const eventsIn = (frames: readonly Frame[]) => frames.filter((frame) => frame.kind === 'event');

export const hasCaughtUp = (frames: readonly Frame[]): boolean => frames.some(({ kind }) => kind === 'caughtUp');
