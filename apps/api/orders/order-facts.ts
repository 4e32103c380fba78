import type { CommandExecutor } from '#event-store';
import { isUuid, normaliseOrderNumber, orderIdOf } from '#kernel';
import { orderRules, subjectOf, type Order } from '#ordering';
import { seesStore, type Caller } from '../http/caller.js';
import { problem } from '../http/problem.js';

/** What never changes about an order, so that a command need not read the log for it. */
export interface OrderFacts {
  readonly orderNumber: string;
  readonly storeId: string;
  readonly currency: string;
  /** The person under whose key texts about the order are sealed. */
  readonly subjectId: string;
}

const MOST = 100_000;

export class OrderFactsCache {
  readonly #facts = new Map<string, OrderFacts>();

  constructor(private readonly executor: Pick<CommandExecutor, 'load'>) {}

  remember(orderId: string, facts: OrderFacts): void {
    if (this.#facts.size >= MOST) for (const oldest of this.#facts.keys()) {
      this.#facts.delete(oldest);
      break;
    }
    this.#facts.set(orderId, facts);
  }

  /** @throws ProblemError 404 when there is no such order for the caller */
  async of(orderId: string, caller: Caller): Promise<OrderFacts> {
    let facts = this.#facts.get(orderId);
    if (facts === undefined) {
      const { orderNumber, storeId, currency, contact } = await this.order(orderId, caller);
      facts = { orderNumber, storeId, currency, subjectId: contact.subjectId };
    }
    if (!seesStore(caller.user, facts.storeId)) throw problem('order-not-found');
    return facts;
  }

  /** The order as it stands now, from the log. @throws ProblemError 404 as above */
  async order(orderId: string, caller: Caller): Promise<Order> {
    const { state } = await this.executor.load(orderRules, orderId);
    if (state.status === 'none' || !seesStore(caller.user, state.storeId)) throw problem('order-not-found');
    const { orderNumber, storeId, currency } = state;
    this.remember(orderId, { orderNumber, storeId, currency, subjectId: subjectOf(state) });
    return state;
  }
}

/** The id behind what stands in the address: an order id or an order number. @throws ProblemError 404 */
export function orderIdFrom(reference: string): string {
  if (isUuid(reference)) return reference.toLowerCase();
  const orderNumber = reference.length <= 60 ? normaliseOrderNumber(reference) : undefined;
  if (orderNumber === undefined) throw problem('order-not-found');
  return orderIdOf(orderNumber);
}
