import { orderIdOf, personal } from '#kernel';
import type { CommandRequest } from '#event-store';
import type { CustomerCommand, LineQuantity, OrderCommand, OrderCustomer } from '#ordering';
import { importRequest, importSubjectIdOf } from '../import-requests.js';
import type { People } from '../people.js';
import { INVOICE_CURRENCY, type InvoiceRow } from './invoice-row.js';
import { commandIdOfRow, lineIdOfRow, type CreditPart, type PlannedOrder } from './plan.js';
import { parentSkuOf, stockCodeOf } from './stock-codes.js';

export const SYSTEM = 'online-retail';

type Request = CommandRequest<OrderCommand>;

const customerIdOf = (storeId: string, customer: string): string => importSubjectIdOf(SYSTEM, storeId, customer);

/** Registers the customer of these rows, as of their first purchase. */
export function registration(first: InvoiceRow, customer: string, storeId: string, people: People): CommandRequest<CustomerCommand> {
  const customerId = customerIdOf(storeId, customer);
  const contact = personal(customerId, people.contactOf(`${SYSTEM}:${customer}`, first.country));
  return importRequest(
    { storeId, sourceId: first.sourceId },
    {
      aggregateId: customerId,
      command: { type: 'RegisterCustomer', customerId, storeId, contact, source: { system: SYSTEM, reference: customer } },
      commandId: commandIdOfRow(first, 'register-customer'),
      at: first.at,
    },
  );
}

/** From creation to release: what an invoice proves to have happened before its shipment. */
export function placing(order: PlannedOrder, storeId: string, people: People): readonly Request[] {
  const { orderNumber, customer, country, lines, charges } = order;
  const [first] = lines;
  if (first === undefined) return [];
  const reference = customer ?? `guest:${first.invoice}`;
  const subjectId = customerIdOf(storeId, reference);
  const placedBy: OrderCustomer = customer === undefined ? { kind: 'guest' } : { kind: 'registered', customerId: subjectId };
  const ofRow = (row: InvoiceRow, purpose: string, command: OrderCommand, at = row.at): Request => requestOf(order, storeId, row, purpose, command, at);
  const lastAt = Math.max(...lines.map((row) => row.at), ...charges.map((row) => row.at));
  return [
    ofRow(first, 'create', {
      type: 'CreateOrder',
      orderNumber,
      storeId,
      currency: INVOICE_CURRENCY,
      channel: 'import',
      customer: placedBy,
      contact: personal(subjectId, people.contactOf(`${SYSTEM}:${reference}`, country)),
      shipTo: { country, address: personal(subjectId, people.addressOf(`${SYSTEM}:${reference}`, country)) },
      source: { system: SYSTEM, reference: first.invoice },
    }, order.placedAt),
    ...lines.map((row) => {
      const parentSku = parentSkuOf(row.sku);
      return ofRow(row, 'line', {
        type: 'AddOrderLine',
        sku: row.sku,
        description: row.description === '' ? row.sku : row.description,
        quantity: row.quantity,
        quote: quoteOf(row),
        ...(parentSku !== undefined && { parentSku }),
      });
    }),
    ...charges.map((row) => ofRow(row, 'charge', chargeOf(row, 'charge'))),
    ofRow(first, 'submit', { type: 'SubmitOrder' }, lastAt),
    ofRow(first, 'confirm', { type: 'ConfirmOrder' }, lastAt),
    ofRow(first, 'release', { type: 'ReleaseOrder' }, lastAt),
  ];
}

/** What went out at the end of the day; undefined when nothing was left to ship. `cancelled`: pieces by line id. */
export function shipping(order: PlannedOrder, storeId: string, cancelled: ReadonlyMap<string, number>): Request | undefined {
  const [first] = order.lines;
  const lines = order.lines.flatMap((row): readonly LineQuantity[] => {
    const lineId = lineIdOfRow(row);
    const quantity = row.quantity - (cancelled.get(lineId) ?? 0);
    return quantity > 0 ? [{ lineId, quantity }] : [];
  });
  if (first === undefined || lines.length === 0) return undefined;
  return requestOf(order, storeId, first, 'ship', { type: 'RecordShipment', externalId: `${SYSTEM}:${first.invoice}`, lines }, order.shippedAt);
}

/** One part of a credit, on the order that it credits. */
export function crediting(part: CreditPart, storeId: string): Request {
  const { row, orderNumber, creditedMinor } = part;
  const purpose = `credit-${String(part.index)}`;
  const externalId = `${SYSTEM}:C${row.invoice}:${row.sourceId}:${String(row.rowNo)}:${String(part.index)}`;
  const request = (command: OrderCommand): Request => requestOf({ orderNumber }, storeId, row, purpose, command, row.at);
  switch (part.kind) {
    case 'cancellation':
      return request({ type: 'CancelOrderLine', lineId: part.lineId, quantity: part.quantity, reasonCode: CREDIT_REASON, creditedMinor });
    case 'return':
      return request({ type: 'RecordReturn', externalId, lineId: part.lineId, quantity: part.quantity, creditedMinor });
    case 'discount':
      return request(chargeOf(row, 'discount'));
  }
}

const CREDIT_REASON = 'credit-note';

function chargeOf(row: InvoiceRow, kind: 'charge' | 'discount'): OrderCommand {
  const code = stockCodeOf(row.sku);
  return {
    type: 'AddOrderCharge',
    kind,
    category: code.kind === 'service' ? code.category : 'goods',
    name: row.description === '' ? row.sku : row.description,
    scope: { kind: 'order' },
    amountMinor: row.quantity * row.unitPriceMinor,
    taxBasisPoints: 0,
    origin: 'import',
    ...(kind === 'discount' && { reasonCode: CREDIT_REASON }),
  };
}

/** The invoices do not say what tax they hold, so their prices are kept as they stand, without tax on top. */
const quoteOf = (row: InvoiceRow) => ({ unitPriceMinor: row.unitPriceMinor, taxClass: 'as-invoiced', taxBasisPoints: 0, source: `invoice:${row.invoice}` });

function requestOf(order: Pick<PlannedOrder, 'orderNumber'>, storeId: string, row: InvoiceRow, purpose: string, command: OrderCommand, at: number): Request {
  const reasonCode = 'reasonCode' in command ? command.reasonCode : undefined;
  return importRequest(
    { storeId, sourceId: row.sourceId },
    { aggregateId: orderIdOf(order.orderNumber), command, commandId: commandIdOfRow(row, purpose), at, ...(reasonCode !== undefined && { reasonCode }) },
  );
}
