import { rowsOf, type Projection, type Queryable } from '#projecting';
import type { OrderDetails } from '../order-details/order-details.types.js';
import { OrderFolds, type FoldedOrder } from '../order-details/folded-orders.js';
import { foldEvent } from '../order-details/order-details.fold.js';
import { lastingOf, lastingOrders, lasts, latestOf } from '../order-details/lasting-order.js';
import { shownIn } from '../decisions.js';
import { agentOf, customerKeyOf } from './grid-keys.js';
import { PENDING_DECISIONS } from './pending-orders.decisions.js';

/** The grid of orders that are still being taken (A28): a row lives as long as its order is pending. */
export const pendingOrders: Projection = {
  name: 'pending-orders',
  version: 11,
  tables: [
    `CREATE TABLE {schema}.pending (
       order_id uuid PRIMARY KEY,
       order_number text NOT NULL,
       store_id text NOT NULL,
       updated_at timestamptz NOT NULL,
       customer_name text NOT NULL,
       customer_key text COLLATE "C" NOT NULL,
       line_count integer NOT NULL,
       locked boolean NOT NULL,
       locked_until timestamptz,
       agent_id text COLLATE "C" NOT NULL,
       suspended boolean NOT NULL,
       flagged boolean NOT NULL,
       alert_count integer NOT NULL,
       currency text NOT NULL,
       total_minor bigint NOT NULL,
       revision bigint NOT NULL,
       subject_id text NOT NULL,
       lasting jsonb NOT NULL,
       latest jsonb NOT NULL
     ) WITH (fillfactor = 70)`,
    `CREATE INDEX pending_by_updated ON {schema}.pending (updated_at, order_id)`,
    `CREATE INDEX pending_by_customer ON {schema}.pending (customer_key, order_id)`,
    `CREATE INDEX pending_by_lines ON {schema}.pending (line_count, order_id)`,
    `CREATE INDEX pending_by_agent ON {schema}.pending (agent_id, order_id)`,
    `CREATE INDEX pending_of_subject ON {schema}.pending (subject_id)`,
    // Cancelled while they were pending: a row that comes back when that is taken back (C4).
    `CREATE TABLE {schema}.set_aside (
       order_id uuid PRIMARY KEY,
       subject_id text NOT NULL,
       lasting jsonb NOT NULL,
       latest jsonb NOT NULL
     )`,
    `CREATE INDEX set_aside_of_subject ON {schema}.set_aside (subject_id)`,
    `CREATE TABLE {schema}.pending_count (
       store_id text NOT NULL,
       locked boolean NOT NULL,
       agent_id text COLLATE "C" NOT NULL,
       orders bigint NOT NULL,
       PRIMARY KEY (store_id, locked, agent_id)
     )`,
  ],
  views: [
    {
      name: 'pending_order',
      select: `SELECT order_id, order_number, store_id, updated_at, customer_name, customer_key, line_count, locked, locked_until, agent_id, suspended, flagged, alert_count, currency,
                 total_minor, revision FROM {schema}.pending`,
    },
    { name: 'pending_count', select: 'SELECT store_id, locked, agent_id, orders FROM {schema}.pending_count' },
  ],
  checked: [
    { table: 'pending', orderBy: 'order_id' },
    { table: 'pending_count', orderBy: 'store_id, locked, agent_id' },
    { table: 'set_aside', orderBy: 'order_id' },
  ],
  writer(schema) {
    const folds = new OrderFolds(lastingOrders(keptIn(schema)), whileItIsTaken);
    return async (events, sql) => {
      const orders = await folds.after(shownIn(PENDING_DECISIONS, events), sql);
      const gone = orders.filter(({ details }) => !isPending(details)).map(({ details }) => details.orderId);
      const there = orders.filter(({ details }) => isPending(details));
      const touched = there.filter(({ before, details }) => lasts(before, details)).map(({ details }) => touchOf(details));
      const changed = there.filter(({ before, details }) => !lasts(before, details)).map(({ details }) => rowOf(details));
      await recount(orders, sql, schema);
      if (gone.length > 0) await sql.query(`DELETE FROM ${schema}.pending WHERE order_id = ANY ($1::uuid[])`, [gone]);
      if (touched.length > 0) await sql.query(touchIn(schema), [JSON.stringify(touched)]);
      if (changed.length > 0) await sql.query(upsertInto(schema), [JSON.stringify(changed)]);
      await setAside(orders, sql, schema);
      for (const orderId of gone) folds.forget(orderId);
    };
  },
};

const isPending = ({ status }: OrderDetails): boolean => status === 'pending';

const isCancelled = ({ status }: OrderDetails): boolean => status === 'cancelled';

const keptIn = (schema: string): string =>
  `(SELECT order_id, subject_id, lasting, latest FROM ${schema}.pending UNION ALL SELECT order_id, subject_id, lasting, latest FROM ${schema}.set_aside) AS kept`;

/** An order that was submitted or voided is none that the grid will show again. */
const whileItIsTaken: typeof foldEvent = (before, recorded) => (before === undefined || isPending(before) || isCancelled(before) ? foldEvent(before, recorded) : before);

async function setAside(orders: readonly FoldedOrder[], sql: Queryable, schema: string): Promise<void> {
  const back = orders.filter(({ before, details }) => before !== undefined && isCancelled(before) && !isCancelled(details)).map(({ details }) => details.orderId);
  if (back.length > 0) await sql.query(`DELETE FROM ${schema}.set_aside WHERE order_id = ANY ($1::uuid[])`, [back]);
  const cancelled = orders.filter(({ details }) => isCancelled(details));
  if (cancelled.length === 0) return;
  const rows = cancelled.map(({ details }) => ({ order_id: details.orderId, subject_id: details.contact.subjectId, lasting: lastingOf(details), latest: latestOf(details) }));
  await sql.query(
    `INSERT INTO ${schema}.set_aside (order_id, subject_id, lasting, latest)
     SELECT order_id, subject_id, lasting, latest FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, subject_id text, lasting jsonb, latest jsonb)
     ON CONFLICT (order_id) DO UPDATE SET (lasting, latest) = (excluded.lasting, excluded.latest)`,
    [JSON.stringify(rows)],
  );
}

/** Exact totals for each combination of the filters (settled 3.6), in the transaction that changes the rows. */
async function recount(orders: readonly FoldedOrder[], sql: Queryable, schema: string): Promise<void> {
  const moved = orders.flatMap(({ before, details }) => {
    const [from, to] = [before && filedUnder(before), filedUnder(details)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [...(from ? [{ ...from, orders: -1 }] : []), ...(to ? [{ ...to, orders: 1 }] : [])];
  });
  if (moved.length === 0) return;
  const counted = await rowsOf<{ readonly empty: boolean }>(
    sql,
    `INSERT INTO ${schema}.pending_count AS held (store_id, locked, agent_id, orders)
     SELECT store_id, locked, agent_id, sum(orders) FROM jsonb_to_recordset($1::jsonb) AS row (store_id text, locked boolean, agent_id text, orders integer)
     GROUP BY store_id, locked, agent_id HAVING sum(orders) <> 0
     ON CONFLICT (store_id, locked, agent_id) DO UPDATE SET orders = held.orders + excluded.orders
     RETURNING orders = 0 AS empty`,
    [JSON.stringify(moved)],
  );
  if (counted.some(({ empty }) => empty)) await sql.query(`DELETE FROM ${schema}.pending_count WHERE orders = 0`);
}

/** The count in which an order is counted; none once it is out of the grid. */
const filedUnder = (details: OrderDetails) => (isPending(details) ? { store_id: details.storeId, locked: details.lock !== undefined, agent_id: agentOf(details) } : undefined);

const COLUMNS =
  'order_id, order_number, store_id, updated_at, customer_name, customer_key, line_count, locked, locked_until, agent_id, suspended, flagged, alert_count, currency, total_minor, revision, subject_id, lasting, latest';

const upsertInto = (schema: string): string => `
  INSERT INTO ${schema}.pending (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, order_number text, store_id text, updated_at timestamptz, customer_name text,
    customer_key text, line_count integer, locked boolean, locked_until timestamptz, agent_id text, suspended boolean, flagged boolean, alert_count integer, currency text, total_minor bigint,
    revision bigint, subject_id text, lasting jsonb, latest jsonb)
  ON CONFLICT (order_id) DO UPDATE SET (updated_at, customer_name, customer_key, line_count, locked, locked_until, agent_id, suspended, flagged, alert_count, total_minor, revision, lasting, latest) =
    (excluded.updated_at, excluded.customer_name, excluded.customer_key, excluded.line_count, excluded.locked, excluded.locked_until, excluded.agent_id,
     excluded.suspended, excluded.flagged, excluded.alert_count, excluded.total_minor, excluded.revision, excluded.lasting, excluded.latest)`;

/** Of what the grid shows, an event that changes nothing lasting changes only this. */
const touchIn = (schema: string): string => `
  UPDATE ${schema}.pending AS held SET (updated_at, agent_id, revision, latest) = (row.updated_at, row.agent_id, row.revision, row.latest)
  FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, updated_at timestamptz, agent_id text, revision bigint, latest jsonb) WHERE held.order_id = row.order_id`;

const touchOf = (details: OrderDetails) => ({
  order_id: details.orderId,
  updated_at: details.updated.at,
  agent_id: agentOf(details),
  revision: details.revision,
  latest: latestOf(details),
});

function rowOf(details: OrderDetails) {
  const { lock } = details;
  return {
    ...touchOf(details),
    order_number: details.orderNumber,
    store_id: details.storeId,
    customer_name: details.contact.name,
    customer_key: customerKeyOf(details.contact.name),
    line_count: details.lines.length,
    locked: lock !== undefined,
    locked_until: lock?.expiresAt ?? null,
    suspended: details.suspension !== undefined,
    flagged: details.flag !== undefined,
    alert_count: details.alerts.filter(({ cleared }) => cleared === undefined).length,
    currency: details.currency,
    total_minor: details.totals.totalMinor,
    subject_id: details.contact.subjectId,
    lasting: lastingOf(details),
  };
}
