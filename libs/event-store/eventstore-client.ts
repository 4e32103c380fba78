import {
  AccessDeniedError,
  BACKWARDS,
  END,
  FORWARDS,
  MaxAppendSizeExceededError,
  NO_STREAM,
  RequiredMetadataPropertyMissingError,
  START,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type JSONEventData,
} from '@eventstore/db-client';
import { CircuitBreaker } from './circuit-breaker.js';
import {
  LogReplaced,
  StoreRefused,
  StoreUnavailable,
  type AppendOutcome,
  type EventStorePort,
  type EventToAppend,
  type ExpectedRevision,
  type StoredEvent,
} from './event-store.port.js';
import { EventStoreConnection } from './eventstore-connection.js';
import { readPage, within } from './eventstore-reading.js';
import { superviseSubscription, type SubscriptionLog } from './eventstore-subscription.js';
import { Semaphore } from './semaphore.js';

export interface EventStoreClientOptions {
  /** `esdb://host:port?tls=false`, as EventStoreDB's own client takes it; users go into it. */
  readonly connectionString: string;
  /** How long an append may take before its outcome counts as unknown. */
  readonly appendTimeoutMs?: number;
  /** How long a read may stand still. */
  readonly readTimeoutMs?: number;
  /** How often a subscription is compared with the head of the log. */
  readonly watchdogMs?: number;
  readonly log?: SubscriptionLog;
}

const PAGE = 1_000;
const READ_ATTEMPTS = 3;
/** More at once were lost on fresh connections. */
const APPENDS_IN_FLIGHT = 96;

/** The port on `@eventstore/db-client`: the embedded store, EventStoreDB 23.10 and later, KurrentDB. */
export function createEventStoreClient(options: EventStoreClientOptions): EventStorePort {
  const { appendTimeoutMs = 4_000, readTimeoutMs = 4_000, watchdogMs = 2_000 } = options;
  const connection = new EventStoreConnection(options.connectionString);
  const breaker = new CircuitBreaker({ threshold: 4, retryAfterMs: 500, now: Date.now });
  const slots = new Semaphore(APPENDS_IN_FLIGHT);
  const closing = new AbortController();
  let knownIdentity: string | undefined;

  const fault = (client: EventStoreDBClient, error: unknown): Error => {
    const typed = translated(error);
    if (typed instanceof StoreUnavailable) {
      breaker.failed();
      connection.failed(client, error);
    }
    return typed;
  };

  const recovered = (): void => {
    connection.succeeded();
    breaker.succeeded();
  };

  const append = async (stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> => {
    breaker.check();
    const { client } = connection;
    const release = await slots.acquire();
    try {
      const written = client.appendToStream(stream, events.map(toEventData), {
        expectedRevision: toExpectedRevision(expected),
        credentials: connection.credentials,
        deadline: appendTimeoutMs,
      });
      const result = await within(appendTimeoutMs + 250, 'an append', written);
      recovered();
      return { kind: 'appended', revision: result.nextExpectedRevision, position: result.position?.commit };
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) {
        recovered();
        return { kind: 'wrong-revision', actual: error.actualVersion === NO_STREAM ? undefined : error.actualVersion };
      }
      throw fault(client, error);
    } finally {
      release();
    }
  };

  /** Pages of one read, each tried again from where it broke off. */
  async function* paged(
    open: (client: EventStoreDBClient, last: StoredEvent | undefined, count: number) => ReturnType<EventStoreDBClient['readAll'] | EventStoreDBClient['readStream']>,
    maxCount: number,
    guarded = true,
  ): AsyncGenerator<StoredEvent, void, undefined> {
    let last: StoredEvent | undefined;
    let left = maxCount;
    let attempts = 0;
    while (left > 0) {
      if (guarded) breaker.check();
      const { client } = connection;
      const count = Math.min(left, PAGE);
      // A page of `$all` begins with the event that the last one ended with.
      const before = last;
      let fresh = 0;
      try {
        for await (const event of readPage(open(client, last, count), readTimeoutMs)) {
          if (before !== undefined && event.position <= before.position) continue;
          fresh += 1;
          last = event;
          if (attempts > 0 || fresh === 1) recovered();
          attempts = 0;
          yield event;
        }
        // The client swallows that its reads were cut when it was thrown away: what ends then is not the end.
        if (fresh < count && !connection.isCurrent(client)) throw new StoreUnavailable('the connection was renewed during a read');
        if (fresh === 0) recovered();
        left -= fresh;
        if (fresh < count) return;
      } catch (error) {
        const typed = fault(client, error);
        attempts += 1;
        if (!(typed instanceof StoreUnavailable) || !guarded || attempts >= READ_ATTEMPTS) throw typed;
        left -= fresh;
      }
    }
  }

  const one = async (events: AsyncIterable<StoredEvent>): Promise<StoredEvent | undefined> => {
    let found: StoredEvent | undefined;
    for await (const event of events) found ??= event;
    return found;
  };

  const readAll = (from: bigint | undefined, maxCount: number, guarded = true): AsyncIterable<StoredEvent> =>
    paged(
      (client, last, count) => {
        const position = last?.position ?? from;
        return client.readAll({
          direction: FORWARDS,
          fromPosition: position === undefined ? START : { commit: position, prepare: position },
          maxCount: last === undefined ? count : count + 1,
        });
      },
      maxCount,
      guarded,
    );

  const head = async (guarded = true): Promise<bigint | undefined> =>
    (await one(paged((client) => client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }), 1, guarded)))?.position;

  const firstId = async (guarded = true): Promise<string> => {
    const first = await one(readAll(undefined, 1, guarded));
    if (first === undefined) throw new StoreUnavailable('the log has no first record yet');
    return first.id;
  };

  // Subscriptions have a back-off of their own, and are what finds out first that the store is back.
  const checkSameLog = async (after: bigint | undefined): Promise<bigint | undefined> => {
    const id = await firstId(false);
    const last = await head(false);
    knownIdentity ??= id;
    if (id !== knownIdentity) throw new LogReplaced('the address leads to another log than before');
    if (after !== undefined && (last === undefined || last < after)) {
      throw new LogReplaced(`the log ends at ${String(last ?? 0n)}, before position ${String(after)}`);
    }
    return last;
  };

  return {
    append,
    readStream: (stream, { from = 0n, maxCount = Number.MAX_SAFE_INTEGER } = {}) =>
      paged(
        (client, last, count) =>
          client.readStream(stream, { direction: FORWARDS, fromRevision: last === undefined ? from : last.revision + 1n, maxCount: count }),
        maxCount,
      ),
    readLast: (stream) => one(paged((client) => client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }), 1)),
    readAll: ({ from, maxCount = Number.MAX_SAFE_INTEGER } = {}) => readAll(from, maxCount),
    subscribeAll: ({ after, signal }) =>
      superviseSubscription({
        ...(after !== undefined && { after }),
        signal: AbortSignal.any([signal, closing.signal]),
        connect: () => connection.client,
        onFault: (client, error) => connection.failed(client, error),
        head: () => head(false),
        checkSameLog,
        watchdogMs,
        log: options.log ?? (() => undefined),
      }),
    head: () => head(),
    identity: async () => {
      knownIdentity ??= await firstId();
      return knownIdentity;
    },
    close: async () => {
      closing.abort();
      await connection.close();
    },
  };
}

const toExpectedRevision = (expected: ExpectedRevision): AppendExpectedRevision => (expected === 'no-stream' ? NO_STREAM : expected);

const toEventData = (event: EventToAppend): JSONEventData => ({
  id: event.id,
  contentType: 'application/json',
  type: event.type,
  data: event.data as Record<string, unknown>,
  metadata: event.metadata as Record<string, unknown>,
});

/** What can never succeed is told from what may succeed later; of the latter the outcome is unknown. */
function translated(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof StoreRefused || error instanceof LogReplaced) return error;
  const refused =
    error instanceof AccessDeniedError ||
    error instanceof StreamDeletedError ||
    error instanceof MaxAppendSizeExceededError ||
    error instanceof RequiredMetadataPropertyMissingError;
  if (refused) return new StoreRefused(`the event store refused: ${error.type}`, { cause: error });
  return new StoreUnavailable('the event store did not answer as it should', { cause: error });
}
