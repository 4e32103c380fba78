import type { ProjectedEvent } from '#projecting';
import { foldEvent } from '../order-details/order-details.fold.js';
import type { OrderDetails } from '../order-details/order-details.types.js';
import { type KeptOrder, orderIdOf } from '../order-details/orders-at-hand.js';
import { keysMayChange } from '../order-search/order-search.projection.js';
import { summaryOf } from '../order-search/order-summary.js';
import { keysOfLine, searchKeys, type SearchKey } from '../order-search/search-keys.js';
import { agentOf, customerKeyOf } from '../pending-orders/grid-keys.js';
import type { OrderSummary } from '../read-models.port.js';

/** End of what still holds: after every position. As text, because it is greater than what a double tells apart. */
export const OPEN = '9223372036854775807';

/** Holds at positions from `valid_from` to before `valid_to`. */
interface Interval {
  readonly order_id: string;
  readonly valid_from: string;
  valid_to: string;
}

/** An order as search and grid showed it after one of its events. */
export interface VersionRow extends Interval {
  readonly store_id: string;
  /** Of the grid; null while the order is not in it. */
  readonly agent_id: string | null;
  readonly customer_key: string | null;
  readonly summary: OrderSummary;
}

export interface KeyRow extends Interval, SearchKey {
  readonly ordered_at: string;
  readonly store_id: string;
}

/** What holds no longer: its row was written by an earlier run. */
interface Closing {
  readonly order_id: string;
  readonly valid_to: string;
}

/** An order as an earlier run left it, and from where on its last version holds. */
export interface VersionedOrder extends KeptOrder {
  readonly valid_from: string;
}

/** What a run of events adds to the versions, and which stored ones it ends. */
export interface VersionRun {
  readonly orders: readonly VersionedOrder[];
  readonly versions: readonly VersionRow[];
  readonly ended: readonly Interval[];
  readonly keys: readonly KeyRow[];
  readonly endedKeys: readonly (Closing & SearchKey & { readonly ordered_at: string })[];
  readonly pending: readonly Interval[];
  readonly endedPending: readonly Closing[];
}

/** One order on its way through a run; rows that are undefined are stored already. */
interface Course {
  readonly kept: VersionedOrder | undefined;
  details: OrderDetails | undefined;
  version?: VersionRow;
  pending?: Interval;
  /** By kind and key; made when an event may change what the order is found by. */
  keys?: Map<string, KeyRow | SearchKey>;
}

/** Pure. `before` holds the orders as the run finds them; events of orders that are not known yet begin with their creation. */
export function versionRun(events: readonly ProjectedEvent[], before: ReadonlyMap<string, VersionedOrder>): VersionRun {
  const courses = new Map<string, Course>();
  const run = { versions: [] as VersionRow[], ended: [] as Interval[], keys: [] as KeyRow[], endedKeys: [] as VersionRun['endedKeys'][number][], pending: [] as Interval[], endedPending: [] as Closing[] };

  const moveGrid = (course: Course, after: OrderDetails, at: string): void => {
    const [was, is] = [course.details?.status === 'pending', after.status === 'pending'];
    if (is && !was) run.pending.push((course.pending = { order_id: after.orderId, valid_from: at, valid_to: OPEN }));
    if (was && !is) end(course.pending, run.endedPending, { order_id: after.orderId, valid_to: at });
  };

  const moveKeys = (course: Course, after: OrderDetails, at: string, { type }: ProjectedEvent['event']): void => {
    const { orderId: order_id, storeId: store_id, orderedAt: ordered_at } = after;
    course.keys ??= new Map((course.details === undefined ? [] : searchKeys(course.details)).map((key) => [nameOf(key), key]));
    const held = course.keys;
    const line = type === 'OrderLineAdded' ? after.lines.at(-1) : undefined;
    const wanted = line === undefined ? searchKeys(after) : keysOfLine(line);
    if (line === undefined) {
      const names = new Set(wanted.map(nameOf));
      for (const [name, key] of held) {
        if (names.has(name)) continue;
        end('valid_to' in key ? key : undefined, run.endedKeys, { kind: key.kind, key: key.key, order_id, ordered_at, valid_to: at });
        held.delete(name);
      }
    }
    for (const key of wanted) {
      if (held.has(nameOf(key))) continue;
      const row: KeyRow = { ...key, order_id, store_id, ordered_at, valid_from: at, valid_to: OPEN };
      held.set(nameOf(key), row);
      run.keys.push(row);
    }
  };

  for (const recorded of events) {
    const orderId = orderIdOf(recorded);
    if (orderId === undefined) continue;
    const kept = before.get(orderId);
    const course: Course = courses.get(orderId) ?? { kept, details: kept?.details };
    const after = foldEvent(course.details, recorded);
    if (after === undefined) continue;
    courses.set(orderId, course);
    const at = String(recorded.position);
    if (course.kept !== undefined) end(course.version, run.ended, { order_id: orderId, valid_from: course.kept.valid_from, valid_to: at });
    else if (course.version !== undefined) course.version.valid_to = at;
    run.versions.push((course.version = versionOf(after, at)));
    moveGrid(course, after, at);
    if (keysMayChange(recorded.event.type)) moveKeys(course, after, at, recorded.event);
    course.details = after;
  }
  return { ...run, orders: [...courses.values()].flatMap(({ details, version }) => (details === undefined || version === undefined ? [] : [{ details, valid_from: version.valid_from }])) };
}

/** A row of this run is ended in place, a stored one by name. */
function end<T extends Closing>(row: { valid_to: string } | undefined, ended: T[], closing: T): void {
  if (row === undefined) ended.push(closing);
  else row.valid_to = closing.valid_to;
}

const nameOf = ({ kind, key }: SearchKey): string => `${kind} ${key}`;

function versionOf(details: OrderDetails, at: string): VersionRow {
  const pending = details.status === 'pending';
  return {
    order_id: details.orderId,
    valid_from: at,
    valid_to: OPEN,
    store_id: details.storeId,
    agent_id: pending ? agentOf(details) : null,
    customer_key: pending ? customerKeyOf(details.contact.name) : null,
    summary: summaryOf(details),
  };
}
