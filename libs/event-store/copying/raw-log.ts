/* eslint-disable @typescript-eslint/consistent-type-imports -- the modules are CommonJS: `require` gets the values, only their types are imported */
import { createRequire } from 'node:module';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { StoredEvent } from '../event-store.port.js';
import { disposeClient } from '../eventstore-connection.js';

const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';
const streams = require(`${generated}/streams_pb.js`) as typeof import('@eventstore/db-client/generated/streams_pb.js');
const shared = require(`${generated}/shared_pb.js`) as typeof import('@eventstore/db-client/generated/shared_pb.js');
const { StreamsClient } = require(`${generated}/streams_grpc_pb.js`) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js');

type Streams = InstanceType<typeof StreamsClient>;

/** What the client keeps to itself: calls on its channel, with its users and settings. */
interface Inside {
  GRPCStreamCreator<T>(client: typeof StreamsClient, name: string, create: (client: Streams) => T): () => Promise<T>;
  execute<T>(client: typeof StreamsClient, name: string, work: (client: Streams) => Promise<T>): Promise<T>;
  callArguments(options: object, more?: CallOptions): [Metadata, CallOptions];
}

/** A record as it lies in the log: payloads are bytes, which the client would parse and write anew. */
export interface RawRecord extends Omit<StoredEvent, 'data' | 'metadata'> {
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type NewRecord = Pick<RawRecord, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>;

/** More than any log holds, and still exact. */
const WITHOUT_END = '9007199254740991';
const EMPTY = new shared.Empty();

/** A whole log over the protocol, byte for byte. */
export class RawLog {
  readonly #client: EventStoreDBClient;
  readonly #inside: Inside;

  /** @param connectionString as EventStoreDB's own client takes it */
  constructor(connectionString: string) {
    this.#client = EventStoreDBClient.connectionString(connectionString);
    this.#inside = this.#client as unknown as Inside;
  }

  /** Every record that `$all` shows, from its beginning to where it ends now. */
  async *all(): AsyncGenerator<RawRecord, void, undefined> {
    const options = new streams.ReadReq.Options();
    options.setAll(new streams.ReadReq.Options.AllOptions().setStart(EMPTY));
    options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS);
    options.setCount(WITHOUT_END);
    options.setNoFilter(EMPTY);
    options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(EMPTY));
    const request = new streams.ReadReq().setOptions(options);
    const open = this.#inside.GRPCStreamCreator(StreamsClient, 'readAllRaw', (client) => client.read(request, ...this.#inside.callArguments({}, { deadline: Infinity })));
    const call = await open();
    try {
      for await (const answer of call as AsyncIterable<InstanceType<typeof streams.ReadResp>>) {
        const record = answer.getEvent()?.getEvent();
        if (record !== undefined) yield toRecord(record);
      }
    } finally {
      call.on('error', () => undefined);
      call.cancel();
    }
  }

  /** @returns whether the stream ended with revision `after` (-1: was not there) and goes on with these records now */
  append(stream: string, after: bigint, records: readonly NewRecord[]): Promise<boolean> {
    return this.#inside.execute(
      StreamsClient,
      'appendRaw',
      (client) =>
        new Promise<boolean>((resolve, reject) => {
          const call = client.append(...this.#inside.callArguments({}), (error, answer) => {
            if (error) reject(error);
            else resolve(answer.hasSuccess());
          });
          call.on('error', reject);
          const options = new streams.AppendReq.Options().setStreamIdentifier(identifier(stream));
          if (after < 0n) options.setNoStream(EMPTY);
          else options.setRevision(String(after));
          call.write(new streams.AppendReq().setOptions(options));
          for (const record of records) call.write(new streams.AppendReq().setProposedMessage(proposed(record)));
          call.end();
        }),
    );
  }

  async tombstone(stream: string): Promise<void> {
    await this.#client.tombstoneStream(stream);
  }

  close(): Promise<void> {
    return disposeClient(this.#client);
  }
}

function toRecord(record: InstanceType<typeof streams.ReadResp.ReadEvent.RecordedEvent>): RawRecord {
  const properties = record.getMetadataMap();
  return {
    id: record.getId()?.getString() ?? '',
    type: properties.get('type') ?? '',
    stream: Buffer.from(record.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8'),
    revision: BigInt(record.getStreamRevision()),
    position: BigInt(record.getCommitPosition()),
    isJson: properties.get('content-type') === 'application/json',
    data: record.getData_asU8(),
    metadata: record.getCustomMetadata_asU8(),
  };
}

function proposed({ id, type, isJson, data, metadata }: NewRecord): InstanceType<typeof streams.AppendReq.ProposedMessage> {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString(id));
  message.getMetadataMap().set('type', type);
  message.getMetadataMap().set('content-type', isJson ? 'application/json' : 'application/octet-stream');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
}

const identifier = (stream: string): InstanceType<typeof shared.StreamIdentifier> => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
