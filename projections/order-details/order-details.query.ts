import { rowsOf, type Queryable } from '#projecting';
import type { Answer, StoreScope } from '../read-models.port.js';
import { answerOf, livePosition } from '../snapshot.js';
import type { OrderDetails } from './order-details.types.js';

const STATEMENT = `
  SELECT ${livePosition('order-details')} AS position, (
    SELECT details FROM read.order_details WHERE order_id = $1 AND ($2::text[] IS NULL OR store_id = ANY ($2))
  ) AS body`;

/** The order as the read model has it; undefined when there is none within the scope. */
export async function getOrder(sql: Queryable, orderId: string, scope: StoreScope): Promise<Answer<OrderDetails | undefined>> {
  const { position, body } = await answerOf<OrderDetails | null>(sql, STATEMENT, [orderId, scope === 'all' ? null : scope]);
  return { position, body: body ?? undefined };
}

/** The same document with its members in the order in which the database keeps them, as a live answer has them. */
export async function asKept(sql: Queryable, details: OrderDetails): Promise<OrderDetails> {
  const [row] = await rowsOf<{ readonly kept: OrderDetails }>(sql, 'SELECT $1::jsonb AS kept', [JSON.stringify(details)]);
  return row?.kept ?? details;
}
