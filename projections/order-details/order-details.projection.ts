import type { Projection } from '#projecting';
import { OrderFolds } from './folded-orders.js';
import { wholeOrders } from './orders-at-hand.js';
import { shownIn } from '../decisions.js';
import { foldExplained } from './recalculations.fold.js';
import { ORDER_DETAILS_DECISIONS } from './order-details.decisions.js';
import type { OrderDetails } from './order-details.types.js';

/** One document for each order: everything an agent sees of it (A20), as of its last event. */
export const orderDetailsProjection: Projection = {
  name: 'order-details',
  version: 10,
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
  writer(schema) {
    const folds = new OrderFolds(wholeOrders(`${schema}.orders`), foldExplained);
    return async (events, sql) => {
      const orders = await folds.after(shownIn(ORDER_DETAILS_DECISIONS, events), sql);
      if (orders.length > 0) await sql.query(saveInto(schema), [JSON.stringify(orders.map(({ details }) => rowOf(details)))]);
    };
  },
};

const saveInto = (schema: string): string => `
  INSERT INTO ${schema}.orders (order_id, store_id, status, subject_id, details)
  SELECT order_id, store_id, status, subject_id, details
  FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, store_id text, status text, subject_id text, details jsonb)
  ON CONFLICT (order_id) DO UPDATE SET status = excluded.status, details = excluded.details`;

const rowOf = (details: OrderDetails) => ({ order_id: details.orderId, store_id: details.storeId, status: details.status, subject_id: details.contact.subjectId, details });
