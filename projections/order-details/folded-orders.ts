import { rowsOf, type ProjectedEvent, type Queryable } from '#projecting';
import { eraseSubject } from './erase-subject.js';
import { foldEvent } from './order-details.fold.js';
import type { OrderDetails } from './order-details.types.js';

interface Row {
  readonly details: OrderDetails;
}

/**
 * Orders as they are after a batch: loaded at once from a table with `order_id`, `subject_id` and `details`, folded in
 * memory. Only what changed is given back. `fold` makes the next of the one before.
 */
export async function foldOrders(events: readonly ProjectedEvent[], sql: Queryable, table: string, fold = foldEvent): Promise<readonly OrderDetails[]> {
  const orders = new Map<string, OrderDetails>();
  const ids = [...new Set(events.filter(({ stream }) => stream.startsWith('order-')).map(orderIdOfStream))];
  if (ids.length > 0) {
    for (const { details } of await rowsOf<Row>(sql, `SELECT details FROM ${table} WHERE order_id = ANY ($1::uuid[])`, [ids])) orders.set(details.orderId, details);
  }
  for (const recorded of events) {
    if (recorded.event.type === 'SubjectErased') {
      const { subjectId } = recorded.event.data;
      for (const { details } of await rowsOf<Row>(sql, `SELECT details FROM ${table} WHERE subject_id = $1`, [subjectId])) {
        if (!orders.has(details.orderId)) orders.set(details.orderId, details);
      }
      for (const [orderId, details] of orders) orders.set(orderId, eraseSubject(details, subjectId));
    } else if (recorded.stream.startsWith('order-')) {
      const folded = fold(orders.get(orderIdOfStream(recorded)), recorded);
      if (folded !== undefined) orders.set(folded.orderId, folded);
    }
  }
  return [...orders.values()];
}

const orderIdOfStream = ({ stream }: ProjectedEvent): string => stream.slice('order-'.length);
