/* eslint-disable @typescript-eslint/consistent-type-imports -- the modules are CommonJS: `require` gets the values, only their types are imported */
import { createRequire } from 'node:module';
import { Client, credentials as grpcCredentials, Metadata, type ChannelCredentials, type ClientDuplexStream, type ServiceDefinition } from '@grpc/grpc-js';

/** Single calls of the protocol, for what the client never sends. */
const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';

export const streams = {
  messages: require(`${generated}/streams_pb.js`) as typeof import('@eventstore/db-client/generated/streams_pb.js'),
  service: (require(`${generated}/streams_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js')).StreamsService as unknown as ServiceDefinition,
};
export const shared = require(`${generated}/shared_pb.js`) as typeof import('@eventstore/db-client/generated/shared_pb.js');
export const users = {
  messages: require(`${generated}/users_pb.js`) as typeof import('@eventstore/db-client/generated/users_pb.js'),
  service: (require(`${generated}/users_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/users_grpc_pb.js')).UsersService as unknown as ServiceDefinition,
};
export const gossip = {
  messages: { Empty: shared.Empty },
  service: (require(`${generated}/gossip_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/gossip_grpc_pb.js')).GossipService as unknown as ServiceDefinition,
};
export const serverFeatures = {
  messages: { Empty: shared.Empty },
  service: (require(`${generated}/serverfeatures_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js'))
    .ServerFeaturesService as unknown as ServiceDefinition,
};

export interface CallOptions {
  readonly metadata?: Metadata;
  readonly credentials?: ChannelCredentials;
  /** How many answers to wait for before the call is ended; all when not given. */
  readonly until?: (answers: readonly unknown[]) => boolean;
  /** Whether the requests' side is left open. */
  readonly keepOpen?: boolean;
}

/** Sends one or more requests and gives the answers; a status other than OK rejects. */
export async function call<A>(target: number | string, service: ServiceDefinition, method: string, requests: object | readonly object[], options: CallOptions = {}): Promise<readonly A[]> {
  const definition = service[method];
  if (definition === undefined) throw new Error(`there is no ${method}`);
  const address = typeof target === 'number' ? `127.0.0.1:${String(target)}` : target;
  const client = new Client(address, options.credentials ?? grpcCredentials.createInsecure(), { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const answers: A[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      // Every kind of call is a duplex one on the wire.
      const open: ClientDuplexStream<object, A> = client.makeBidiStreamRequest(definition.path, definition.requestSerialize as never, definition.responseDeserialize as never, options.metadata ?? new Metadata());
      open.on('data', (answer: A) => {
        answers.push(answer);
        if (options.until?.(answers) !== true) return;
        resolve();
        open.cancel();
      });
      open.on('error', reject);
      open.on('end', resolve);
      for (const request of [requests].flat()) open.write(request);
      if (options.keepOpen !== true) open.end();
    });
    return answers;
  } finally {
    client.close();
  }
}

export function streamIdentifier(name: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name));
}
