import { accept, createdIdOf, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { ChargesTaxedAnew, LineQuote, OrderEvent } from './order.events.js';
import { balanceGuard, modifyGuard } from './order.guards.js';
import { invoicedCharges } from './order.payment-state.js';
import * as no from './order.rejections.js';
import type { Order, OrderLine } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Nothing of the order is taxed any more, unless more was credited already than it then comes to (A57). */
export function grantTaxExemption(command: OrderCommandOf<'GrantOrderTaxExemption'>, order: Order, context: DecisionContext): Decided {
  const exemptionId = createdIdOf(context.commandId, 'tax-exemption');
  if (order.createdIds.has(exemptionId)) return accept();
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  if (order.payments.invoices.length > 0) return invoiced();
  if (order.taxExemption !== undefined) return no.reject('tax-exemption-already-granted', 'The order is exempt from tax already.', order.taxExemption);
  const { type: _type, ...data } = command;
  const event: OrderEvent = { type: 'OrderTaxExemptionGranted', data: { exemptionId, ...data } };
  return balanceGuard(order, event) ?? accept(event);
}

/** What stands on an invoice was not taxed, and stays so (A57). */
export function revokeTaxExemption(command: OrderCommandOf<'RevokeOrderTaxExemption'>, order: Order, context: DecisionContext): Decided {
  const refused = modifyGuard(order, context);
  if (refused !== undefined) return refused;
  if (order.taxExemption === undefined) return no.reject('tax-exemption-not-granted', 'The order is not exempt from tax.');
  if (order.payments.invoices.length > 0) return invoiced();
  const { type: _type, ...data } = command;
  const event: OrderEvent = { type: 'OrderTaxExemptionRevoked', data: { ...order.taxExemption, ...data } };
  return balanceGuard(order, event) ?? accept(event);
}

const invoiced = (): no.Rejected => no.reject('order-invoiced', 'Invoices say already what tax there is.');

/**
 * What is charged or given on a line is taxed as the line is (A52), so it follows a line that is priced anew. What was
 * taxed in its own way, stands on an invoice, or was taxed where it was imported from, stays so.
 */
export function chargesTaxedAnew(order: Order, { lineId, quote: { taxBasisPoints: from } }: OrderLine, { taxBasisPoints: to }: LineQuote): { readonly taxed?: ChargesTaxedAnew } {
  if (from === to) return {};
  const standing = invoicedCharges(order.payments);
  const charges = order.charges
    .filter(({ chargeId, scope, origin, taxBasisPoints }) => scope.kind === 'line' && scope.lineId === lineId && origin !== 'import' && taxBasisPoints === from && !standing.has(chargeId))
    .map(({ chargeId }) => ({ chargeId, from, to }));
  return charges.length === 0 ? {} : { taxed: { charges } };
}
