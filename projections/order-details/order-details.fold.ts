import { orderIdOf, type MinorUnits } from '#kernel';
import { COPY, isOrderEvent, type OrderEvent } from '#ordering';
import type { ProjectedEvent } from '#projecting';
import { COMMENTS_SHOWN, type AppeasementRequestView, type OrderDetails, type TotalsView, type Trace } from './order-details.types.js';
import { contactView, placeView, textOf } from './personal-text.js';
import { foldLine, isLineEvent } from './order-lines.fold.js';
import { foldPayment, isPaymentEvent } from './order-payments.fold.js';
import { foldDelivery, isDeliveryEvent } from './order-delivery.fold.js';
import { chargeTax, foldPricing, isPricingEvent, recredited, taxedAnew } from './order-pricing.fold.js';
import { foldControl, isControlEvent } from './order-control.fold.js';

/** The order after one more event. Pure; what is no event of an order changes nothing. */
export function foldEvent(details: OrderDetails | undefined, recorded: ProjectedEvent): OrderDetails | undefined {
  const { event, metadata, stream, revision } = recorded;
  if (!isOrderEvent(event)) return details;
  const trace: Trace = { at: metadata.recordedAt, by: metadata.actor.id };
  const next = event.type === 'OrderCreated' ? created(event.data, stream, trace, metadata.occurredAt) : details && folded(details, event, trace);
  if (next === undefined) return undefined;
  const isWork = metadata.actor.role !== 'system' && event.type !== 'OrderCopied' && event.type !== 'OrderReordered';
  const workedBy = isWork ? trace.by : (details?.workedBy ?? trace.by);
  return { ...next, revision: Number(revision), updated: trace, workedBy, totals: totalsOf(next) };
}

function created(data: Extract<OrderEvent, { type: 'OrderCreated' }>['data'], stream: string, trace: Trace, orderedAt: string): OrderDetails {
  return {
    orderId: stream.slice('order-'.length),
    orderNumber: data.orderNumber,
    storeId: data.storeId,
    revision: 0,
    status: 'pending',
    currency: data.currency,
    channel: data.channel,
    paymentTerms: data.paymentTerms,
    customer: data.customer,
    contact: contactView(data.contact),
    shipTo: placeView(data.shipTo),
    ...(data.billTo && { billTo: placeView(data.billTo) }),
    ...(data.source && { source: data.source }),
    ...(data.source?.system === COPY && { copiedFrom: { orderId: orderIdOf(data.source.reference), orderNumber: data.source.reference } }),
    created: trace,
    orderedAt,
    updated: trace,
    workedBy: trace.by,
    lines: [],
    totals: { goodsMinor: 0, chargesMinor: 0, discountsMinor: 0, taxMinor: 0, creditsMinor: 0, totalMinor: 0 },
    charges: [],
    cancelledMinor: 0,
    holds: [],
    alerts: [],
    shipments: [],
    appointments: [],
    returns: [],
    reshipments: [],
    appeasements: [],
    appeasementRequests: [],
    payments: { methods: [], open: [], transactions: [] },
    invoices: [],
    comments: [],
    commentCount: 0,
    recalculations: [],
    recalculationCount: 0,
  };
}

function folded(details: OrderDetails, event: Exclude<OrderEvent, { type: 'OrderCreated' }>, trace: Trace): OrderDetails {
  if (isLineEvent(event)) return foldLine(details, event, trace);
  if (isPricingEvent(event)) return foldPricing(details, event, trace);
  if (isControlEvent(event)) return foldControl(details, event, trace);
  if (isDeliveryEvent(event)) return foldDelivery(details, event, trace);
  if (isPaymentEvent(event)) return foldPayment(details, event, trace);
  switch (event.type) {
    case 'OrderSubmitted':
      return { ...details, status: 'submitted' };
    case 'OrderConfirmed':
      return { ...details, status: 'confirmed' };
    case 'OrderReleased':
      return { ...details, status: 'released' };
    case 'OrderVoided':
      return { ...details, status: 'voided', ended: { ...trace, reasonCode: event.data.reasonCode } };
    case 'OrderCommentAdded': {
      const { commentId, text, visibility } = event.data;
      const comments = [...details.comments, { ...trace, commentId, text: textOf(text), visibility }].slice(-COMMENTS_SHOWN);
      return { ...details, comments, commentCount: details.commentCount + 1 };
    }
    case 'OrderAddressChanged':
      return recredited(details, taxedAnew({ ...details, shipTo: placeView(event.data.to) }, event.data.taxed));
    case 'OrderAppeased': {
      const { note, ...data } = event.data;
      const asked = details.appeasementRequests.find(({ appeasementId }) => appeasementId === data.appeasementId);
      const appeasements = [...details.appeasements, { ...trace, ...data, ...(asked && { requestedBy: asked.by }), ...(note && { note: textOf(note) }) }];
      return { ...answeredRequest(details, data.appeasementId, { approved: trace }), appeasements };
    }
    case 'OrderCopied':
      return { ...details, copies: [...(details.copies ?? []), { ...trace, ...event.data }] };
    case 'OrderReordered':
      return { ...details, reorders: [...(details.reorders ?? []), { ...trace, ...event.data }] };
    case 'OrderAppeasementRequested': {
      const { note, requestedBy: _agent, ...data } = event.data;
      return { ...details, appeasementRequests: [...details.appeasementRequests, { ...trace, ...data, ...(note && { note: textOf(note) }) }] };
    }
    case 'OrderAppeasementDeclined': {
      const { appeasementId, note } = event.data;
      return answeredRequest(details, appeasementId, { declined: { ...trace, ...(note && { note: textOf(note) }) } });
    }
    default:
      return event satisfies never;
  }
}

function answeredRequest(details: OrderDetails, appeasementId: string, answer: Pick<AppeasementRequestView, 'approved' | 'declined'>): OrderDetails {
  return { ...details, appeasementRequests: details.appeasementRequests.map((request) => (request.appeasementId === appeasementId ? { ...request, ...answer } : request)) };
}

/** Derived anew, never taken from a caller (A48). */
export function totalsOf(details: Omit<OrderDetails, 'totals'>): TotalsView {
  const { lines, charges, appeasements, cancelledMinor } = details;
  let goodsMinor: MinorUnits = 0;
  let taxMinor: MinorUnits = 0;
  let creditsMinor = cancelledMinor;
  for (const line of lines) {
    goodsMinor += line.netMinor;
    taxMinor += line.taxMinor;
    creditsMinor += line.cancelledMinor + line.returnedMinor;
  }
  let chargesMinor: MinorUnits = 0;
  let discountsMinor: MinorUnits = 0;
  for (const charge of charges) {
    if (charge.kind === 'charge') chargesMinor += charge.amountMinor;
    else discountsMinor += charge.amountMinor;
    taxMinor += chargeTax(charge, details);
  }
  for (const { creditedMinor } of appeasements) creditsMinor += creditedMinor;
  return { goodsMinor, chargesMinor, discountsMinor, taxMinor, creditsMinor, totalMinor: goodsMinor + chargesMinor - discountsMinor + taxMinor - creditsMinor };
}
