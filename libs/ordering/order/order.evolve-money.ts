import type { ChargeScope, ChargesTaxedAnew, GiftOptions, OrderEventOf, TaxedAnew } from './order.events.js';
import { isOver } from './order.fulfilment-events.js';
import { remember, type Order, type OrderCharge, type OrderLine } from './order.state.js';
import { costOfPieces } from './order.totals.js';

export const EMPTY_LEDGER = { open: 0, cancelled: 0, shipped: 0, returned: 0, reshipped: 0, cancelledMinor: 0, returnedMinor: 0 } as const;

export function onLine(order: Order, lineId: string, change: (line: OrderLine) => OrderLine): Order {
  return { ...order, lines: order.lines.map((line) => (line.lineId === lineId ? change(line) : line)) };
}

/**
 * What was taken off for cancelled pieces follows the price of their line, and what is charged and discounted on it: by
 * as much as their part of it changes, so that what was credited otherwise stays so (A48, A52).
 */
export function recredited(before: Order, after: Order): Order {
  const was = new Map([{ lines: before.lines, charges: before.charges }, ...putAway(before)].flatMap(({ lines, charges }) => lines.map((line) => [line.lineId, cancelledPart(line, charges)])));
  const follow = (line: OrderLine, charges: readonly OrderCharge[]): OrderLine => {
    const part = cancelledPart(line, charges);
    const by = part - (was.get(line.lineId) ?? part);
    return by === 0 ? line : { ...line, cancelledMinor: line.cancelledMinor + by };
  };
  const lines = after.lines.map((line) => follow(line, after.charges));
  const removedLines = after.removedLines?.map((removed) => ({ ...removed, line: follow(removed.line, removed.charges) }));
  const same = lines.every((line, index) => line === after.lines[index]) && (removedLines ?? []).every(({ line }, index) => line === after.removedLines?.[index]?.line);
  return same ? after : { ...after, lines, ...(removedLines && { removedLines }) };
}

const putAway = ({ removedLines = [] }: Order) => removedLines.map(({ line, charges }) => ({ lines: [line], charges }));

const cancelledPart = (line: OrderLine, charges: readonly OrderCharge[]): number => (line.cancelled === 0 ? 0 : costOfPieces(line, charges, line.cancelled));

/** Charges by the piece follow the line (A52). */
export function recharged(order: Order, lineId: string): Order {
  const ordered = order.lines.find((line) => line.lineId === lineId)?.ordered ?? 0;
  const ofLine = ({ scope, perUnitMinor }: OrderCharge): boolean => perUnitMinor !== undefined && scope.kind === 'line' && scope.lineId === lineId;
  return { ...order, charges: order.charges.map((charge) => (ofLine(charge) ? { ...charge, amountMinor: (charge.perUnitMinor ?? 0) * ordered } : charge)) };
}

type MoneyEvent = OrderEventOf<
  | 'OrderLineVariantChanged'
  | 'OrderGiftOptionsChanged'
  | 'OrderFulfilmentChanged'
  | 'OrderTaxExemptionGranted'
  | 'OrderTaxExemptionRevoked'
  | 'OrderChargeAdded'
  | 'OrderChargeRequested'
  | 'OrderChargeDeclined'
  | 'OrderChargeChanged'
  | 'OrderChargeChangeRequested'
  | 'OrderChargeRemoved'
  | 'OrderChargeRestored'
>;

/** What changes what is sold, how it gets there, and what it costs besides its price. */
export const evolveMoney = (order: Order, event: MoneyEvent): Order => recredited(order, changed(order, event));

function changed(order: Order, event: MoneyEvent): Order {
  switch (event.type) {
    case 'OrderLineVariantChanged': {
      const { lineId, to, quote, taxed } = event.data;
      return taxedAnew(onLine(order, lineId, (line) => ({ ...line, ...to, quote })), taxed);
    }
    case 'OrderGiftOptionsChanged': {
      const { scope, to } = event.data;
      return scope.kind === 'order' ? wrapped(order, to) : onLine(order, scope.lineId, (line) => wrapped(line, to));
    }
    case 'OrderFulfilmentChanged': {
      const { lines, to } = event.data;
      const named = new Set(lines.map(({ lineId }) => lineId));
      const changed = order.lines.map((line) => (named.has(line.lineId) ? { ...line, fulfilment: to } : line));
      return { ...order, lines: changed, appointments: order.appointments.filter((appointment) => !isOver(appointment, event.data)) };
    }
    case 'OrderTaxExemptionGranted': {
      const { exemptionId } = event.data;
      return remember(taxed({ ...order, taxExemption: { exemptionId } }, false), exemptionId);
    }
    case 'OrderTaxExemptionRevoked': {
      const { taxExemption: _revoked, ...rest } = order;
      return taxed(rest, true);
    }
    case 'OrderChargeAdded': {
      const { chargeId, kind, category, name, scope, amountMinor, perUnitMinor, taxBasisPoints, origin } = event.data;
      const unit = perUnitMinor === undefined ? cancelledBefore(order, scope) : { perUnitMinor };
      const charge: OrderCharge = { chargeId, kind, category, name, scope, amountMinor, ...unit, taxBasisPoints, origin, ...exemption(order) };
      return remember(withoutRequest({ ...order, charges: [...order.charges, charge] }, chargeId), chargeId);
    }
    case 'OrderChargeRequested':
      return remember({ ...order, chargeRequests: [...order.chargeRequests, event.data] }, event.data.chargeId);
    case 'OrderChargeDeclined':
      return withoutRequest(order, event.data.chargeId);
    case 'OrderChargeChanged': {
      const { chargeId, to, approvedBy } = event.data;
      const answered = approvedBy === undefined ? order : withoutRequest(order, chargeId);
      return { ...answered, charges: order.charges.map((charge) => (charge.chargeId === chargeId ? { ...charge, ...to } : charge)) };
    }
    case 'OrderChargeChangeRequested':
      return { ...order, chargeChangeRequests: [...order.chargeChangeRequests, event.data] };
    case 'OrderChargeRemoved': {
      const gone = order.charges.find(({ chargeId }) => chargeId === event.data.chargeId);
      if (gone === undefined) return order;
      const { exempt: _ofTheOrder, ...charge } = gone;
      const removed = { chargeId: gone.chargeId, charge, country: order.shipTo.country };
      return { ...order, charges: order.charges.filter((each) => each !== gone), removedCharges: [...(order.removedCharges ?? []), removed] };
    }
    case 'OrderChargeRestored':
      return withChargeAgain(order, event.data.chargeId);
  }
}

function cancelledBefore({ lines }: Order, scope: ChargeScope): { readonly cancelledBefore?: number } {
  const cancelled = scope.kind === 'line' ? (lines.find(({ lineId }) => lineId === scope.lineId)?.cancelled ?? 0) : 0;
  return cancelled === 0 ? {} : { cancelledBefore: cancelled };
}

function withChargeAgain({ removedCharges = [], ...order }: Order, chargeId: string): Order {
  const removed = removedCharges.find((each) => each.chargeId === chargeId);
  const others = removedCharges.filter((each) => each !== removed);
  const kept = { ...order, ...(others.length > 0 && { removedCharges: others }) };
  if (removed === undefined) return kept;
  const charge = { ...removed.charge, ...exemption(order) };
  const again = { ...kept, charges: [...order.charges, charge] };
  return charge.scope.kind === 'line' ? recharged(again, charge.scope.lineId) : again;
}

/** What a line or charge that comes now bears while the order is exempt from tax (A57). */
export const exemption = ({ taxExemption }: Order): { readonly exempt?: true } => (taxExemption === undefined ? {} : { exempt: true });

const withoutRequest = (order: Order, chargeId: string): Order => ({
  ...order,
  chargeRequests: order.chargeRequests.filter((request) => request.chargeId !== chargeId),
  chargeChangeRequests: order.chargeChangeRequests.filter((request) => request.chargeId !== chargeId),
});

function wrapped<T extends { readonly gift?: GiftOptions }>(what: T, to: GiftOptions): T {
  const { gift: _before, ...plain } = what;
  // Without the member, the rest is still a T: it is optional there.
  return to.wrap || to.message !== undefined ? { ...what, gift: to } : (plain as T);
}

/** Every line and charge with its tax, or without any (A57). */
function taxed(order: Order, on: boolean): Order {
  const marked = <T extends { readonly exempt?: true }>(what: T): T => {
    const { exempt: _before, ...plain } = what;
    // Without the member, the rest is still a T: it is optional there.
    return on ? (plain as T) : { ...what, exempt: true };
  };
  const removedLines = order.removedLines?.map((removed) => ({ ...removed, line: marked(removed.line), charges: removed.charges.map(marked) }));
  return { ...order, lines: order.lines.map(marked), charges: order.charges.map(marked), ...(removedLines && { removedLines }) };
}

/** The rates that changed (A49). */
export function taxedAnew(order: Order, taxed: (ChargesTaxedAnew & Partial<TaxedAnew>) | undefined): Order {
  if (taxed === undefined) return order;
  const ofLine = new Map((taxed.lines ?? []).map(({ lineId, to }) => [lineId, to]));
  const ofCharge = new Map(taxed.charges.map(({ chargeId, to }) => [chargeId, to]));
  const rated = (charge: OrderCharge): OrderCharge => ({ ...charge, taxBasisPoints: ofCharge.get(charge.chargeId) ?? charge.taxBasisPoints });
  const lines = order.lines.map((line) => {
    const rate = ofLine.get(line.lineId);
    return rate === undefined ? line : { ...line, quote: { ...line.quote, taxBasisPoints: rate } };
  });
  return { ...order, lines, charges: order.charges.map(rated) };
}
