import type { LogRecord } from '../log-record.js';

/** In which form ids are answered: as the caller asked. */
export type IdForm = 'text' | 'structured';

/**
 * A `RecordedEvent` message, written directly: reading is the hot path, and the message of a record never changes.
 * Fields: id 1, stream 2, revision 3, prepare 4, commit 5, metadata 6, custom metadata 7, data 8.
 */
export function recordedEvent(record: LogRecord, idForm: IdForm = 'text'): Buffer {
  const known = cache[idForm].get(record);
  if (known !== undefined) return known;
  const position = BigInt(record.position);
  const stream = Buffer.byteLength(record.stream);
  const type = Buffer.byteLength(record.type);
  const created = String(record.created);
  const id = idForm === 'text' ? undefined : structuredId(record.id);
  const idLength = id?.length ?? fieldSize(record.id.length);
  const typeEntry = TYPE_KEY.length + fieldSize(type);
  const createdEntry = CREATED_KEY.length + fieldSize(created.length);
  const contentEntry = record.isJson ? JSON_ENTRY : BYTES_ENTRY;
  const size =
    fieldSize(idLength) +
    fieldSize(fieldSize(stream)) +
    numberSize(record.revision) +
    2 * numberSize(position) +
    fieldSize(typeEntry) +
    contentEntry.length +
    fieldSize(createdEntry) +
    fieldSize(record.metadata.length) +
    fieldSize(record.data.length);
  const pen = new Pen(size);
  pen.head(1, idLength);
  if (id === undefined) pen.text(2, record.id, record.id.length);
  else pen.copy(id);
  pen.head(2, fieldSize(stream));
  pen.text(3, record.stream, stream);
  pen.number(3, record.revision);
  pen.number(4, position);
  pen.number(5, position);
  pen.head(6, typeEntry);
  pen.copy(TYPE_KEY);
  pen.text(2, record.type, type);
  pen.copy(contentEntry);
  pen.head(6, createdEntry);
  pen.copy(CREATED_KEY);
  pen.text(2, created, created.length);
  pen.bytes(7, record.metadata);
  pen.bytes(8, record.data);
  cache[idForm].set(record, pen.message);
  return pen.message;
}

const cache: Readonly<Record<IdForm, WeakMap<LogRecord, Buffer>>> = { text: new WeakMap(), structured: new WeakMap() };

/** Two signed numbers of 64 bits, in the order of the text. */
function structuredId(id: string): Buffer {
  const digits = id.replaceAll('-', '');
  const [most, least] = [0, 16].map((from) => BigInt(`0x${digits.slice(from, from + 16)}`)) as [bigint, bigint];
  const length = numberSize(most) + numberSize(least);
  const pen = new Pen(fieldSize(length));
  pen.head(1, length);
  pen.number(1, most);
  pen.number(2, least);
  return pen.message;
}

/** `ReadResp.event`: event 1, link 2, commit position 3. */
export const eventFrame = (event: LogRecord | undefined, link?: LogRecord, idForm?: IdForm): Buffer => readEvent(event, link, idForm, undefined);

/** `ReadResp.first_stream_position` and `last_stream_position`, for callers that ask for them. */
export const firstStreamPosition = (revision: bigint): Buffer => numberMessage(5, revision);

export const lastStreamPosition = (revision: bigint): Buffer => numberMessage(6, revision);

/** The persistent subscriptions' own `ReadResp.event`: as above, and the retry count 5. */
export const persistentEventFrame = (event: LogRecord | undefined, link: LogRecord | undefined, retryCount: number): Buffer => readEvent(event, link, 'text', BigInt(retryCount));

function readEvent(event: LogRecord | undefined, link: LogRecord | undefined, idForm: IdForm | undefined, retryCount: bigint | undefined): Buffer {
  const position = BigInt((link ?? event)?.position ?? 0);
  const eventMessage = event && recordedEvent(event, idForm);
  const linkMessage = link && recordedEvent(link, idForm);
  const optional = (message: Buffer | undefined): number => (message === undefined ? 0 : fieldSize(message.length));
  const length = optional(eventMessage) + optional(linkMessage) + numberSize(position) + (retryCount === undefined ? 0 : numberSize(retryCount));
  const pen = new Pen(fieldSize(length));
  pen.head(1, length);
  if (eventMessage !== undefined) pen.bytes(1, eventMessage);
  if (linkMessage !== undefined) pen.bytes(2, linkMessage);
  pen.number(3, position);
  if (retryCount !== undefined) pen.number(5, retryCount);
  return pen.message;
}

function numberMessage(field: number, value: bigint): Buffer {
  const pen = new Pen(numberSize(value));
  pen.number(field, value);
  return pen.message;
}

/** Writes a message whose size is known, each byte once. Fields have numbers below 16: their tags are one byte. */
class Pen {
  readonly message: Buffer;
  #at = 0;

  constructor(size: number) {
    this.message = Buffer.allocUnsafe(size);
  }

  /** Also written when zero: members of a `oneof` are present then, others merely say their default. */
  number(field: number, value: bigint): void {
    this.message[this.#at++] = field << 3;
    let rest = value;
    while (rest > LARGEST_EXACT) {
      this.message[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#varint(Number(rest));
  }

  head(field: number, length: number): void {
    this.message[this.#at++] = (field << 3) | 2;
    this.#varint(length);
  }

  /** @param length of the text in bytes */
  text(field: number, text: string, length: number): void {
    this.head(field, length);
    this.#at += this.message.write(text, this.#at);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.head(field, bytes.length);
    this.copy(bytes);
  }

  copy(bytes: Uint8Array): void {
    this.message.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.message[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.message[this.#at++] = rest;
  }
}

const LARGEST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** Bytes of a field that holds so many, with its tag and length. */
const fieldSize = (length: number): number => 1 + varintSize(length) + length;

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Bytes of a number's field. */
function numberSize(value: bigint): number {
  let size = 1;
  let rest = value;
  for (; rest > LARGEST_EXACT; rest >>= 7n) size += 1;
  return size + varintSize(Number(rest));
}

function textField(field: number, text: string): Buffer {
  const pen = new Pen(fieldSize(text.length));
  pen.text(field, text, text.length);
  return pen.message;
}

function contentType(name: string): Buffer {
  const entry = Buffer.concat([textField(1, 'content-type'), textField(2, name)]);
  const pen = new Pen(fieldSize(entry.length));
  pen.bytes(6, entry);
  return pen.message;
}

const TYPE_KEY = textField(1, 'type');
const CREATED_KEY = textField(1, 'created');
const JSON_ENTRY = contentType('application/json');
const BYTES_ENTRY = contentType('application/octet-stream');
