import type { DataSource } from 'typeorm';
import { inSchema, rowsOf, type Projection, type Queryable } from './projection.js';
import { inTransaction } from './transaction.js';

/** One set of a projection's tables: the live one, or one that is being built to take its place. */
export interface Generation {
  readonly projection: string;
  readonly version: number;
  readonly number: number;
  readonly schema: string;
  readonly state: 'live' | 'building';
  /** Of the last event that its rows hold; -1 before the first. */
  readonly position: bigint;
  readonly lastEventId: string | undefined;
  readonly logIdentity: string | undefined;
  readonly skipped: number;
  readonly stoppedBecause: string | undefined;
}

interface Row {
  readonly projection: string;
  readonly version: number;
  readonly number: number;
  readonly schema_name: string;
  readonly state: 'live' | 'building';
  readonly position: string;
  readonly last_event_id: string | null;
  readonly log_identity: string | null;
  readonly skipped: string;
  readonly stopped_because: string | null;
}

const toGeneration = (row: Row): Generation => ({
  projection: row.projection,
  version: row.version,
  number: row.number,
  schema: row.schema_name,
  state: row.state,
  position: BigInt(row.position),
  lastEventId: row.last_event_id ?? undefined,
  logIdentity: row.log_identity ?? undefined,
  skipped: Number(row.skipped),
  stoppedBecause: row.stopped_because ?? undefined,
});

export async function generationsOf(sql: Queryable): Promise<readonly Generation[]> {
  return (await rowsOf<Row>(sql, `SELECT * FROM projecting.generation ORDER BY projection, number`)).map(toGeneration);
}

/**
 * Makes an empty generation with its tables; the first one of a projection is live at once. Inside a transaction. A
 * number is never given twice: whoever still builds a generation that was given up must not take the next for its own.
 */
async function addGeneration(sql: Queryable, projection: Projection, state: Generation['state']): Promise<Generation> {
  const [{ next } = { next: 1 }] = await rowsOf<{ next: number }>(sql, `SELECT nextval('projecting.generation_number')::int AS next`);
  const schema = `${projection.name.replaceAll('-', '_')}_v${String(projection.version)}_g${String(next)}`;
  await sql.query(`CREATE SCHEMA ${schema}`);
  for (const statement of projection.tables) await sql.query(inSchema(statement, schema));
  const rows = await rowsOf<Row>(
    sql,
    `INSERT INTO projecting.generation (projection, version, number, schema_name, state) VALUES ($1, $2, $3, $4, $5) RETURNING *`,
    [projection.name, projection.version, next, schema, state],
  );
  if (state === 'live') await publishViews(sql, projection, schema);
  const [made] = rows.map(toGeneration);
  if (made === undefined) throw new Error('a generation was not recorded');
  return made;
}

/** Views of the live generation under stable names. Replaced in place where their columns stay the same. */
export async function publishViews(sql: Queryable, { views }: Projection, schema: string): Promise<void> {
  for (const { name, select } of views) {
    const body = inSchema(select, schema);
    await sql.query('SAVEPOINT view');
    try {
      await sql.query(`CREATE OR REPLACE VIEW read.${name} AS ${body}`);
    } catch {
      await sql.query('ROLLBACK TO SAVEPOINT view');
      await sql.query(`DROP VIEW IF EXISTS read.${name} CASCADE`);
      await sql.query(`CREATE VIEW read.${name} AS ${body}`);
    }
    await sql.query('RELEASE SAVEPOINT view');
  }
}

/**
 * Held by whoever makes, gives up or switches generations; to its end, inside a transaction. Always taken first, and
 * tables before the generation's row, as a batch takes them: no two of them wait for each other.
 */
const lockGenerations = (sql: Queryable): Promise<unknown> => sql.query('LOCK TABLE projecting.leader IN SHARE ROW EXCLUSIVE MODE');

/** Removes what was being built; the live generation is not touched. */
async function abandonBuilding(sql: Queryable, projection: string): Promise<void> {
  const rows = await rowsOf<{ schema_name: string }>(sql, `SELECT schema_name FROM projecting.generation WHERE projection = $1 AND state = 'building'`, [projection]);
  for (const { schema_name: schema } of rows) await sql.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await sql.query(`DELETE FROM projecting.generation WHERE projection = $1 AND state = 'building'`, [projection]);
}

/**
 * The built generation takes the live one's place, in one transaction: readers see either the old rows or the new.
 * The old schema goes with it. @returns false when the built one has not come as far as the live one
 */
export async function switchToBuilding(sql: Queryable, projection: Projection): Promise<boolean> {
  await lockGenerations(sql);
  const rows = await rowsOf<Row>(sql, `SELECT * FROM projecting.generation WHERE projection = $1 ORDER BY number FOR UPDATE`, [projection.name]);
  const live = rows.find(({ state }) => state === 'live');
  const building = rows.find(({ state }) => state === 'building');
  if (building === undefined) return false;
  if (live !== undefined) {
    const ofTheSameLog = building.log_identity === null || building.log_identity === live.log_identity;
    if (live.stopped_because === null && ofTheSameLog && BigInt(building.position) < BigInt(live.position)) return false;
    await sql.query(`DELETE FROM projecting.generation WHERE projection = $1 AND number = $2`, [projection.name, live.number]);
  }
  await sql.query(`UPDATE projecting.generation SET state = 'live' WHERE projection = $1 AND number = $2`, [projection.name, building.number]);
  await publishViews(sql, projection, building.schema_name);
  if (live !== undefined) await sql.query(`DROP SCHEMA IF EXISTS ${live.schema_name} CASCADE`);
  return true;
}

/** Every projection has a live generation; one of another version is replaced by a rebuild. Safe from several processes. */
export function ensureGenerations(dataSource: DataSource, projections: readonly Projection[]): Promise<readonly Generation[]> {
  return inTransaction(dataSource, async (runner) => {
    await lockGenerations(runner);
    const known = await generationsOf(runner);
    for (const projection of projections) {
      const own = known.filter((generation) => generation.projection === projection.name);
      const live = own.find(({ state }) => state === 'live');
      if (live === undefined) await addGeneration(runner, projection, 'live');
      else if (live.version !== projection.version && !own.some(({ state }) => state === 'building')) await addGeneration(runner, projection, 'building');
    }
    return generationsOf(runner);
  });
}

/** Begins to build a projection anew beside its live rows; what was being built before is given up. */
export function requestRebuild(dataSource: DataSource, projection: Projection): Promise<Generation> {
  return inTransaction(dataSource, async (runner) => {
    await lockGenerations(runner);
    await abandonBuilding(runner, projection.name);
    return addGeneration(runner, projection, 'building');
  });
}
