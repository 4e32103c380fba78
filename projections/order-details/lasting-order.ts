import { totalsOf } from './order-details.fold.js';
import type { OrderDetails, Trace } from './order-details.types.js';
import type { OrderRows } from './orders-at-hand.js';

/** What every event changes of an order. */
export interface LatestTouch {
  readonly revision: number;
  readonly updated: Trace;
  readonly workedBy: string;
}

/** Members that every event changes, that search and grid do not show, or that follow from the others. */
const PASSING = ['revision', 'updated', 'workedBy', 'comments', 'commentCount', 'totals'] as const;

/**
 * What search, grid and versions keep of an order to fold its next event: most events leave it as it is, and then only
 * the latest touch is written.
 */
export type LastingOrder = Omit<OrderDetails, (typeof PASSING)[number]>;

const passes = (name: string): boolean => (PASSING as readonly string[]).includes(name);

export const lastingOf = (details: OrderDetails): LastingOrder => Object.fromEntries(Object.entries(details).filter(([name]) => !passes(name))) as unknown as LastingOrder;

export const latestOf = ({ revision, updated, workedBy }: OrderDetails): LatestTouch => ({ revision, updated, workedBy });

/** Members that are the same object did not change: a fold copies only what it changes. */
export function lasts(before: OrderDetails | undefined, after: OrderDetails): boolean {
  if (before === undefined) return false;
  const [was, is] = [before, after] as unknown as readonly [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].every((name) => passes(name) || was[name] === is[name]);
}

/** How they are kept, in columns of these names. */
export interface LastingRow {
  readonly lasting: LastingOrder;
  readonly latest: LatestTouch;
}

/** The order without its comments. */
export function revived({ lasting, latest }: LastingRow): OrderDetails {
  const order = { ...lasting, ...latest, comments: [], commentCount: 0 };
  return { ...order, totals: totalsOf(order) };
}

export const lastingOrders = (table: string): OrderRows<LastingRow> => ({ table, columns: 'lasting, latest', read: (row) => ({ details: revived(row) }) });
