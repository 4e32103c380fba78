import type { sendUnaryData, ServerReadableStream, ServerUnaryCall } from '@grpc/grpc-js';
import type { Expected, ProposedRecord } from '../log-record.js';
import type { WriteOutcome } from '../write-request.js';
import type { Access } from './access.js';
import { expecting, placed, written } from './outcomes.js';
import { expectedRevision, isForbiddenName, readProposed, type Appending, type Flaw } from './proposed.js';
import { EMPTY, streamNameOf, streams } from './protocol.js';
import * as no from './refusals.js';
import type { LogWriter } from '../log-writer.js';

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;
type DeleteReq = InstanceType<typeof streams.DeleteReq>;
type TombstoneReq = InstanceType<typeof streams.TombstoneReq>;

interface Options {
  getStreamIdentifier(): Parameters<typeof streamNameOf>[0];
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
}

const FLAWS: Readonly<Record<Flaw, () => no.StatusError>> = {
  'no-type': () => no.missingMetadata('type'),
  'no-content-type': () => no.missingMetadata('content-type'),
  'empty-type': no.handlerFailed,
  'bad-type': () => no.badRequest('An event type cannot hold a NUL character.'),
  'no-id': no.handlerFailed,
  'nil-id': no.handlerFailed,
  'bad-id': no.handlerFailed,
};

/** Streams.Append: one call, one append. */
export function appendHandler({ writer, access, maxAppendSize }: Appending) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
    const session = new AppendSession(maxAppendSize);
    let failure: unknown;
    call.on('data', (message: AppendReq) => {
      if (failure !== undefined) return;
      try {
        session.take(message);
      } catch (error) {
        failure = error;
        callback(no.toServiceError(error));
      }
    });
    call.on('error', () => undefined);
    call.on('end', () => {
      // Of a caller who went away in the middle not even the half is written.
      if (failure !== undefined || call.cancelled) return;
      session.finish(writer, access.of(call.metadata)).then(
        (answer) => {
          callback(null, answer);
        },
        (error: unknown) => {
          callback(no.toServiceError(error));
        },
      );
    });
  };
}

class AppendSession {
  readonly #records: ProposedRecord[] = [];
  #options: { readonly stream: string; readonly expected: Expected } | undefined;
  #size = 0;

  constructor(private readonly maxSize: number) {}

  take(message: AppendReq): void {
    const options = message.getOptions();
    const proposed = message.getProposedMessage();
    if (options !== undefined) {
      if (this.#options !== undefined) throw no.handlerFailed();
      this.#options = { stream: writableName(options), expected: expectedOf(options, 'AppendReq') };
    } else if (proposed !== undefined) {
      if (this.#options === undefined) throw no.handlerFailed();
      const record = readProposed(proposed);
      if (typeof record === 'string') throw FLAWS[record]();
      this.#size += record.data.length;
      if (this.#size > this.maxSize) throw no.maximumAppendSizeExceeded(this.maxSize);
      this.#records.push(record);
    } else {
      throw no.handlerFailed();
    }
  }

  async finish(writer: LogWriter, caller: ReturnType<Access['of']>): Promise<AppendResp> {
    if (this.#options === undefined) throw no.handlerFailed();
    const { stream, expected } = this.#options;
    await caller.require('write', stream);
    const outcome = await writer.write({ kind: 'append', stream, expected, records: this.#records });
    if (outcome.kind === 'deleted') throw no.streamDeleted(stream);
    return outcome.kind === 'written' ? succeeded(outcome) : wrongRevision(expected, outcome.current);
  }
}

export function writableName(options: Pick<Options, 'getStreamIdentifier'>): string {
  const stream = streamNameOf(options.getStreamIdentifier());
  if (stream === '') throw no.handlerFailed();
  if (isForbiddenName(stream)) throw no.badRequest(`The stream name '${stream.replaceAll('\0', '')}' cannot be written.`);
  return stream;
}

export function expectedOf(options: Options, request: 'AppendReq' | 'DeleteReq' | 'TombstoneReq'): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  if (!options.hasRevision()) {
    throw no.badRequest(`'None' is not a valid EventStore.Client.Streams.${request}+Types+Options+ExpectedStreamRevisionOneofCase`);
  }
  const revision = expectedRevision(options.getRevision());
  if (revision === undefined) throw no.handlerFailed();
  return revision;
}

const succeeded = (outcome: Extract<WriteOutcome, { kind: 'written' }>): AppendResp =>
  new streams.AppendResp().setSuccess(written(new streams.AppendResp.Success(), outcome, EMPTY, new streams.AppendResp.Position()));

function wrongRevision(expected: Expected, current: bigint | undefined): AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(EMPTY);
  else wrong.setCurrentRevision(String(current));
  return new streams.AppendResp().setWrongExpectedVersion(expecting(wrong, expected, EMPTY, (revision) => wrong.setExpectedRevision(revision)));
}

interface Removal {
  getOptions(): Options | undefined;
}

const removalHandler =
  <Request extends Removal, Response>(kind: 'delete' | 'tombstone', answer: (position: number) => Response) =>
  ({ writer, access }: Appending) =>
  (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    remove(writer, access.of(call.metadata), kind, call.request.getOptions()).then(
      (position) => callback(null, answer(position)),
      (error: unknown) => callback(no.toServiceError(error)),
    );
  };

/** Streams.Delete: the stream can be written again. */
export const deleteHandler = removalHandler<DeleteReq, InstanceType<typeof streams.DeleteResp>>('delete', (position) =>
  new streams.DeleteResp().setPosition(placed(new streams.DeleteResp.Position(), position)),
);

/** Streams.Tombstone: for ever. */
export const tombstoneHandler = removalHandler<TombstoneReq, InstanceType<typeof streams.TombstoneResp>>('tombstone', (position) =>
  new streams.TombstoneResp().setPosition(placed(new streams.TombstoneResp.Position(), position)),
);

async function remove(writer: LogWriter, caller: ReturnType<Access['of']>, kind: 'delete' | 'tombstone', options: Options | undefined): Promise<number> {
  if (options === undefined) throw no.handlerFailed();
  const stream = writableName(options);
  const expected = expectedOf(options, kind === 'delete' ? 'DeleteReq' : 'TombstoneReq');
  await caller.require('delete', stream);
  const outcome = await writer.write({ kind, stream, expected });
  if (outcome.kind === 'deleted') throw no.streamDeleted(stream);
  if (outcome.kind === 'wrong-revision') throw no.wrongExpectedVersion(kind === 'delete' ? 'Delete' : 'Tombstone', stream, expected, outcome.current);
  return outcome.position ?? 0;
}
