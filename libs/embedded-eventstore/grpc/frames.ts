import { randomUUID } from 'node:crypto';
import { streamIdentifier, streams } from './protocol.js';

const { ReadResp } = streams;

/** The small frames of Streams.Read, as bytes. */
export const confirmation = (): Buffer =>
  Buffer.from(new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())).serializeBinary());

export const caughtUp = (): Buffer => Buffer.from(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()).serializeBinary());

export const checkpoint = (position: number): Buffer =>
  Buffer.from(new ReadResp().setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position))).serializeBinary());

export const streamNotFound = (stream: string): Buffer =>
  Buffer.from(new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(stream))).serializeBinary());
