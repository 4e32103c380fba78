import { accept, createdIdOf, isAmount, type Decision, type DecisionContext } from '#kernel';
import type { OrderCommandOf } from './order.commands.js';
import type { LineQuantity, OrderEvent } from './order.events.js';
import { isQuantity, MAX_QUANTITY } from './order.guards.js';
import type { InvoicedCharge, InvoicedLine } from './order.payment-events.js';
import { missingCharges, nextTaxMinor, partOf } from './order.invoiced.js';
import { invoicedPieces, type Counted } from './order.payment-state.js';
import type { InvoiceScope } from './order.payment-commands.js';
import * as no from './order.rejections.js';
import { anythingShipped, lineOf, shipmentOf, type Order, type OrderLine } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/**
 * Shipped pieces stand on an invoice once, at the agreed price. What is charged or given on a line goes with its pieces,
 * on the order with the first invoice that it fits on; what came later can be invoiced alone (A46, A52).
 */
export function issueInvoice(command: OrderCommandOf<'IssueInvoice'>, order: Order, context: DecisionContext): Decided {
  const invoiceId = createdIdOf(context.commandId, 'invoice');
  if (order.createdIds.has(invoiceId)) return accept();
  const chosen = chosenOf(command.of, order);
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

function chosenOf(of: InvoiceScope, order: Order): Chosen {
  switch (of.kind) {
    case 'shipment':
      return ofShipment(order, of.shipmentId);
    case 'lines':
      return ofLines(order, of.lines);
    case 'charges':
      return anythingShipped(order) ? { kind: 'chosen', pieces: [] } : no.reject('nothing-to-invoice', 'Nothing was sent yet.');
  }
}

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

function invoicedLine(order: Order, line: OrderLine, quantity: number): InvoicedLine {
  const { lineId, sku, description, quote, exempt } = line;
  const { unitPriceMinor } = quote;
  const taxBasisPoints = exempt === true ? 0 : quote.taxBasisPoints;
  return { lineId, sku, description, quantity, unitPriceMinor, taxBasisPoints, netMinor: quantity * unitPriceMinor, taxMinor: nextTaxMinor(order, line, quantity) };
}

/** What is charged first; what is given as far as it fits: the rest is for the next invoice. */
function withCharges(order: Order, lines: readonly InvoicedLine[], goodsMinor: number): { readonly charges: readonly InvoicedCharge[]; readonly totalMinor: number } {
  const missing = missingCharges(order, (lineId) => lines.find((line) => line.lineId === lineId)?.quantity ?? 0);
  const added = missing.flatMap(({ chargeId, netMinor, taxMinor }) => entry(chargeId, 'charge', { netMinor: Math.max(netMinor, 0), taxMinor: Math.max(taxMinor, 0) }));
  let totalMinor = added.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, goodsMinor);
  const given = missing.flatMap(({ chargeId, netMinor, taxMinor }) => {
    const wanted = { netMinor: Math.max(-netMinor, 0), taxMinor: Math.max(-taxMinor, 0) };
    const wantedMinor = wanted.netMinor + wanted.taxMinor;
    const fitting = Math.min(wantedMinor, totalMinor);
    totalMinor -= fitting;
    return entry(chargeId, 'discount', partOf(wanted, fitting, wantedMinor));
  });
  return { charges: [...added, ...given], totalMinor };
}

const entry = (chargeId: string, kind: InvoicedCharge['kind'], { netMinor, taxMinor }: Counted): readonly InvoicedCharge[] =>
  netMinor + taxMinor > 0 ? [{ chargeId, kind, netMinor, taxMinor }] : [];
