import { accept, basisPointsOf, createdIdOf, isAmount, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { LineQuantity, OrderEvent } from './order.events.js';
import { isQuantity, MAX_QUANTITY } from './order.guards.js';
import type { InvoicedCharge, InvoicedLine } from './order.payment-events.js';
import { invoicedPieces } from './order.payment-state.js';
import * as no from './order.rejections.js';
import { lineOf, shipmentOf, type Order, type OrderLine } from './order.state.js';
import { chargeTax } from './order.totals.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** Shipped pieces stand on an invoice once, at the agreed price; each charge stands on the first invoice of what it is for (A46). */
export function issueInvoice(command: OrderCommandOf<'IssueInvoice'>, order: Order, context: DecisionContext): Decided {
  const invoiceId = createdIdOf(context.commandId, 'invoice');
  if (order.createdIds.has(invoiceId)) return accept();
  const chosen = command.of.kind === 'shipment' ? ofShipment(order, command.of.shipmentId) : ofLines(order, command.of.lines);
  if (chosen.kind !== 'chosen') return chosen;
  const lines = chosen.pieces.map(({ line, quantity }) => invoicedLine(order, line, quantity));
  const goodsMinor = lines.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0);
  const { charges, totalMinor } = withCharges(order, lines, goodsMinor);
  if (lines.length === 0 && charges.length === 0) return no.reject('nothing-to-invoice', 'All of it stands on an invoice, or is free of charge.');
  if (!isAmount(totalMinor)) return no.amountOutOfRange();
  const invoiceNumber = `${order.orderNumber}-${String(order.payments.invoices.length + 1)}`;
  const shipment = command.of.kind === 'shipment' ? { shipmentId: command.of.shipmentId } : {};
  return accept({ type: 'OrderInvoiceIssued', data: { invoiceId, invoiceNumber, ...shipment, lines, charges, totalMinor } });
}

type Chosen = no.Rejected | { readonly kind: 'chosen'; readonly pieces: readonly { readonly line: OrderLine; readonly quantity: number }[] };

/** What the shipment carried and no invoice has yet; replacements are free of charge. */
function ofShipment(order: Order, shipmentId: string): Chosen {
  const shipment = shipmentOf(order, shipmentId);
  if (shipment === undefined) return no.shipmentNotFound(shipmentId);
  if (order.payments.invoices.some((invoice) => invoice.shipmentId === shipmentId)) return no.reject('shipment-already-invoiced', 'There is an invoice for that shipment.', { shipmentId });
  const pieces = shipment.lines.flatMap(({ lineId, quantity }) => {
    const line = lineOf(order, lineId);
    const left = line === undefined ? 0 : Math.min(quantity, invoiceable(order, line));
    return line === undefined || left < 1 ? [] : [{ line, quantity: left }];
  });
  return { kind: 'chosen', pieces };
}

function ofLines(order: Order, lines: readonly LineQuantity[]): Chosen {
  const named = new Set<string>();
  const pieces: { line: OrderLine; quantity: number }[] = [];
  for (const { lineId, quantity } of lines) {
    const line = lineOf(order, lineId);
    if (line === undefined) return no.lineNotFound(lineId);
    if (named.has(lineId)) return no.reject('line-named-twice', 'A line is named once.', { lineId });
    named.add(lineId);
    if (line.replaces !== undefined) return no.reject('line-is-replacement', 'The line replaces lost pieces free of charge: there is nothing to invoice.', { lineId });
    if (!isQuantity(quantity)) return no.quantityOutOfRange(MAX_QUANTITY);
    const left = invoiceable(order, line);
    if (quantity > left) return no.exceeds('quantity-exceeds-invoiceable', lineId, quantity, left);
    pieces.push({ line, quantity });
  }
  return { kind: 'chosen', pieces };
}

const invoiceable = (order: Order, line: OrderLine): number => (line.replaces === undefined ? line.shipped - invoicedPieces(order.payments, line.lineId) : 0);

/** Taxes of all invoices of a line add up to the line's own. */
function invoicedLine(order: Order, { lineId, sku, description, quote, exempt }: OrderLine, quantity: number): InvoicedLine {
  const { unitPriceMinor } = quote;
  const taxBasisPoints = exempt === true ? 0 : quote.taxBasisPoints;
  const before = invoicedPieces(order.payments, lineId);
  const taxUpTo = (pieces: number): number => basisPointsOf(pieces * unitPriceMinor, taxBasisPoints);
  return { lineId, sku, description, quantity, unitPriceMinor, taxBasisPoints, netMinor: quantity * unitPriceMinor, taxMinor: taxUpTo(before + quantity) - taxUpTo(before) };
}

/** Charges first; a discount stands on the first invoice that it fits on. */
function withCharges(order: Order, lines: readonly InvoicedLine[], goodsMinor: number): { readonly charges: readonly InvoicedCharge[]; readonly totalMinor: number } {
  const known = new Set(order.payments.invoices.flatMap(({ chargeIds }) => chargeIds));
  const due = order.charges.filter(({ chargeId, scope }) => !known.has(chargeId) && (scope.kind === 'order' || lines.some(({ lineId }) => lineId === scope.lineId)));
  let totalMinor = goodsMinor;
  const charges: InvoicedCharge[] = [];
  for (const charge of [...due.filter(({ kind }) => kind === 'charge'), ...due.filter(({ kind }) => kind === 'discount')]) {
    const { chargeId, kind, amountMinor } = charge;
    const taxMinor = chargeTax(charge);
    const counts = kind === 'charge' ? amountMinor + taxMinor : -(amountMinor + taxMinor);
    if (totalMinor + counts < 0) continue;
    totalMinor += counts;
    charges.push({ chargeId, kind, netMinor: amountMinor, taxMinor });
  }
  return { charges, totalMinor };
}
