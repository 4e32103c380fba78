import type { DataSource } from 'typeorm';
import type { Codec, EventStorePort } from '#event-store';
import type { DocketEvent } from '#ordering';
import { readBatch } from './batch.js';
import { inSchema, rowsOf, type ProjectedEvent, type Projection, type Queryable } from './projection.js';
import { inTransaction } from './transaction.js';

export interface CheckedTable {
  readonly projection: string;
  readonly table: string;
  readonly rows: number;
  /** Up to here the log was folded. */
  readonly position: bigint;
  readonly equal: boolean;
}

interface Fingerprint {
  readonly rows: number;
  readonly hash: string;
}

/** Folds the log anew, up to where the live rows stand, and compares row by row: nothing is changed by it. */
export async function checkRows(dataSource: DataSource, store: EventStorePort, codec: Codec<DocketEvent>, projection: Projection): Promise<readonly CheckedTable[]> {
  const scratch = `check_${projection.name.replaceAll('-', '_')}_${String(process.pid)}`;
  const { position, prints } = await liveFingerprints(dataSource, projection);
  try {
    await inTransaction(dataSource, async (runner) => {
      await runner.query(`DROP SCHEMA IF EXISTS ${scratch} CASCADE`);
      await runner.query(`CREATE SCHEMA ${scratch}`);
      for (const statement of projection.tables) await runner.query(inSchema(statement, scratch));
    });
    await fold(dataSource, store, codec, projection, scratch, position);
    const checked: CheckedTable[] = [];
    for (const [index, { table, orderBy }] of projection.checked.entries()) {
      const folded = await fingerprint(dataSource, `${scratch}.${table}`, orderBy);
      const live = prints[index];
      checked.push({ projection: projection.name, table, rows: folded.rows, position, equal: live?.hash === folded.hash && live.rows === folded.rows });
    }
    return checked;
  } finally {
    await dataSource.query(`DROP SCHEMA IF EXISTS ${scratch} CASCADE`);
  }
}

async function liveFingerprints(dataSource: DataSource, { name, checked }: Projection): Promise<{ readonly position: bigint; readonly prints: readonly Fingerprint[] }> {
  return inTransaction(dataSource, async (runner) => {
    await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const [live] = await rowsOf<{ schema_name: string; position: string }>(runner, `SELECT schema_name, position::text FROM projecting.generation WHERE projection = $1 AND state = 'live'`, [name]);
    if (live === undefined) throw new Error(`there are no live rows of ${name}`);
    const prints: Fingerprint[] = [];
    for (const { table, orderBy } of checked) prints.push(await fingerprint(runner, `${live.schema_name}.${table}`, orderBy));
    return { position: BigInt(live.position), prints };
  });
}

async function fingerprint(sql: Queryable, table: string, orderBy: string): Promise<Fingerprint> {
  const [print] = await rowsOf<Fingerprint>(sql, `SELECT count(*)::int AS rows, coalesce(md5(string_agg(md5(held::text), '' ORDER BY ${orderBy})), '') AS hash FROM ${table} AS held`);
  return print ?? { rows: 0, hash: '' };
}

const PAGE = 1_000;

async function fold(dataSource: DataSource, store: EventStorePort, codec: Codec<DocketEvent>, projection: Projection, schema: string, until: bigint): Promise<void> {
  const write = projection.writer(schema);
  for (let at = -1n; at < until; ) {
    const batch = await readBatch(store, codec, at, PAGE);
    if (batch === undefined) return;
    at = batch.last.position;
    const events = batch.decoded.flatMap((item): ProjectedEvent[] => (item.kind === 'event' && item.recorded.position <= until ? [item.recorded] : []));
    if (events.length > 0) await inTransaction(dataSource, (runner) => write(events, runner));
  }
}
