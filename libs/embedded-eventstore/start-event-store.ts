import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Client, Pool } from 'pg';
import { writeFirstRecords } from './first-records.js';
import { EVERYONE } from './grpc/access.js';
import { appendHandler, deleteHandler, tombstoneHandler } from './grpc/append.js';
import { batchAppendHandler } from './grpc/batch-append.js';
import { gossipHandler } from './grpc/gossip.js';
import { GossipService, PersistentSubscriptionsService, ServerFeaturesService, StreamsService } from './grpc/protocol.js';
import { readHandler } from './grpc/read.js';
import { supportedMethodsHandler } from './grpc/server-features.js';
import type { Log } from './log-access.js';
import { LogReader } from './log-reader.js';
import { migrateLog } from './log-schema.js';
import { LogWriter } from './log-writer.js';
import { persistentSubscriptionHandlers } from './persistent/grpc/handlers.js';
import { PersistentSubscriptions } from './persistent/groups.js';
import { StreamHeads } from './stream-heads.js';
import { Tail } from './tail.js';

export interface EventStoreOptions {
  /** The database that holds the log, PostgreSQL 15+. One event store writes to it at a time. */
  readonly databaseUrl: string;
  /** 127.0.0.1 when not given. */
  readonly host?: string;
  /** 0 or not given: any free one. */
  readonly port?: number;
  /** Whether clients learn of BatchAppend; without it they append call by call. Given unless false. */
  readonly advertiseBatchAppend?: boolean;
  readonly log?: (message: string, error?: unknown) => void;
}

export interface EmbeddedEventStore {
  readonly connectionString: string;
  readonly port: number;
  /** Id of the first record: which log this is. */
  readonly identity: string;
  /** Ends every call with UNAVAILABLE at once, so that clients connect anew elsewhere. */
  stop(): Promise<void>;
}

const MAX_MESSAGE = 17 * 1024 * 1024;
const READ_TIMEOUT_MS = 15_000;

/** @throws Error when the database cannot be reached, another event store writes to it, or the port is taken */
export async function startEventStore(options: EventStoreOptions): Promise<EmbeddedEventStore> {
  const { databaseUrl, host = '127.0.0.1', port = 0, advertiseBatchAppend = true, log = () => undefined } = options;
  await migrate(databaseUrl);
  const pool = new Pool({ connectionString: databaseUrl, max: 8, query_timeout: READ_TIMEOUT_MS, keepAlive: true });
  pool.on('error', (error) => {
    log('a connection that reads was lost', error);
  });
  const reader = new LogReader(pool);
  const access: Log = { reader, heads: new StreamHeads(pool), tail: new Tail(0) };
  const writer = new LogWriter({ databaseUrl, reader, heads: access.heads, tail: access.tail, log });
  const subscriptions = new PersistentSubscriptions({ log: access, writer, report: log });
  const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE, 'grpc.max_send_message_length': -1 });
  try {
    await writer.open();
    if (access.tail.last === 0) await writeFirstRecords(writer);
    await subscriptions.open();
    const bound = await listen(server, { log: access, writer, subscriptions, advertiseBatchAppend, host, port });
    return {
      connectionString: `esdb://${host}:${String(bound)}?tls=false`,
      port: bound,
      identity: (await reader.allForwards(0, 1))[0]?.id ?? '',
      stop: async () => {
        server.forceShutdown();
        subscriptions.close();
        await writer.close();
        await pool.end();
      },
    };
  } catch (error) {
    server.forceShutdown();
    subscriptions.close();
    await writer.close();
    await pool.end();
    throw error;
  }
}

async function migrate(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await migrateLog(client);
  } finally {
    await client.end();
  }
}

interface Services {
  readonly log: Log;
  readonly writer: LogWriter;
  readonly subscriptions: PersistentSubscriptions;
  readonly advertiseBatchAppend: boolean;
  readonly host: string;
  readonly port: number;
}

async function listen(server: Server, { log, writer, subscriptions, advertiseBatchAppend, host, port }: Services): Promise<number> {
  let bound = port;
  // Frames of Read are bytes already.
  const asBytes = { responseSerialize: (frame: unknown) => frame as Buffer };
  server.addService({ ...StreamsService, read: { ...StreamsService.read, ...asBytes } }, {
    read: readHandler(log, EVERYONE) as never,
    append: appendHandler(writer, EVERYONE),
    delete: deleteHandler(writer, EVERYONE),
    tombstone: tombstoneHandler(writer, EVERYONE),
    batchAppend: batchAppendHandler(writer, EVERYONE),
  });
  server.addService(
    { ...PersistentSubscriptionsService, read: { ...PersistentSubscriptionsService.read, ...asBytes } },
    persistentSubscriptionHandlers(subscriptions, log, EVERYONE),
  );
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsHandler(advertiseBatchAppend) });
  server.addService(GossipService, { read: gossipHandler(() => ({ host, port: bound })) });
  bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${String(port)}`, ServerCredentials.createInsecure(), (error, actual) => {
      if (error) reject(error);
      else resolve(actual);
    });
  });
  return bound;
}
