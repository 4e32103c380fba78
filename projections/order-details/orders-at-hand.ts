import { rowsOf, type ProjectedEvent, type Queryable } from '#projecting';
import type { OrderDetails } from './order-details.types.js';

/** An order as its last event left it. */
export interface KeptOrder {
  readonly details: OrderDetails;
}

/** A table that keeps orders, with `order_id` and `subject_id`. */
export interface OrderRows<Row, Kept extends KeptOrder = KeptOrder> {
  readonly table: string;
  readonly columns: string;
  readonly read: (row: Row) => Kept;
}

/** Orders kept whole, in a column `details`. */
export const wholeOrders = (table: string): OrderRows<KeptOrder> => ({ table, columns: 'details', read: ({ details }) => ({ details }) });

/** So many lines and comments, of all orders together: some ten megabytes. */
const MOST = 10_000;

/**
 * The orders of a table, those touched last in memory as far as they fit: a call about an order brings several events
 * soon after one another.
 */
export class OrdersAtHand<Row, Kept extends KeptOrder = KeptOrder> {
  readonly #held = new Map<string, Kept>();
  #size = 0;

  constructor(private readonly rows: OrderRows<Row, Kept>) {}

  /** By id, the orders that these events are about and that are there yet. */
  async of(events: readonly ProjectedEvent[], sql: Queryable): Promise<Map<string, Kept>> {
    const found = new Map<string, Kept>();
    const wanted = new Set<string>();
    for (const recorded of events) {
      const orderId = orderIdOf(recorded);
      if (orderId === undefined || found.has(orderId)) continue;
      const held = this.#held.get(orderId);
      if (held === undefined) wanted.add(orderId);
      else found.set(orderId, held);
    }
    if (wanted.size > 0) for (const kept of await this.#load(sql, 'order_id = ANY ($1::uuid[])', [...wanted])) found.set(kept.details.orderId, kept);
    return found;
  }

  ofSubject(subjectId: string, sql: Queryable): Promise<readonly Kept[]> {
    return this.#load(sql, 'subject_id = $1', subjectId);
  }

  /** As the row is now. */
  put(kept: Kept): void {
    this.forget(kept.details.orderId);
    this.#held.set(kept.details.orderId, kept);
    this.#size += sizeOf(kept);
    for (const orderId of this.#held.keys()) {
      if (this.#size <= MOST) return;
      this.forget(orderId);
    }
  }

  forget(orderId: string): void {
    const held = this.#held.get(orderId);
    if (held === undefined) return;
    this.#held.delete(orderId);
    this.#size -= sizeOf(held);
  }

  /** Rows were changed otherwise. */
  forgetAll(): void {
    this.#held.clear();
    this.#size = 0;
  }

  async #load(sql: Queryable, which: string, parameter: unknown): Promise<readonly Kept[]> {
    const { table, columns, read } = this.rows;
    return (await rowsOf<Row>(sql, `SELECT ${columns} FROM ${table} WHERE ${which}`, [parameter])).map(read);
  }
}

/** Of an event of an order. */
export const orderIdOf = ({ stream }: ProjectedEvent): string | undefined => (stream.startsWith('order-') ? stream.slice('order-'.length) : undefined);

const sizeOf = ({ details: { lines, comments } }: KeptOrder): number => 1 + lines.length + comments.length;
