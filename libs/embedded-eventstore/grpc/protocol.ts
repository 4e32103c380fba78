/* eslint-disable @typescript-eslint/consistent-type-imports -- the modules are CommonJS: `require` gets the values, only their types are imported */
import { createRequire } from 'node:module';

/**
 * EventStoreDB's service definitions, as its Node client ships them: static CommonJS whose exports only `require`
 * sees. Answers must be built from these very classes.
 */
const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';

export const streams = require(`${generated}/streams_pb.js`) as typeof import('@eventstore/db-client/generated/streams_pb.js');
export const persistent = require(`${generated}/persistent_pb.js`) as typeof import('@eventstore/db-client/generated/persistent_pb.js');
export const shared = require(`${generated}/shared_pb.js`) as typeof import('@eventstore/db-client/generated/shared_pb.js');
export const status = require(`${generated}/status_pb.js`) as typeof import('@eventstore/db-client/generated/status_pb.js');
export const gossip = require(`${generated}/gossip_pb.js`) as typeof import('@eventstore/db-client/generated/gossip_pb.js');
export const serverFeatures = require(`${generated}/serverfeatures_pb.js`) as typeof import('@eventstore/db-client/generated/serverfeatures_pb.js');
export const users = require(`${generated}/users_pb.js`) as typeof import('@eventstore/db-client/generated/users_pb.js');
export const anyMessage = require('google-protobuf/google/protobuf/any_pb.js') as typeof import('google-protobuf/google/protobuf/any_pb.js');
export const googleEmpty = require('google-protobuf/google/protobuf/empty_pb.js') as typeof import('google-protobuf/google/protobuf/empty_pb.js');

export const { StreamsService } = require(`${generated}/streams_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js');
export const { PersistentSubscriptionsService } = require(
  `${generated}/persistent_grpc_pb.js`,
) as typeof import('@eventstore/db-client/generated/persistent_grpc_pb.js');
export const { ServerFeaturesService } = require(`${generated}/serverfeatures_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');
export const { GossipService } = require(`${generated}/gossip_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/gossip_grpc_pb.js');
export const { UsersService } = require(`${generated}/users_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/users_grpc_pb.js');

export const EMPTY = new shared.Empty();
export const GOOGLE_EMPTY = new googleEmpty.Empty();

type StreamIdentifier = InstanceType<typeof shared.StreamIdentifier>;
export type Uuid = InstanceType<typeof shared.UUID>;

export function streamNameOf(identifier: StreamIdentifier | undefined): string {
  return identifier === undefined ? '' : Buffer.from(identifier.getStreamName_asU8()).toString('utf8');
}

export function streamIdentifier(name: string): StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  return identifier;
}

const DASHED = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Text of an id in any form that the protocol has, lower case with dashes; undefined for anything else. */
export function canonicalUuid(uuid: Uuid): string | undefined {
  const structured = uuid.getStructured();
  const text = structured === undefined ? uuid.getString() : structuredText(structured.getMostSignificantBits(), structured.getLeastSignificantBits());
  return DASHED.exec(text)?.slice(1).join('-').toLowerCase();
}

/** As above; undefined for the nil id, too. */
export function uuidOf(uuid: Uuid | undefined): string | undefined {
  const id = uuid && canonicalUuid(uuid);
  return id === NIL_UUID ? undefined : id;
}

const structuredText = (most: string, least: string): string =>
  [most, least].map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('');

export function textUuid(id: string): Uuid {
  const uuid = new shared.UUID();
  uuid.setString(id);
  return uuid;
}
