import type { OrderEvent, OrderEventOf } from '#ordering';
import type { ChargeView, DetailsStatus, LineView, OrderDetails, ShipmentView, Trace } from './order-details.types.js';
import { priced, recharged, recredited, onLine, taxedAnew } from './order-pricing.fold.js';
import { textOf } from './personal-text.js';

const TYPES = [
  'OrderLineAdded',
  'OrderLineQuantityChanged',
  'OrderLineRemoved',
  'OrderLineRestored',
  'OrderCancelled',
  'OrderReinstated',
  'OrderLineCancelled',
  'OrderShipmentRecorded',
  'OrderDeliveryRecorded',
  'OrderReshipped',
  'OrderReturnRecorded',
] as const;

type LineEvent = OrderEventOf<(typeof TYPES)[number]>;

export const isLineEvent = (event: OrderEvent): event is LineEvent => (TYPES as readonly string[]).includes(event.type);

/** What moves the ledger of lines: ordered = open + cancelled + shipped. */
export function foldLine(details: OrderDetails, event: LineEvent, trace: Trace): OrderDetails {
  switch (event.type) {
    case 'OrderLineAdded': {
      const { quantity, ...line } = event.data;
      return { ...details, lines: [...details.lines, priced({ ...EMPTY, ...line, ordered: quantity, open: quantity }, details)] };
    }
    case 'OrderLineQuantityChanged': {
      const { lineId, from, to, quote, taxed } = event.data;
      const changed = onLine(taxedAnew(details, taxed), lineId, (line) => priced({ ...line, quote, ordered: line.ordered + to - from, open: line.open + to - from }, details));
      return settled(recredited(details, recharged(changed, lineId)));
    }
    case 'OrderLineRemoved':
      return settled(withoutLine(details, event.data.lineId, trace));
    case 'OrderLineRestored':
      return settled(withLineAgain(details, event.data.lineId));
    case 'OrderCancelled': {
      const { reasonCode, note } = event.data;
      const lines = details.lines.map((line) => ({ ...line, open: 0, cancelled: line.cancelled + line.open }));
      const ended = { ...trace, reasonCode, ...(note && { note: textOf(note) }) };
      return { ...details, status: 'cancelled', lines, ended, cancelledMinor: details.cancelledMinor + details.totals.totalMinor };
    }
    case 'OrderReinstated': {
      const { status, lines: pieces, totalMinor } = event.data;
      const { ended: _takenBack, ...cancelledOrder } = details;
      const lines = details.lines.map((line) => {
        const quantity = pieces.find(({ lineId }) => lineId === line.lineId)?.quantity ?? 0;
        return quantity === 0 ? line : { ...line, open: line.open + quantity, cancelled: line.cancelled - quantity };
      });
      return { ...cancelledOrder, status, lines, cancelledMinor: details.cancelledMinor - totalMinor };
    }
    case 'OrderLineCancelled':
      return settled(cancelled(details, event.data));
    case 'OrderShipmentRecorded': {
      let shipped: OrderDetails = { ...details, shipments: [...details.shipments, { ...event.data, shipped: trace }] };
      for (const { lineId, quantity } of event.data.lines) {
        shipped = onLine(shipped, lineId, (line) => ({ ...line, open: line.open - quantity, shipped: line.shipped + quantity }));
      }
      return settled(shipped);
    }
    case 'OrderDeliveryRecorded': {
      const shipments = details.shipments.map((shipment) => (shipment.shipmentId === event.data.shipmentId ? { ...shipment, delivered: trace } : shipment));
      return settled({ ...details, shipments });
    }
    case 'OrderReshipped':
      return reshipped(details, event.data, trace);
    case 'OrderReturnRecorded': {
      const { lineId, quantity, creditedMinor } = event.data;
      const returned = onLine(details, lineId, (line) => ({ ...line, returned: line.returned + quantity, returnedMinor: line.returnedMinor + creditedMinor }));
      return { ...returned, returns: [...details.returns, { ...trace, ...event.data }] };
    }
  }
}

/** The charges on the line go with it, and come back with it. */
function withoutLine(details: OrderDetails, lineId: string, removed: Trace): OrderDetails {
  const line = details.lines.find((each) => each.lineId === lineId);
  if (line === undefined) return details;
  const isOfLine = ({ scope }: ChargeView): boolean => scope.kind === 'line' && scope.lineId === lineId;
  const gone = { line, charges: details.charges.filter(isOfLine), removed };
  return {
    ...details,
    lines: details.lines.filter((each) => each !== line),
    charges: details.charges.filter((charge) => !isOfLine(charge)),
    removedLines: [...(details.removedLines ?? []), gone],
  };
}

function withLineAgain({ removedLines = [], ...details }: OrderDetails, lineId: string): OrderDetails {
  const gone = removedLines.find(({ line }) => line.lineId === lineId);
  const others = removedLines.filter((each) => each !== gone);
  const kept = others.length === 0 ? {} : { removedLines: others };
  return gone === undefined ? { ...details, ...kept } : { ...details, lines: [...details.lines, gone.line], charges: [...details.charges, ...gone.charges], ...kept };
}

const EMPTY = { open: 0, cancelled: 0, shipped: 0, returned: 0, reshipped: 0, cancelledMinor: 0, returnedMinor: 0 } as const;

function cancelled(details: OrderDetails, { lineId, quantity, creditedMinor }: OrderEventOf<'OrderLineCancelled'>['data']): OrderDetails {
  const after = onLine(details, lineId, (line) => ({
    ...line,
    open: line.open - quantity,
    cancelled: line.cancelled + quantity,
    cancelledMinor: line.cancelledMinor + creditedMinor,
  }));
  const replaced = details.lines.find((line) => line.lineId === lineId)?.replaces;
  return replaced === undefined ? after : onLine(after, replaced, (line) => ({ ...line, reshipped: line.reshipped - quantity }));
}

/** The replacement is a line of its own, free of charge (A42). */
function reshipped(details: OrderDetails, data: OrderEventOf<'OrderReshipped'>['data'], trace: Trace): OrderDetails {
  const { lineId, newLineId, quantity } = data;
  const original = details.lines.find((line) => line.lineId === lineId);
  const after = onLine(details, lineId, (line) => ({ ...line, reshipped: line.reshipped + quantity }));
  const reshipments = [...details.reshipments, { ...trace, ...data }];
  if (original === undefined) return { ...after, reshipments };
  const { sku, description, parentSku, quote } = original;
  const replacement = priced({
    ...EMPTY,
    lineId: newLineId,
    sku,
    description,
    ...(parentSku !== undefined && { parentSku }),
    quote: { ...quote, unitPriceMinor: 0, source: `replaces:${lineId}` },
    ordered: quantity,
    open: quantity,
    replaces: lineId,
  }, details);
  return { ...after, lines: [...after.lines, replacement], reshipments };
}

export const settled = (details: OrderDetails): OrderDetails => ({ ...details, status: statusByLedger(details) });

/** Replacement lines ship on their own and do not reopen an order (A42). */
function statusByLedger({ lines, shipments, status }: OrderDetails): DetailsStatus {
  const own = lines.filter((line) => line.replaces === undefined);
  const shipped = own.some((line) => line.shipped > 0);
  const open = own.some((line) => line.open > 0);
  if (shipped && open) return 'partially-shipped';
  if (shipped) return deliveredWhole(own, shipments) ? 'delivered' : 'shipped';
  return !open && own.some((line) => line.cancelled > 0) ? 'cancelled' : status;
}

/** A parcel that turned round is not waited for (A26). */
const turnedRound = ({ stops }: ShipmentView): boolean => stops?.at(-1)?.confirmed !== undefined;

/** Shipments of replacements do not undeliver an order; where all turned round, nothing was delivered. */
function deliveredWhole(own: readonly LineView[], shipments: OrderDetails['shipments']): boolean {
  const ids = new Set(own.map(({ lineId }) => lineId));
  const carrying = shipments.filter(({ lines }) => lines.some(({ lineId }) => ids.has(lineId)));
  return carrying.every((shipment) => shipment.delivered !== undefined || turnedRound(shipment)) && carrying.some(({ delivered }) => delivered !== undefined);
}
