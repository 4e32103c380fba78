import type { Expected } from '../log-record.js';
import type { WriteOutcome } from '../write-request.js';

interface PositionMessage {
  setCommitPosition(position: string): unknown;
  setPreparePosition(position: string): unknown;
}

interface SuccessMessage<E, P> {
  setNoStream(empty: E): unknown;
  setCurrentRevision(revision: string): unknown;
  setNoPosition(empty: E): unknown;
  setPosition(position: P): unknown;
}

interface ExpectedMessage<E> {
  setExpectedAny(empty: E): unknown;
  setExpectedNoStream(empty: E): unknown;
  setExpectedStreamExists(empty: E): unknown;
}

/** Commit and prepare are the same here. */
export function placed<P extends PositionMessage>(message: P, position: number): P {
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  return message;
}

/** What was written, told in the messages of Append or of BatchAppend, which differ in their classes only. */
export function written<E, P extends PositionMessage, M extends SuccessMessage<E, P>>(message: M, { revision, position }: Extract<WriteOutcome, { kind: 'written' }>, empty: E, at: P): M {
  if (revision === undefined) message.setNoStream(empty);
  else message.setCurrentRevision(String(revision));
  if (position === undefined) message.setNoPosition(empty);
  else message.setPosition(placed(at, position));
  return message;
}

export function expecting<E, M extends ExpectedMessage<E>>(message: M, expected: Expected, empty: E, setRevision: (revision: string) => unknown): M {
  if (expected === 'any') message.setExpectedAny(empty);
  else if (expected === 'no-stream') message.setExpectedNoStream(empty);
  else if (expected === 'stream-exists') message.setExpectedStreamExists(empty);
  else setRevision(String(expected));
  return message;
}
