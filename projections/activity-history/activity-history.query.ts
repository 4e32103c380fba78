import type { RecordedEvent } from '#kernel';
import type { DocketEvent } from '#ordering';
import type { Queryable } from '#projecting';
import { formatCursor, pageLimit, parseCursor } from '../cursor.js';
import type { Answer, HistoryEntry, HistoryPage, HistoryQuery, StoreScope } from '../read-models.port.js';
import { answerOf, livePosition } from '../snapshot.js';
import { describeEvent, type Surroundings } from './describe-event.js';

interface Row {
  readonly event_id: string;
  readonly type: string;
  readonly revision: number;
  readonly position: string;
  readonly recorded_at: string;
  readonly occurred_at: string;
  readonly actor_id: string;
  readonly actor_role: string;
  readonly reason_code: string | null;
  readonly origin: string;
  readonly data: object;
}

interface Body {
  readonly store_id: string | null;
  readonly currency: string | null;
  readonly total: number;
  readonly skus: Readonly<Record<string, string>> | null;
  readonly rows: readonly Row[];
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** What has happened stays as it is: an earlier position only sees less of it. Revisions have no gaps, so the last one counts them. */
const statement = (newestFirst: boolean, until: string): string => `
  WITH page AS (
    SELECT event_id, type, revision, position::text AS position, actor_id, actor_role, reason_code, origin, data,
           to_char(recorded_at AT TIME ZONE 'UTC', ${TIME}) AS recorded_at, to_char(occurred_at AT TIME ZONE 'UTC', ${TIME}) AS occurred_at
    FROM read.activity
    WHERE ${until} AND ($2::bigint IS NULL OR revision ${newestFirst ? '<' : '>'} $2)
    ORDER BY revision ${newestFirst ? 'DESC' : 'ASC'} LIMIT $3
  )
  SELECT ${livePosition('activity-history')} AS position, json_build_object(
    'store_id', (SELECT data ->> 'storeId' FROM read.activity WHERE ${until} AND revision = 0),
    'currency', (SELECT data ->> 'currency' FROM read.activity WHERE ${until} AND revision = 0),
    'total', (SELECT coalesce(max(revision) + 1, 0)::int FROM read.activity WHERE ${until}),
    'skus', (SELECT json_object_agg(data ->> 'lineId', data ->> 'sku') FROM read.activity WHERE ${until} AND type = 'OrderLineAdded'),
    'rows', (SELECT coalesce(json_agg(page), '[]') FROM page)
  ) AS body`;

/** What happened to an order, newest first unless asked otherwise (A36); up to a position, if one is given. */
export async function getOrderHistory(sql: Queryable, orderId: string, query: HistoryQuery, scope: StoreScope, asOf?: bigint): Promise<Answer<HistoryPage | undefined>> {
  const limit = pageLimit(query.limit, 50, 200);
  const newestFirst = (query.order ?? 'newest') === 'newest';
  const [order, from] = query.cursor === undefined ? [] : parseCursor(query.cursor, 2);
  if (order !== undefined && order !== (newestFirst ? 'newest' : 'oldest')) parseCursor('', 2);
  const { position, body } = await answerOf<Body>(sql, statement(newestFirst, asOf === undefined ? 'order_id = $1' : 'order_id = $1 AND position <= $4::bigint'), [
    orderId,
    from ?? null,
    limit + 1,
    ...(asOf === undefined ? [] : [asOf]),
  ]);
  if (body.store_id === null || (scope !== 'all' && !scope.includes(body.store_id))) return { position, body: undefined };
  const rows = body.rows.slice(0, limit);
  const last = rows.at(-1);
  const { skus, currency } = body;
  const around: Surroundings = { skuOf: (lineId) => skus?.[lineId], ...(currency !== null && { currency }) };
  return {
    position,
    body: {
      orderId,
      entries: rows.map((row) => entryOf(row, around)),
      total: body.total,
      ...(body.rows.length > limit && last && { nextCursor: formatCursor([newestFirst ? 'newest' : 'oldest', last.revision]) }),
    },
  };
}

function entryOf(row: Row, around: Surroundings): HistoryEntry {
  const event = { type: row.type, data: row.data } as DocketEvent;
  const recorded: Pick<RecordedEvent<DocketEvent>, 'event'> = { event };
  return {
    ...describeEvent(recorded, around),
    eventId: row.event_id,
    type: row.type,
    revision: row.revision,
    position: row.position,
    recordedAt: row.recorded_at,
    occurredAt: row.occurred_at,
    actor: { id: row.actor_id, role: row.actor_role },
    ...(row.reason_code !== null && { reasonCode: row.reason_code }),
    origin: row.origin,
  };
}
