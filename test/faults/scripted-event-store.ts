import * as grpc from '@grpc/grpc-js';
import type * as SharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type * as StreamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { EventToAppend, ExpectedRevision, StoredEvent } from '#event-store';
import type { InMemoryEventStore } from '#testing';

const require = createRequire(import.meta.url);
const pb = require('@eventstore/db-client/generated/streams_pb.js') as typeof StreamsPb;
const shared = require('@eventstore/db-client/generated/shared_pb.js') as typeof SharedPb;
const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb.js') as { readonly StreamsService: grpc.ServiceDefinition };
const { ServerFeaturesService } = require('@eventstore/db-client/generated/serverfeatures_grpc_pb.js') as { readonly ServerFeaturesService: grpc.ServiceDefinition };

/** What a call is met with instead of a proper answer. */
export type Misbehaviour =
  | { readonly kind: 'never-answers' }
  | { readonly kind: 'status'; readonly code: grpc.status; readonly details?: string; readonly trailers?: Readonly<Record<string, string>> };

/** EventStoreDB's protocol before an in-memory log, and the ways in which a server can fail its clients. */
export interface ScriptedEventStore {
  readonly port: number;
  readonly connectionString: string;
  /** For the next appends, in order; what was appended is there all the same when `written` says so. */
  misbehaveOnAppend(...script: readonly (Misbehaviour & { readonly written: boolean })[]): void;
  /** While set, every subscription accepts and then sends nothing. */
  setSilent(silent: boolean): void;
  /** Ends all open subscriptions as if all were well. */
  endSubscriptions(): void;
  /** Breaks all open subscriptions. */
  breakSubscriptions(code: grpc.status, details: string): void;
  /** Each subscription first sends the event it resumes after once more, and everything twice. */
  setRepeating(repeating: boolean): void;
  readonly subscriptionCount: number;
  readonly featureCalls: number;
  stop(): Promise<void>;
}

const empty = (): SharedPb.Empty => new shared.Empty();

export async function startScriptedEventStore(log: InMemoryEventStore, port?: number): Promise<ScriptedEventStore> {
  let script: (Misbehaviour & { readonly written: boolean })[] = [];
  let silent = false;
  let repeating = false;
  let featureCalls = 0;
  let subscriptionCount = 0;
  const open = new Set<grpc.ServerWritableStream<StreamsPb.ReadReq, StreamsPb.ReadResp>>();

  const read = (call: grpc.ServerWritableStream<StreamsPb.ReadReq, StreamsPb.ReadResp>): void => {
    const options = call.request.getOptions()!;
    const work = options.hasSubscription() ? subscribe(call, options) : answerRead(call, options);
    work.catch((error: unknown) => call.destroy(error as Error));
  };

  const answerRead = async (call: grpc.ServerWritableStream<StreamsPb.ReadReq, StreamsPb.ReadResp>, options: StreamsPb.ReadReq.Options): Promise<void> => {
    const count = Number(options.getCount());
    const backwards = options.getReadDirection() === pb.ReadReq.Options.ReadDirection.BACKWARDS;
    const stream = options.getStream();
    const name = stream ? Buffer.from(stream.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8') : undefined;
    const events: StoredEvent[] = [];
    const from = BigInt((stream?.getRevision() ?? options.getAll()?.getPosition()?.getCommitPosition()) || '0');
    for await (const event of name === undefined ? log.readAll({ from }) : log.readStream(name, { from: backwards ? 0n : from })) events.push(event);
    if (name !== undefined && events.length === 0 && (await log.readLast(name)) === undefined) {
      call.write(new pb.ReadResp().setStreamNotFound(new pb.ReadResp.StreamNotFound().setStreamIdentifier(stream!.getStreamIdentifier())));
    }
    for (const event of (backwards ? events.reverse() : events).slice(0, count)) call.write(frame(event));
    call.end();
  };

  const subscribe = async (call: grpc.ServerWritableStream<StreamsPb.ReadReq, StreamsPb.ReadResp>, options: StreamsPb.ReadReq.Options): Promise<void> => {
    subscriptionCount += 1;
    open.add(call);
    const closed = new AbortController();
    call.on('cancelled', () => {
      open.delete(call);
      closed.abort();
    });
    const position = options.getAll()?.getPosition()?.getCommitPosition();
    call.write(new pb.ReadResp().setConfirmation(new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId('s')));
    const isSilent = (): boolean => silent;
    if (isSilent()) return;
    const after = position === undefined ? undefined : BigInt(position) - (repeating ? 1n : 0n);
    for await (const message of log.subscribeAll({ ...(after !== undefined && { after }), signal: closed.signal })) {
      if (!open.has(call) || isSilent()) return;
      const frames = message.kind === 'event' ? [frame(message.event)] : [new pb.ReadResp().setCaughtUp(new pb.ReadResp.CaughtUp())];
      for (const each of repeating ? [...frames, ...frames] : frames) call.write(each);
    }
  };

  const append = (call: grpc.ServerReadableStream<StreamsPb.AppendReq, StreamsPb.AppendResp>, callback: grpc.sendUnaryData<StreamsPb.AppendResp>): void => {
    const messages: StreamsPb.AppendReq[] = [];
    call.on('data', (message: StreamsPb.AppendReq) => messages.push(message));
    call.on('end', () => {
      void (async () => {
        const fault = script.shift();
        const answer = fault && !fault.written ? undefined : await appendTo(log, messages);
        if (fault?.kind === 'never-answers') return;
        if (fault?.kind === 'status') {
          const metadata = new grpc.Metadata();
          for (const [key, value] of Object.entries(fault.trailers ?? {})) metadata.set(key, value);
          callback({ code: fault.code, details: fault.details ?? 'scripted', metadata });
          return;
        }
        callback(null, answer);
      })();
    });
  };

  const server = new grpc.Server();
  const unary = (_: unknown, callback: grpc.sendUnaryData<unknown>): void => callback({ code: grpc.status.UNIMPLEMENTED });
  server.addService(StreamsService, { read, append, delete: unary, tombstone: unary, batchAppend: (call: grpc.ServerDuplexStream<unknown, unknown>) => call.end() });
  // Never answers: nothing that Docket does may wait for it.
  server.addService(ServerFeaturesService, { getSupportedMethods: () => (featureCalls += 1) });
  const bound = port ?? (await freePort());
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${String(bound)}`, grpc.ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });

  return {
    port: bound,
    connectionString: `esdb://127.0.0.1:${String(bound)}?tls=false`,
    misbehaveOnAppend: (...next) => {
      script = [...script, ...next];
    },
    setSilent: (value) => {
      silent = value;
    },
    setRepeating: (value) => {
      repeating = value;
    },
    endSubscriptions: () => {
      for (const call of open) call.end();
      open.clear();
    },
    breakSubscriptions: (code, details) => {
      for (const call of open) call.emit('error', { code, details });
      open.clear();
    },
    get subscriptionCount() {
      return subscriptionCount;
    },
    get featureCalls() {
      return featureCalls;
    },
    stop: async () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

async function appendTo(log: InMemoryEventStore, messages: readonly StreamsPb.AppendReq[]): Promise<StreamsPb.AppendResp> {
  const options = messages[0]!.getOptions()!;
  const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8');
  const expected: ExpectedRevision = options.hasNoStream() ? 'no-stream' : options.hasAny() ? 'any' : BigInt(options.getRevision());
  const events = messages.slice(1).map((message): EventToAppend => {
    const proposed = message.getProposedMessage()!;
    return {
      id: proposed.getId()!.getString(),
      type: proposed.getMetadataMap().get('type')!,
      data: JSON.parse(Buffer.from(proposed.getData_asU8()).toString('utf8')) as object,
      metadata: JSON.parse(Buffer.from(proposed.getCustomMetadata_asU8()).toString('utf8')) as object,
    };
  });
  const outcome = await log.append(stream, expected, events);
  if (outcome.kind === 'wrong-revision') {
    const wrong = new pb.AppendResp.WrongExpectedVersion();
    if (outcome.actual === undefined) wrong.setCurrentNoStream(empty());
    else wrong.setCurrentRevision(String(outcome.actual));
    return new pb.AppendResp().setWrongExpectedVersion(wrong.setExpectedAny(empty()));
  }
  const position = String(outcome.position);
  const success = new pb.AppendResp.Success().setCurrentRevision(String(outcome.revision));
  return new pb.AppendResp().setSuccess(success.setPosition(new pb.AppendResp.Position().setCommitPosition(position).setPreparePosition(position)));
}

function frame(event: StoredEvent): StreamsPb.ReadResp {
  const recorded = new pb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream, 'utf8')))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(String(event.position))
    .setCommitPosition(String(event.position))
    .setCustomMetadata(Buffer.from(JSON.stringify(event.metadata), 'utf8'))
    .setData(Buffer.from(JSON.stringify(event.data), 'utf8'));
  recorded.getMetadataMap().set('type', event.type).set('content-type', 'application/json').set('created', '0');
  return new pb.ReadResp().setEvent(new pb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(String(event.position)));
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
