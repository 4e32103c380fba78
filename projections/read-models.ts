import type { DataSource } from 'typeorm';
import { Client, type Notification, type Pool } from 'pg';
import { isUuid } from '#kernel';
import { CHANGES_CHANNEL, preparedOn, rowsOf, type Queryable } from '#projecting';
import { getOrderHistory } from './activity-history/activity-history.query.js';
import { asKept, getOrder } from './order-details/order-details.query.js';
import { searchOrders } from './order-search/order-search.query.js';
import { positionAt } from './order-versions/moments.query.js';
import { listPendingOrders } from './pending-orders/pending-orders.query.js';
import { PROJECTIONS } from './projections.js';
import { ReadModelError, type Change, type ReadModels, type ReadModelStatus } from './read-models.port.js';

/** The read model whose commits are told to whoever watches. */
const WATCHED = 'order-details';
const LOOK_EVERY_MS = 5;
const ATTEMPTS = 4;

/** A statement that was being planned while a rebuilt generation took over: its tables are gone, the next ones are there. */
const metSwitch = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && (error.code === '42P01' || error.code === 'XX000' || error.code === '3F000' || error.code === '40P01');

/** Data that PostgreSQL cannot read: a cursor that was altered carries no time, number or id any more. */
const cannotBeRead = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');

/** TypeORM's own queries cannot be prepared: its pool's can. */
const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as unknown as { readonly master: Pool }).master;

/** The queries over a connected database of read models. */
export function createReadModels(dataSource: DataSource): ReadModels {
  const guarded = async <T>(query: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await query();
      } catch (cause) {
        if (cause instanceof ReadModelError) throw cause;
        if (cannotBeRead(cause)) throw new ReadModelError('invalid-query', 'A value of the query cannot be read.', { cause });
        if (attempt < ATTEMPTS && metSwitch(cause)) continue;
        throw new ReadModelError('unavailable', 'The read models cannot be queried just now.', { cause });
      }
    }
  };
  const prepared = preparedOn(poolOf(dataSource));
  const readers = { prepared, planned: dataSource };
  return {
    searchOrders: (criteria, scope, asOf) => guarded(() => searchOrders(readers, criteria, scope, asOf)),
    listPendingOrders: (query, scope, asOf) => guarded(() => listPendingOrders(readers, query, scope, asOf)),
    getOrder: (orderId, scope) => guarded(() => getOrder(prepared, orderId, scope)),
    getOrderHistory: (orderId, page, scope, asOf) => guarded(() => getOrderHistory(prepared, orderId, page, scope, asOf)),
    asKept: (details) => guarded(() => asKept(prepared, details)),
    positionAt: (time) => guarded(() => positionAt(prepared, time)),
    whenCaughtUp: (position, timeoutMs, models) => guarded(() => whenCaughtUp(prepared, position, timeoutMs, models)),
    status: () => guarded(() => status(dataSource)),
    changes: (signal) => changes(dataSource, signal),
  };
}

async function whenCaughtUp(sql: Queryable, position: bigint, timeoutMs: number, models: readonly string[] = PROJECTIONS.map(({ name }) => name)): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const [row] = await rowsOf<{ least: string | null; found: number }>(
      sql,
      `SELECT min(position)::text AS least, count(*)::int AS found FROM projecting.generation WHERE state = 'live' AND projection = ANY ($1)`,
      [models],
    );
    if (row?.found === models.length && BigInt(row.least ?? -1) >= position) return true;
    const left = until - Date.now();
    if (left <= 0) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_EVERY_MS, left)));
  }
}

async function status(dataSource: DataSource): Promise<readonly ReadModelStatus[]> {
  const rows = await rowsOf<{ projection: string; version: number; number: number; position: string; state: string; stopped_because: string | null; letters: number }>(
    dataSource,
    `SELECT projection, version, number, position::text AS position, state, stopped_because,
            (SELECT count(*)::int FROM projecting.dead_letter AS letter WHERE letter.projection = generation.projection AND letter.number = generation.number) AS letters
     FROM projecting.generation ORDER BY projection, number`,
  );
  return rows.map((row) => ({
    name: row.projection,
    version: row.version,
    generation: row.number,
    position: BigInt(row.position),
    state: row.stopped_because === null ? row.state : 'stopped',
    ...(row.stopped_because !== null && { lastError: row.stopped_because }),
    deadLetters: row.letters,
  }));
}

/** Everybody who may connect can notify on a channel: what is no commit of the watched read model is passed over. */
function changeTold(payload = ''): Change | undefined {
  try {
    const told = JSON.parse(payload) as { readonly projection?: unknown; readonly position?: unknown; readonly orderIds?: unknown } | null;
    if (told?.projection !== WATCHED || typeof told.position !== 'string' || !/^\d{1,19}$/.test(told.position) || !Array.isArray(told.orderIds)) return undefined;
    return { position: BigInt(told.position), orderIds: told.orderIds.filter((id): id is string => typeof id === 'string' && isUuid(id)) };
  } catch {
    return undefined;
  }
}

/** Told by the database as commits happen; ends with `signal`. @throws ReadModelError when the connection is lost */
async function* changes(dataSource: DataSource, signal: AbortSignal): AsyncGenerator<Change> {
  const { options } = dataSource;
  const client = new Client({ connectionString: options.type === 'postgres' ? options.url : undefined, keepAlive: true });
  const waiting: Change[] = [];
  const connection = { lost: false };
  let wake: () => void = () => undefined;
  const stop = (): void => {
    wake();
  };
  client.on('notification', ({ payload }: Notification) => {
    const change = changeTold(payload);
    if (change === undefined) return;
    waiting.push(change);
    wake();
  });
  client.on('error', () => {
    connection.lost = true;
    wake();
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANGES_CHANNEL}`);
    const live = (await status(dataSource)).find(({ name, state }) => name === WATCHED && state === 'live');
    yield { position: live?.position ?? -1n, orderIds: [] };
    while (!signal.aborted) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else if (connection.lost) throw new ReadModelError('unavailable', 'The connection that tells of changes was lost.');
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}
