import { rowsOf, type Projection, type Queryable } from '#projecting';
import type { OrderDetails } from '../order-details/order-details.types.js';
import { foldOrders } from '../order-details/folded-orders.js';
import { shownIn } from '../decisions.js';
import { agentOf, customerKeyOf } from './grid-keys.js';
import { PENDING_DECISIONS } from './pending-orders.decisions.js';

/** The grid of orders that are still being taken (A28): a row lives as long as its order is pending. */
export const pendingOrders: Projection = {
  name: 'pending-orders',
  version: 6,
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
       details jsonb NOT NULL
     ) WITH (fillfactor = 70)`,
    `CREATE INDEX pending_by_updated ON {schema}.pending (updated_at, order_id)`,
    `CREATE INDEX pending_by_customer ON {schema}.pending (customer_key, order_id)`,
    `CREATE INDEX pending_by_lines ON {schema}.pending (line_count, order_id)`,
    `CREATE INDEX pending_by_agent ON {schema}.pending (agent_id, order_id)`,
    `CREATE INDEX pending_of_subject ON {schema}.pending (subject_id)`,
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
  ],
  async apply(events, sql, schema) {
    const orders = await foldOrders(shownIn(PENDING_DECISIONS, events), sql, `${schema}.pending`);
    const gone = orders.filter(({ status }) => status !== 'pending').map(({ orderId }) => orderId);
    const there = orders.filter(({ status }) => status === 'pending');
    const rows = there.map(rowOf);
    if (orders.length > 0) await recount(orders.map(({ orderId }) => orderId), rows, sql, schema);
    if (gone.length > 0) await sql.query(`DELETE FROM ${schema}.pending WHERE order_id = ANY ($1::uuid[])`, [gone]);
    if (there.length > 0) await sql.query(upsertInto(schema), [JSON.stringify(rows)]);
  },
};

/** Exact totals for each combination of the filters (settled 3.6); before the rows change, in the same transaction. */
async function recount(changed: readonly string[], rows: readonly { readonly store_id: string; readonly locked: boolean; readonly agent_id: string }[], sql: Queryable, schema: string): Promise<void> {
  const after = rows.map(({ store_id, locked, agent_id }) => ({ store_id, locked, agent_id }));
  const counted = await rowsOf<{ readonly empty: boolean }>(
    sql,
    `WITH moved AS (
       SELECT store_id, locked, agent_id, -1 AS orders FROM ${schema}.pending WHERE order_id = ANY ($1::uuid[])
       UNION ALL
       SELECT store_id, locked, agent_id, 1 FROM jsonb_to_recordset($2::jsonb) AS row (store_id text, locked boolean, agent_id text)
     )
     INSERT INTO ${schema}.pending_count AS held (store_id, locked, agent_id, orders)
     SELECT store_id, locked, agent_id, sum(orders) FROM moved GROUP BY store_id, locked, agent_id HAVING sum(orders) <> 0
     ON CONFLICT (store_id, locked, agent_id) DO UPDATE SET orders = held.orders + excluded.orders
     RETURNING orders = 0 AS empty`,
    [changed, JSON.stringify(after)],
  );
  if (counted.some(({ empty }) => empty)) await sql.query(`DELETE FROM ${schema}.pending_count WHERE orders = 0`);
}

const COLUMNS =
  'order_id, order_number, store_id, updated_at, customer_name, customer_key, line_count, locked, locked_until, agent_id, suspended, flagged, alert_count, currency, total_minor, revision, subject_id, details';

const upsertInto = (schema: string): string => `
  INSERT INTO ${schema}.pending (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, order_number text, store_id text, updated_at timestamptz, customer_name text,
    customer_key text, line_count integer, locked boolean, locked_until timestamptz, agent_id text, suspended boolean, flagged boolean, alert_count integer, currency text, total_minor bigint,
    revision bigint, subject_id text, details jsonb)
  ON CONFLICT (order_id) DO UPDATE SET (updated_at, customer_name, customer_key, line_count, locked, locked_until, agent_id, suspended, flagged, alert_count, total_minor, revision, details) =
    (excluded.updated_at, excluded.customer_name, excluded.customer_key, excluded.line_count, excluded.locked, excluded.locked_until, excluded.agent_id,
     excluded.suspended, excluded.flagged, excluded.alert_count, excluded.total_minor, excluded.revision, excluded.details)`;

function rowOf(details: OrderDetails) {
  const { lock } = details;
  return {
    order_id: details.orderId,
    order_number: details.orderNumber,
    store_id: details.storeId,
    updated_at: details.updated.at,
    customer_name: details.contact.name,
    customer_key: customerKeyOf(details.contact.name),
    line_count: details.lines.length,
    locked: lock !== undefined,
    locked_until: lock?.expiresAt ?? null,
    agent_id: agentOf(details),
    suspended: details.suspension !== undefined,
    flagged: details.flag !== undefined,
    alert_count: details.alerts.filter(({ cleared }) => cleared === undefined).length,
    currency: details.currency,
    total_minor: details.totals.totalMinor,
    revision: details.revision,
    subject_id: details.contact.subjectId,
    details,
  };
}
