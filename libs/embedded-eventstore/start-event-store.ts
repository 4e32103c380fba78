import { Client, Pool } from 'pg';
import { Accounts } from './access/accounts.js';
import { setFirstPasswords } from './access/first-passwords.js';
import { checkOptions, type CheckedOptions, type EventStoreOptions } from './event-store-options.js';
import { writeFirstRecords } from './first-records.js';
import { listen, type Parts } from './grpc/services.js';
import type { Log } from './log-access.js';
import { LogReader } from './log-reader.js';
import { migrateLog } from './log-schema.js';
import { LogWriter } from './log-writer.js';
import { PersistentSubscriptions } from './persistent/groups.js';
import { StreamHeads } from './stream-heads.js';
import { Tail } from './tail.js';

export interface EmbeddedEventStore {
  /** For clients on this machine; with TLS they also need the authority (`tlsCAFile`) and credentials. */
  readonly connectionString: string;
  readonly port: number;
  /** Id of the first record: which log this is. */
  readonly identity: string;
  /** Ends every call with UNAVAILABLE at once, so that clients connect anew elsewhere. */
  stop(): Promise<void>;
}

const READ_TIMEOUT_MS = 15_000;

/**
 * Starts an event store that speaks EventStoreDB's protocol and keeps its log in PostgreSQL.
 *
 * @throws Error when an option cannot be used, the database cannot be reached, another event store writes to it, or the
 * port is taken
 */
export async function startEventStore(options: EventStoreOptions): Promise<EmbeddedEventStore> {
  const checked = checkOptions(options);
  const { databaseUrl, log } = checked;
  await migrate(databaseUrl);
  const pool = new Pool({ connectionString: databaseUrl, max: 8, query_timeout: READ_TIMEOUT_MS, keepAlive: true });
  pool.on('error', (error) => {
    log('a connection that reads was lost', error);
  });
  const access: Log = { reader: new LogReader(pool), heads: new StreamHeads(pool), tail: new Tail(0) };
  const writer = new LogWriter({ databaseUrl, ...access, writeTimeoutMs: checked.writeTimeoutMs, log });
  const subscriptions = new PersistentSubscriptions({ log: access, writer, report: log });
  const close = async (): Promise<void> => {
    subscriptions.close();
    await writer.close();
    await pool.end();
  };
  try {
    return await serve({ log: access, writer, subscriptions, accounts: new Accounts(access, writer) }, checked, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(parts: Parts, options: CheckedOptions, close: () => Promise<void>): Promise<EmbeddedEventStore> {
  const { tls, adminPassword, isLocal, host } = options;
  const { log: access, writer, subscriptions, accounts } = parts;
  await writer.open();
  if (access.tail.last === 0) await writeFirstRecords(writer);
  if (tls !== undefined) await setFirstPasswords(accounts, { admin: adminPassword, isLocal });
  await subscriptions.open();
  const identity = (await access.reader.allForwards(0, 1))[0]?.id ?? '';
  const listening = await listen(parts, options);
  return {
    connectionString: `esdb://${reachable(host)}:${String(listening.port)}?tls=${String(tls !== undefined)}`,
    port: listening.port,
    identity,
    stop: async () => {
      await listening.stop();
      await close();
    },
  };
}

/** Nobody connects to "every address". */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host);

async function migrate(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await migrateLog(client);
  } finally {
    await client.end();
  }
}
