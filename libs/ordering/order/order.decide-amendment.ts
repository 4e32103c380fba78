import { accept, canonicalJson, createdIdOf, isAmount, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { OrderEvent, Place } from './order.events.js';
import { isTaxRate } from './order.decide-capture.js';
import { balanceGuard, modifyGuard, unshippedGuard } from './order.guards.js';
import * as no from './order.rejections.js';
import { lineOf, type Order } from './order.state.js';
import { orderTotals } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Until everything has left, the rest still goes to the new address (A49). */
export function changeAddress(command: OrderCommandOf<'ChangeOrderAddress'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const { shipTo, reasonCode } = command;
  if (samePlace(order.shipTo, shipTo)) return no.reject('address-unchanged', 'The order goes to that address already.');
  return accept({ type: 'OrderAddressChanged', data: { from: order.shipTo, to: shipTo, ...(reasonCode === undefined ? {} : { reasonCode }) } });
}

/** A discount never takes more than what is left to pay (A52). */
export function addCharge(command: OrderCommandOf<'AddOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const chargeId = createdIdOf(context.commandId, 'charge');
  if (order.createdIds.has(chargeId)) return accept();
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { type: _type, ...data } = command;
  if (data.scope.kind === 'line' && lineOf(order, data.scope.lineId) === undefined) return no.lineNotFound(data.scope.lineId);
  if (!isAmount(data.amountMinor) || data.amountMinor < 1 || !isTaxRate(data.taxBasisPoints)) return no.amountOutOfRange();
  const event: OrderEvent = { type: 'OrderChargeAdded', data: { chargeId, ...data } };
  const outOfBalance = balanceGuard(order, event);
  if (outOfBalance?.kind === 'refused' && data.kind === 'discount' && outOfBalance.refusal.code === 'credit-exceeds-balance') {
    return no.reject('discount-exceeds-total', 'A discount cannot take more than what is left to pay.', { totalMinor: orderTotals(order).totalMinor });
  }
  return outOfBalance ?? accept(event);
}

const samePlace = (one: Place, other: Place): boolean =>
  one.country === other.country && canonicalJson(one.address) === canonicalJson(other.address);
