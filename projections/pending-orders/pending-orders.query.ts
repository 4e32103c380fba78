import { formatCursor, pageLimit, parseCursor } from '../cursor.js';
import { PENDING_SORTS, ReadModelError, type Answer, type PendingOrder, type PendingOrdersPage, type PendingOrdersQuery, type PendingSort, type StoreScope } from '../read-models.port.js';
import { answerOf, livePosition, Parameters, type Readers } from '../snapshot.js';

const SORTED_BY: Readonly<Record<PendingSort, { readonly column: string; readonly type: string }>> = {
  updated: { column: 'updated_at', type: 'timestamptz' },
  customer: { column: 'customer_key', type: 'text' },
  lines: { column: 'line_count', type: 'integer' },
  agent: { column: 'agent_id', type: 'text' },
};

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
/** Where the grid is read: as it is, or as it was at a position. The statement says the rest once for both. */
interface Source {
  readonly model: string;
  readonly rows: string;
  /** Counts the orders that the filter leaves. */
  readonly total: (filter: string) => string;
  /** Ahead of the statement's own parts, if any. */
  readonly with: string;
}

const LIVE: Source = { model: 'pending-orders', rows: 'read.pending_order', total: (filter) => `SELECT coalesce(sum(orders), 0)::int FROM read.pending_count WHERE ${filter}`, with: '' };

/** Spans say which orders were pending then; the version that held of each has the columns of the live rows. */
const asOf = (position: string): Source => ({
  model: 'order-versions',
  rows: 'held_then',
  total: (filter) => `SELECT count(*)::int FROM held_then WHERE ${filter}`,
  with: `held_then AS MATERIALIZED (
      SELECT version.order_id, summary ->> 'orderNumber' AS order_number, store_id, (summary ->> 'updatedAt')::timestamptz AS updated_at, summary ->> 'customerName' AS customer_name,
             customer_key, (summary ->> 'lineCount')::integer AS line_count, summary ? 'lock' AS locked, (summary #>> '{lock,expiresAt}')::timestamptz AS locked_until, agent_id,
             (summary ->> 'suspended')::boolean AS suspended, (summary ->> 'flagged')::boolean AS flagged, (summary ->> 'alertCount')::integer AS alert_count,
             summary ->> 'currency' AS currency, (summary ->> 'totalMinor')::bigint AS total_minor, (summary ->> 'revision')::bigint AS revision
      FROM read.pending_span AS span CROSS JOIN LATERAL (
        SELECT * FROM read.order_version AS held WHERE held.order_id = span.order_id AND held.valid_from <= ${position} ORDER BY held.valid_from DESC LIMIT 1
      ) AS version
      WHERE span.valid_from <= ${position} AND span.valid_to > ${position}
    ), `,
});

interface Page {
  readonly sort: PendingSort;
  readonly direction: 'asc' | 'desc';
  /** What all rows of the grid have in common. */
  readonly filter: string;
  /** What those of this page have beyond it. */
  readonly from: string;
  readonly limit: string;
}

const statement = (source: Source, { sort, direction, filter, from, limit }: Page): string => `
    WITH ${source.with}page AS (
      SELECT json_build_object('orderId', order_id, 'orderNumber', order_number, 'storeId', store_id, 'updatedAt', to_char(updated_at AT TIME ZONE 'UTC', ${TIME}),
               'customerName', customer_name, 'lineCount', line_count, 'locked', locked, 'lockedUntil', to_char(locked_until AT TIME ZONE 'UTC', ${TIME}),
               'agentId', agent_id, 'suspended', suspended, 'flagged', flagged, 'alertCount', alert_count, 'currency', currency, 'totalMinor', total_minor, 'revision', revision) AS shown,
             ${SORTED_BY[sort].column}::text AS key, order_id
      FROM ${source.rows}
      WHERE ${filter} AND ${from}
      ORDER BY ${SORTED_BY[sort].column} ${direction}, order_id ${direction} LIMIT ${limit}
    )
    SELECT ${livePosition(source.model)} AS position, json_build_object(
      'total', (${source.total(filter)}),
      'rows', (SELECT coalesce(json_agg(json_build_object('order', shown, 'key', key, 'orderId', order_id)), '[]') FROM page)
    ) AS body`;

/** Only what is asked for: each combination is a statement of its own, whose plan can use the indexes. */
function filterOf(query: PendingOrdersQuery, scope: StoreScope, parameters: Parameters): string {
  const conditions = [
    scope !== 'all' && `store_id = ANY (${parameters.add(scope)}::text[])`,
    query.locked !== undefined && `locked = ${parameters.add(query.locked)}::boolean`,
    query.agentId !== undefined && `agent_id = ${parameters.add(query.agentId)}::text`,
    query.storeId !== undefined && `store_id = ${parameters.add(query.storeId)}::text`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

interface Body {
  readonly total: number;
  readonly rows: readonly { readonly order: Omit<PendingOrder, 'lockedUntil'> & { readonly lockedUntil: string | null }; readonly key: string; readonly orderId: string }[];
}

/** The grid of pending orders (A28): rows, exact total and position come from one snapshot. As of a position, if one is given. */
export async function listPendingOrders(readers: Readers, query: PendingOrdersQuery, scope: StoreScope, position?: bigint): Promise<Answer<PendingOrdersPage>> {
  const sort = query.sort ?? 'updated';
  const direction = query.direction ?? (sort === 'updated' ? 'desc' : 'asc');
  if (!PENDING_SORTS.includes(sort)) throw new ReadModelError('invalid-query', `The grid is sorted by ${PENDING_SORTS.join(', ')}.`);
  const limit = pageLimit(query.limit, 50, 100);
  const order = `${sort} ${direction}`;
  const [sorted, key, orderId] = query.cursor === undefined ? [order] : parseCursor(query.cursor, 3);
  if (sorted !== order) throw new ReadModelError('invalid-query', 'The cursor belongs to another order of the list.');
  const parameters = new Parameters();
  const source = position === undefined ? LIVE : asOf(`${parameters.add(position)}::bigint`);
  const { column, type } = SORTED_BY[sort];
  const answer = await answerOf<Body>(
    position === undefined ? readers.prepared : readers.planned,
    statement(source, {
      sort,
      direction,
      filter: filterOf(query, scope, parameters),
      from: key === undefined ? 'true' : `(${column}, order_id) ${direction === 'asc' ? '>' : '<'} (${parameters.add(key)}::${type}, ${parameters.add(orderId)}::uuid)`,
      limit: parameters.add(limit + 1),
    }),
    parameters.values,
  );
  const { body } = answer;
  const rows = body.rows.slice(0, limit);
  const last = rows.at(-1);
  return {
    position: answer.position,
    body: {
      orders: rows.map(({ order: { lockedUntil, ...shown } }) => ({ ...shown, ...(lockedUntil !== null && { lockedUntil }) })),
      total: body.total,
      ...(body.rows.length > limit && last !== undefined && { nextCursor: formatCursor([order, last.key, last.orderId]) }),
    },
  };
}
