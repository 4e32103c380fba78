import { shareOf, type MinorUnits } from '#kernel';
import type { AppeasementOffer, LineScope } from './order.events.js';
import type { Order, OrderCharge, OrderLine } from './order.state.js';
import { chargeGross, costOfPieces, orderTotals } from './order.totals.js';

/** The most that may still be credited on this order (A55): what it comes to now. */
export const creditableBalance = (order: Order): MinorUnits => Math.max(orderTotals(order).totalMinor, 0);

/** What an agent has granted besides credit on this order: on future ones, and as gift cards. */
const grantedElsewhere = (order: Order): MinorUnits => order.appeasements.reduce((sum, { worthMinor, creditedMinor }) => sum + worthMinor - creditedMinor, 0);

/** What may still be granted in all (A55): what the order comes to, less what was granted besides credit on it. */
export const grantableBalance = (order: Order): MinorUnits => Math.max(creditableBalance(order) - grantedElsewhere(order), 0);

/** What agents have granted on this order, on future ones and as gift cards: counts towards their limit (A55). */
export const grantedMinor = (order: Order): MinorUnits => order.appeasements.reduce((sum, { worthMinor }) => sum + worthMinor, 0);

/** What an offer is worth when it is made; a coupon's worth is its issuer's. */
export function worthOf({ offer, scope }: { readonly offer: AppeasementOffer; readonly scope: LineScope }, order: Order): MinorUnits {
  switch (offer.kind) {
    case 'amount':
    case 'gift-card':
      return offer.amountMinor;
    case 'percentage':
      return shareOf(dueOf(scope, order), offer.basisPoints, 10_000);
    case 'coupon':
      return 0;
  }
}

/** What the named lines still cost, or the whole order; lines never count for more than the order still comes to. */
export function dueOf(scope: LineScope, order: Order): MinorUnits {
  const balance = creditableBalance(order);
  if (scope.kind === 'order') return balance;
  const accounts = accountsOf(order);
  return Math.min(
    accounts.lines.reduce((sum, account) => (scope.lineIds.includes(account.line.lineId) ? sum + leftOf(account, accounts) : sum), 0),
    balance,
  );
}

/**
 * Of the discounts on the whole order, what the pieces that went did not bear with their credit: tax included. Those of a
 * line that was removed still bear theirs: it can be restored.
 */
export function standingDiscountMinor(order: Order): MinorUnits {
  const putAwayMinor = sumOf((order.removedLines ?? []).map(({ line }) => line.discountBorneMinor ?? 0));
  return Math.max(accountsOf(order).discountMinor - putAwayMinor, 0);
}

/** Credit for cancelling `quantity` more pieces: their part of what the line still costs, so that the parts add up (A25). */
export function cancelCredit(order: Order, line: OrderLine, quantity: number): MinorUnits {
  const accounts = accountsOf(order);
  const account = accountOf(line, accounts);
  const lastOfIt = line.shipped === 0 && line.returned === 0 && quantity === line.open;
  return account === undefined ? 0 : lastOfIt ? leftOf(account, accounts) : partOf(account, quantity, accounts);
}

/** Credit for `quantity` more pieces that come back at the line's own price: adds up with what was cancelled (A26). */
export function returnCredit(order: Order, line: OrderLine, quantity: number): MinorUnits {
  const accounts = accountsOf(order);
  const account = accountOf(line, accounts);
  return account === undefined ? 0 : partOf(account, quantity, accounts);
}

/** Pieces that go keep what they bear of the discounts on the order, whatever comes to it later: their credit was less by that (A52). */
export function bearing(before: Order, after: Order): Order {
  const accounts = accountsOf(before);
  const lines = after.lines.map((line): OrderLine => {
    const account = accountOf(line, accounts);
    if (account === undefined) return line;
    const quantity = goneOf(line) - goneOf(account.line);
    if (quantity === 0) return line;
    const { piecesMinor, appeasedMinor, discountMinor } = shareOfPieces(account, quantity, accounts);
    const shortMinor = piecesMinor - (line.cancelledMinor + line.returnedMinor - account.creditedMinor);
    const borneMinor = Math.min(shortMinor - appeasedMinor, discountMinor);
    return borneMinor <= 0 ? line : { ...line, discountBorneMinor: (line.discountBorneMinor ?? 0) + borneMinor };
  });
  return { ...after, lines };
}

/** All in minor units, tax included. */
interface LineAccount {
  readonly line: OrderLine;
  /** All ordered pieces, with what is charged and discounted on the line. */
  readonly grossMinor: MinorUnits;
  /** Of it, the pieces that were neither cancelled nor returned. */
  readonly standingMinor: MinorUnits;
  /** What was credited for the others. */
  readonly creditedMinor: MinorUnits;
  /** Of the line's appeasements, what the pieces bear that stand. */
  readonly appeasedMinor: MinorUnits;
  /** What the others' credit was less than their price: they bore their part of appeasements and discounts. */
  readonly borneMinor: MinorUnits;
  /** What the others' credit was more than their price: given on top, it takes nothing from those that stand. */
  readonly beyondMinor: MinorUnits;
}

interface Accounts {
  readonly charges: readonly OrderCharge[];
  readonly lines: readonly LineAccount[];
  readonly standingMinor: MinorUnits;
  /** Of the discounts on the whole order, what the pieces bear that stand, each line by its price. */
  readonly discountMinor: MinorUnits;
}

function accountsOf(order: Order): Accounts {
  const wholes = order.lines.filter(({ replaces }) => replaces === undefined).map((line) => ({ line, grossMinor: costOfPieces(line, order.charges, line.ordered) }));
  const discountMinor = -sumOf(order.charges.filter(({ kind, scope }) => kind === 'discount' && scope.kind === 'order').map(chargeGross));
  let discountBorneMinor = 0;
  const lines = wholes.map(({ line, grossMinor: whole }): LineAccount => {
    const goneMinor = costOfPieces(line, order.charges, goneOf(line));
    const creditedMinor = line.cancelledMinor + line.returnedMinor;
    const appeasedMinor = appeasedOf(order, line);
    const borneMinor = Math.max(goneMinor - creditedMinor, 0);
    const ofAppeasements = Math.min(borneMinor, shareOf(appeasedMinor, goneMinor, whole));
    const ofDiscounts = Math.min(borneMinor - ofAppeasements, line.discountBorneMinor ?? 0);
    discountBorneMinor += ofDiscounts;
    return { line, grossMinor: whole, standingMinor: whole - goneMinor, creditedMinor, appeasedMinor: appeasedMinor - ofAppeasements, borneMinor: ofAppeasements + ofDiscounts, beyondMinor: Math.max(creditedMinor - goneMinor, 0) };
  });
  return { charges: order.charges, lines, standingMinor: sumOf(lines.map(({ standingMinor }) => standingMinor)), discountMinor: Math.max(discountMinor - discountBorneMinor, 0) };
}

/** A replacement is free of charge, and has none. */
const accountOf = ({ lineId }: OrderLine, { lines }: Accounts): LineAccount | undefined => lines.find(({ line }) => line.lineId === lineId);

/** What a line comes to in the end, with all that was credited on it. */
const leftOf = (account: LineAccount, accounts: Accounts): MinorUnits => Math.max(restOf(account, accounts), 0);

function restOf({ grossMinor, standingMinor, creditedMinor, appeasedMinor, borneMinor }: LineAccount, accounts: Accounts): MinorUnits {
  const discountMinor = shareOf(accounts.discountMinor, standingMinor, accounts.standingMinor);
  return grossMinor - creditedMinor - borneMinor - appeasedMinor - discountMinor;
}

const goneOf = ({ cancelled, returned }: OrderLine): number => cancelled + returned;

/** What the next `quantity` pieces of a line cost, and of it, what they bear of its appeasements and of the discounts on the order. */
function shareOfPieces({ line, standingMinor, appeasedMinor }: LineAccount, quantity: number, accounts: Accounts): { readonly piecesMinor: MinorUnits; readonly appeasedMinor: MinorUnits; readonly discountMinor: MinorUnits } {
  const gone = goneOf(line);
  const piecesMinor = costOfPieces(line, accounts.charges, gone + quantity) - costOfPieces(line, accounts.charges, gone);
  return { piecesMinor, appeasedMinor: shareOf(appeasedMinor, piecesMinor, standingMinor), discountMinor: shareOf(accounts.discountMinor, piecesMinor, accounts.standingMinor) };
}

function partOf(account: LineAccount, quantity: number, accounts: Accounts): MinorUnits {
  const { piecesMinor, appeasedMinor, discountMinor } = shareOfPieces(account, quantity, accounts);
  return Math.max(Math.min(piecesMinor - appeasedMinor - discountMinor, restOf(account, accounts) + account.beyondMinor), 0);
}

/** What was credited on lines belongs to each of them by its price. */
function appeasedOf(order: Order, { lineId }: OrderLine): MinorUnits {
  return sumOf(
    order.appeasements.map(({ scope, creditedMinor }) => {
      if (scope.kind === 'order' || !scope.lineIds.includes(lineId)) return 0;
      const prices = order.lines.filter((line) => scope.lineIds.includes(line.lineId)).map((line) => ({ lineId: line.lineId, grossMinor: costOfPieces(line, order.charges, line.ordered) }));
      return shareOf(creditedMinor, prices.find((each) => each.lineId === lineId)?.grossMinor ?? 0, sumOf(prices.map(({ grossMinor }) => grossMinor)));
    }),
  );
}

const sumOf = (figures: readonly MinorUnits[]): MinorUnits => figures.reduce((sum, figure) => sum + figure, 0);
