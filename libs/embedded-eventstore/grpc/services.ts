import { Server, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { type Accounts } from '../access/accounts.js';
import type { CheckedOptions } from '../event-store-options.js';
import type { Log } from '../log-access.js';
import type { LogWriter } from '../log-writer.js';
import { persistentSubscriptionHandlers } from '../persistent/grpc/handlers.js';
import type { PersistentSubscriptions } from '../persistent/groups.js';
import { EVERYONE, SignedIn, type Access } from './access.js';
import { appendHandler, deleteHandler, tombstoneHandler } from './append.js';
import { batchAppendHandler } from './batch-append.js';
import { Connections } from './connections.js';
import { gossipHandler } from './gossip.js';
import { OpenCalls } from './open-calls.js';
import { GossipService, PersistentSubscriptionsService, ServerFeaturesService, StreamsService, UsersService } from './protocol.js';
import { readHandler } from './read.js';
import { supportedMethodsHandler } from './server-features.js';
import { signInInterceptor } from './sign-in.js';
import { usersHandlers } from './users.js';

/** Up to there the refusal of a too large append is a typed one (measured 2.5). */
const MAX_MESSAGE = 16 * 1024 * 1024;
const STOP_GRACE_MS = 500;

export interface Listening {
  readonly port: number;
  readonly calls: OpenCalls;
  /** Accepts nothing more and ends every call with UNAVAILABLE. */
  stop(): Promise<void>;
}

/** What answers. */
export interface Parts {
  readonly log: Log;
  readonly writer: LogWriter;
  readonly subscriptions: PersistentSubscriptions;
  readonly accounts: Accounts;
}

/** Everything that is answered over the wire. @throws Error when the port is taken */
export async function listen({ log, writer, subscriptions, accounts }: Parts, options: CheckedOptions): Promise<Listening> {
  const { host, advertisedHost, tls, maxAppendSize } = options;
  const calls = new OpenCalls();
  const signedIn = tls && new SignedIn(log);
  const interceptors: ServerInterceptor[] = [calls.interceptor, ...(signedIn === undefined ? [] : [signInInterceptor(accounts, signedIn)])];
  const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE, 'grpc.max_send_message_length': -1, interceptors });
  const access: Access = signedIn ?? EVERYONE;
  const appending = { writer, access, maxAppendSize };
  let port = options.port;
  // Frames of Read are bytes already.
  const asBytes = { responseSerialize: (frame: unknown) => frame as Buffer };
  server.addService({ ...StreamsService, read: { ...StreamsService.read, ...asBytes } }, {
    read: readHandler(log, access) as never,
    append: appendHandler(appending),
    delete: deleteHandler(appending),
    tombstone: tombstoneHandler(appending),
    batchAppend: batchAppendHandler(appending),
  });
  server.addService(
    { ...PersistentSubscriptionsService, read: { ...PersistentSubscriptionsService.read, ...asBytes } },
    persistentSubscriptionHandlers(subscriptions, log, access),
  );
  server.addService(UsersService, usersHandlers(accounts, access));
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsHandler(options.advertiseBatchAppend) });
  server.addService(GossipService, { read: gossipHandler(() => ({ host: advertisedHost, port })) });
  const credentials = tls === undefined ? ServerCredentials.createInsecure() : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.key) }]);
  const injector = server.createConnectionInjector(credentials);
  const connections = new Connections((socket) => {
    injector.injectConnection(socket);
  });
  port = await connections.listen(host, port);
  return { port, calls, stop: () => stop(server, connections, calls) };
}

/**
 * Whether every connection has ended is asked of the connections: Node.js 24 closes the sessions together with the
 * server, and the server of grpc-js then takes those that are still sending for closed. Slow readers hold a status back
 * behind what they have not taken: they are cut off.
 */
async function stop(server: Server, connections: Connections, calls: OpenCalls): Promise<void> {
  const force = setTimeout(() => {
    connections.cut();
  }, STOP_GRACE_MS);
  connections.refuse();
  server.tryShutdown(() => undefined);
  calls.endAll();
  await connections.ended();
  clearTimeout(force);
}
