import { isAmount, isCurrency, MAX_AMOUNT_MINOR, normaliseOrderNumber } from '#kernel';
import type { Contact, PostalAddress } from '#ordering';
import type { DocumentCharge, DocumentLine, DocumentPieces, DocumentPlace, DocumentShipment, OrderDocument } from './order-document.js';
import { instant, integer, list, Misfit, object, oneOf, optional, text, withDefault, type Read } from './reading.js';

const CODE = /^[a-z0-9][a-z0-9-]*$/;
const MOST_LINES = 1_000;
const pieces = integer(1, 1_000_000);
const amount = integer(0, MAX_AMOUNT_MINOR);
const positiveAmount = integer(1, MAX_AMOUNT_MINOR);
const basisPoints = withDefault(integer(0, 10_000), 0);
const id = text(80);
const code = text(60, CODE, 'must be lower-case words joined by hyphens');

const contact: Read<Contact> = object<Contact>({
  name: text(200),
  email: optional(text(254, /^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')),
  phone: optional(text(40)),
});

const address: Read<PostalAddress> = object<PostalAddress>({
  recipient: text(200),
  line1: text(200),
  line2: optional(text(200)),
  city: text(120),
  region: optional(text(120)),
  postcode: optional(text(20)),
  phone: optional(text(40)),
});

const place: Read<DocumentPlace> = object<DocumentPlace>({ country: text(2, /^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two capitals'), address });

const orderNumber: Read<string> = (value, path) => {
  const given = text(60)(value, path);
  if (normaliseOrderNumber(given) !== given) throw new Misfit(path, 'must be a number in capitals with the prefix of its source, for example SHOP-1001');
  return given;
};

const currency: Read<string> = (value, path) => {
  const given = text(3)(value, path);
  if (!isCurrency(given)) throw new Misfit(path, `${given} is no currency that Docket trades in`);
  return given;
};

const line: Read<DocumentLine> = object<DocumentLine>({
  id,
  sku: text(40),
  description: text(200),
  parentSku: optional(text(40)),
  quantity: pieces,
  unitPriceMinor: amount,
  taxBasisPoints: basisPoints,
});

const charge: Read<DocumentCharge> = object<DocumentCharge>({ kind: oneOf('charge', 'discount'), category: code, name: text(200), amountMinor: positiveAmount, taxBasisPoints: basisPoints });

const piecesAt = (latest: number) => ({ lineId: id, quantity: pieces, creditedMinor: amount, at: instant(latest) }) as const;

const shipment = (latest: number): Read<DocumentShipment> =>
  object<DocumentShipment>({
    externalId: id,
    at: instant(latest),
    lines: list(object<{ readonly lineId: string; readonly quantity: number }>({ lineId: id, quantity: pieces }), 1, MOST_LINES),
    carrier: optional(text(60)),
    trackingNumber: optional(text(80)),
    deliveredAt: optional(instant(latest)),
  });

const documentOf = (latest: number): Read<OrderDocument> =>
  object<OrderDocument>({
    orderNumber,
    currency,
    channel: withDefault(oneOf('phone', 'web', 'store', 'import'), 'import'),
    placedAt: instant(latest),
    customer: object<OrderDocument['customer']>({ reference: optional(text(80)), contact }),
    shipTo: place,
    billTo: optional(place),
    lines: list(line, 1, MOST_LINES),
    charges: withDefault(list(charge, 0, 100), []),
    cancellations: withDefault(list(object<DocumentPieces & { readonly reasonCode: string }>({ ...piecesAt(latest), reasonCode: code }), 0, MOST_LINES), []),
    shipments: withDefault(list(shipment(latest), 0, 100), []),
    returns: withDefault(list(object<DocumentPieces & { readonly externalId: string }>({ ...piecesAt(latest), externalId: id }), 0, MOST_LINES), []),
    status: withDefault(oneOf('pending', 'submitted', 'confirmed', 'released'), 'released'),
  });

/** @param latest Milliseconds since 1970 after which a time is a mistake. @throws Misfit that names the first member that is wrong */
export function readOrderDocument(value: unknown, latest: number): OrderDocument {
  const document = documentOf(latest)(value, '');
  const ids = new Set<string>();
  for (const [index, { id: lineId, quantity, unitPriceMinor }] of document.lines.entries()) {
    const path = `lines[${String(index)}]`;
    if (ids.has(lineId)) throw new Misfit(`${path}.id`, 'is the id of an earlier line too');
    ids.add(lineId);
    if (!isAmount(quantity * unitPriceMinor)) throw new Misfit(path, 'quantity times price is more than an order may hold');
  }
  const known = (lineId: string, path: string): void => {
    if (!ids.has(lineId)) throw new Misfit(path, 'names no line of this order');
  };
  for (const [index, each] of document.cancellations.entries()) known(each.lineId, `cancellations[${String(index)}].lineId`);
  for (const [index, each] of document.returns.entries()) known(each.lineId, `returns[${String(index)}].lineId`);
  for (const [index, each] of document.shipments.entries()) {
    for (const [at, { lineId }] of each.lines.entries()) known(lineId, `shipments[${String(index)}].lines[${String(at)}].lineId`);
    if (each.deliveredAt !== undefined && each.deliveredAt < each.at) throw new Misfit(`shipments[${String(index)}].deliveredAt`, 'lies before the shipment');
  }
  if (document.shipments.length > 0 && document.status !== 'released') throw new Misfit('status', 'must be released where the order has shipments');
  for (const path of ['cancellations', 'returns', 'shipments'] as const) {
    const early = document[path].findIndex(({ at }) => at < document.placedAt);
    if (early !== -1) throw new Misfit(`${path}[${String(early)}].at`, 'lies before the order was placed');
  }
  return document;
}

/** What the order came to before anything was cancelled, returned or taxed: what the report counts. */
export const documentAmount = ({ lines, charges }: OrderDocument): number =>
  lines.reduce((sum, each) => sum + each.quantity * each.unitPriceMinor, 0) + charges.reduce((sum, each) => sum + (each.kind === 'charge' ? each.amountMinor : -each.amountMinor), 0);
