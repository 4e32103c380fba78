import { basisPointsOf, shareOf, type MinorUnits } from '#kernel';
import type { Order, OrderCharge, OrderLine } from './order.state.js';

/** All in minor units of the order's currency, derived from the events and never taken from a caller (A48). */
export interface OrderTotals {
  /** Ordered pieces at their prices, without tax. */
  readonly goodsMinor: MinorUnits;
  readonly chargesMinor: MinorUnits;
  readonly discountsMinor: MinorUnits;
  /** On goods and charges, less that on discounts. */
  readonly taxMinor: MinorUnits;
  /** Credits for cancelled and returned pieces and for appeasements on this order, tax included. */
  readonly creditsMinor: MinorUnits;
  /** goods + charges − discounts + tax − credits: what the customer owes or has paid in the end. Never below zero. */
  readonly totalMinor: MinorUnits;
}

/** The tax class of what belongs to no line. */
export const ORDER_TAX_CLASS = 'standard';

export const lineNet = (line: OrderLine): MinorUnits => line.ordered * line.quote.unitPriceMinor;

export const lineTax = (line: OrderLine): MinorUnits => (line.exempt === true ? 0 : basisPointsOf(lineNet(line), line.quote.taxBasisPoints));

export const chargeTax = (charge: OrderCharge): MinorUnits => (charge.exempt === true ? 0 : basisPointsOf(charge.amountMinor, charge.taxBasisPoints));

/** Below zero for a discount; tax included. */
export const chargeGross = (charge: OrderCharge): MinorUnits => (charge.kind === 'charge' ? 1 : -1) * (charge.amountMinor + chargeTax(charge));

/** What so many pieces of a line cost, tax included, with their equal part of what is charged and discounted on it (A52). */
export const costOfPieces = (line: OrderLine, charges: readonly OrderCharge[], pieces: number): MinorUnits => Math.max(priceOfPieces(line, charges, pieces), 0);

/** What a line comes to with all its pieces: below zero only where more was discounted on it than it costs. */
export const lineBalance = (line: OrderLine, charges: readonly OrderCharge[]): MinorUnits => priceOfPieces(line, charges, line.ordered);

function priceOfPieces(line: OrderLine, charges: readonly OrderCharge[], pieces: number): MinorUnits {
  const ofLine = charges.filter(({ scope }) => scope.kind === 'line' && scope.lineId === line.lineId);
  const byPiece = ofLine.reduce((sum, charge) => (charge.perUnitMinor === undefined ? sum : sum + chargeGross(charge)), lineNet(line) + lineTax(line));
  const once = ofLine.filter(({ perUnitMinor }) => perUnitMinor === undefined);
  const partOf = (charge: OrderCharge): MinorUnits => {
    const { cancelledBefore = 0 } = charge;
    return shareOf(chargeGross(charge), Math.max(pieces - cancelledBefore, 0), line.ordered - cancelledBefore);
  };
  return once.reduce((sum, charge) => sum + partOf(charge), shareOf(byPiece, pieces, line.ordered));
}

export function orderTotals(order: Order): OrderTotals {
  let goodsMinor = 0;
  let taxMinor = 0;
  let creditsMinor = order.cancelledMinor;
  for (const line of order.lines) {
    goodsMinor += lineNet(line);
    taxMinor += lineTax(line);
    creditsMinor += line.cancelledMinor + line.returnedMinor;
  }
  let chargesMinor = 0;
  let discountsMinor = 0;
  for (const charge of order.charges) {
    const tax = chargeTax(charge);
    if (charge.kind === 'charge') {
      chargesMinor += charge.amountMinor;
      taxMinor += tax;
    } else {
      discountsMinor += charge.amountMinor;
      taxMinor -= tax;
    }
  }
  for (const appeasement of order.appeasements) creditsMinor += appeasement.creditedMinor;
  const totalMinor = goodsMinor + chargesMinor - discountsMinor + taxMinor - creditsMinor;
  return { goodsMinor, chargesMinor, discountsMinor, taxMinor, creditsMinor, totalMinor };
}
