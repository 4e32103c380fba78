import { Metadata, status as code, type ServiceError } from '@grpc/grpc-js';
import type { Expected } from '../log-record.js';
import { LogUnavailable, WriteTimedOut } from '../write-request.js';

/** An answer that is a status: what the client makes its typed errors of (eventstore-protocol 2.9). */
export class StatusError extends Error {
  override readonly name = 'StatusError';

  constructor(
    readonly code: code,
    readonly details: string,
    readonly trailers: Readonly<Record<string, string>> = {},
  ) {
    super(details);
  }
}

export const badRequest = (details: string): StatusError => new StatusError(code.INVALID_ARGUMENT, details);

/** What the real node answers when its own handler fails on a request. */
export const handlerFailed = (): StatusError => new StatusError(code.UNKNOWN, 'Exception was thrown by handler.');

export const unknown = (details: string): StatusError => new StatusError(code.UNKNOWN, details);

export const unavailable = (details: string): StatusError => new StatusError(code.UNAVAILABLE, details);

export const accessDenied = (): StatusError => new StatusError(code.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const isAccessDenied = (error: unknown): boolean => error instanceof StatusError && error.code === code.PERMISSION_DENIED;

export const unauthenticated = (): StatusError => new StatusError(code.UNAUTHENTICATED, 'Unauthenticated');

export const streamDeleted = (stream: string): StatusError =>
  new StatusError(code.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream });

export function wrongExpectedVersion(action: 'Delete' | 'Tombstone', stream: string, expected: Expected, actual: bigint | undefined): StatusError {
  const wanted = expectedNumber(expected);
  const found = String(actual ?? -1n);
  return new StatusError(
    code.FAILED_PRECONDITION,
    `${action} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${wanted}, Actual version: ${found}`,
    { exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': wanted, 'actual-version': found },
  );
}

export const maximumAppendSizeExceeded = (size: number): StatusError =>
  new StatusError(code.INVALID_ARGUMENT, `Maximum Append Size of ${String(size)} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(size),
  });

export const missingMetadata = (name: string): StatusError =>
  new StatusError(code.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const userNotFound = (loginName: string): StatusError =>
  new StatusError(code.NOT_FOUND, `User '${loginName}' is not found.`, { exception: 'user-not-found', 'login-name': loginName });

export const userConflict = (loginName: string): StatusError =>
  new StatusError(code.FAILED_PRECONDITION, `User '${loginName}' is conflicted.`, { exception: 'user-conflict', 'login-name': loginName });

function expectedNumber(expected: Expected): string {
  if (expected === 'any') return '-2';
  if (expected === 'no-stream') return '-1';
  return expected === 'stream-exists' ? '-4' : String(expected);
}

/** What grpc-js sends. Trailers carry ASCII only: other names are percent-encoded. */
export function toStatus(error: unknown): { readonly code: code; readonly details: string; readonly metadata?: Metadata } {
  if (error instanceof WriteTimedOut) return { code: code.ABORTED, details: error.message };
  if (error instanceof LogUnavailable) return { code: code.UNAVAILABLE, details: error.message };
  if (!(error instanceof StatusError)) return { code: code.UNAVAILABLE, details: 'The log cannot be reached just now.' };
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(error.trailers)) metadata.set(name, trailerValue(value));
  return { code: error.code, details: error.details, metadata };
}

export const toServiceError = (error: unknown): Partial<ServiceError> => toStatus(error);

const trailerValue = (value: string): string => (/^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value));
