import { EventStoreDBClient, UnknownError, type Credentials } from '@eventstore/db-client';
import { within } from './eventstore-reading.js';

/** Faults after which the connection itself is suspect; one `UnknownError` alone may be about the call. */
const UNKNOWN_ERRORS_BEFORE_RENEWAL = 2;

/** A new client is not made more often than this. */
const RENEWAL_INTERVAL_MS = 400;

/**
 * Holds the client and replaces it when it no longer gets through. Two things make that necessary: the client keeps
 * its channel after deadlines and unknown errors, and gRPC shares connections between channels with equal settings,
 * back-off of up to two minutes included. So each client gets a keep-alive time-out of its own.
 */
export class EventStoreConnection {
  /** Given with every append: with them the client takes the plain Append call, whose errors stay with their call. */
  readonly credentials: Credentials;
  readonly #connectionString: string;
  #client: EventStoreDBClient;
  #generation = 0;
  #bornAt: number;
  #suspect = false;
  #unknownErrors = 0;
  #closed = false;

  constructor(connectionString: string) {
    this.#connectionString = inTheClientsTerms(connectionString);
    this.credentials = credentialsIn(this.#connectionString);
    this.#client = this.#connect();
    this.#bornAt = Date.now();
  }

  get client(): EventStoreDBClient {
    if (this.#suspect && !this.#closed && Date.now() - this.#bornAt >= RENEWAL_INTERVAL_MS) this.#renew();
    return this.#client;
  }

  /** Whether the client is still the one in use: calls of one that was thrown away end early without a word. */
  isCurrent(client: EventStoreDBClient): boolean {
    return client === this.#client && !this.#closed;
  }

  succeeded(): void {
    this.#unknownErrors = 0;
    this.#suspect = false;
  }

  failed(client: EventStoreDBClient, error: unknown): void {
    if (client !== this.#client) return;
    this.#unknownErrors += error instanceof UnknownError ? 1 : UNKNOWN_ERRORS_BEFORE_RENEWAL;
    if (this.#unknownErrors >= UNKNOWN_ERRORS_BEFORE_RENEWAL) this.#suspect = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await disposeClient(this.#client);
  }

  #renew(): void {
    const old = this.#client;
    this.#client = this.#connect();
    this.#bornAt = Date.now();
    this.#suspect = false;
    this.#unknownErrors = 0;
    void disposeClient(old);
  }

  #connect(): EventStoreDBClient {
    this.#generation += 1;
    const separator = this.#connectionString.includes('?') ? '&' : '?';
    const keepAlive = /keep[-_]?alive[-_]?timeout/i.test(this.#connectionString) ? '' : `${separator}keepAliveTimeout=${String(10_000 + (this.#generation % 5_000))}`;
    return EventStoreDBClient.connectionString(`${this.#connectionString}${keepAlive}`);
  }
}

/** `dispose` waits for every read and subscription, also for those that were left and whose server has gone. */
const DISPOSAL_MS = 2_000;

/** Ends what runs and closes the channel, which `dispose` leaves open. */
export async function disposeClient(client: EventStoreDBClient): Promise<void> {
  try {
    await within(DISPOSAL_MS, 'ending a client', client.dispose()).catch(() => undefined);
    const inner = client as unknown as { getChannel?: () => Promise<{ close(): void }> };
    const channel = await inner.getChannel?.();
    channel?.close();
  } catch {
    // It was being thrown away because it did not work.
  }
}

/** KurrentDB is EventStoreDB by its later name: this client knows the earlier one. */
const inTheClientsTerms = (connectionString: string): string => connectionString.trim().replace(/^(kurrentdb|kdb)(?=(\+discover)?:)/i, 'esdb');

function credentialsIn(connectionString: string): Credentials {
  const match = /^esdb(?:\+discover)?:\/\/([^:@/]+):([^@]+)@/.exec(connectionString);
  const [, username, password] = match ?? [];
  // Without a user the connection must be an insecure one, where credentials are not sent.
  return username === undefined || password === undefined
    ? { username: 'docket', password: 'docket' }
    : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
