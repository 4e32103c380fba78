import type { Pool } from 'pg';
import type { LogRecord } from './log-record.js';

const COLUMNS = 'position, stream, revision, id, type, is_json, created, data, metadata';

type Row = [string, string, string, string, string, boolean, string, Uint8Array, Uint8Array];

const toRecord = ([position, stream, revision, id, type, isJson, created, data, metadata]: Row): LogRecord => ({
  position: Number(position),
  stream,
  revision: BigInt(revision),
  id,
  type,
  isJson,
  created: BigInt(created),
  data,
  metadata,
});

const OF_STREAM = `FROM log.record WHERE hashtextextended(stream, 0) = hashtextextended($1, 0) AND stream = $1`;

const QUERIES = {
  allForwards: `SELECT ${COLUMNS} FROM log.record WHERE position >= $1 ORDER BY position LIMIT $2`,
  allBackwards: `SELECT ${COLUMNS} FROM log.record WHERE position <= $1 ORDER BY position DESC LIMIT $2`,
  streamForwards: `SELECT ${COLUMNS} ${OF_STREAM} AND revision >= $2 AND revision <= $3 ORDER BY revision LIMIT $4`,
  streamBackwards: `SELECT ${COLUMNS} ${OF_STREAM} AND revision >= $2 AND revision <= $3 ORDER BY revision DESC LIMIT $4`,
  /** The tombstone is no ordinary event: it has a revision of its own. */
  lastOfStream: `SELECT ${COLUMNS} ${OF_STREAM} ORDER BY revision DESC LIMIT 1`,
  lastPosition: `SELECT coalesce(max(position), 0)::text FROM log.record`,
} as const;

/** Reads of what is committed, in pages. Records of any size: pages are cut by count, callers choose it. */
export class LogReader {
  constructor(private readonly pool: Pool) {}

  /** From a position, inclusive. */
  allForwards(from: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#records('allForwards', [from, limit]);
  }

  /** From a position down, inclusive. */
  allBackwards(from: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#records('allBackwards', [from, limit]);
  }

  /** Revisions `from` to `to`, both inclusive. */
  streamForwards(stream: string, from: bigint, to: bigint, limit: number): Promise<readonly LogRecord[]> {
    return this.#records('streamForwards', [stream, from, to, limit]);
  }

  streamBackwards(stream: string, from: bigint, to: bigint, limit: number): Promise<readonly LogRecord[]> {
    return this.#records('streamBackwards', [stream, from, to, limit]);
  }

  async lastOfStream(stream: string): Promise<LogRecord | undefined> {
    return (await this.#records('lastOfStream', [stream]))[0];
  }

  /** Ids of the newest records, oldest of them first. */
  async identities(limit: number): Promise<readonly Pick<LogRecord, 'stream' | 'id' | 'revision' | 'position'>[]> {
    const text = 'SELECT stream, id, revision, position FROM log.record ORDER BY position DESC LIMIT $1';
    const { rows } = await this.pool.query<[string, string, string, string]>({ text, values: [limit], rowMode: 'array' });
    return rows.reverse().map(([stream, id, revision, position]) => ({ stream, id, revision: BigInt(revision), position: Number(position) }));
  }

  /** 0 while the log is empty. */
  async lastPosition(): Promise<number> {
    const { rows } = await this.pool.query<[string]>({ text: QUERIES.lastPosition, rowMode: 'array' });
    return Number(rows[0]?.[0] ?? 0);
  }

  async #records(name: Exclude<keyof typeof QUERIES, 'lastPosition'>, values: unknown[]): Promise<readonly LogRecord[]> {
    const { rows } = await this.pool.query<Row>({ name, text: QUERIES[name], values, rowMode: 'array' });
    return rows.map(toRecord);
  }
}
