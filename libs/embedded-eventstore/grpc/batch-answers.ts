import { status as code } from '@grpc/grpc-js';
import type { Expected } from '../log-record.js';
import type { WriteOutcome } from '../write-request.js';
import { expecting, written } from './outcomes.js';
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

export const succeeded = (stream: string, outcome: Extract<WriteOutcome, { kind: 'written' }>): BatchResponse =>
  answer(stream).setSuccess(written(new streams.BatchAppendResp.Success(), outcome, GOOGLE_EMPTY, new shared.AllStreamPosition()));

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
  return expecting(wrong, expected, GOOGLE_EMPTY, (revision) => wrong.setExpectedStreamPosition(revision));
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
