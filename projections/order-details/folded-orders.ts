import type { ProjectedEvent, Queryable } from '#projecting';
import { eraseSubject } from './erase-subject.js';
import { foldEvent } from './order-details.fold.js';
import type { OrderDetails } from './order-details.types.js';
import { orderIdOf, OrdersAtHand, type OrderRows } from './orders-at-hand.js';

/** An order as a run of events leaves it, and as it was before; undefined when the run creates it. */
export interface FoldedOrder {
  readonly before: OrderDetails | undefined;
  readonly details: OrderDetails;
}

/**
 * Folds runs of events, one after another, each in the transaction that writes what it gives back. `fold` makes the
 * next of the one before.
 */
export class OrderFolds<Row> {
  readonly #orders: OrdersAtHand<Row>;

  constructor(
    rows: OrderRows<Row>,
    private readonly fold: (before: OrderDetails | undefined, event: ProjectedEvent) => OrderDetails | undefined = foldEvent,
  ) {
    this.#orders = new OrdersAtHand(rows);
  }

  /** Only orders that the events may change. */
  async after(events: readonly ProjectedEvent[], sql: Queryable): Promise<readonly FoldedOrder[]> {
    const before = await this.#orders.of(events, sql);
    const after = new Map([...before].map(([orderId, { details }]) => [orderId, details]));
    for (const recorded of events) {
      if (recorded.event.type === 'SubjectErased') {
        const { subjectId } = recorded.event.data;
        for (const kept of await this.#orders.ofSubject(subjectId, sql)) {
          const { orderId } = kept.details;
          if (after.has(orderId)) continue;
          before.set(orderId, kept);
          after.set(orderId, kept.details);
        }
        for (const [orderId, details] of after) after.set(orderId, eraseSubject(details, subjectId));
      } else {
        const orderId = orderIdOf(recorded);
        const folded = orderId === undefined ? undefined : this.fold(after.get(orderId), recorded);
        if (folded !== undefined) after.set(folded.orderId, folded);
      }
    }
    for (const details of after.values()) this.#orders.put({ details });
    return [...after.values()].map((details) => ({ before: before.get(details.orderId)?.details, details }));
  }

  /** An order whose row is gone. */
  forget(orderId: string): void {
    this.#orders.forget(orderId);
  }
}
