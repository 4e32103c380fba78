import type { IncomingHttpHeaders } from 'node:http';
import type { Seen } from '#event-store';
import { newId } from '#kernel';
import { isPlainText } from './fields.js';
import { problem } from './problem.js';

const REVISION = /^\d{1,15}$/;

/**
 * What the caller says to have seen (settled 3.1).
 * @throws ProblemError 428 when it must be said and is not, 400 when it cannot be read
 */
export function seenFrom(headers: IncomingHttpHeaders, needed: boolean): Seen {
  const ifMatch = headers['if-match'];
  const seenRevision = headers['docket-seen-revision'];
  if (ifMatch !== undefined) {
    if (seenRevision !== undefined) throw problem('invalid-request', { detail: 'Send If-Match or Docket-Seen-Revision, not both.' });
    const revision = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
    if (revision === undefined) throw problem('invalid-request', { detail: 'If-Match is one revision in double quotes, as ETag gave it.' });
    return { kind: 'exact', revision: BigInt(revision) };
  }
  if (seenRevision !== undefined) {
    if (typeof seenRevision !== 'string' || !REVISION.test(seenRevision)) throw problem('invalid-request', { detail: 'Docket-Seen-Revision is a whole number.' });
    return { kind: 'commuting', revision: BigInt(seenRevision) };
  }
  if (needed) throw problem('revision-required', { detail: 'Send If-Match (strict) or Docket-Seen-Revision (done if what happened since commutes).' });
  return { kind: 'not-needed' };
}

/** The caller's key, or a new one. @throws ProblemError 400 */
export function idempotencyKeyFrom(headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key'];
  if (key === undefined) return newId();
  if (typeof key !== 'string' || !isPlainText(key, 200)) throw problem('invalid-request', { detail: 'Idempotency-Key has 1 to 200 printable characters.' });
  return key;
}
