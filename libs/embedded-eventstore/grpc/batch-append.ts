import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Expected, ProposedRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import type { Access, Caller } from './access.js';
import { failed, succeeded, type BatchFailure, type BatchResponse, type CorrelationId } from './batch-answers.js';
import { expectedRevision, isForbiddenName, MAX_APPEND_SIZE, readProposed, type Flaw } from './proposed.js';
import { streamNameOf, type streams, uuidOf } from './protocol.js';
import * as no from './refusals.js';

type Request = InstanceType<typeof streams.BatchAppendReq>;
type Options = InstanceType<typeof streams.BatchAppendReq.Options>;
type Call = ServerDuplexStream<Request, BatchResponse>;

const FLAWS: Readonly<Record<Flaw, string>> = {
  'no-type': 'The given key was not present in the dictionary.',
  'no-content-type': 'The given key was not present in the dictionary.',
  'empty-type': "Value cannot be empty. (Parameter 'eventType')",
  'bad-type': 'An event type cannot hold a NUL character.',
  'bad-id': 'Unrecognized Guid format.',
};

/** An append whose chunks are still coming. */
interface Unfinished {
  readonly correlationId: CorrelationId;
  readonly stream: string;
  readonly expected: Expected;
  readonly records: ProposedRecord[];
  size: number;
}

/** Streams.BatchAppend: one long call carries a client's appends, answered each once by its correlation id. */
export function batchAppendHandler(writer: LogWriter, access: Access) {
  return (call: Call): void => {
    const caller = access.of(call.metadata);
    const unfinished = new Map<string, Unfinished>();
    call.on('error', () => undefined);
    call.on('data', (request: Request) => {
      takeChunk(call, writer, caller, unfinished, request);
    });
    caller.require('read', '').catch((error: unknown) => call.emit('error', no.toServiceError(error)));
  };
}

function takeChunk(call: Call, writer: LogWriter, caller: Caller, unfinished: Map<string, Unfinished>, request: Request): void {
  const correlationId = request.getCorrelationId();
  const options = request.getOptions();
  if (correlationId === undefined && options === undefined && request.getProposedMessagesList().length === 0) {
    call.emit('error', no.toServiceError(no.handlerFailed()));
    return;
  }
  const key = uuidOf(correlationId);
  const refuse = (failure: BatchFailure): void => {
    if (key !== undefined) unfinished.delete(key);
    send(call, correlationId, failed(streamNameOf(options?.getStreamIdentifier()), failure));
  };
  if (key === undefined) {
    refuse({ kind: 'bad-request', message: 'Unrecognized Guid format.' });
    return;
  }
  if (options !== undefined && !unfinished.has(key)) {
    const begun = begin(correlationId, options);
    if ('kind' in begun) {
      refuse(begun);
      return;
    }
    unfinished.set(key, begun);
  }
  const append = unfinished.get(key);
  if (append === undefined) return;
  const failure = addTo(append, request);
  if (failure !== undefined) {
    refuseBegun(call, unfinished, key, append, failure);
  } else if (request.getIsFinal()) {
    unfinished.delete(key);
    void finish(call, writer, caller, append);
  }
}

function refuseBegun(call: Call, unfinished: Map<string, Unfinished>, key: string, append: Unfinished, failure: BatchFailure): void {
  unfinished.delete(key);
  send(call, append.correlationId, failed(append.stream, failure));
}

function begin(correlationId: CorrelationId, options: Options): Unfinished | BatchFailure {
  const stream = streamNameOf(options.getStreamIdentifier());
  if (stream === '') return { kind: 'bad-request', message: "Value cannot be empty. (Parameter 'streamName')" };
  if (isForbiddenName(stream)) return { kind: 'bad-request', message: 'That stream name cannot be written.' };
  if (hasPassed(options)) return { kind: 'timeout' };
  const expected = expectedOf(options);
  if (expected === undefined) return { kind: 'bad-request', message: 'No expected revision, or one out of range.' };
  return { correlationId, stream, expected, records: [], size: 0 };
}

function expectedOf(options: Options): Expected | undefined {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasStreamPosition() ? expectedRevision(options.getStreamPosition()) : undefined;
}

/** The client's clock counts; a minute of grace keeps a wrong one from refusing everything (measured 2.1). */
function hasPassed(options: Options): boolean {
  const deadline = options.getDeadline();
  if (deadline === undefined) return false;
  const milliseconds = deadline.getSeconds() * 1_000 + deadline.getNanos() / 1e6;
  return milliseconds <= Date.now() - 60_000;
}

function addTo(append: Unfinished, request: Request): BatchFailure | undefined {
  for (const message of request.getProposedMessagesList()) {
    const record = readProposed(message);
    if (typeof record === 'string') return { kind: 'bad-request', message: FLAWS[record] };
    append.size += record.data.length;
    if (append.size > MAX_APPEND_SIZE) return { kind: 'too-large' };
    append.records.push(record);
  }
  return undefined;
}

async function finish(call: Call, writer: LogWriter, caller: Caller, { correlationId, stream, expected, records }: Unfinished): Promise<void> {
  try {
    await caller.require('write', stream);
  } catch {
    send(call, correlationId, failed(stream, { kind: 'access-denied' }));
    return;
  }
  try {
    const outcome = await writer.write({ kind: 'append', stream, expected, records });
    if (outcome.kind === 'written') send(call, correlationId, succeeded(stream, outcome));
    else send(call, correlationId, failed(stream, outcome.kind === 'deleted' ? outcome : { kind: 'wrong-revision', expected, current: outcome.current }));
  } catch (error) {
    // A client that sees UNAVAILABLE connects anew; a part of a batch that is answered so would be retried by nobody.
    call.emit('error', no.toServiceError(error));
  }
}

function send(call: Call, correlationId: CorrelationId, response: BatchResponse): void {
  if (call.cancelled || call.writableEnded) return;
  if (correlationId !== undefined) response.setCorrelationId(correlationId);
  call.write(response);
}
