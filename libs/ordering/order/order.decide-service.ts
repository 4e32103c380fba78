import { accept, createdIdOf, isAmount, shareOf, type Decision, type DecisionContext, type MinorUnits } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { AppeasementOffer, LineScope, OrderEvent } from './order.events.js';
import { scopeGuard } from './order.decide-control.js';
import { isQuantity, MAX_QUANTITY } from './order.guards.js';
import * as no from './order.rejections.js';
import { isEnded, lineOf, type Order } from './order.state.js';
import { creditableBalance, grantedMinor, lineDue } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Pieces that were shipped and neither came back nor were replaced before go out again, free of charge (A42). */
export function reship(command: OrderCommandOf<'ReshipOrder'>, order: Order, context: DecisionContext): Decided {
  const reshipmentId = createdIdOf(context.commandId, 'reshipment');
  if (order.createdIds.has(reshipmentId)) return accept();
  if (isEnded(order)) return no.ended(order.status);
  if (order.suspended) return no.suspended();
  const { lineId, quantity, reasonCode } = command;
  const line = lineOf(order, lineId);
  if (line === undefined) return no.lineNotFound(lineId);
  if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
  const left = line.shipped - line.returned - line.reshipped;
  if (quantity > left) return no.exceeds('quantity-exceeds-reshippable', lineId, quantity, left);
  const newLineId = createdIdOf(context.commandId, 'line');
  return accept({ type: 'OrderReshipped', data: { reshipmentId, lineId, newLineId, quantity, reasonCode } });
}

/** Credit stays within what the order comes to; more than the agent may grant needs a second person (A55). */
export function appease(command: OrderCommandOf<'AppeaseOrder'>, order: Order, context: DecisionContext): Decided {
  const appeasementId = createdIdOf(context.commandId, 'appeasement');
  if (order.createdIds.has(appeasementId)) return accept();
  if (isEnded(order)) return no.ended(order.status);
  const { scope, offer, reasonCode, note, approvedBy, limitMinor } = command;
  const refused = scopeGuard(order, scope) ?? offerGuard(offer);
  if (refused !== undefined) return refused;
  const balance = creditableBalance(order);
  const worth = worthOf(offer, scope, order);
  if (worth > balance) return no.creditExceeds(worth, balance, order.currency);
  const granted = grantedMinor(order) + worth;
  if (approvedBy === context.actor.id) return no.reject('approver-is-the-agent', 'Nobody approves what they grant themselves.');
  if (limitMinor !== null && granted > limitMinor && approvedBy === undefined) {
    return no.reject('appeasement-needs-approval', 'Together with what was granted before it is above the limit: a second person approves it.', {
      grantedMinor: granted,
      limitMinor,
    });
  }
  const creditedMinor = 'on' in offer && offer.on === 'this-order' ? worth : 0;
  const data = { appeasementId, scope, offer, creditedMinor, reasonCode, ...(note !== undefined && { note }), ...(approvedBy !== undefined && { approvedBy }) };
  return accept({ type: 'OrderAppeased', data });
}

/** What an offer is worth against the order's balance; coupons and future percentages have no amount yet. */
function worthOf(offer: AppeasementOffer, scope: LineScope, order: Order): MinorUnits {
  switch (offer.kind) {
    case 'amount':
    case 'gift-card':
      return offer.amountMinor;
    case 'percentage':
      return offer.on === 'this-order' ? shareOf(dueOf(scope, order), offer.basisPoints, 10_000) : 0;
    case 'coupon':
      return 0;
  }
}

/** What the named lines cost, or the whole order; lines never count for more than the order still comes to. */
function dueOf(scope: LineScope, order: Order): MinorUnits {
  const balance = creditableBalance(order);
  if (scope.kind === 'order') return balance;
  const due = order.lines.filter(({ lineId }) => scope.lineIds.includes(lineId)).reduce((sum, line) => sum + lineDue(line), 0);
  return Math.min(due, balance);
}

function offerGuard(offer: AppeasementOffer): no.Rejected | undefined {
  if (offer.kind === 'percentage') {
    const { basisPoints } = offer;
    const fits = Number.isInteger(basisPoints) && basisPoints >= 1 && basisPoints <= 10_000;
    return fits ? undefined : no.reject('offer-out-of-range', 'A percentage is from 1 to 10,000 basis points.', { least: 1, greatest: 10_000 });
  }
  if (offer.kind === 'coupon') return undefined;
  return isAmount(offer.amountMinor) && offer.amountMinor >= 1 ? undefined : no.amountOutOfRange();
}
