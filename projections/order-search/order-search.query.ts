import { rowsOf, type Queryable } from '#projecting';
import { ReadModelError, SEARCH_LIMIT, type Answer, type OrderSearchAnswer, type OrderSearchCriteria, type OrderSummary, type StoreScope } from '../read-models.port.js';
import { answerOf, heldAt, livePosition, Parameters, type Readers } from '../snapshot.js';
import { beginnings, compact, normalised, numberKey, phoneKey, type KeyKind } from './search-keys.js';

interface Condition {
  readonly kind: KeyKind;
  readonly key: string;
  readonly beginning: boolean;
}

/** Orders of which all criteria hold: at most 20, newest first (A19); as of a position, if one is given. @throws ReadModelError without criteria, or with too many words */
export async function searchOrders(readers: Readers, criteria: OrderSearchCriteria, scope: StoreScope, position?: bigint): Promise<Answer<OrderSearchAnswer>> {
  const conditions = conditionsOf(criteria);
  if (!isAny(conditions)) throw new ReadModelError('invalid-query', 'Name at least one criterion with a letter or a digit in it.');
  const parameters = new Parameters();
  const inScope = scope === 'all' ? 'true' : `store_id = ANY (${parameters.add(scope)}::text[])`;
  const [reader, statement] =
    position === undefined
      ? [readers.prepared, now(await rarestFirst(readers.prepared, conditions), inScope, parameters)]
      : [readers.planned, then(conditions, inScope, `${parameters.add(position)}::bigint`, parameters)];
  const answer = await answerOf<readonly OrderSummary[]>(reader, statement, parameters.values);
  return { position: answer.position, body: { orders: answer.body.slice(0, SEARCH_LIMIT), truncated: answer.body.length > SEARCH_LIMIT } };
}

type Conditions = readonly [Condition, ...Condition[]];

const isAny = (conditions: readonly Condition[]): conditions is Conditions => conditions.length > 0;

const MOST = SEARCH_LIMIT + 1;
const NEWEST = `ORDER BY ordered_at DESC, order_id DESC LIMIT ${String(MOST)}`;

/** `hit`, and a source of `summary` for each of its orders, made the answer. */
const answering = (hit: string, model: string, summaries: string): string => `
  WITH ${hit}
  SELECT ${livePosition(model)} AS position,
    (SELECT coalesce(json_agg(summary ORDER BY hit.ordered_at DESC, hit.order_id DESC), '[]') FROM hit CROSS JOIN LATERAL (${summaries}) AS found) AS body`;

/** Up to this many orders it is cheapest to read and sort all that the first criterion finds. */
const FEW = 2_000;
/** When there are more, twenty that match are mostly met among so many of the newest keys. */
const NEWEST_KEYS = 20_000;

/** The criterion that finds the fewest orders leads. Only as far as it matters: two that find many are alike. */
async function rarestFirst(sql: Queryable, conditions: Conditions): Promise<Conditions> {
  if (conditions.length === 1) return conditions;
  const parameters = new Parameters();
  const most = `${parameters.add(FEW + 1)}::bigint`;
  const counts = conditions.map((condition) => `(SELECT count(*)::int FROM (SELECT FROM read.search_key WHERE ${matching(condition, parameters)} LIMIT ${most}) AS found)`);
  const [row] = await rowsOf<{ readonly counts: readonly number[] }>(sql, `SELECT ARRAY[${counts.join(', ')}] AS counts`, parameters.values);
  const ranked = conditions.map((condition, index) => ({ condition, found: row?.counts[index] ?? 0 })).sort((one, other) => one.found - other.found);
  return ranked.map(({ condition }) => condition) as unknown as Conditions;
}

/**
 * One plan for every key, so that it can be kept: `few` reads what the first criterion finds through its index. If that
 * is not all, the newest keys are walked; if they do not fill the answer, everything that is found is read. The bound of
 * `few` is a parameter, unknown to the planner, which so reads in the order of the index to stop early; the other
 * criteria are asked of order by order.
 */
function now([first, ...others]: Conditions, inScope: string, parameters: Parameters): string {
  const found = matching(first, parameters);
  const also = others.map((condition) => `AND (SELECT true FROM read.search_key AS other WHERE other.order_id = one.order_id AND ${matching(condition, parameters, unindexed)} LIMIT 1)`).join(' ');
  const isFew = `(SELECT count(*) FROM few) <= ${String(FEW)}`;
  const isFull = `(SELECT count(*) FROM walked) = ${String(MOST)}`;
  const keysOfKind = `SELECT * FROM read.search_key WHERE kind = ${parameters.add(first.kind)}::text AND NOT ${isFew} ORDER BY ordered_at DESC, order_id DESC LIMIT ${String(NEWEST_KEYS)}`;
  return answering(
    `few AS MATERIALIZED (SELECT ordered_at, order_id FROM read.search_key WHERE ${found} AND ${inScope} LIMIT ${parameters.add(FEW + 1)}::bigint),
     walked AS MATERIALIZED (SELECT DISTINCT ordered_at, order_id FROM (${keysOfKind}) AS one WHERE ${found} AND ${inScope} ${also} ${NEWEST}),
     hit AS (
       (SELECT DISTINCT ordered_at, order_id FROM few AS one WHERE ${isFew} ${also} ${NEWEST})
       UNION ALL
       (SELECT ordered_at, order_id FROM walked WHERE ${isFull})
       UNION ALL
       (SELECT DISTINCT ordered_at, order_id FROM read.search_key AS one WHERE NOT ${isFew} AND NOT ${isFull} AND ${found} AND ${inScope} ${also} ${NEWEST})
     )`,
    'order-search',
    'SELECT summary FROM read.order_summary AS held WHERE held.order_id = hit.order_id LIMIT 1',
  );
}

/** As of a position. The planner chooses how to go about it, by what it knows of the very keys. */
function then(conditions: Conditions, inScope: string, position: string, parameters: Parameters): string {
  const [first = '', ...others] = conditions.map((condition) => `(SELECT ordered_at, order_id FROM read.key_version WHERE ${heldAt(position)} AND ${matching(condition, parameters)} AND ${inScope})`);
  const joins = others.map((keys, index) => `JOIN ${keys} AS other_${String(index)} USING (order_id)`);
  return answering(
    `hit AS (SELECT DISTINCT one.ordered_at, order_id FROM ${first} AS one ${joins.join(' ')} ${NEWEST})`,
    'order-versions',
    `SELECT summary FROM read.order_version AS version WHERE version.order_id = hit.order_id AND valid_from <= ${position} ORDER BY valid_from DESC LIMIT 1`,
  );
}

/** Each word is one more join (case 71). */
const MOST_WORDS = 8;

function conditionsOf(criteria: OrderSearchCriteria): readonly Condition[] {
  const conditions: Condition[] = [];
  const add = (kind: KeyKind, key: string | undefined, beginning = false): void => {
    if (key !== undefined && key !== '') conditions.push({ kind, key, beginning });
  };
  const text = (value: string | undefined): string | undefined => value && normalised(value);
  add('number', criteria.orderNumber && numberKey(criteria.orderNumber));
  add('tracking', criteria.trackingNumber && compact(criteria.trackingNumber));
  const names = criteria.name === undefined ? [] : beginnings(criteria.name);
  if (names.length > MOST_WORDS) throw new ReadModelError('invalid-query', `Name at most ${String(MOST_WORDS)} words of a name.`);
  for (const word of names) add('name', word, true);
  add('email', text(criteria.email), true);
  add('phone', criteria.phone && phoneKey(criteria.phone), true);
  add('postcode', criteria.postcode && compact(criteria.postcode), true);
  add('line1', text(criteria.line1), true);
  add('city', text(criteria.city), true);
  add('region', text(criteria.region), true);
  add('country', text(criteria.country));
  add('sku', text(criteria.sku), true);
  return conditions;
}

/** Beginnings as a range of the `C` collation: what is searched for is never read as a pattern. */
function matching({ kind, key, beginning }: Condition, parameters: Parameters, column = (name: string): string => name): string {
  const ofKind = `${column('kind')} = ${parameters.add(kind)}::text`;
  const from = `${parameters.add(key)}::text`;
  return `${ofKind} AND ${beginning ? `${column('key')} >= ${from} AND ${column('key')} < ${from} || U&'\\+10FFFF'` : `${column('key')} = ${from}`}`;
}

/** A column whose index is not to be used. */
const unindexed = (name: string): string => `(${name} || '')`;
