import type { DocketEventType } from '#ordering';
import type { ProjectedEvent, Projection } from '#projecting';
import { OrderFolds } from '../order-details/folded-orders.js';
import { lastingOf, lastingOrders, lasts, latestOf } from '../order-details/lasting-order.js';
import type { OrderDetails } from '../order-details/order-details.types.js';
import { summaryOf } from './order-summary.js';
import { searchKeys } from './search-keys.js';
import { shownIn } from '../decisions.js';
import { SEARCH_DECISIONS } from './order-search.decisions.js';

/** What orders of every state are found by, and what a hit shows (A19). Newest means last ordered. */
export const orderSearchProjection: Projection = {
  name: 'order-search',
  version: 10,
  tables: [
    `CREATE TABLE {schema}.orders (
       order_id uuid PRIMARY KEY,
       store_id text NOT NULL,
       ordered_at timestamptz NOT NULL,
       subject_id text NOT NULL,
       lasting jsonb NOT NULL,
       latest jsonb NOT NULL,
       summary jsonb NOT NULL
     ) WITH (fillfactor = 80)`,
    `CREATE INDEX orders_of_subject ON {schema}.orders (subject_id)`,
    `CREATE TABLE {schema}.search_key (
       kind text COLLATE "C" NOT NULL,
       key text COLLATE "C" NOT NULL,
       ordered_at timestamptz NOT NULL,
       order_id uuid NOT NULL,
       store_id text NOT NULL,
       PRIMARY KEY (kind, key, ordered_at, order_id) INCLUDE (store_id)
     )`,
    `CREATE INDEX search_key_of_order ON {schema}.search_key (order_id)`,
    `CREATE INDEX search_key_newest ON {schema}.search_key (kind, ordered_at, order_id)`,
  ],
  views: [
    { name: 'order_summary', select: 'SELECT order_id, store_id, ordered_at, summary FROM {schema}.orders' },
    { name: 'search_key', select: 'SELECT kind, key, ordered_at, order_id, store_id FROM {schema}.search_key' },
  ],
  checked: [
    { table: 'orders', orderBy: 'order_id' },
    { table: 'search_key', orderBy: 'kind, key, ordered_at, order_id' },
  ],
  writer(schema) {
    const folds = new OrderFolds(lastingOrders(`${schema}.orders`));
    return async (events, sql) => {
      const orders = await folds.after(shownIn(SEARCH_DECISIONS, events), sql);
      const touched = orders.filter(({ before, details }) => lasts(before, details)).map(({ details }) => touchOf(details));
      const changed = orders.filter(({ before, details }) => !lasts(before, details)).map(({ details }) => details);
      if (touched.length > 0) await sql.query(touchIn(schema), [JSON.stringify(touched)]);
      if (changed.length > 0) await sql.query(saveInto(schema), [JSON.stringify(changed.map(rowOf))]);
      const refound = changed.filter(changesKeys(events));
      if (refound.length === 0) return;
      const keys = refound.flatMap((details) => searchKeys(details).map((key) => ({ ...key, order_id: details.orderId, store_id: details.storeId, ordered_at: details.orderedAt })));
      await sql.query(replaceKeysIn(schema), [JSON.stringify(keys), refound.map(({ orderId }) => orderId)]);
    };
  },
};

/** What an order is found by follows from these alone; most events change nothing of it. */
const KEY_EVENTS: readonly DocketEventType[] = ['OrderCreated', 'OrderLineAdded', 'OrderLineRemoved', 'OrderLineRestored', 'OrderLineVariantChanged', 'OrderAddressChanged', 'OrderShipmentRecorded', 'OrderReshipped'];

export const keysMayChange = (type: DocketEventType): boolean => KEY_EVENTS.includes(type);

function changesKeys(events: readonly ProjectedEvent[]): (order: OrderDetails) => boolean {
  if (events.some(({ event }) => event.type === 'SubjectErased')) return () => true;
  const streams = new Set(events.filter(({ event }) => keysMayChange(event.type)).map(({ stream }) => stream));
  return ({ orderId }) => streams.has(`order-${orderId}`);
}

const saveInto = (schema: string): string => `
  INSERT INTO ${schema}.orders (order_id, store_id, ordered_at, subject_id, lasting, latest, summary)
  SELECT order_id, store_id, ordered_at, subject_id, lasting, latest, summary
  FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, store_id text, ordered_at timestamptz, subject_id text, lasting jsonb, latest jsonb, summary jsonb)
  ON CONFLICT (order_id) DO UPDATE SET lasting = excluded.lasting, latest = excluded.latest, summary = excluded.summary`;

const touchIn = (schema: string): string => `
  UPDATE ${schema}.orders AS held SET latest = row.latest, summary = row.summary
  FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, latest jsonb, summary jsonb) WHERE held.order_id = row.order_id`;

/** Keys that hold no longer go, new ones come, the others are not touched. */
const replaceKeysIn = (schema: string): string => `
  WITH wanted AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (kind text, key text, ordered_at timestamptz, order_id uuid, store_id text)
  ), gone AS (
    DELETE FROM ${schema}.search_key AS held WHERE order_id = ANY ($2::uuid[])
      AND NOT EXISTS (SELECT FROM wanted WHERE wanted.order_id = held.order_id AND wanted.kind = held.kind AND wanted.key = held.key)
  )
  INSERT INTO ${schema}.search_key (kind, key, ordered_at, order_id, store_id)
  SELECT kind, key, ordered_at, order_id, store_id FROM wanted ON CONFLICT DO NOTHING`;

const touchOf = (details: OrderDetails) => ({ order_id: details.orderId, latest: latestOf(details), summary: summaryOf(details) });

const rowOf = (details: OrderDetails) => ({
  ...touchOf(details),
  store_id: details.storeId,
  ordered_at: details.orderedAt,
  subject_id: details.contact.subjectId,
  lasting: lastingOf(details),
});
