import type { AlertType, Catalogue, HoldType } from '#catalogue';
import type { Refusal, Role } from '#kernel';
import { productsUnavailable, type ActionBounds, type Forbids, type Order, type OrderCommand } from '#ordering';

/** What stands in the way of a command besides the order: who resolves which hold, who clears which alert (A51, A35), what is sold (C4). */
export interface OrderRights {
  forbids(order: Order, role: Role): Forbids;
  /** Bounds without the parts that the role may not name. */
  within(bounds: ActionBounds, example: OrderCommand, forbids: Forbids): ActionBounds;
}

/** @param unavailable products that a cancelled order cannot be reinstated with (C4) */
export async function orderRights(catalogue: Pick<Catalogue, 'holdTypes' | 'alertTypes'>, unavailable: readonly string[] = []): Promise<OrderRights> {
  const [holdTypes, alertTypes] = await Promise.all([catalogue.holdTypes(), catalogue.alertTypes()]);
  const mayResolve = (code: string | undefined, role: Role): HoldType | undefined => holdTypes.find((type) => type.code === code && !type.resolvedBy.some((each) => each === role));
  const mayClear = (code: string | undefined, role: Role): AlertType | undefined => alertTypes.find((type) => type.code === code && !type.clearedBy.some((each) => each === role));

  return {
    forbids: (order, role) => (command) => {
      if (command.type === 'ResolveOrderHold') {
        const barred = mayResolve(order.holds.find(({ holdId }) => holdId === command.holdId)?.holdType, role);
        return barred && holdNotYours(barred);
      }
      if (command.type === 'ClearOrderAlerts') {
        for (const alertId of command.alertIds) {
          const barred = mayClear(order.alerts.find((alert) => alert.alertId === alertId)?.alertType, role);
          if (barred !== undefined) return alertNotYours(barred);
        }
      }
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

export const holdNotYours = ({ code, resolvedBy }: HoldType): Refusal => ({
  code: 'hold-not-yours-to-resolve',
  rule: 'A51',
  message: `A hold ${code} is resolved by: ${resolvedBy.join(', ')}.`,
});

export const alertNotYours = ({ code, clearedBy }: AlertType): Refusal => ({
  code: 'alert-not-yours-to-clear',
  rule: 'A35',
  message: `An alert ${code} is cleared by: ${clearedBy.join(', ')}.`,
});
