import type { Catalogue, ReasonUse } from '#catalogue';
import type { Refusal, Role } from '#kernel';
import { productsUnavailable, type ActionBounds, type Forbids, type Order, type OrderCommand, type OrderCommandType } from '#ordering';
import { notYours, refusalOf } from '../orders/caller-rights.js';

/** What stands in the way of a command besides the order: who resolves which hold, who clears which alert (A51, A35), what is sold (C4), the customer's cart (A24), and what can be given as a reason, a type or a category (G5). */
export interface OrderRights {
  forbids(order: Order, role: Role): Forbids;
  /** Whose a hold or an alert is: of what `forbids`, that which goes by what the order has. */
  owners(order: Order, role: Role): Forbids;
  /** Bounds without the parts that the role may not name. */
  within(bounds: ActionBounds, example: OrderCommand, forbids: Forbids): ActionBounds;
  /** Products that a cancelled order cannot be reinstated with (C4). */
  readonly unavailable: readonly string[];
}

/** Commands that cannot be sent without a reason of a list (G5). */
const REASON_FOR: Readonly<Partial<Record<OrderCommandType, ReasonUse>>> = {
  VoidOrder: 'void',
  SuspendOrder: 'suspend',
  CancelOrder: 'cancel',
  CancelOrderLine: 'cancel-line',
  ReshipOrder: 'reship',
  AppeaseOrder: 'appease',
  RequestAppeasement: 'appease',
  AddOrderCharge: 'charge',
  RequestOrderCharge: 'charge',
  ChangeOrderCharge: 'charge',
  RequestOrderChargeChange: 'charge',
  RemoveOrderCharge: 'charge',
  FlagOrder: 'flag',
  RequestDeliveryStop: 'delivery-stop',
  RescheduleOrderAppointment: 'appointment',
};

type Lists = Pick<Catalogue, 'holdTypes' | 'alertTypes' | 'reasonCodes' | 'resolutionCodes' | 'chargeCategories'>;

/**
 * @param unavailable products that a cancelled order cannot be reinstated with (C4)
 * @param cart what the customer's cart says against ordering it again (A24)
 */
export async function orderRights(catalogue: Lists, unavailable: readonly string[] = [], cart?: Refusal): Promise<OrderRights> {
  const [holdTypes, alertTypes, reasons, resolutions, categories] = await Promise.all([catalogue.holdTypes(), catalogue.alertTypes(), catalogue.reasonCodes(), catalogue.resolutionCodes(), catalogue.chargeCategories()]);
  const anyIn = (list: readonly { readonly active: boolean }[]): boolean => list.some(({ active }) => active);
  const owners = (order: Order, role: Role): Forbids => (command) => {
    const barred = notYours(command, order, role, { holdTypes, alertTypes });
    return barred && refusalOf(barred);
  };
  /** Nothing that could be named: whatever the parameters, the command is refused. */
  const unlisted = (command: OrderCommand): Refusal | undefined => {
    const use = REASON_FOR[command.type];
    if (use !== undefined && !reasons.some(({ active, uses }) => active && uses.includes(use))) return nothingListed('reason-unknown', 'G5', `No reason can be given now: every code for "${use}" was retired.`, { use });
    switch (command.type) {
      case 'ApplyOrderHold':
        return anyIn(holdTypes) ? undefined : nothingListed('hold-type-unknown', 'A50', 'There is no hold type that is not retired.');
      case 'RaiseOrderAlert':
        return anyIn(alertTypes) ? undefined : nothingListed('alert-type-unknown', 'A35', 'There is no alert type that is not retired.');
      case 'ResolveOrderHold':
      case 'ClearOrderAlerts':
        return anyIn(resolutions) ? undefined : nothingListed('resolution-unknown', command.type === 'ResolveOrderHold' ? 'A51' : 'A35', 'There is no resolution code that is not retired.');
      case 'AddOrderCharge':
      case 'RequestOrderCharge':
        return anyIn(categories.filter(({ kinds }) => kinds.includes(command.kind))) ? undefined : nothingListed('charge-category-unknown', 'A52', `There is no category of ${command.kind}s that is not retired.`, { kind: command.kind });
      case 'ReorderOrder':
        return cart;
      case 'ReinstateOrder':
        return unavailable.length > 0 ? productsUnavailable(unavailable) : undefined;
      default:
        return undefined;
    }
  };

  return {
    unavailable,
    owners,
    forbids: (order, role) => (command) => owners(order, role)(command) ?? unlisted(command),
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

const nothingListed = (code: string, rule: string, message: string, details: Readonly<Record<string, unknown>> = {}): Refusal => ({ code, rule, message, details });
