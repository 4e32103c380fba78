import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailable, StreamUnreadable, UnstorableData } from '#event-store';
import { IssuerUnavailable } from '#identity';
import { KeysUnavailable } from '#subject-keys';
import { correlationIdOf } from './correlation.js';
import { problem, ProblemError } from './problem.js';

/** Every failure becomes a problem; nothing of the inside (stack, SQL, texts of libraries) goes out. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = problemOf(error);
  const correlationId = correlationIdOf(request);
  if (failure.status >= 500) {
    const level = failure.status === 500 ? 'error' : 'warn';
    request.log[level]({ correlationId, code: failure.code, ...described(error) }, 'request failed');
  }
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  if (failure.status === 413 && Number(request.headers['content-length']) <= MOST_READ_AND_DROPPED) reply.removeHeader('connection');
  void reply
    .status(failure.status)
    .headers(failure.extras.headers ?? {})
    .header('docket-correlation-id', correlationId)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(failure.bodyFor(correlationId)));
}

/**
 * Bytes of a body too large that are still read, and dropped: a connection that is closed while its client is sending
 * loses the answer.
 */
const MOST_READ_AND_DROPPED = 16 * 1024 * 1024;

/** Name and place of a failure. A message may quote personal data, so only our own classes' messages are kept. */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')).slice(0, 8);
  return { error: error.name, ...('code' in error && { errorCode: error.code }), at: frames };
}

/** The table of what can fail around a command or query. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreUnavailable) {
    return problem('event-store-unavailable', { detail: 'Whether the command was executed is unknown: send it again with the same key.', headers: { 'retry-after': '1' } });
  }
  if (error instanceof IssuerUnavailable) return problem('issuer-unavailable', { headers: { 'retry-after': '5' } });
  if (error instanceof KeysUnavailable) return problem('keys-unavailable', { headers: { 'retry-after': '2' } });
  if (error instanceof UnstorableData) return problem('invalid-request', { detail: 'The log cannot hold it: it is too large, or not well-formed.' });
  if (error instanceof StreamUnreadable) return problem('internal-error', { detail: 'The history of this order cannot be read; it was reported.' });
  if (error instanceof HttpException) return byStatus(error.getStatus());
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return byStatus(error.statusCode);
  if (isDatabaseGone(error)) return problem('database-unavailable', { headers: { 'retry-after': '2' } });
  return problem('internal-error');
}

function byStatus(status: number): ProblemError {
  switch (status) {
    case 401:
      return problem('not-signed-in');
    case 403:
      return problem('not-allowed');
    case 404:
      return problem('not-found');
    case 405:
      return problem('method-not-allowed');
    case 413:
      return problem('body-too-large');
    case 415:
      return problem('unsupported-media-type');
    case 429:
      return problem('too-many-requests');
    default:
      return status >= 500 ? problem('internal-error') : problem('invalid-request');
  }
}

const GONE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[1-3]|08\d{3}|53300)$/;

function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && GONE.test(error.code)) return true;
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(error.message);
}
