import { ReadModelError, SEARCH_LIMIT, type Answer, type OrderSearchAnswer, type OrderSearchCriteria, type OrderSummary, type StoreScope } from '../read-models.port.js';
import { answerOf, heldAt, livePosition, Parameters, type Readers } from '../snapshot.js';
import { beginnings, compact, normalised, numberKey, phoneKey, type KeyKind } from './search-keys.js';

interface Condition {
  readonly kind: KeyKind;
  readonly key: string;
  readonly beginning: boolean;
}

/** Where keys and hits are read: as they are, or as they were at a position. Statements say the rest once for both. */
interface Source {
  readonly model: string;
  /** FROM and WHERE of the keys, to be gone on with AND. */
  readonly keys: string;
  /** Joined to `hit`, gives `summary`. */
  readonly summaries: string;
}

const LIVE: Source = { model: 'order-search', keys: 'read.search_key WHERE true', summaries: 'CROSS JOIN LATERAL (SELECT summary FROM read.order_summary AS held WHERE held.order_id = hit.order_id LIMIT 1) AS found' };

const asOf = (position: string): Source => ({
  model: 'order-versions',
  keys: `read.key_version WHERE ${heldAt(position)}`,
  summaries: `CROSS JOIN LATERAL (
    SELECT summary FROM read.order_version AS version WHERE version.order_id = hit.order_id AND valid_from <= ${position} ORDER BY valid_from DESC LIMIT 1
  ) AS version`,
});

/** Orders of which all criteria hold: at most 20, newest first (A19); as of a position, if one is given. @throws ReadModelError without criteria, or with too many words */
export async function searchOrders(readers: Readers, criteria: OrderSearchCriteria, scope: StoreScope, position?: bigint): Promise<Answer<OrderSearchAnswer>> {
  const conditions = conditionsOf(criteria);
  const [first, ...others] = conditions;
  if (first === undefined) throw new ReadModelError('invalid-query', 'Name at least one criterion with a letter or a digit in it.');
  const parameters = new Parameters();
  const source = position === undefined ? LIVE : asOf(`${parameters.add(position)}::bigint`);
  const inScope = scope === 'all' ? 'true' : `store_id = ANY (${parameters.add(scope)}::text[])`;
  const simple = position === undefined && others.length === 0;
  const answer = await answerOf<readonly OrderSummary[]>(
    simple ? readers.prepared : readers.planned,
    `WITH ${simple ? hitsOfOne(source, first, inScope, parameters) : hitsOfAll(source, conditions, inScope, parameters)}
     SELECT ${livePosition(source.model)} AS position,
       (SELECT coalesce(json_agg(summary ORDER BY hit.ordered_at DESC, hit.order_id DESC), '[]') FROM hit ${source.summaries}) AS body`,
    parameters.values,
  );
  return { position: answer.position, body: { orders: answer.body.slice(0, SEARCH_LIMIT), truncated: answer.body.length > SEARCH_LIMIT } };
}

const NEWEST = `ORDER BY ordered_at DESC, order_id DESC LIMIT ${String(SEARCH_LIMIT + 1)}`;

/** The planner chooses where to begin, by what it knows of the very keys. */
function hitsOfAll(source: Source, conditions: readonly Condition[], inScope: string, parameters: Parameters): string {
  const [first, ...others] = conditions.map((condition) => `(SELECT ordered_at, order_id FROM ${source.keys} AND ${matching(condition, parameters)} AND ${inScope})`);
  const joins = others.map((keys, index) => `JOIN ${keys} AS other_${String(index)} USING (order_id)`);
  return `hit AS (SELECT DISTINCT one.ordered_at, order_id FROM ${first ?? ''} AS one ${joins.join(' ')} ${NEWEST})`;
}

/** Up to this many keys it is cheaper to read and sort all of them than to walk from the newest order down. */
const FEW = 2_000;

/**
 * One plan for every key, so that it can be kept. Few keys are read through their index and sorted; when there are
 * more, the newest orders are walked instead, among which twenty that match are soon met. The bound is a parameter,
 * unknown to the planner, which so reads in the order of the index, to stop early.
 */
function hitsOfOne(source: Source, { kind, key, beginning }: Condition, inScope: string, parameters: Parameters): string {
  const byKey = matching({ kind, key, beginning }, parameters);
  const byTime = matching({ kind, key, beginning }, parameters, "(key || '')");
  return `few AS MATERIALIZED (SELECT ordered_at, order_id FROM ${source.keys} AND ${byKey} AND ${inScope} LIMIT ${parameters.add(FEW + 1)}::bigint),
     hit AS (
       (SELECT DISTINCT ordered_at, order_id FROM few WHERE (SELECT count(*) FROM few) <= ${String(FEW)} ${NEWEST})
       UNION ALL
       (SELECT DISTINCT ordered_at, order_id FROM ${source.keys} AND ${byTime} AND ${inScope} AND (SELECT count(*) FROM few) > ${String(FEW)} ${NEWEST})
     )`;
}

/** Each word is one more join (case 71). */
const MOST_WORDS = 8;

/** The most selective kinds first: they lead the join. */
const KINDS: readonly KeyKind[] = ['number', 'tracking', 'email', 'phone', 'postcode', 'line1', 'name', 'city', 'sku', 'region', 'country'];

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
  return conditions.sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
}

/** Beginnings as a range of the `C` collation: what is searched for is never read as a pattern. */
function matching({ kind, key, beginning }: Condition, parameters: Parameters, column = 'key'): string {
  const ofKind = `kind = ${parameters.add(kind)}::text`;
  const from = `${parameters.add(key)}::text`;
  return `${ofKind} AND ${beginning ? `${column} >= ${from} AND ${column} < ${from} || U&'\\+10FFFF'` : `${column} = ${from}`}`;
}
