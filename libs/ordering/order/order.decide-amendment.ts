import { accept, canonicalJson, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf, TaxRates } from './order.commands.js';
import type { OrderEvent, Place, TaxedAnew } from './order.events.js';
import { balanceGuard, unshippedGuard } from './order.guards.js';
import { invoicedCharges } from './order.payment-state.js';
import * as no from './order.rejections.js';
import { ORDER_TAX_CLASS } from './order.totals.js';
import { anythingShipped, type Order, type OrderCharge, type OrderLine } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Until everything has left, the rest still goes to the new address; in another country it is taxed anew (A49). */
export function changeAddress(command: OrderCommandOf<'ChangeOrderAddress'>, order: Order, context: DecisionContext): Decided {
  const refused = unshippedGuard(order, context);
  if (refused !== undefined) return refused;
  const { shipTo, reasonCode, taxRates } = command;
  if (samePlace(order.shipTo, shipTo)) return no.reject('address-unchanged', 'The order goes to that address already.');
  const abroad = shipTo.country !== order.shipTo.country;
  if (abroad && taxRates === undefined) return no.reject('country-not-taxed', 'The taxes of that country were not looked up.', { country: shipTo.country });
  const taxed = abroad && taxRates !== undefined ? taxedIn(taxRates, order) : NOTHING_TAXED;
  const parted = order.lines.find(({ lineId, shipped }) => shipped > 0 && taxed.lines.some((each) => each.lineId === lineId));
  if (parted !== undefined) {
    const { lineId, shipped, open } = parted;
    return no.reject('line-partly-shipped', 'Part of the line has left and is taxed where it went: cancel what is open of it first.', { lineId, shipped, open });
  }
  const anew = taxed.lines.length + taxed.charges.length > 0;
  const event: OrderEvent = {
    type: 'OrderAddressChanged',
    data: { from: order.shipTo, to: shipTo, ...(reasonCode !== undefined && { reasonCode }), ...(anew && { taxed }) },
  };
  return anew ? (balanceGuard(order, event) ?? accept(event)) : accept(event);
}

const samePlace = (one: Place, other: Place): boolean =>
  one.country === other.country && canonicalJson(one.address) === canonicalJson(other.address);

const NOTHING_TAXED: TaxedAnew = { lines: [], charges: [] };

/**
 * Which rates are others there: of lines that still have something to send, and of their charges; of the order's own
 * charges as long as nothing was sent. What stands on an invoice, or was taxed where it was imported from, stays so.
 */
function taxedIn(rates: TaxRates, order: Order): TaxedAnew {
  const lines = order.lines.flatMap(({ lineId, open, quote }: OrderLine) => {
    const to = rates[quote.taxClass] ?? quote.taxBasisPoints;
    return open > 0 && to !== quote.taxBasisPoints ? [{ lineId, from: quote.taxBasisPoints, to }] : [];
  });
  const invoiced = invoicedCharges(order.payments);
  const rateOf = ({ scope, origin }: OrderCharge): number | undefined => {
    if (origin === 'import') return undefined;
    if (scope.kind === 'line') return lines.find(({ lineId }) => lineId === scope.lineId)?.to;
    return anythingShipped(order) ? undefined : rates[ORDER_TAX_CLASS];
  };
  const charges = order.charges.flatMap((charge) => {
    const { chargeId, taxBasisPoints: from } = charge;
    const to = rateOf(charge) ?? from;
    return to !== from && !invoiced.has(chargeId) ? [{ chargeId, from, to }] : [];
  });
  return { lines, charges };
}
