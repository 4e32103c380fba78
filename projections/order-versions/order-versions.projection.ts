import type { ProjectedEvent, Projection, Queryable } from '#projecting';
import { shownIn } from '../decisions.js';
import { lastingOf, lasts, latestOf, revived, type LastingRow } from '../order-details/lasting-order.js';
import { orderDetailsProjection } from '../order-details/order-details.projection.js';
import { OrdersAtHand, type OrderRows } from '../order-details/orders-at-hand.js';
import { orderSearchProjection } from '../order-search/order-search.projection.js';
import { pendingOrders } from '../pending-orders/pending-orders.projection.js';
import { eraseFromVersions, IS_PERSONAL_KEY } from './erase-versions.js';
import { VERSION_DECISIONS } from './order-versions.decisions.js';
import { OPEN, versionRun, type VersionedOrder, type VersionRun } from './version-run.js';

const OWN_VERSION = 3;

/**
 * Every version of every order as search and grid showed it, each with the positions from and to which it holds: what
 * was answered then is answered again without a fold (settled 3.7, D1). Rows are added and ended, never changed, but
 * for the erasure of a person.
 */
export const orderVersions: Projection = {
  name: 'order-versions',
  // Raised whenever the details, or what search or grid show of them, are; and by its own tables.
  version: orderDetailsProjection.version + orderSearchProjection.version + pendingOrders.version + OWN_VERSION,
  tables: [
    `CREATE TABLE {schema}.orders (order_id uuid PRIMARY KEY, valid_from bigint NOT NULL, subject_id text NOT NULL, lasting jsonb NOT NULL, latest jsonb NOT NULL) WITH (fillfactor = 80)`,
    `CREATE INDEX orders_of_subject ON {schema}.orders (subject_id)`,
    `CREATE TABLE {schema}.version (
       order_id uuid NOT NULL,
       valid_from bigint NOT NULL,
       valid_to bigint NOT NULL,
       store_id text NOT NULL,
       agent_id text COLLATE "C",
       customer_key text COLLATE "C",
       summary jsonb NOT NULL,
       PRIMARY KEY (order_id, valid_from)
     ) WITH (fillfactor = 90)`,
    `CREATE TABLE {schema}.pending_span (order_id uuid NOT NULL, valid_from bigint NOT NULL, valid_to bigint NOT NULL, PRIMARY KEY (order_id, valid_from))`,
    `CREATE INDEX pending_span_by_end ON {schema}.pending_span (valid_to, valid_from)`,
    `CREATE TABLE {schema}.key_version (
       kind text COLLATE "C" NOT NULL,
       key text COLLATE "C" NOT NULL,
       ordered_at timestamptz NOT NULL,
       order_id uuid NOT NULL,
       valid_from bigint NOT NULL,
       valid_to bigint NOT NULL,
       store_id text NOT NULL,
       PRIMARY KEY (kind, key, ordered_at, order_id, valid_from)
     ) WITH (fillfactor = 90)`,
    // What a beginning shared by many finds is read from the newest on, until there are enough.
    `CREATE INDEX key_version_newest ON {schema}.key_version (kind, ordered_at, order_id)`,
    `CREATE INDEX personal_key_of_order ON {schema}.key_version (order_id) WHERE ${IS_PERSONAL_KEY}`,
    `CREATE TABLE {schema}.moment (recorded_at timestamptz PRIMARY KEY, position bigint NOT NULL)`,
  ],
  views: [
    { name: 'order_version', select: 'SELECT order_id, valid_from, valid_to, store_id, agent_id, customer_key, summary FROM {schema}.version' },
    { name: 'pending_span', select: 'SELECT order_id, valid_from, valid_to FROM {schema}.pending_span' },
    { name: 'key_version', select: 'SELECT kind, key, ordered_at, order_id, valid_from, valid_to, store_id FROM {schema}.key_version' },
    { name: 'moment', select: 'SELECT recorded_at, position FROM {schema}.moment' },
  ],
  checked: [
    { table: 'orders', orderBy: 'order_id' },
    { table: 'version', orderBy: 'order_id, valid_from' },
    { table: 'pending_span', orderBy: 'order_id, valid_from' },
    { table: 'key_version', orderBy: 'kind, key, ordered_at, order_id, valid_from' },
    { table: 'moment', orderBy: 'recorded_at' },
  ],
  writer(schema) {
    const orders = new OrdersAtHand(versionedOrders(`${schema}.orders`));
    const take = async (events: readonly ProjectedEvent[], sql: Queryable): Promise<void> => {
      if (events.length === 0) return;
      const before = await orders.of(events, sql);
      const run = versionRun(events, before);
      await save(run, before, sql, schema);
      for (const order of run.orders) orders.put(order);
    };
    return async (events, sql) => {
      await saveMoments(events, sql, schema);
      let run: ProjectedEvent[] = [];
      for (const event of shownIn(VERSION_DECISIONS, events)) {
        if (event.event.type === 'SubjectErased') {
          await take(run, sql);
          run = [];
          await eraseFromVersions(event.event.data.subjectId, sql, schema);
          orders.forgetAll();
        } else {
          run.push(event);
        }
      }
      await take(run, sql);
    };
  },
};

const versionedOrders = (table: string): OrderRows<LastingRow & Pick<VersionedOrder, 'valid_from'>, VersionedOrder> => ({
  table,
  columns: 'lasting, latest, valid_from::text AS valid_from',
  read: ({ valid_from, ...row }) => ({ details: revived(row), valid_from }),
});

async function save(run: VersionRun, before: ReadonlyMap<string, VersionedOrder>, sql: Queryable, schema: string): Promise<void> {
  const write = async (rows: readonly object[], statement: string): Promise<void> => {
    if (rows.length > 0) await sql.query(statement, [JSON.stringify(rows)]);
  };
  const isTouched = ({ details }: VersionedOrder): boolean => lasts(before.get(details.orderId)?.details, details);
  const touchOf = ({ details, valid_from }: VersionedOrder) => ({ order_id: details.orderId, valid_from, latest: latestOf(details) });
  await write(
    run.orders.filter(isTouched).map(touchOf),
    `UPDATE ${schema}.orders AS held SET valid_from = row.valid_from, latest = row.latest
     FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_from bigint, latest jsonb) WHERE held.order_id = row.order_id`,
  );
  await write(
    run.orders.filter((order) => !isTouched(order)).map((order) => ({ ...touchOf(order), subject_id: order.details.contact.subjectId, lasting: lastingOf(order.details) })),
    `INSERT INTO ${schema}.orders (order_id, valid_from, subject_id, lasting, latest)
     SELECT order_id, valid_from, subject_id, lasting, latest FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_from bigint, subject_id text, lasting jsonb, latest jsonb)
     ON CONFLICT (order_id) DO UPDATE SET valid_from = excluded.valid_from, lasting = excluded.lasting, latest = excluded.latest`,
  );
  await write(
    run.ended,
    `UPDATE ${schema}.version AS held SET valid_to = row.valid_to FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_from bigint, valid_to bigint)
     WHERE held.order_id = row.order_id AND held.valid_from = row.valid_from`,
  );
  await write(
    run.versions,
    `INSERT INTO ${schema}.version (order_id, valid_from, valid_to, store_id, agent_id, customer_key, summary)
     SELECT order_id, valid_from, valid_to, store_id, agent_id, customer_key, summary
     FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_from bigint, valid_to bigint, store_id text, agent_id text, customer_key text, summary jsonb)`,
  );
  await write(
    run.endedPending,
    `UPDATE ${schema}.pending_span AS held SET valid_to = row.valid_to FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_to bigint)
     WHERE held.order_id = row.order_id AND held.valid_to = ${OPEN}`,
  );
  await write(
    run.pending,
    `INSERT INTO ${schema}.pending_span (order_id, valid_from, valid_to)
     SELECT order_id, valid_from, valid_to FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, valid_from bigint, valid_to bigint)`,
  );
  await write(
    run.endedKeys,
    `UPDATE ${schema}.key_version AS held SET valid_to = row.valid_to
     FROM jsonb_to_recordset($1::jsonb) AS row (kind text, key text, ordered_at timestamptz, order_id uuid, valid_to bigint)
     WHERE held.kind = row.kind AND held.key = row.key AND held.ordered_at = row.ordered_at AND held.order_id = row.order_id AND held.valid_to = ${OPEN}`,
  );
  await write(
    run.keys,
    `INSERT INTO ${schema}.key_version (kind, key, ordered_at, order_id, valid_from, valid_to, store_id)
     SELECT kind, key, ordered_at, order_id, valid_from, valid_to, store_id
     FROM jsonb_to_recordset($1::jsonb) AS row (kind text, key text, ordered_at timestamptz, order_id uuid, valid_from bigint, valid_to bigint, store_id text)`,
  );
}

/** From which position on the log holds something recorded later than all before: clocks may differ, this only rises. */
async function saveMoments(events: readonly ProjectedEvent[], sql: Queryable, schema: string): Promise<void> {
  const rising: { readonly recorded_at: string; readonly position: string }[] = [];
  let latest = -Infinity;
  for (const { metadata, position } of events) {
    const at = Date.parse(metadata.recordedAt);
    if (at > latest) rising.push({ recorded_at: metadata.recordedAt, position: String(position) });
    latest = Math.max(latest, at);
  }
  await sql.query(
    `INSERT INTO ${schema}.moment (recorded_at, position)
     SELECT recorded_at, position FROM jsonb_to_recordset($1::jsonb) AS row (recorded_at timestamptz, position bigint)
     WHERE recorded_at > coalesce((SELECT max(recorded_at) FROM ${schema}.moment), '-infinity')`,
    [JSON.stringify(rising)],
  );
}
