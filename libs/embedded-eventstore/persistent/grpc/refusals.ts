import { status as code } from '@grpc/grpc-js';
import { StatusError } from '../../grpc/refusals.js';

const trailers = (exception: string, stream: string, group: string): Readonly<Record<string, string>> => ({
  exception,
  'stream-name': stream,
  'group-name': group,
});

/** What the client makes its typed errors of (measured 2.11). */
export const exists = (stream: string, group: string): StatusError =>
  new StatusError(code.ALREADY_EXISTS, `Subscription group ${group} on stream ${stream} exists.`, trailers('persistent-subscription-exists', stream, group));

export const doesNotExist = (stream: string, group: string): StatusError =>
  new StatusError(code.NOT_FOUND, `Subscription group ${group} on stream ${stream} does not exist.`, trailers('persistent-subscription-does-not-exist', stream, group));

/** A stream without any group: its list has no group to name. */
export const noGroups = (stream: string): StatusError =>
  new StatusError(code.NOT_FOUND, `Subscription group  on stream ${stream} does not exist.`, {
    exception: 'persistent-subscription-does-not-exist',
    'stream-name': stream,
  });

export const failed = (stream: string, group: string, reason: string): StatusError =>
  new StatusError(code.INTERNAL, `Subscription group ${group} on stream ${stream} failed: '${reason}'`, {
    ...trailers('persistent-subscription-failed', stream, group),
    reason,
  });

export const dropped = (stream: string, group: string): StatusError =>
  new StatusError(code.CANCELLED, `Subscription group ${group} on stream ${stream} was dropped.`, trailers('persistent-subscription-dropped', stream, group));

export const maximumSubscribersReached = (stream: string, group: string): StatusError =>
  new StatusError(
    code.FAILED_PRECONDITION,
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
    trailers('maximum-subscribers-reached', stream, group),
  );
