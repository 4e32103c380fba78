import { accept, createdIdOf, isAmount, type Decision, type DecisionContext, type MinorUnits } from '#kernel';
import { OVER_LIMIT, secondPersonGuard } from './order.approval.js';
import type { OrderCommandOf } from './order.commands.js';
import { scopeGuard } from './order.decide-control.js';
import type { AppeasementOffer, LineScope, OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import { isEnded, type AppeasementRequest, type Order } from './order.state.js';
import { dueOf, grantableBalance, grantedMinor, worthOf } from './order.credits.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

interface Grant {
  readonly scope: LineScope;
  readonly offer: AppeasementOffer;
}

/** Credit stays within what the order comes to, and all grants together within what the agent may grant alone (A55). */
export function appease(command: OrderCommandOf<'AppeaseOrder'>, order: Order, context: DecisionContext): Decided {
  const appeasementId = createdIdOf(context.commandId, 'appeasement');
  if (order.createdIds.has(appeasementId)) return accept();
  const refused = grantGuard(command, order);
  if (refused !== undefined) return refused;
  const { scope, offer, reasonCode, note, limitMinor } = command;
  const granted = grantedMinor(order) + worthOf(command, order);
  if (limitMinor !== null && granted > limitMinor) {
    return OVER_LIMIT['appeasement-needs-approval']({ grantedMinor: granted, limitMinor });
  }
  return accept({ type: 'OrderAppeased', data: { appeasementId, scope, offer, creditedMinor: creditOf(command, order), reasonCode, ...(note !== undefined && { note }) } });
}

/** Nothing is granted yet: it waits for somebody else who may (A55). */
export function requestAppeasement(command: OrderCommandOf<'RequestAppeasement'>, order: Order, context: DecisionContext): Decided {
  const appeasementId = createdIdOf(context.commandId, 'appeasement');
  if (order.createdIds.has(appeasementId)) return accept();
  const { type: _type, ...data } = command;
  return grantGuard(command, order) ?? accept({ type: 'OrderAppeasementRequested', data: { appeasementId, ...data, requestedBy: context.actor.id } });
}

/** A second person, within what they may grant; the order may have changed since it was asked for (A55). */
export function approveAppeasement(command: OrderCommandOf<'ApproveAppeasement'>, order: Order, context: DecisionContext): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const request = requestOf(order, command.appeasementId);
  if (request === undefined) return notRequested(command.appeasementId);
  const refused = secondPersonGuard(request, context) ?? grantGuard(request, order);
  if (refused !== undefined) return refused;
  const granted = grantedMinor(order) + worthOf(request, order);
  const { limitMinor } = command;
  if (limitMinor !== null && granted > limitMinor) {
    return OVER_LIMIT['approval-exceeds-limit']({ grantedMinor: granted, limitMinor });
  }
  const { requestedBy: _agent, ...data } = request;
  return accept({ type: 'OrderAppeased', data: { ...data, creditedMinor: creditOf(request, order), approvedBy: context.actor.id } });
}

export function declineAppeasement(command: OrderCommandOf<'DeclineAppeasement'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const { type: _type, ...data } = command;
  return requestOf(order, data.appeasementId) === undefined ? notRequested(data.appeasementId) : accept({ type: 'OrderAppeasementDeclined', data });
}

const requestOf = (order: Order, appeasementId: string): AppeasementRequest | undefined => order.appeasementRequests.find((request) => request.appeasementId === appeasementId);

const notRequested = (appeasementId: string): no.Rejected => no.reject('appeasement-not-requested', 'No such appeasement waits for an answer.', { appeasementId });

function grantGuard(grant: Grant, order: Order): no.Rejected | undefined {
  if (isEnded(order)) return no.ended(order.status);
  const refused = scopeGuard(order, grant.scope) ?? offerGuard(grant.offer);
  if (refused !== undefined) return refused;
  const [worth, balance] = [worthOf(grant, order), Math.min(dueOf(grant.scope, order), grantableBalance(order))];
  return worth > balance ? no.creditExceeds(worth, balance, order.currency) : undefined;
}

const creditOf = (grant: Grant, order: Order): MinorUnits => ('on' in grant.offer && grant.offer.on === 'this-order' ? worthOf(grant, order) : 0);

function offerGuard(offer: AppeasementOffer): no.Rejected | undefined {
  if (offer.kind === 'percentage') {
    const { basisPoints } = offer;
    const fits = Number.isInteger(basisPoints) && basisPoints >= 1 && basisPoints <= 10_000;
    return fits ? undefined : no.reject('offer-out-of-range', 'A percentage is from 1 to 10,000 basis points.', { least: 1, greatest: 10_000 });
  }
  if (offer.kind === 'coupon') return undefined;
  return isAmount(offer.amountMinor) && offer.amountMinor >= 1 ? undefined : no.amountOutOfRange();
}
