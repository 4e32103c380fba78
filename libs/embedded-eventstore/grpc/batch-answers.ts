import { status as code } from '@grpc/grpc-js';
import type { Expected } from '../log-record.js';
import type { WriteOutcome } from '../write-request.js';
import { anyMessage, GOOGLE_EMPTY, shared, status, streamIdentifier, streams } from './protocol.js';

export type BatchResponse = InstanceType<typeof streams.BatchAppendResp>;
export type CorrelationId = InstanceType<typeof shared.UUID> | undefined;

/** Why a part of a batch failed: answered in place, the call goes on (eventstore-protocol 2.6). */
export type BatchFailure =
  | { readonly kind: 'wrong-revision'; readonly expected: Expected; readonly current: bigint | undefined }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'access-denied' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too-large'; readonly maxAppendSize: number }
  | { readonly kind: 'bad-request'; readonly message: string };

export function succeeded(stream: string, { revision, position }: Extract<WriteOutcome, { kind: 'written' }>): BatchResponse {
  const success = new streams.BatchAppendResp.Success();
  if (revision === undefined) success.setNoStream(GOOGLE_EMPTY);
  else success.setCurrentRevision(String(revision));
  if (position === undefined) {
    success.setNoPosition(GOOGLE_EMPTY);
  } else {
    const at = new shared.AllStreamPosition();
    at.setCommitPosition(String(position));
    at.setPreparePosition(String(position));
    success.setPosition(at);
  }
  return answer(stream).setSuccess(success);
}

export function failed(stream: string, failure: BatchFailure): BatchResponse {
  switch (failure.kind) {
    case 'wrong-revision':
      return error(stream, code.ALREADY_EXISTS, 'WrongExpectedVersion', wrongRevision(failure.expected, failure.current).serializeBinary());
    case 'deleted':
      return error(stream, code.NOT_FOUND, 'StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(stream)).serializeBinary());
    case 'access-denied':
      return error(stream, code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied().serializeBinary());
    case 'timeout':
      return error(stream, code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout().serializeBinary());
    case 'too-large':
      return error(stream, code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(failure.maxAppendSize).serializeBinary());
    case 'bad-request':
      return error(stream, code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(failure.message).serializeBinary());
  }
}

function wrongRevision(expected: Expected, current: bigint | undefined): InstanceType<typeof shared.WrongExpectedVersion> {
  const wrong = new shared.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(GOOGLE_EMPTY);
  else wrong.setCurrentStreamRevision(String(current));
  if (expected === 'any') wrong.setExpectedAny(GOOGLE_EMPTY);
  else if (expected === 'no-stream') wrong.setExpectedNoStream(GOOGLE_EMPTY);
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(GOOGLE_EMPTY);
  else wrong.setExpectedStreamPosition(String(expected));
  return wrong;
}

function error(stream: string, statusCode: code, name: string, details: Uint8Array): BatchResponse {
  const any = new anyMessage.Any();
  any.pack(details, `event_store.client.${name}`);
  const failure = new status.Status();
  // google.rpc.Code numbers its codes as gRPC does, under another type.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
  failure.setCode(statusCode as number);
  failure.setMessage(name);
  failure.setDetails(any);
  return answer(stream).setError(failure);
}

const answer = (stream: string): BatchResponse => new streams.BatchAppendResp().setStreamIdentifier(streamIdentifier(stream));
