import type { Queryable } from '#projecting';
import { answerOf, livePosition } from '../snapshot.js';

/**
 * Up to just before the first event that was recorded later. Where nothing was, up to what the read model holds: events
 * that come now are later. The answer for a time stands once something later is recorded.
 */
export async function positionAt(sql: Queryable, time: string): Promise<bigint> {
  const { position, body } = await answerOf<string | null>(
    sql,
    `SELECT ${livePosition('order-versions')} AS position, (SELECT (position - 1)::text FROM read.moment WHERE recorded_at > $1::timestamptz ORDER BY recorded_at LIMIT 1) AS body`,
    [time],
  );
  return body === null ? position : BigInt(body);
}
