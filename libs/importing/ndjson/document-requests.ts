import { commandIdOf, createdIdOf, orderIdOf, personal } from '#kernel';
import type { CommandRequest } from '#event-store';
import type { CustomerCommand, OrderCommand, Place } from '#ordering';
import { IMPORT_ACTOR, importRequest, importSubjectIdOf } from '../import-requests.js';
import type { DocumentPlace, OrderDocument } from './order-document.js';

const SYSTEM = 'ndjson';

/** Which line of which file, for which store. */
export interface DocumentOrigin {
  readonly storeId: string;
  readonly sourceId: string;
  readonly rowNo: number;
}

export interface DocumentRequests {
  /** Only for customers with a reference. */
  readonly registration: CommandRequest<CustomerCommand> | undefined;
  readonly order: readonly CommandRequest<OrderCommand>[];
}

/** The commands that say what a document says, in order of time. */
export function documentRequests(document: OrderDocument, origin: DocumentOrigin): DocumentRequests {
  const { storeId, sourceId, rowNo } = origin;
  const { orderNumber, customer, placedAt } = document;
  const subjectId = importSubjectIdOf(SYSTEM, storeId, customer.reference ?? `guest:${orderNumber}`);
  const idOf = (purpose: string): string => commandIdOf(IMPORT_ACTOR.id, `${sourceId}:${String(rowNo)}:${purpose}`);
  const aggregateId = orderIdOf(orderNumber);
  const order = (purpose: string, command: OrderCommand, at = placedAt): CommandRequest<OrderCommand> =>
    importRequest(
      { storeId, sourceId },
      { aggregateId, command, commandId: idOf(purpose), at, ...(command.type === 'CancelOrderLine' && { reasonCode: command.reasonCode }) },
    );
  const lineIds = new Map(document.lines.map(({ id }, index) => [id, createdIdOf(idOf(`line-${String(index)}`), 'line')]));
  const lineIdOf = (id: string): string => lineIds.get(id) ?? id;
  const placeOf = ({ country, address }: DocumentPlace): Place => ({ country, address: personal(subjectId, address) });

  const capture: CommandRequest<OrderCommand>[] = [
    order('create', {
      type: 'CreateOrder',
      orderNumber,
      storeId,
      currency: document.currency,
      channel: document.channel,
      customer: customer.reference === undefined ? { kind: 'guest' } : { kind: 'registered', customerId: subjectId },
      contact: personal(subjectId, customer.contact),
      shipTo: placeOf(document.shipTo),
      ...(document.billTo && { billTo: placeOf(document.billTo) }),
      source: { system: SYSTEM, reference: orderNumber },
    }),
    ...document.lines.map(({ sku, description, parentSku, quantity, unitPriceMinor, taxBasisPoints }, index) =>
      order(`line-${String(index)}`, {
        type: 'AddOrderLine',
        sku,
        description,
        ...(parentSku !== undefined && { parentSku }),
        quantity,
        quote: { unitPriceMinor, taxClass: 'as-imported', taxBasisPoints, source: `import:${orderNumber}` },
      }),
    ),
    ...document.charges.map((charge, index) => order(`charge-${String(index)}`, { type: 'AddOrderCharge', ...charge, scope: { kind: 'order' }, origin: 'import' })),
  ];
  return {
    registration:
      customer.reference === undefined
        ? undefined
        : importRequest(
            { storeId, sourceId },
            {
              aggregateId: subjectId,
              command: { type: 'RegisterCustomer', customerId: subjectId, storeId, contact: personal(subjectId, customer.contact), source: { system: SYSTEM, reference: customer.reference } },
              commandId: idOf('register-customer'),
              at: placedAt,
            },
          ),
    order: [...capture, ...progressed(document.status, order), ...afterwards(document, idOf, lineIdOf, order)],
  };
}

type ToRequest = (purpose: string, command: OrderCommand, at?: number) => CommandRequest<OrderCommand>;

const STEPS = ['submitted', 'confirmed', 'released'] as const;

function progressed(status: OrderDocument['status'], order: ToRequest): readonly CommandRequest<OrderCommand>[] {
  const commands = { submitted: 'SubmitOrder', confirmed: 'ConfirmOrder', released: 'ReleaseOrder' } as const;
  const reached = status === 'pending' ? 0 : STEPS.indexOf(status) + 1;
  return STEPS.slice(0, reached).map((step) => order(step, { type: commands[step] }));
}

/** Cancellations, shipments, deliveries and returns, the earliest first. */
function afterwards(document: OrderDocument, idOf: (purpose: string) => string, lineIdOf: (id: string) => string, order: ToRequest): readonly CommandRequest<OrderCommand>[] {
  const dated: { readonly at: number; readonly request: CommandRequest<OrderCommand> }[] = [];
  const add = (at: number, purpose: string, command: OrderCommand): void => void dated.push({ at, request: order(purpose, command, at) });
  for (const [index, { lineId, quantity, creditedMinor, reasonCode, at }] of document.cancellations.entries()) {
    add(at, `cancel-${String(index)}`, { type: 'CancelOrderLine', lineId: lineIdOf(lineId), quantity, creditedMinor, reasonCode });
  }
  for (const [index, { externalId, lines, carrier, trackingNumber, at, deliveredAt }] of document.shipments.entries()) {
    const purpose = `ship-${String(index)}`;
    add(at, purpose, {
      type: 'RecordShipment',
      externalId,
      lines: lines.map(({ lineId, quantity }) => ({ lineId: lineIdOf(lineId), quantity })),
      ...(carrier !== undefined && { carrier }),
      ...(trackingNumber !== undefined && { trackingNumber }),
    });
    if (deliveredAt === undefined) continue;
    add(deliveredAt, `deliver-${String(index)}`, { type: 'RecordDelivery', shipmentId: createdIdOf(idOf(purpose), 'shipment'), externalId: `${externalId}:delivered` });
  }
  for (const [index, { externalId, lineId, quantity, creditedMinor, at }] of document.returns.entries()) {
    add(at, `return-${String(index)}`, { type: 'RecordReturn', externalId, lineId: lineIdOf(lineId), quantity, creditedMinor });
  }
  return dated.sort((a, b) => a.at - b.at).map(({ request }) => request);
}
