import type { Pool } from 'pg';
import { isMetastream, TOMBSTONE_REVISION } from './log-record.js';
import { EMPTY_HEAD, NO_SETTINGS, readSettings, type StreamHead, type StreamSettings } from './stream-head.js';

const LOAD = `
  SELECT wanted.stream, last.revision, before.revision, settings.data
  FROM unnest($1::text[]) AS wanted (stream)
  LEFT JOIN LATERAL (
    SELECT revision FROM log.record
    WHERE hashtextextended(stream, 0) = hashtextextended(wanted.stream, 0) AND stream = wanted.stream
    ORDER BY revision DESC LIMIT 1
  ) AS last ON true
  LEFT JOIN LATERAL (
    SELECT revision FROM log.record
    WHERE hashtextextended(stream, 0) = hashtextextended(wanted.stream, 0) AND stream = wanted.stream AND revision < ${String(TOMBSTONE_REVISION)}
    ORDER BY revision DESC LIMIT 1
  ) AS before ON true
  LEFT JOIN LATERAL (
    SELECT data FROM log.record
    WHERE hashtextextended(stream, 0) = hashtextextended('$$' || wanted.stream, 0) AND stream = '$$' || wanted.stream
      AND revision < ${String(TOMBSTONE_REVISION)}
    ORDER BY revision DESC LIMIT 1
  ) AS settings ON true`;

type Row = [string, string | null, string | null, Uint8Array | null];

/** Heads of the streams in use; the others are read again from the log, so that memory stays flat. */
export class StreamHeads {
  readonly #heads = new Map<string, StreamHead>();

  constructor(
    private readonly pool: Pool,
    private readonly capacity = 50_000,
  ) {}

  known(stream: string): StreamHead | undefined {
    const head = this.#heads.get(stream);
    if (head === undefined) return undefined;
    this.#heads.delete(stream);
    this.#heads.set(stream, head);
    return head;
  }

  async load(streams: readonly string[]): Promise<void> {
    const missing = streams.filter((stream) => this.known(stream) === undefined);
    if (missing.length === 0) return;
    for (const [stream, head] of await this.read(missing)) this.set(stream, head);
  }

  /** As the log has it, past the cache: for readers. */
  async read(streams: readonly string[]): Promise<ReadonlyMap<string, StreamHead>> {
    const { rows } = await this.pool.query<Row>({ name: 'stream-heads', text: LOAD, values: [streams], rowMode: 'array' });
    return new Map(rows.map(([stream, last, before, settings]) => [stream, toHead(last, before, settings)]));
  }

  set(stream: string, head: StreamHead): void {
    this.#heads.set(stream, head);
    if (this.#heads.size <= this.capacity) return;
    for (const oldest of this.#heads.keys()) {
      this.#heads.delete(oldest);
      break;
    }
  }

  /** New settings of a stream, written to its metastream. */
  settle(stream: string, settings: StreamSettings): void {
    const head = this.#heads.get(stream);
    if (head !== undefined) this.#heads.set(stream, { ...head, hasMetastream: true, settings });
  }

  clear(): void {
    this.#heads.clear();
  }
}

function toHead(last: string | null, before: string | null, settings: Uint8Array | null): StreamHead {
  if (last === null && settings === null) return EMPTY_HEAD;
  return {
    last: BigInt(before ?? -1),
    tombstoned: last !== null && BigInt(last) === TOMBSTONE_REVISION,
    hasMetastream: settings !== null,
    settings: settings === null ? NO_SETTINGS : readSettings(settings),
  };
}

/** The first revision that reading still shows, age aside. A metastream shows its last event only (measured 2.8). */
export function firstReadable(stream: string, head: StreamHead): bigint {
  if (isMetastream(stream)) return head.last < 0n ? 0n : head.last;
  const { truncateBefore = 0n, maxCount } = head.settings;
  const counted = maxCount === undefined ? 0n : head.last - maxCount + 1n;
  return counted > truncateBefore ? counted : truncateBefore;
}

