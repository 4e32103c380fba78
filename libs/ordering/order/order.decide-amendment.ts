import { accept, canonicalJson, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent, Place } from './order.events.js';
import { unshippedGuard } from './order.guards.js';
import * as no from './order.rejections.js';
import type { Order } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Until everything has left, the rest still goes to the new address (A49). */
export function changeAddress(command: OrderCommandOf<'ChangeOrderAddress'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const { shipTo, reasonCode } = command;
  if (samePlace(order.shipTo, shipTo)) return no.reject('address-unchanged', 'The order goes to that address already.');
  return accept({ type: 'OrderAddressChanged', data: { from: order.shipTo, to: shipTo, ...(reasonCode === undefined ? {} : { reasonCode }) } });
}

const samePlace = (one: Place, other: Place): boolean =>
  one.country === other.country && canonicalJson(one.address) === canonicalJson(other.address);
