import { basisPointsOf, shareOf, type MinorUnits } from '#kernel';
import { invoicedCharges, invoicedMinor, invoicedOf, invoicedPieces, invoicedTaxMinor, type Counted } from './order.payment-state.js';
import { lineOf, type Order, type OrderCharge, type OrderLine } from './order.state.js';
import { chargeTax, lineNet, lineTax, orderTotals } from './order.totals.js';

/** One charge or discount, and what is still missing of it on invoices, or too much: as it counts. */
export interface MissingCharge extends Counted {
  readonly chargeId: string;
}

/**
 * What an invoice of some pieces has to bear besides them, so that all invoices together come to what the order does
 * (A46): of a line, by its pieces; of the order, all of it. What stands on invoices of what was changed or taken off
 * since is put right. Lines first.
 */
export function missingCharges(order: Order, quantityOf: (lineId: string) => number): readonly MissingCharge[] {
  const { payments } = order;
  const current = new Set(order.charges.map(({ chargeId }) => chargeId));
  const gone = [...invoicedCharges(payments)].filter((chargeId) => !current.has(chargeId)).map((chargeId) => ({ chargeId, ...difference(NONE, invoicedOf(payments, chargeId)) }));
  const missing = inAll(order).map(({ charge: { chargeId, scope }, counted }) => {
    const line = scope.kind === 'line' ? lineOf(order, scope.lineId) : undefined;
    const byNow = line === undefined || !isSold(line) ? counted : partOf(counted, invoicedPieces(payments, line.lineId) + quantityOf(line.lineId), kept(line));
    const standing = invoicedOf(payments, chargeId);
    return { chargeId, scope, ...difference({ netMinor: between(standing.netMinor, byNow.netMinor, counted.netMinor), taxMinor: between(standing.taxMinor, byNow.taxMinor, counted.taxMinor) }, standing) };
  });
  const ofKind = (kind: OrderCharge['scope']['kind']): readonly MissingCharge[] => missing.filter(({ scope }) => scope.kind === kind).map(({ scope: _scope, ...each }) => each);
  return [...gone, ...ofKind('line'), ...ofKind('order')].filter(({ netMinor, taxMinor }) => netMinor !== 0 || taxMinor !== 0);
}

/** What is payable of what was invoiced: not what was credited for pieces on invoices that came back, and never more than the order comes to. */
export function payableMinor(order: Order): MinorUnits {
  const { payments, lines } = order;
  const cameBack = lines.reduce((sum, { lineId, shipped, returned, returnedMinor }) => {
    const invoiced = Math.max(returned - (shipped - invoicedPieces(payments, lineId)), 0);
    return sum + shareOf(returnedMinor, Math.min(invoiced, returned), returned);
  }, 0);
  return Math.min(Math.max(invoicedMinor(payments) - cameBack, 0), Math.max(orderTotals(order).totalMinor, 0));
}

/** Tax of the next pieces of a line on an invoice: that of all its invoices adds up to the line's own. */
export function nextTaxMinor(order: Order, line: OrderLine, quantity: number): MinorUnits {
  const pieces = invoicedPieces(order.payments, line.lineId) + quantity;
  const most = goodsTax(line);
  const rate = line.exempt === true ? 0 : line.quote.taxBasisPoints;
  const upTo = pieces === kept(line) ? most : Math.min(basisPointsOf(pieces * line.quote.unitPriceMinor, rate), most);
  return Math.max(upTo - invoicedTaxMinor(order.payments, line.lineId), 0);
}

const NONE: Counted = { netMinor: 0, taxMinor: 0 };

/** Pieces that were not cancelled: they stand on invoices in the end. */
const kept = ({ ordered, cancelled }: OrderLine): number => ordered - cancelled;

/** Whether pieces of it will stand on invoices; replacements are free of charge. */
const isSold = (line: OrderLine): boolean => line.replaces === undefined && kept(line) > 0;

/** Tax of the pieces that were not cancelled: with their price, what the credit for the others leaves. */
function goodsTax(line: OrderLine): MinorUnits {
  const grossMinor = lineNet(line) + lineTax(line);
  return Math.max(grossMinor - shareOf(grossMinor, line.cancelled, line.ordered) - kept(line) * line.quote.unitPriceMinor, 0);
}

interface InAll {
  readonly charge: OrderCharge;
  /** What stands on invoices in the end. */
  readonly counted: Counted;
}

/**
 * What of each charge and discount stands on invoices once all was sent. Cancelled pieces took their part along with
 * their credit, as far as it was reckoned with: what that credit bore of a discount, or did not give back of a charge,
 * is told by what the order comes to.
 */
function inAll(order: Order): readonly InAll[] {
  const all = order.charges.map((charge) => ({ charge, whole: wholeOf(charge), counted: afterCancelled(order, charge) }));
  let less = owedInAll(order) - all.reduce((sum, { counted }) => sum + grossOf(counted), goodsInAll(order));
  const bounded = [...all.filter(({ charge }) => charge.kind === 'discount').reverse().sort(byScope), ...all.filter(({ charge }) => charge.kind === 'charge')];
  const changed = new Map<OrderCharge, Counted>();
  for (const { charge, whole, counted } of bounded) {
    const [gross, greatest] = [grossOf(counted), charge.kind === 'discount' ? 0 : Math.max(grossOf(whole), grossOf(counted))];
    const least = charge.kind === 'discount' ? Math.min(grossOf(whole), gross) : gross;
    const to = Math.min(Math.max(gross + less, least), greatest);
    if (to === gross) continue;
    less -= to - gross;
    changed.set(charge, partOf(whole, to, grossOf(whole)));
  }
  return all.map(({ charge, counted }) => ({ charge, counted: changed.get(charge) ?? counted }));
}

/** Those of the whole order first. */
const byScope = (one: { readonly charge: OrderCharge }, other: { readonly charge: OrderCharge }): number => Number(one.charge.scope.kind === 'line') - Number(other.charge.scope.kind === 'line');

function wholeOf(charge: OrderCharge): Counted {
  const sign = charge.kind === 'charge' ? 1 : -1;
  return { netMinor: sign * charge.amountMinor, taxMinor: sign * chargeTax(charge) };
}

/** The part of the pieces that were not cancelled. */
function afterCancelled(order: Order, charge: OrderCharge): Counted {
  const whole = wholeOf(charge);
  const line = charge.scope.kind === 'line' ? lineOf(order, charge.scope.lineId) : undefined;
  const { cancelledBefore = 0 } = charge;
  return line === undefined || line.replaces !== undefined ? whole : difference(whole, partOf(whole, line.cancelled - cancelledBefore, line.ordered - cancelledBefore));
}

/** What the order comes to before pieces come back and before anything is granted. */
function owedInAll(order: Order): MinorUnits {
  const { totalMinor, creditsMinor } = orderTotals(order);
  return totalMinor + creditsMinor - order.cancelledMinor - order.lines.reduce((sum, line) => sum + line.cancelledMinor, 0);
}

const goodsInAll = (order: Order): MinorUnits =>
  order.lines.filter(({ replaces }) => replaces === undefined).reduce((sum, line) => sum + kept(line) * line.quote.unitPriceMinor + goodsTax(line), 0);

const grossOf = ({ netMinor, taxMinor }: Counted): MinorUnits => netMinor + taxMinor;

const difference = (one: Counted, other: Counted): Counted => ({ netMinor: one.netMinor - other.netMinor, taxMinor: one.taxMinor - other.taxMinor });

/** Net and tax of a part come to that part of both together. */
export function partOf(counted: Counted, part: number, whole: number): Counted {
  const netMinor = shareOf(counted.netMinor, part, whole);
  return { netMinor, taxMinor: shareOf(grossOf(counted), part, whole) - netMinor };
}

const between = (figure: number, one: number, other: number): number => Math.min(Math.max(figure, Math.min(one, other)), Math.max(one, other));
