import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Expected, ProposedRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import { WriteTimedOut, type WriteOutcome, type WriteRequest } from '../write-request.js';
import type { Caller } from './access.js';
import { failed, succeeded, type BatchFailure, type BatchResponse, type CorrelationId } from './batch-answers.js';
import { expectedRevision, isForbiddenName, readProposed, type Appending, type Flaw } from './proposed.js';
import { streamNameOf, type streams, uuidOf } from './protocol.js';
import * as no from './refusals.js';
import { isSameMachine } from './same-machine.js';

type Request = InstanceType<typeof streams.BatchAppendReq>;
type Options = InstanceType<typeof streams.BatchAppendReq.Options>;
type Call = ServerDuplexStream<Request, BatchResponse>;

const FLAWS: Readonly<Record<Flaw, string>> = {
  'no-type': 'The given key was not present in the dictionary.',
  'no-content-type': 'The given key was not present in the dictionary.',
  'empty-type': "Value cannot be empty. (Parameter 'eventType')",
  'bad-type': 'An event type cannot hold a NUL character.',
  'no-id': "Value cannot be null. (Parameter 'dto')",
  'nil-id': "Empty eventId provided. (Parameter 'eventId')",
  'bad-id': 'Unrecognized Guid format.',
};

/** A deadline is the client's wall clock: one of another machine may be wrong by this much (measured 2.1). */
const CLOCK_GRACE_MS = 60_000;
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** An append whose chunks are still coming. */
interface Unfinished {
  readonly correlationId: CorrelationId;
  readonly stream: string;
  readonly expected: Expected;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly deadline: number;
  readonly records: ProposedRecord[];
  size: number;
}

/** Streams.BatchAppend: one long call carries a client's appends, answered each once by its correlation id. */
export function batchAppendHandler({ writer, access, maxAppendSize }: Appending) {
  return (call: Call): void => {
    new BatchCall(call, writer, access.of(call.metadata), maxAppendSize, isSameMachine(call.getPeer()) ? 0 : CLOCK_GRACE_MS);
  };
}

class BatchCall {
  readonly #unfinished = new Map<string, Unfinished>();
  #lastHanded: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly call: Call,
    private readonly writer: LogWriter,
    private readonly caller: Caller,
    private readonly maxAppendSize: number,
    private readonly clockGrace: number,
  ) {
    call.on('error', () => undefined);
    call.on('data', (request: Request) => {
      this.#take(request);
    });
  }

  #take(request: Request): void {
    const correlationId = request.getCorrelationId();
    const options = request.getOptions();
    if (correlationId === undefined && options === undefined && request.getProposedMessagesList().length === 0) {
      this.call.emit('error', no.toServiceError(no.handlerFailed()));
      return;
    }
    const key = uuidOf(correlationId);
    if (key === undefined) {
      this.#send(correlationId, failed(streamNameOf(options?.getStreamIdentifier()), { kind: 'bad-request', message: 'Unrecognized Guid format.' }));
      return;
    }
    if (options !== undefined && !this.#unfinished.has(key)) {
      const begun = this.#begin(correlationId, options);
      if ('kind' in begun) {
        this.#send(correlationId, failed(streamNameOf(options.getStreamIdentifier()), begun));
        return;
      }
      this.#unfinished.set(key, begun);
    }
    const append = this.#unfinished.get(key);
    if (append === undefined) return;
    const failure = this.#add(append, request);
    if (failure === undefined && !request.getIsFinal()) return;
    this.#unfinished.delete(key);
    if (failure !== undefined) this.#send(append.correlationId, failed(append.stream, failure));
    else void this.#finish(append);
  }

  #begin(correlationId: CorrelationId, options: Options): Unfinished | BatchFailure {
    const stream = streamNameOf(options.getStreamIdentifier());
    if (stream === '') return { kind: 'bad-request', message: "Value cannot be empty. (Parameter 'streamName')" };
    if (isForbiddenName(stream)) return { kind: 'bad-request', message: 'That stream name cannot be written.' };
    const deadline = this.#deadlineOf(options);
    if (deadline <= Date.now()) return { kind: 'timeout' };
    const expected = expectedOf(options);
    if (expected === undefined) return { kind: 'bad-request', message: 'No expected revision, or one out of range.' };
    return { correlationId, stream, expected, deadline, records: [], size: 0 };
  }

  #deadlineOf(options: Options): number {
    const moment = options.getDeadline();
    return moment === undefined ? Infinity : moment.getSeconds() * 1_000 + moment.getNanos() / 1e6 + this.clockGrace;
  }

  #add(append: Unfinished, request: Request): BatchFailure | undefined {
    for (const message of request.getProposedMessagesList()) {
      const record = readProposed(message);
      if (typeof record === 'string') return { kind: 'bad-request', message: FLAWS[record] };
      append.size += record.data.length;
      if (append.size > this.maxAppendSize) return { kind: 'too-large', maxAppendSize: this.maxAppendSize };
      append.records.push(record);
    }
    return undefined;
  }

  /** Answers once: with the outcome, or at the deadline that the outcome is not known. */
  async #finish({ correlationId, stream, expected, deadline, records }: Unfinished): Promise<void> {
    let isAnswered = false;
    const answer = (response: BatchResponse): void => {
      if (!isAnswered) this.#send(correlationId, response);
      isAnswered = true;
    };
    const left = deadline - Date.now();
    if (left <= 0) {
      answer(failed(stream, { kind: 'timeout' }));
      return;
    }
    const patience = setTimeout(() => answer(failed(stream, { kind: 'timeout' })), Math.min(left, LONGEST_WAIT_MS));
    try {
      const outcome = await (await this.#handOver({ kind: 'append', stream, expected, records })).outcome;
      if (outcome.kind === 'written') answer(succeeded(stream, outcome));
      else answer(failed(stream, outcome.kind === 'deleted' ? outcome : { kind: 'wrong-revision', expected, current: outcome.current }));
    } catch (error) {
      if (no.isAccessDenied(error)) answer(failed(stream, { kind: 'access-denied' }));
      else if (error instanceof WriteTimedOut) answer(failed(stream, { kind: 'timeout' }));
      // A client that sees UNAVAILABLE connects anew; a part of a batch that is answered so would be retried by nobody.
      else this.call.emit('error', no.toServiceError(error));
    } finally {
      clearTimeout(patience);
    }
  }

  /** Rights may have to be looked up: what came first is handed to the writer first all the same. */
  #handOver(append: WriteRequest): Promise<{ readonly outcome: Promise<WriteOutcome> }> {
    const permission = this.caller.require('write', append.stream);
    const handed = Promise.allSettled([permission, this.#lastHanded]).then(async () => {
      await permission;
      return { outcome: this.writer.write(append) };
    });
    this.#lastHanded = handed;
    return handed;
  }

  #send(correlationId: CorrelationId, response: BatchResponse): void {
    if (this.call.cancelled || this.call.writableEnded) return;
    if (correlationId !== undefined) response.setCorrelationId(correlationId);
    this.call.write(response);
  }
}

function expectedOf(options: Options): Expected | undefined {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasStreamPosition() ? expectedRevision(options.getStreamPosition()) : undefined;
}
