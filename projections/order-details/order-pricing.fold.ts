import { basisPointsOf, shareOf, type MinorUnits } from '#kernel';
import { isOver, type ChargesTaxedAnew, type OrderEvent, type OrderEventOf, type TaxedAnew } from '#ordering';
import type { ChargeRequestView, ChargeView, GiftView, LineView, OrderDetails, Trace } from './order-details.types.js';
import { textOf } from './personal-text.js';

const TYPES = [
  'OrderLineVariantChanged',
  'OrderGiftOptionsChanged',
  'OrderFulfilmentChanged',
  'OrderTaxExemptionGranted',
  'OrderTaxExemptionRevoked',
  'OrderChargeAdded',
  'OrderChargeRequested',
  'OrderChargeDeclined',
  'OrderChargeChanged',
  'OrderChargeChangeRequested',
  'OrderChargeRemoved',
  'OrderChargeRestored',
] as const;

type PricingEvent = OrderEventOf<(typeof TYPES)[number]>;

export const isPricingEvent = (event: OrderEvent): event is PricingEvent => (TYPES as readonly string[]).includes(event.type);

/** What changes what is sold, how it gets there, and what it costs besides its price. */
export const foldPricing = (details: OrderDetails, event: PricingEvent, trace: Trace): OrderDetails => recredited(details, changed(details, event, trace));

function changed(details: OrderDetails, event: PricingEvent, trace: Trace): OrderDetails {
  switch (event.type) {
    case 'OrderLineVariantChanged': {
      const { lineId, to, quote, taxed } = event.data;
      const rated = taxedAnew(details, taxed);
      return onLine(rated, lineId, (line) => priced({ ...line, ...to, quote }, rated));
    }
    case 'OrderGiftOptionsChanged': {
      const { scope, to } = event.data;
      const gift: GiftView = { wrap: to.wrap, ...(to.message && { message: textOf(to.message) }) };
      return scope.kind === 'order' ? wrapped(details, gift) : onLine(details, scope.lineId, (line) => wrapped(line, gift));
    }
    case 'OrderFulfilmentChanged': {
      const { lines, to } = event.data;
      const named = new Set(lines.map(({ lineId }) => lineId));
      const changed = details.lines.map((line) => (named.has(line.lineId) ? { ...line, fulfilment: to } : line));
      return { ...details, lines: changed, appointments: details.appointments.filter((appointment) => !isOver(appointment, event.data)) };
    }
    case 'OrderTaxExemptionGranted': {
      const { exemptionId, certificate, note } = event.data;
      return retaxed({ ...details, taxExemption: { ...trace, exemptionId, certificate: textOf(certificate), ...(note && { note: textOf(note) }) } });
    }
    case 'OrderTaxExemptionRevoked': {
      const { taxExemption: _revoked, ...rest } = details;
      return retaxed(rest);
    }
    case 'OrderChargeAdded': {
      const { note, ...charge } = event.data;
      const answered = answeredRequest(details, charge.chargeId, { approved: trace });
      return { ...answered, charges: [...details.charges, { ...trace, ...charge, ...cancelledBefore(details, charge), ...requesterOf(details, charge), ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderChargeRequested': {
      const { note, requestedBy: _agent, ...data } = event.data;
      return { ...details, chargeRequests: [...(details.chargeRequests ?? []), { ...trace, ...data, ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderChargeDeclined': {
      const { chargeId, note } = event.data;
      return answeredRequest(details, chargeId, { declined: { ...trace, ...(note && { note: textOf(note) }) } });
    }
    case 'OrderChargeChanged': {
      const { chargeId, to, reasonCode, note, approvedBy } = event.data;
      const changed = { ...trace, reasonCode, ...(note && { note: textOf(note) }), ...(approvedBy !== undefined && { approvedBy }), ...requesterOf(details, event.data) };
      const answered = approvedBy === undefined ? details : answeredRequest(details, chargeId, { approved: trace });
      return { ...answered, charges: details.charges.map((charge) => (charge.chargeId === chargeId ? { ...charge, ...to, changed } : charge)) };
    }
    case 'OrderChargeChangeRequested': {
      const { chargeId, kind, scope, from, to, reasonCode, note } = event.data;
      const { category, name } = to;
      const wanted = { amountMinor: to.perUnitMinor ?? to.amountMinor, ...(to.perUnitMinor !== undefined && { perUnit: true }) };
      return { ...details, chargeRequests: [...(details.chargeRequests ?? []), { ...trace, chargeId, kind, category, name, scope, ...wanted, reasonCode, changes: from, ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderChargeRemoved':
      return withoutCharge(details, event.data.chargeId, trace);
    case 'OrderChargeRestored':
      return withChargeAgain(details, event.data.chargeId);
  }
}

export function onLine(details: OrderDetails, lineId: string, change: (line: LineView) => LineView): OrderDetails {
  return { ...details, lines: details.lines.map((line) => (line.lineId === lineId ? change(line) : line)) };
}

export function priced(line: Omit<LineView, 'netMinor' | 'taxMinor'>, { taxExemption }: OrderDetails): LineView {
  const netMinor = line.ordered * line.quote.unitPriceMinor;
  return { ...line, netMinor, taxMinor: taxExemption === undefined ? basisPointsOf(netMinor, line.quote.taxBasisPoints) : 0 };
}

/** With its sign: a discount and its tax count below zero. */
export function chargeTax({ kind, amountMinor, taxBasisPoints }: ChargeView, { taxExemption }: Pick<OrderDetails, 'taxExemption'>): MinorUnits {
  const tax = taxExemption === undefined ? basisPointsOf(amountMinor, taxBasisPoints) : 0;
  return kind === 'charge' ? tax : 0 - tax;
}

/** What was taken off for cancelled pieces changes with their part of the line's price and of what is charged and discounted on it (A48, A52). */
export function recredited(before: OrderDetails, after: OrderDetails): OrderDetails {
  const had = [{ lines: before.lines, charges: before.charges }, ...(before.removedLines ?? []).map(({ line, charges }) => ({ lines: [line], charges }))];
  const was = new Map(had.flatMap(({ lines, charges }) => lines.map((line) => [line.lineId, cancelledPart(line, charges, before)])));
  const follow = (line: LineView, charges: readonly ChargeView[]): LineView => {
    const part = cancelledPart(line, charges, after);
    const by = part - (was.get(line.lineId) ?? part);
    return by === 0 ? line : { ...line, cancelledMinor: line.cancelledMinor + by };
  };
  const lines = after.lines.map((line) => follow(line, after.charges));
  const removedLines = after.removedLines?.map((gone) => ({ ...gone, line: follow(gone.line, gone.charges) }));
  const same = lines.every((line, index) => line === after.lines[index]) && (removedLines ?? []).every(({ line }, index) => line === after.removedLines?.[index]?.line);
  return same ? after : { ...after, lines, ...(removedLines && { removedLines }) };
}

/** With their equal part of what is charged and discounted on the line, by the piece or once. */
function cancelledPart({ lineId, cancelled, ordered, netMinor, taxMinor }: LineView, charges: readonly ChargeView[], details: OrderDetails): MinorUnits {
  if (cancelled === 0) return 0;
  const grossOf = (charge: ChargeView): MinorUnits => (charge.kind === 'charge' ? charge.amountMinor : -charge.amountMinor) + chargeTax(charge, details);
  const ofLine = charges.filter(({ scope }) => scope.kind === 'line' && scope.lineId === lineId);
  const byPiece = ofLine.reduce((sum, charge) => (charge.perUnitMinor === undefined ? sum : sum + grossOf(charge)), netMinor + taxMinor);
  const once = ofLine.filter(({ perUnitMinor }) => perUnitMinor === undefined);
  const partOf = (charge: ChargeView): MinorUnits => {
    const { cancelledBefore = 0 } = charge;
    return shareOf(grossOf(charge), cancelled - cancelledBefore, ordered - cancelledBefore);
  };
  return Math.max(once.reduce((sum, charge) => sum + partOf(charge), shareOf(byPiece, cancelled, ordered)), 0);
}

/** Charges by the piece follow the ordered pieces of their line (A52). */
export function recharged(details: OrderDetails, lineId: string): OrderDetails {
  const ofLine = byPieceOf(lineId);
  if (!details.charges.some(ofLine)) return details;
  const ordered = details.lines.find((line) => line.lineId === lineId)?.ordered ?? 0;
  return { ...details, charges: details.charges.map((charge) => (ofLine(charge) ? { ...charge, amountMinor: (charge.perUnitMinor ?? 0) * ordered } : charge)) };
}

function answeredRequest(details: OrderDetails, chargeId: string, answer: Pick<ChargeRequestView, 'approved' | 'declined'>): OrderDetails {
  const { chargeRequests } = details;
  return chargeRequests === undefined ? details : { ...details, chargeRequests: chargeRequests.map((request) => (request.chargeId === chargeId && waits(request) ? { ...request, ...answer } : request)) };
}

/** A charge that was asked for and made can be asked to change later, again and again. */
/** Who had asked for what was approved now. */
export function requesterOf({ chargeRequests = [] }: OrderDetails, { chargeId, approvedBy }: { readonly chargeId: string; readonly approvedBy?: string }): { readonly requestedBy?: string } {
  const asked = approvedBy === undefined ? undefined : chargeRequests.find((request) => request.chargeId === chargeId && waits(request));
  return asked === undefined ? {} : { requestedBy: asked.by };
}

const waits = ({ approved, declined }: ChargeRequestView): boolean => approved === undefined && declined === undefined;

const byPieceOf =
  (lineId: string) =>
  ({ scope, perUnitMinor }: ChargeView): boolean =>
    perUnitMinor !== undefined && scope.kind === 'line' && scope.lineId === lineId;

function cancelledBefore({ lines }: OrderDetails, { scope, perUnitMinor }: Pick<ChargeView, 'scope' | 'perUnitMinor'>): Pick<ChargeView, 'cancelledBefore'> {
  const cancelled = scope.kind === 'line' && perUnitMinor === undefined ? (lines.find(({ lineId }) => lineId === scope.lineId)?.cancelled ?? 0) : 0;
  return cancelled === 0 ? {} : { cancelledBefore: cancelled };
}

function withoutCharge(details: OrderDetails, chargeId: string, removed: Trace): OrderDetails {
  const charge = details.charges.find((each) => each.chargeId === chargeId);
  if (charge === undefined) return details;
  return { ...details, charges: details.charges.filter((each) => each !== charge), removedCharges: [...(details.removedCharges ?? []), { charge, removed }] };
}

function withChargeAgain({ removedCharges = [], ...details }: OrderDetails, chargeId: string): OrderDetails {
  const gone = removedCharges.find(({ charge }) => charge.chargeId === chargeId);
  const others = removedCharges.filter((each) => each !== gone);
  const kept = { ...details, ...(others.length > 0 && { removedCharges: others }) };
  if (gone === undefined) return kept;
  const { scope } = gone.charge;
  const again = { ...kept, charges: [...details.charges, gone.charge] };
  return scope.kind === 'line' ? recharged(again, scope.lineId) : again;
}

function retaxed(details: OrderDetails): OrderDetails {
  const removedLines = details.removedLines?.map((gone) => ({ ...gone, line: priced(gone.line, details) }));
  return { ...details, lines: details.lines.map((line) => priced(line, details)), ...(removedLines && { removedLines }) };
}

function wrapped<T extends { readonly gift?: GiftView }>(what: T, gift: GiftView): T {
  const { gift: _before, ...plain } = what;
  // Without the member, the rest is still a T: it is optional there.
  return gift.wrap || gift.message !== undefined ? { ...what, gift } : (plain as T);
}

/** The rates that changed (A49, A52). */
export function taxedAnew(details: OrderDetails, taxed: (ChargesTaxedAnew & Partial<TaxedAnew>) | undefined): OrderDetails {
  if (taxed === undefined) return details;
  const ofCharge = new Map(taxed.charges.map(({ chargeId, to }) => [chargeId, to]));
  const ofLine = new Map((taxed.lines ?? []).map(({ lineId, to }) => [lineId, to]));
  const rated = { ...details, charges: details.charges.map((charge) => (ofCharge.has(charge.chargeId) ? { ...charge, taxBasisPoints: ofCharge.get(charge.chargeId) ?? 0 } : charge)) };
  const anew = (line: LineView): LineView => {
    const rate = ofLine.get(line.lineId);
    return rate === undefined ? line : priced({ ...line, quote: { ...line.quote, taxBasisPoints: rate } }, rated);
  };
  return { ...rated, lines: rated.lines.map(anew) };
}
