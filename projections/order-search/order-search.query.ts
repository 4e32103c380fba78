import type { Queryable } from '#projecting';
import { ReadModelError, SEARCH_LIMIT, type Answer, type OrderSearchAnswer, type OrderSearchCriteria, type OrderSummary, type StoreScope } from '../read-models.port.js';
import { answerOf, heldAt, livePosition } from '../snapshot.js';
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

const LIVE: Source = { model: 'order-search', keys: 'read.search_key WHERE true', summaries: 'JOIN read.order_summary USING (order_id)' };

const asOf = (position: string): Source => ({
  model: 'order-versions',
  keys: `read.key_version WHERE ${heldAt(position)}`,
  summaries: `CROSS JOIN LATERAL (
    SELECT summary FROM read.order_version AS version WHERE version.order_id = hit.order_id AND valid_from <= ${position} ORDER BY valid_from DESC LIMIT 1
  ) AS version`,
});

/** Orders of which all criteria hold: at most 20, newest first (A19); as of a position, if one is given. @throws ReadModelError without criteria, or with too many words */
export async function searchOrders(sql: Queryable, criteria: OrderSearchCriteria, scope: StoreScope, position?: bigint): Promise<Answer<OrderSearchAnswer>> {
  const conditions = conditionsOf(criteria);
  if (conditions.length === 0) throw new ReadModelError('invalid-query', 'Name at least one criterion with a letter or a digit in it.');
  const parameters: unknown[] = [scope === 'all' ? null : scope, ...(position === undefined ? [] : [position])];
  const source = position === undefined ? LIVE : asOf('$2::bigint');
  const sources = conditions.map((condition, index) => matching(source, condition, `k${String(index)}`, parameters));
  const answer = await answerOf<readonly OrderSummary[]>(
    sql,
    `WITH hit AS (
       SELECT DISTINCT k0.ordered_at, k0.order_id FROM ${sources[0] ?? ''}
       ${sources.slice(1).map((source, index) => `JOIN ${source} ON k${String(index + 1)}.order_id = k0.order_id`).join('\n')}
       WHERE ($1::text[] IS NULL OR k0.store_id = ANY ($1))
       ORDER BY k0.ordered_at DESC, k0.order_id DESC LIMIT ${String(SEARCH_LIMIT + 1)}
     )
     SELECT ${livePosition(source.model)} AS position,
       (SELECT coalesce(json_agg(summary ORDER BY hit.ordered_at DESC, hit.order_id DESC), '[]') FROM hit ${source.summaries}) AS body`,
    parameters,
  );
  return { position: answer.position, body: { orders: answer.body.slice(0, SEARCH_LIMIT), truncated: answer.body.length > SEARCH_LIMIT } };
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
function matching({ keys }: Source, { kind, key, beginning }: Condition, alias: string, parameters: unknown[]): string {
  parameters.push(kind, key);
  const kindAt = `$${String(parameters.length - 1)}`;
  const keyAt = `$${String(parameters.length)}`;
  const holds = beginning ? `key >= ${keyAt} AND key < ${keyAt} || U&'\\+10FFFF'` : `key = ${keyAt}`;
  return `(SELECT ordered_at, order_id, store_id FROM ${keys} AND kind = ${kindAt} AND ${holds}) AS ${alias}`;
}
