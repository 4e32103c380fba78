import type { Catalogue } from '#catalogue';
import type { Refusal, Role } from '#kernel';
import { productsUnavailable, type ActionBounds, type Forbids, type Order, type OrderCommand } from '#ordering';
import { notYours, refusalOf } from '../orders/caller-rights.js';

/** What stands in the way of a command besides the order: who resolves which hold, who clears which alert (A51, A35), what is sold (C4), the customer's cart (A24). */
export interface OrderRights {
  forbids(order: Order, role: Role): Forbids;
  /** Bounds without the parts that the role may not name. */
  within(bounds: ActionBounds, example: OrderCommand, forbids: Forbids): ActionBounds;
}

/**
 * @param unavailable products that a cancelled order cannot be reinstated with (C4)
 * @param cart what the customer's cart says against ordering it again (A24)
 */
export async function orderRights(catalogue: Pick<Catalogue, 'holdTypes' | 'alertTypes'>, unavailable: readonly string[] = [], cart?: Refusal): Promise<OrderRights> {
  const [holdTypes, alertTypes] = await Promise.all([catalogue.holdTypes(), catalogue.alertTypes()]);

  return {
    forbids: (order, role) => (command) => {
      const barred = notYours(command, order, role, { holdTypes, alertTypes });
      if (barred !== undefined) return refusalOf(barred);
      if (command.type === 'ReorderOrder') return cart;
      return command.type === 'ReinstateOrder' && unavailable.length > 0 ? productsUnavailable(unavailable) : undefined;
    },
    within(bounds, example, forbids) {
      const named = (part: string): OrderCommand | undefined => {
        if (example.type === 'ResolveOrderHold') return { ...example, holdId: part };
        return example.type === 'ClearOrderAlerts' ? { ...example, alertIds: [part] } : undefined;
      };
      if (bounds.parts === undefined) return bounds;
      return { ...bounds, parts: bounds.parts.filter((part) => { const command = named(part); return command === undefined || forbids(command) === undefined; }) };
    },
  };
}
