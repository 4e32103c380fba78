/* eslint-disable @typescript-eslint/consistent-type-imports -- the modules are CommonJS: `require` gets the values, only their types are imported */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Client, credentials as grpcCredentials, Metadata, type ChannelCredentials, type ClientDuplexStream, type ServiceDefinition } from '@grpc/grpc-js';

/** Single calls of the protocol, for what the client never sends. */
const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';

export const streams = {
  messages: require(`${generated}/streams_pb.js`) as typeof import('@eventstore/db-client/generated/streams_pb.js'),
  service: (require(`${generated}/streams_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js')).StreamsService as unknown as ServiceDefinition,
};
export const timestamp = require('google-protobuf/google/protobuf/timestamp_pb.js') as typeof import('google-protobuf/google/protobuf/timestamp_pb.js');
export const shared = require(`${generated}/shared_pb.js`) as typeof import('@eventstore/db-client/generated/shared_pb.js');
export const users = {
  messages: require(`${generated}/users_pb.js`) as typeof import('@eventstore/db-client/generated/users_pb.js'),
  service: (require(`${generated}/users_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/users_grpc_pb.js')).UsersService as unknown as ServiceDefinition,
};
export const gossip = {
  messages: require(`${generated}/gossip_pb.js`) as typeof import('@eventstore/db-client/generated/gossip_pb.js'),
  service: (require(`${generated}/gossip_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/gossip_grpc_pb.js')).GossipService as unknown as ServiceDefinition,
};
export const serverFeatures = {
  messages: require(`${generated}/serverfeatures_pb.js`) as typeof import('@eventstore/db-client/generated/serverfeatures_pb.js'),
  service: (require(`${generated}/serverfeatures_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js'))
    .ServerFeaturesService as unknown as ServiceDefinition,
};

const googleEmpty = require('google-protobuf/google/protobuf/empty_pb.js') as typeof import('google-protobuf/google/protobuf/empty_pb.js');
export const GOOGLE_EMPTY = new googleEmpty.Empty();

export interface CallOptions {
  readonly metadata?: Metadata;
  readonly credentials?: ChannelCredentials | undefined;
  /** How many answers to wait for before the call is ended; all when not given. */
  readonly until?: (answers: readonly unknown[]) => boolean;
  /** Whether the requests' side is left open. */
  readonly keepOpen?: boolean;
  /** Goes away as soon as the requests are on their way. */
  readonly cancelAfterSending?: boolean;
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
      const all = [requests].flat();
      for (const [index, request] of all.entries()) {
        open.write(request, () => {
          if (options.cancelAfterSending === true && index === all.length - 1) open.cancel();
        });
      }
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

/** Where and as whom a connection string says: for single calls. */
export function rawTarget({ connectionString }: { readonly connectionString: string }): readonly [target: string] {
  return [new URL(connectionString.replace(/^esdb(\+discover)?:/, 'http:')).host];
}

rawTarget.options = ({ connectionString }: { readonly connectionString: string }): Required<Pick<CallOptions, 'metadata' | 'credentials'>> => {
  const { username, password, searchParams } = new URL(connectionString.replace(/^esdb(\+discover)?:/, 'http:'));
  const metadata = new Metadata();
  if (username !== '') metadata.set('authorization', `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`);
  const authority = searchParams.get('tlsCAFile');
  const secure = searchParams.get('tls') !== 'false';
  return { metadata, credentials: secure ? grpcCredentials.createSsl(authority === null ? null : readFileSync(authority)) : grpcCredentials.createInsecure() };
};
