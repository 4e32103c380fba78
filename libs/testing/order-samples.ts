import { createdIdOf, personal, type Personal } from '#kernel';
import type { Contact, LineQuote, OrderCommand, OrderCommandOf, PostalAddress, Place } from '#ordering';
import { contextOf, SUE, WAREHOUSE, type Asked } from './given.js';

export type OrderStep = Asked<OrderCommand>;

/** The person of the samples. */
export const SUBJECT = 'c0000000-0000-4000-8000-000000000001';

export const noteOf = (text: string): Personal<string> => personal(SUBJECT, text);

export const addressOf = (fields: Partial<PostalAddress> = {}, subjectId = SUBJECT): Personal<PostalAddress> =>
  personal(subjectId, { recipient: 'Zoë Ångström', line1: '1 Long Lane', city: 'Leeds', postcode: 'LS1 1AA', ...fields });

export const placeOf = (fields: Partial<PostalAddress> = {}, country = 'GB'): Place => ({ country, address: addressOf(fields) });

export const quoteOf = (unitPriceMinor: number, fields: Partial<LineQuote> = {}): LineQuote => ({
  unitPriceMinor,
  taxClass: 'standard',
  taxBasisPoints: 2_000,
  source: 'catalogue:2026-01',
  ...fields,
});

const CONTACT: Contact = { name: 'Zoë Ångström', email: 'zoe@example.com', phone: '+44 20 7946 0000' };

export const createOrder = (fields: Partial<OrderCommandOf<'CreateOrder'>> = {}): OrderStep => ({
  command: {
    type: 'CreateOrder',
    orderNumber: 'D-00000-00000',
    storeId: 'UK',
    currency: 'GBP',
    channel: 'phone',
    customer: { kind: 'guest' },
    contact: personal(SUBJECT, CONTACT),
    shipTo: placeOf(),
    ...fields,
  },
});

export const addLine = (sku: string, quantity: number, unitPriceMinor: number, fields: Partial<OrderCommandOf<'AddOrderLine'>> = {}): OrderStep => ({
  command: { type: 'AddOrderLine', sku, description: `${sku}, plain`, quantity, quote: quoteOf(unitPriceMinor), ...fields },
});

/** One command without fields, or with those given. */
export const ask = (command: OrderCommand, rest: Omit<OrderStep, 'command'> = {}): OrderStep => ({ command, ...rest });

/** The id of what the `step`-th command of a telling created. */
export const idAt = (steps: readonly OrderStep[], step: number, kind: string, index = 0): string => {
  const asked = steps[step];
  if (asked === undefined) throw new RangeError(`the story has no step ${String(step)}`);
  return createdIdOf(contextOf(asked, step).commandId, kind, index);
};

export const SUBMIT: OrderStep = { command: { type: 'SubmitOrder' } };
export const CONFIRM: OrderStep = { command: { type: 'ConfirmOrder' }, by: SUE };
export const RELEASE: OrderStep = { command: { type: 'ReleaseOrder' }, by: SUE };

/** A pending order with one line of 6 pieces at 2.55 and one of 2 at 10.00; 20 % tax. */
export const PENDING: readonly OrderStep[] = [createOrder(), addLine('85123A', 6, 255), addLine('71053', 2, 1_000)];
export const FIRST_LINE = idAt(PENDING, 1, 'line');
export const SECOND_LINE = idAt(PENDING, 2, 'line');
export const SUBMITTED: readonly OrderStep[] = [...PENDING, SUBMIT];
export const CONFIRMED: readonly OrderStep[] = [...SUBMITTED, CONFIRM];
export const RELEASED: readonly OrderStep[] = [...CONFIRMED, RELEASE];

export const ship = (externalId: string, ...lines: readonly (readonly [lineId: string, quantity: number])[]): OrderStep => ({
  command: { type: 'RecordShipment', externalId, lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })), carrier: 'Royal Mail', trackingNumber: `RM-${externalId}`, expectedOn: '2026-01-08' },
  by: WAREHOUSE,
});

export const PARTLY_SHIPPED: readonly OrderStep[] = [...RELEASED, ship('W-1', [FIRST_LINE, 4])];
export const SHIPPED: readonly OrderStep[] = [...RELEASED, ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2])];
export const FIRST_SHIPMENT = idAt(SHIPPED, 6, 'shipment');
export const DELIVERED: readonly OrderStep[] = [
  ...SHIPPED,
  { command: { type: 'RecordDelivery', shipmentId: FIRST_SHIPMENT, externalId: 'D-1' }, by: WAREHOUSE },
];
