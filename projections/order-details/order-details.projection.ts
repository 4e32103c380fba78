import type { Projection } from '#projecting';
import { foldOrders } from './folded-orders.js';
import { shownIn } from '../decisions.js';
import { foldExplained } from './recalculations.fold.js';
import { ORDER_DETAILS_DECISIONS } from './order-details.decisions.js';

/** One document for each order: everything an agent sees of it (A20), as of its last event. */
export const orderDetailsProjection: Projection = {
  name: 'order-details',
  version: 5,
  tables: [
    `CREATE TABLE {schema}.orders (
       order_id uuid PRIMARY KEY,
       store_id text NOT NULL,
       status text NOT NULL,
       subject_id text NOT NULL,
       details jsonb NOT NULL
     ) WITH (fillfactor = 80)`,
    `CREATE INDEX orders_of_subject ON {schema}.orders (subject_id)`,
  ],
  views: [{ name: 'order_details', select: 'SELECT order_id, store_id, status, details FROM {schema}.orders' }],
  checked: [{ table: 'orders', orderBy: 'order_id' }],
  announced: true,
  async apply(events, sql, schema) {
    const orders = await foldOrders(shownIn(ORDER_DETAILS_DECISIONS, events), sql, `${schema}.orders`, foldExplained);
    if (orders.length === 0) return;
    const rows = orders.map((details) => ({
      order_id: details.orderId,
      store_id: details.storeId,
      status: details.status,
      subject_id: details.contact.subjectId,
      details,
    }));
    await sql.query(
      `INSERT INTO ${schema}.orders (order_id, store_id, status, subject_id, details)
       SELECT order_id, store_id, status, subject_id, details
       FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, store_id text, status text, subject_id text, details jsonb)
       ON CONFLICT (order_id) DO UPDATE SET status = excluded.status, details = excluded.details`,
      [JSON.stringify(rows)],
    );
  },
};
