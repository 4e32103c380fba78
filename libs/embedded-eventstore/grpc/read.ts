import type { ServerWritableStream } from '@grpc/grpc-js';
import { followAll, followStream } from '../following.js';
import type { Log } from '../log-access.js';
import { isHiddenFromAll, TOMBSTONE_REVISION, type LogRecord } from '../log-record.js';
import { firstReadable } from '../stream-heads.js';
import { readAllBackwards, readAllForwards, readStreamBackwards, readStreamForwards, standingOf } from '../stream-reading.js';
import type { Access } from './access.js';
import { eventFrame, firstStreamPosition, lastStreamPosition } from './event-frame.js';
import * as frame from './frames.js';
import { resolveLink } from './links.js';
import type { streams } from './protocol.js';
import { parseReadRequest, type ReadRequest, type RecordFilter } from './read-request.js';
import * as no from './refusals.js';
import { FrameWriter } from './frame-writer.js';

type ReadReq = InstanceType<typeof streams.ReadReq>;
type StreamRequest = Extract<ReadRequest, { kind: 'stream' }>;
type AllRequest = Extract<ReadRequest, { kind: 'all' }>;

/** Streams.Read: pages of a stream or of `$all`, and subscriptions. Answers are bytes already. */
export function readHandler(log: Log, access: Access) {
  return (call: ServerWritableStream<ReadReq, Buffer>): void => {
    const out = new FrameWriter(call);
    serve(log, access, call, out).then(
      () => out.end(),
      (error: unknown) => {
        out.fail(no.toServiceError(error));
      },
    );
  };
}

async function serve(log: Log, access: Access, call: ServerWritableStream<ReadReq, Buffer>, out: FrameWriter): Promise<void> {
  const request = parseReadRequest(call.request);
  await access.of(call.metadata).require('read', request.kind === 'all' ? '$all' : request.stream);
  if (request.kind === 'stream') await (request.count === undefined ? subscribeToStream(log, request, out) : readStream(log, request, request.count, out));
  else await (request.count === undefined ? subscribeToAll(log, request, out) : readAll(log, request, request.count, out));
}

async function readStream(log: Log, request: StreamRequest, count: number, out: FrameWriter): Promise<void> {
  const { stream, direction, from } = request;
  if (count === 0 || (direction === 'forwards' && from === 'end')) throw no.unknown('Unexpected ReadStreamResult: Error');
  const standing = await standingOf(log, stream);
  if (standing.kind === 'deleted') throw no.streamDeleted(stream);
  if (standing.kind === 'not-found') {
    await out.write(frame.streamNotFound(stream));
    return;
  }
  const { head } = standing;
  const first = from === 'start' ? 0n : from === 'end' ? head.last : from;
  const pages = direction === 'forwards' ? readStreamForwards(log, stream, head, first, count) : readStreamBackwards(log, stream, head, first, count);
  const begins = firstReadable(stream, head);
  if (request.tellsEnds && direction === 'forwards' && begins > first) await out.write(firstStreamPosition(begins));
  for await (const records of pages) {
    for (const record of records) await out.write(await frameOf(log, record, request));
    if (out.isGone) return;
  }
  if (request.tellsEnds) await out.write(lastStreamPosition(head.last));
}

async function readAll(log: Log, request: AllRequest, count: number, out: FrameWriter): Promise<void> {
  const { direction, from, filter } = request;
  const end = log.tail.last;
  if (direction === 'backwards' && typeof from === 'number' && from > end + 1) throw no.unknown(`Unexpected ${filter === undefined ? 'ReadAllResult' : 'FilteredReadAllResult'}: Error`);
  const first = from === 'start' ? 0 : from === 'end' ? end + 1 : from;
  const pages = direction === 'forwards' ? readAllForwards(log, first) : readAllBackwards(log, first);
  let left = count;
  for await (const records of left === 0 ? [] : pages) {
    for (const record of records) {
      if (isHiddenFromAll(record.stream) || !accepts(filter, record)) continue;
      await out.write(await frameOf(log, record, request));
      left -= 1;
      if (left === 0) return;
    }
    if (out.isGone) return;
  }
}

async function subscribeToStream(log: Log, request: StreamRequest, out: FrameWriter): Promise<void> {
  const { stream, from } = request;
  const standing = await standingOf(log, stream);
  if (standing.kind === 'deleted' && from !== 'end') throw no.streamDeleted(stream);
  await out.write(frame.confirmation());
  const last = standing.kind === 'deleted' ? TOMBSTONE_REVISION : standing.head.last;
  const after = from === 'start' ? -1n : from === 'end' ? last : from;
  // Of a stream that is not there, "caught up" is said after its first events (measured 2.4).
  let mayCatchUp = standing.kind !== 'not-found' || from === 'end';
  let live = false;
  for await (const records of followStream(log, stream, after, out.signal)) {
    for (const record of records) {
      await out.write(await frameOf(log, record, request));
      if (record.revision === TOMBSTONE_REVISION) throw no.streamDeleted(stream);
    }
    if (records.length > 0) mayCatchUp = true;
    else if (mayCatchUp && !live) {
      live = true;
      await out.write(frame.caughtUp());
    }
  }
}

async function subscribeToAll(log: Log, request: AllRequest, out: FrameWriter): Promise<void> {
  const { from, filter } = request;
  await out.write(frame.confirmation());
  const after = from === 'start' ? 0 : from === 'end' ? log.tail.last : from;
  const checkpoints = filter && new Checkpoints(filter.interval);
  let at = Math.min(after, log.tail.last);
  let live = false;
  for await (const records of followAll(log, at, out.signal)) {
    for (const record of records) {
      if (isHiddenFromAll(record.stream)) continue;
      if (accepts(filter, record)) await out.write(await frameOf(log, record, request));
      if (checkpoints?.isDue() === true) await out.write(frame.checkpoint(record.position));
    }
    at = records.at(-1)?.position ?? at;
    if (live || log.tail.last > at) continue;
    live = true;
    await out.write(frame.caughtUp());
  }
}

const accepts = (filter: RecordFilter | undefined, record: LogRecord): boolean =>
  filter === undefined || filter.matches(filter.of === 'stream' ? record.stream : record.type);

/** After every `interval` considered records, matching or not: where to go on from. */
class Checkpoints {
  #considered = 0;

  constructor(private readonly interval: number) {}

  isDue(): boolean {
    this.#considered += 1;
    if (this.#considered < this.interval) return false;
    this.#considered = 0;
    return true;
  }
}

async function frameOf(log: Log, record: LogRecord, { resolveLinks, idForm }: ReadRequest): Promise<Buffer> {
  if (!resolveLinks || record.type !== '$>') return eventFrame(record, undefined, idForm);
  const { event, link } = await resolveLink(log, record);
  return eventFrame(event, link, idForm);
}
