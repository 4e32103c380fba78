import { START, type AllStreamSubscription, type EventStoreDBClient } from '@eventstore/db-client';
import type { LogMessage } from './event-store.port.js';
import { toStoredEvent } from './eventstore-reading.js';
import { PushQueue } from './push-queue.js';

/** What happened to a subscription that will be made again; never holds event data. */
export type SubscriptionLog = (entry: { readonly event: 'subscription-ended' | 'subscription-failed' | 'subscription-silent' | 'duplicate-dropped'; readonly detail?: string }) => void;

export interface SupervisionOptions {
  readonly connect: () => EventStoreDBClient;
  readonly onFault: (client: EventStoreDBClient, error: unknown) => void;
  /** The last position of the log, for the watchdog. */
  readonly head: () => Promise<bigint | undefined>;
  /** Before each subscription; gives the head. @throws LogReplaced when this is not the log that the position belongs to */
  readonly checkSameLog: (after: bigint | undefined) => Promise<bigint | undefined>;
  readonly watchdogMs: number;
  readonly log: SubscriptionLog;
  readonly random?: () => number;
}

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

/** Thrown by the watchdog: the log grew and nothing arrived. */
class SilentSubscription extends Error {}

/**
 * `$all` after a position for as long as the signal allows. Errors, graceful ends and silence are faults alike: it
 * subscribes again after the last event that was handed on, so that the reader sees each event once and in order.
 */
export async function* superviseSubscription(
  options: SupervisionOptions & { readonly after?: bigint; readonly signal: AbortSignal },
): AsyncGenerator<LogMessage, void, undefined> {
  const { signal, log } = options;
  let last = options.after;
  let failures = 0;
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    const client = options.connect();
    try {
      const headBefore = await options.checkSameLog(last);
      for await (const message of session(client, last, headBefore, options)) {
        if (message.kind === 'event') {
          const { position } = message.event;
          if (last !== undefined && position <= last) {
            log({ event: 'duplicate-dropped', detail: `position ${String(position)} is not after ${String(last)}` });
            continue;
          }
          last = position;
        }
        failures = 0;
        yield message;
      }
      if (stopped()) return;
      log({ event: 'subscription-ended' });
    } catch (error) {
      if (stopped()) return;
      if (error instanceof Error && error.name === 'LogReplaced') throw error;
      options.onFault(client, error);
      log({
        event: error instanceof SilentSubscription ? 'subscription-silent' : 'subscription-failed',
        detail: error instanceof Error ? error.name : 'unknown',
      });
    }
    const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
    failures += 1;
    await pause(longest * (0.5 + (options.random ?? Math.random)() / 2), signal);
  }
}

async function* session(
  client: EventStoreDBClient,
  after: bigint | undefined,
  headBefore: bigint | undefined,
  options: SupervisionOptions & { readonly signal: AbortSignal },
): AsyncGenerator<LogMessage, void, undefined> {
  const subscription = client.subscribeToAll(
    { fromPosition: after === undefined ? START : { commit: after, prepare: after } },
    { highWaterMark: 256 },
  );
  const queue = new PushQueue<LogMessage>(subscription);
  const watchdog = watchForSilence(queue, after, headBefore, options);
  const stop = (): void => queue.end();
  options.signal.addEventListener('abort', stop);
  feed(subscription, queue, watchdog);
  try {
    for (;;) {
      const message = await queue.next();
      if (message === undefined) return;
      yield message;
    }
  } finally {
    watchdog.stop();
    options.signal.removeEventListener('abort', stop);
    void subscription.unsubscribe().catch(() => undefined);
  }
}

/** `caughtUp` is announced when it is read from the wire: events may still wait in the client's own buffer. */
function feed(subscription: AllStreamSubscription, queue: PushQueue<LogMessage>, watchdog: Watchdog): void {
  let eventsBeforeCaughtUp: number | undefined;
  const announceWhenDue = (): void => {
    if (eventsBeforeCaughtUp !== 0) return;
    eventsBeforeCaughtUp = undefined;
    queue.push({ kind: 'caught-up' });
    watchdog.caughtUp();
  };
  subscription.on('data', (resolved) => {
    const event = toStoredEvent(resolved);
    if (event) {
      watchdog.arrived(event.position);
      queue.push({ kind: 'event', event });
    }
    if (eventsBeforeCaughtUp !== undefined) eventsBeforeCaughtUp -= 1;
    announceWhenDue();
  });
  subscription.on('caughtUp', () => {
    eventsBeforeCaughtUp = subscription.readableLength;
    announceWhenDue();
  });
  subscription.on('error', (error: unknown) => queue.fail(error));
  subscription.on('end', () => queue.end());
  subscription.on('close', () => queue.end());
}

interface Watchdog {
  arrived(position: bigint): void;
  caughtUp(): void;
  stop(): void;
}

/**
 * Compares what arrived with the head of the log. Two looks in a row at which the log is ahead and nothing has come
 * make silence. A head that history did not deliver is a record that `$all` leaves out, and is not waited for.
 */
function watchForSilence(
  queue: PushQueue<LogMessage>,
  after: bigint | undefined,
  headBefore: bigint | undefined,
  options: SupervisionOptions,
): Watchdog {
  let seen = after ?? -1n;
  let undeliverable: bigint | undefined;
  let suspicion: bigint | undefined;
  let lostHeads = 0;
  const look = async (): Promise<void> => {
    const before = seen;
    try {
      const head = (await options.head()) ?? -1n;
      lostHeads = 0;
      const silent = queue.waiting === 0 && seen === before && head > seen && head !== undeliverable;
      if (silent && suspicion === seen) queue.fail(new SilentSubscription());
      suspicion = silent ? seen : undefined;
    } catch {
      lostHeads += 1;
      if (lostHeads >= 2) queue.fail(new SilentSubscription());
    }
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, options.watchdogMs);
  timer.unref();
  return {
    arrived: (position) => {
      seen = position;
    },
    caughtUp: () => {
      if (headBefore !== undefined && seen < headBefore) undeliverable = headBefore;
    },
    stop: () => clearInterval(timer),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
