import type { LogRecord } from '../log-record.js';

const JSON_ENTRY = mapEntry('content-type', 'application/json');
const BYTES_ENTRY = mapEntry('content-type', 'application/octet-stream');

/** In which form ids are answered: as the caller asked. */
export type IdForm = 'text' | 'structured';

/**
 * A `RecordedEvent` message, written directly: reading is the hot path, and the message of a record never changes.
 * Fields: id 1, stream 2, revision 3, prepare 4, commit 5, metadata 6, custom metadata 7, data 8.
 */
export function recordedEvent(record: LogRecord, idForm: IdForm = 'text'): Buffer {
  const known = cache[idForm].get(record);
  if (known !== undefined) return known;
  const id = nested(1, idForm === 'text' ? text(2, record.id) : structuredId(record.id));
  const stream = nested(2, bytes(3, Buffer.from(record.stream)));
  const numbers = Buffer.concat([varintField(3, record.revision), varintField(4, BigInt(record.position)), varintField(5, BigInt(record.position))]);
  const map = [mapEntry('type', record.type), record.isJson ? JSON_ENTRY : BYTES_ENTRY, mapEntry('created', String(record.created))];
  const message = Buffer.concat([id, stream, numbers, ...map, bytes(7, record.metadata), bytes(8, record.data)]);
  cache[idForm].set(record, message);
  return message;
}

const cache: Readonly<Record<IdForm, WeakMap<LogRecord, Buffer>>> = { text: new WeakMap(), structured: new WeakMap() };

/** Two signed numbers of 64 bits, in the order of the text. */
function structuredId(id: string): Buffer {
  const digits = id.replaceAll('-', '');
  const half = (from: number): bigint => BigInt(`0x${digits.slice(from, from + 16)}`);
  return nested(1, Buffer.concat([varintField(1, half(0)), varintField(2, half(16))]));
}

/** `ReadResp.event`: event 1, link 2, commit position 3. */
export function eventFrame(event: LogRecord | undefined, link?: LogRecord, idForm?: IdForm): Buffer {
  return nested(1, readEvent(event, link, idForm));
}

/** `ReadResp.first_stream_position` and `last_stream_position`, for callers that ask for them. */
export const firstStreamPosition = (revision: bigint): Buffer => varintField(5, revision);

export const lastStreamPosition = (revision: bigint): Buffer => varintField(6, revision);

/** The persistent subscriptions' own `ReadResp.event`: as above, and the retry count 5. */
export function persistentEventFrame(event: LogRecord | undefined, link: LogRecord | undefined, retryCount: number): Buffer {
  return nested(1, Buffer.concat([readEvent(event, link), varintField(5, BigInt(retryCount))]));
}

function readEvent(event: LogRecord | undefined, link: LogRecord | undefined, idForm?: IdForm): Buffer {
  const position = (link ?? event)?.position ?? 0;
  return Buffer.concat([
    ...(event === undefined ? [] : [nested(1, recordedEvent(event, idForm))]),
    ...(link === undefined ? [] : [nested(2, recordedEvent(link, idForm))]),
    varintField(3, BigInt(position)),
  ]);
}

function varint(value: bigint): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Buffer.from(out);
}

function length(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
  return Buffer.from(out);
}

/** Also written when zero: members of a `oneof` are present then, others merely say their default. */
function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([Buffer.from([field << 3]), varint(value)]);
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), length(value.length), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function nested(field: number, message: Uint8Array): Buffer {
  return bytes(field, message);
}

function mapEntry(key: string, value: string): Buffer {
  return nested(6, Buffer.concat([text(1, key), text(2, value)]));
}
