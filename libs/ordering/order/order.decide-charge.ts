import { accept, createdIdOf, isAmount, shareOf, type Decision, type DecisionContext, type MinorUnits } from '#kernel';
import type { DiscountApproval, OrderCommandOf } from './order.commands.js';
import { isTaxRate } from './order.decide-capture.js';
import type { ChargeTerms, OrderEvent } from './order.events.js';
import { after, balanceGuard, modifyGuard } from './order.guards.js';
import * as no from './order.rejections.js';
import { lineOf, type Order, type OrderCharge } from './order.state.js';
import { lineNet, orderTotals } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Once, or for each ordered piece of a line; by hand on a line, taxed as the line is (A52). */
export function addCharge(command: OrderCommandOf<'AddOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const chargeId = createdIdOf(context.commandId, 'charge');
  if (order.createdIds.has(chargeId)) return accept();
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  const { type: _type, perUnit, limitBasisPoints: _limit, ...asked } = command;
  const { scope, amountMinor, kind, origin } = asked;
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  const taxBasisPoints = line === undefined || origin !== 'manual' ? asked.taxBasisPoints : line.quote.taxBasisPoints;
  const data = { ...asked, taxBasisPoints };
  if (scope.kind === 'line' && line === undefined) return no.lineNotFound(scope.lineId);
  if (perUnit === true && line === undefined) return no.reject('charge-per-unit-needs-line', 'What counts by the piece belongs to a line.');
  const event: OrderEvent = { type: 'OrderChargeAdded', data: { chargeId, ...data, ...(perUnit === true && line !== undefined ? { amountMinor: amountMinor * line.ordered, perUnitMinor: amountMinor } : {}) } };
  return termsGuard({ amountMinor, taxBasisPoints }) ?? moneyGuard(order, kind, event) ?? approvalGuard(after(order, event), chargeId, command, context) ?? accept(event);
}

/** Only what was made by hand; one by the piece stays so (A52). */
export function changeCharge(command: OrderCommandOf<'ChangeOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const charge = manualCharge(command.chargeId, order, context);
  if (!('chargeId' in charge)) return charge;
  const { chargeId, reasonCode, note, approvedBy } = command;
  const from = termsOf(charge);
  const each = charge.perUnitMinor === undefined ? undefined : { before: charge.perUnitMinor, now: command.amountMinor ?? charge.perUnitMinor };
  const amountMinor = each === undefined ? (command.amountMinor ?? charge.amountMinor) : each.now * piecesOf(order, charge);
  const to: ChargeTerms = {
    category: command.category ?? from.category,
    name: command.name ?? from.name,
    amountMinor,
    ...(each !== undefined && { perUnitMinor: each.now }),
    taxBasisPoints: command.taxBasisPoints ?? from.taxBasisPoints,
  };
  const same = to.category === from.category && to.name === from.name && amountMinor === from.amountMinor && each?.now === each?.before && to.taxBasisPoints === from.taxBasisPoints;
  if (same) return no.reject('charge-unchanged', 'It is like that already.', { chargeId });
  const event: OrderEvent = {
    type: 'OrderChargeChanged',
    data: { chargeId, scope: charge.scope, from, to, reasonCode, ...(note !== undefined && { note }), ...(approvedBy !== undefined && { approvedBy }) },
  };
  const asked = { amountMinor: each?.now ?? amountMinor, taxBasisPoints: to.taxBasisPoints };
  return termsGuard(asked) ?? moneyGuard(order, charge.kind, event) ?? approvalGuard(after(order, event), chargeId, command, context) ?? accept(event);
}

/** Only what was made by hand, unless more was credited already than is left without it (A52). */
export function removeCharge(command: OrderCommandOf<'RemoveOrderCharge'>, order: Order, context: DecisionContext): Decided {
  const charge = manualCharge(command.chargeId, order, context);
  if (!('chargeId' in charge)) return charge;
  const { chargeId, kind, scope, amountMinor } = charge;
  const { reasonCode, note } = command;
  const event: OrderEvent = { type: 'OrderChargeRemoved', data: { chargeId, kind, scope, amountMinor, reasonCode, ...(note !== undefined && { note }) } };
  return balanceGuard(order, event) ?? accept(event);
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

/**
 * Discounts by hand, all together, stay within the share that the agent, or who approves, may give: of the whole order,
 * and of the line for a line's (G3, A52). Looks at the order as it would be.
 */
function approvalGuard(order: Order, chargeId: string, { limitBasisPoints, approvedBy }: DiscountApproval, context: DecisionContext): no.Rejected | undefined {
  const charge = order.charges.find((each) => each.chargeId === chargeId);
  if (charge?.kind !== 'discount' || charge.origin !== 'manual') return undefined;
  if (approvedBy === context.actor.id) return no.reject('discount-approved-by-its-agent', 'Nobody approves what they give themselves.');
  if (limitBasisPoints === undefined) return undefined;
  const { scope } = charge;
  const { goodsMinor, chargesMinor } = orderTotals(order);
  const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
  const ofLine = (each: OrderCharge): boolean => each.scope.kind === 'line' && each.scope.lineId === line?.lineId;
  const shares = [
    { taken: given(order.charges), greatestMinor: shareOf(goodsMinor + chargesMinor, limitBasisPoints, 10_000) },
    ...(line === undefined ? [] : [{ taken: given(order.charges.filter(ofLine)), greatestMinor: shareOf(lineNet(line) + sumOf(order.charges.filter((each) => each.kind === 'charge' && ofLine(each))), limitBasisPoints, 10_000) }]),
  ];
  const beyond = shares.find(({ taken, greatestMinor }) => taken > greatestMinor);
  if (beyond === undefined) return undefined;
  return no.reject('discount-needs-approval', 'Together with what was given before it is above the limit: somebody who may give it approves it.', {
    discountsMinor: beyond.taken,
    greatestMinor: beyond.greatestMinor,
    limitBasisPoints,
  });
}

const sumOf = (charges: readonly OrderCharge[]): MinorUnits => charges.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

const given = (charges: readonly OrderCharge[]): MinorUnits => sumOf(charges.filter(({ kind, origin }) => kind === 'discount' && origin === 'manual'));
