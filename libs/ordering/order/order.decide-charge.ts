import { accept, createdIdOf, isAmount, type Decision, type DecisionContext, type MinorUnits } from '#kernel';
import { OVER_LIMIT, secondPersonGuard } from './order.approval.js';
import type { OrderCommandOf } from './order.commands.js';
import { standingDiscountMinor } from './order.credits.js';
import { isTaxRate } from './order.decide-capture.js';
import type { ChargeTerms, OrderEvent, OrderEventOf } from './order.events.js';
import { balanceGuard, modifyGuard } from './order.guards.js';
import { limitedShares, type Limited } from './order.limits.js';
import * as no from './order.rejections.js';
import { isEnded, lineOf, waitingCharges, type ChargeChangeRequest, type ChargeRequest, type Order, type OrderCharge } from './order.state.js';
import { chargeGross, orderTotals } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Once, or for each ordered piece of a line; by hand on a line, taxed as the line is (A52). */
export function addCharge(command: OrderCommandOf<'AddOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const chargeId = createdIdOf(context.commandId, 'charge');
  if (order.createdIds.has(chargeId)) return accept();
  const { type: _type, limitBasisPoints, ...asked } = command;
  const event = addedCharge({ chargeId, ...asked }, order, context);
  return 'kind' in event ? event : ((event.data.origin === 'manual' ? limitGuard(order, event.data, limitBasisPoints) : undefined) ?? accept(event));
}

/** Nothing is charged or given yet: it waits for somebody else who may (A52). */
export function requestCharge(command: OrderCommandOf<'RequestOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const chargeId = createdIdOf(context.commandId, 'charge');
  if (order.createdIds.has(chargeId)) return accept();
  const { type: _type, ...asked } = command;
  const event = addedCharge({ chargeId, ...asked, taxBasisPoints: 0, origin: 'manual' }, order, context);
  return 'kind' in event ? event : accept({ type: 'OrderChargeRequested', data: { chargeId, ...asked, requestedBy: context.actor.id } });
}

/** A second person, within what they may grant; the order may have changed since it was asked for (A52). */
export function approveCharge(command: OrderCommandOf<'ApproveOrderCharge'>, order: Order, context: DecisionContext): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const request = requestOf(order, command.chargeId);
  if (request === undefined) return notRequested(command.chargeId);
  const refused = secondPersonGuard(request, context);
  if (refused !== undefined) return refused;
  const event = 'to' in request ? approvedChange(request, order, context) : approvedCharge(request, command.taxBasisPoints, order, context);
  if ('kind' in event) return event;
  const charge = event.type === 'OrderChargeAdded' ? event.data : { ...event.data, kind: request.kind, amountMinor: event.data.to.amountMinor };
  return limitGuard(order, charge, command.limitBasisPoints, 'approval-exceeds-limit') ?? accept(event);
}

function approvedCharge({ requestedBy: _agent, ...asked }: ChargeRequest, taxBasisPoints: number, order: Order, context: DecisionContext): OrderEventOf<'OrderChargeAdded'> | no.Rejected {
  return addedCharge({ ...asked, taxBasisPoints, origin: 'manual', approvedBy: context.actor.id }, order, context);
}

/** What was to be otherwise then is to be so now; the rest stays as it is by now. */
function approvedChange({ chargeId, from, to, reasonCode, note }: ChargeChangeRequest, order: Order, context: DecisionContext): OrderEventOf<'OrderChargeChanged'> | no.Rejected {
  const [before, after] = [from.perUnitMinor ?? from.amountMinor, to.perUnitMinor ?? to.amountMinor];
  const asked = {
    ...(to.category !== from.category && { category: to.category }),
    ...(to.name !== from.name && { name: to.name }),
    ...(after !== before && { amountMinor: after }),
  };
  return changedCharge({ chargeId, ...asked, reasonCode, ...(note !== undefined && { note }), approvedBy: context.actor.id }, order, context);
}

export function declineCharge(command: OrderCommandOf<'DeclineOrderCharge'>, order: Order): Decided {
  if (isEnded(order)) return no.ended(order.status);
  const { type: _type, ...data } = command;
  return requestOf(order, data.chargeId) === undefined ? notRequested(data.chargeId) : accept({ type: 'OrderChargeDeclined', data });
}

const requestOf = (order: Order, chargeId: string): ChargeRequest | ChargeChangeRequest | undefined => waitingCharges(order).find((request) => request.chargeId === chargeId);

const notRequested = (chargeId: string): no.Rejected => no.reject('charge-not-requested', 'No such charge or discount waits for an answer.', { chargeId });

type Asked = Omit<OrderEventOf<'OrderChargeAdded'>['data'], 'perUnitMinor'> & { readonly perUnit?: boolean };

/** What comes of it if nobody minds how much it is. */
function addedCharge({ perUnit, ...asked }: Asked, order: Order, context: DecisionContext): OrderEventOf<'OrderChargeAdded'> | no.Rejected {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { scope, amountMinor, kind, origin } = asked;
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  if (scope.kind === 'line' && line === undefined) return no.lineNotFound(scope.lineId);
  if (perUnit === true && line === undefined) return no.reject('charge-per-unit-needs-line', 'What counts by the piece belongs to a line.');
  const taxBasisPoints = line === undefined || origin !== 'manual' ? asked.taxBasisPoints : line.quote.taxBasisPoints;
  const each = perUnit === true && line !== undefined ? { amountMinor: amountMinor * line.ordered, perUnitMinor: amountMinor } : {};
  const event = { type: 'OrderChargeAdded', data: { ...asked, taxBasisPoints, ...each } } as const;
  return termsGuard({ amountMinor, taxBasisPoints }) ?? moneyGuard(order, kind, event) ?? event;
}

/** Only what was made by hand; one by the piece stays so (A52). */
export function changeCharge(command: OrderCommandOf<'ChangeOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const { type: _type, limitBasisPoints, ...asked } = command;
  const event = changedCharge(asked, order, context);
  if ('kind' in event) return event;
  const kind = order.charges.find(({ chargeId }) => chargeId === asked.chargeId)?.kind ?? 'charge';
  return limitGuard(order, { ...event.data, kind, amountMinor: event.data.to.amountMinor }, limitBasisPoints) ?? accept(event);
}

/** Nothing changes yet: it waits for somebody else who may; one change at a time (A52). */
export function requestChargeChange(command: OrderCommandOf<'RequestOrderChargeChange'>, order: Order, context: DecisionContext): Decided {
  const { type: _type, ...asked } = command;
  const event = changedCharge(asked, order, context);
  if ('kind' in event) return event;
  const { chargeId } = asked;
  if (requestOf(order, chargeId) !== undefined) return no.reject('charge-change-waits', 'Another change of it waits for an answer.', { chargeId });
  const kind = order.charges.find((charge) => charge.chargeId === chargeId)?.kind ?? 'charge';
  return accept({ type: 'OrderChargeChangeRequested', data: { ...event.data, kind, requestedBy: context.actor.id } });
}

type AskedChange = Omit<OrderCommandOf<'ChangeOrderCharge'>, 'type' | 'limitBasisPoints'> & { readonly approvedBy?: string };

/** What comes of it if nobody minds how much it is. */
function changedCharge({ chargeId, category, name, amountMinor: wanted, taxBasisPoints, ...why }: AskedChange, order: Order, context: DecisionContext): OrderEventOf<'OrderChargeChanged'> | no.Rejected {
  const charge = manualCharge(chargeId, order, context);
  if (!('chargeId' in charge)) return charge;
  const from = termsOf(charge);
  const each = charge.perUnitMinor === undefined ? undefined : { before: charge.perUnitMinor, now: wanted ?? charge.perUnitMinor };
  const amountMinor = each === undefined ? (wanted ?? charge.amountMinor) : each.now * piecesOf(order, charge);
  const to: ChargeTerms = {
    category: category ?? from.category,
    name: name ?? from.name,
    amountMinor,
    ...(each !== undefined && { perUnitMinor: each.now }),
    taxBasisPoints: taxBasisPoints ?? from.taxBasisPoints,
  };
  const same = to.category === from.category && to.name === from.name && amountMinor === from.amountMinor && each?.now === each?.before && to.taxBasisPoints === from.taxBasisPoints;
  if (same) return no.reject('charge-unchanged', 'It is like that already.', { chargeId });
  const event = { type: 'OrderChargeChanged', data: { chargeId, scope: charge.scope, from, to, ...why } } as const;
  return termsGuard({ amountMinor: each?.now ?? amountMinor, taxBasisPoints: to.taxBasisPoints }) ?? moneyGuard(order, charge.kind, event) ?? borneGuard(order, charge, chargeGross({ ...charge, ...to })) ?? event;
}

/** Only what was made by hand, unless more was credited already than is left without it (A52). */
export function removeCharge(command: OrderCommandOf<'RemoveOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const charge = manualCharge(command.chargeId, order, context);
  if (!('chargeId' in charge)) return charge;
  const { chargeId, kind, scope, amountMinor } = charge;
  const { reasonCode, note } = command;
  const event: OrderEvent = { type: 'OrderChargeRemoved', data: { chargeId, kind, scope, amountMinor, reasonCode, ...(note !== undefined && { note }) } };
  return balanceGuard(order, event) ?? borneGuard(order, charge, 0) ?? accept(event);
}

/** What pieces that went bore of a discount on the order, with their credit, stays: without it they would be paid for (A25, A52). */
function borneGuard(order: Order, charge: OrderCharge, toMinor: MinorUnits): no.Rejected | undefined {
  if (charge.kind === 'charge' || charge.scope.kind === 'line') return undefined;
  const [askedMinor, greatestMinor] = [toMinor - chargeGross(charge), standingDiscountMinor(order)];
  if (askedMinor <= greatestMinor) return undefined;
  return no.reject('discount-borne', 'Pieces that were cancelled or came back bore part of it: no more than the others bear is taken off.', { chargeId: charge.chargeId, askedMinor, greatestMinor });
}

/** As it was, unless it would be taxed otherwise by now; one by the piece for what its line has now (A52, D11). */
export function restoreCharge({ chargeId, limitBasisPoints }: OrderCommandOf<'RestoreOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const removed = order.removedCharges?.find((each) => each.chargeId === chargeId);
  if (removed === undefined) return no.reject('charge-not-removed', 'No such charge or discount was taken off the order.', { chargeId });
  const { charge, country } = removed;
  const { kind, scope, perUnitMinor, taxBasisPoints } = charge;
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  if (scope.kind === 'line' && line === undefined) return no.lineNotFound(scope.lineId);
  if (country !== order.shipTo.country || (line !== undefined && line.quote.taxBasisPoints !== taxBasisPoints)) {
    return no.reject('charge-taxed-otherwise', 'It would be taxed otherwise by now: add it anew.', { chargeId, taxBasisPoints });
  }
  const amountMinor = perUnitMinor === undefined ? charge.amountMinor : perUnitMinor * piecesOf(order, charge);
  const event: OrderEvent = { type: 'OrderChargeRestored', data: { chargeId, kind, scope, amountMinor } };
  return moneyGuard(order, kind, event) ?? limitGuard(order, { chargeId, kind, scope, amountMinor }, limitBasisPoints) ?? accept(event);
}

function manualCharge(chargeId: string, order: Order, context: DecisionContext): OrderCharge | no.Rejected {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const charge = order.charges.find((each) => each.chargeId === chargeId);
  if (charge === undefined) return no.reject('charge-not-found', 'The order has no such charge or discount.', { chargeId });
  return charge.origin === 'manual' ? charge : no.reject('charge-not-manual', 'It was not made by hand, so it is not changed by hand.', { chargeId, origin: charge.origin });
}

const termsOf = ({ category, name, amountMinor, perUnitMinor, taxBasisPoints }: OrderCharge): ChargeTerms => ({
  category,
  name,
  amountMinor,
  ...(perUnitMinor !== undefined && { perUnitMinor }),
  taxBasisPoints,
});

const piecesOf = (order: Order, { scope }: OrderCharge): number => (scope.kind === 'line' ? (lineOf(order, scope.lineId)?.ordered ?? 0) : 1);

function termsGuard({ amountMinor, taxBasisPoints }: Pick<ChargeTerms, 'amountMinor' | 'taxBasisPoints'>): no.Rejected | undefined {
  return isAmount(amountMinor) && amountMinor >= 1 && isTaxRate(taxBasisPoints) ? undefined : no.amountOutOfRange();
}

/** A discount never takes more than what is left to pay (A52). */
function moneyGuard(order: Order, kind: OrderCharge['kind'], event: OrderEvent): no.Rejected | undefined {
  const outOfBalance = balanceGuard(order, event);
  if (outOfBalance?.kind !== 'refused' || kind !== 'discount' || outOfBalance.refusal.code !== 'credit-exceeds-balance') return outOfBalance;
  return no.reject('discount-exceeds-total', 'A discount cannot take more than what is left to pay.', { totalMinor: orderTotals(order).totalMinor });
}

/** Within what the agent, or who approves, may do alone; looks at the amount that it would come to (G3, A52). */
function limitGuard(order: Order, charge: Limited & Pick<OrderCharge, 'amountMinor'>, limitBasisPoints: number | undefined, code?: 'approval-exceeds-limit'): no.Rejected | undefined {
  if (limitBasisPoints === undefined) return undefined;
  const { kind, amountMinor } = charge;
  const beyond = limitedShares(order, charge, limitBasisPoints).find(({ takenMinor, greatestMinor }) => takenMinor + amountMinor > greatestMinor);
  if (beyond === undefined) return undefined;
  const taken = beyond.takenMinor + amountMinor;
  return OVER_LIMIT[code ?? `${kind}-needs-approval`]({ ...(kind === 'discount' ? { discountsMinor: taken } : { chargesMinor: taken }), greatestMinor: beyond.greatestMinor, limitBasisPoints });
}
