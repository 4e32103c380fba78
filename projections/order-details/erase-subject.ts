import type { ChargeView, GiftView, OrderDetails } from './order-details.types.js';
import { ERASED, hiddenAddress } from './personal-text.js';

const noted = <T extends { readonly note?: string }>(value: T): T => (value.note === undefined ? value : { ...value, note: ERASED });

const unsigned = <T extends { readonly gift?: GiftView }>(what: T): T => (what.gift?.message === undefined ? what : { ...what, gift: { ...what.gift, message: ERASED } });

const unnoted = (charge: ChargeView): ChargeView => ({ ...noted(charge), ...(charge.changed && { changed: noted(charge.changed) }) });

/** The order without what identifies its customer: as it would be read from the log after the erasure. */
export function eraseSubject(details: OrderDetails, subjectId: string): OrderDetails {
  if (details.contact.subjectId !== subjectId) return details;
  const hidden = hiddenAddress(ERASED);
  return {
    ...details,
    contact: { subjectId, name: ERASED },
    shipTo: { ...details.shipTo, address: hidden },
    ...(details.billTo && { billTo: { ...details.billTo, address: hidden } }),
    ...(details.suspension && { suspension: noted(details.suspension) }),
    ...(details.flag && { flag: noted(details.flag) }),
    ...(details.ended && { ended: noted(details.ended) }),
    holds: details.holds.map((hold) => ({ ...noted(hold), ...(hold.resolved && { resolved: noted(hold.resolved) }) })),
    alerts: details.alerts.map((alert) => ({ ...noted(alert), ...(alert.cleared && { cleared: noted(alert.cleared) }) })),
    shipments: details.shipments.map((shipment) => ({
      ...shipment,
      ...(shipment.exceptions && { exceptions: shipment.exceptions.map(noted) }),
      ...(shipment.stops && { stops: shipment.stops.map(noted) }),
    })),
    lines: details.lines.map(unsigned),
    charges: details.charges.map(unnoted),
    ...(details.removedCharges && { removedCharges: details.removedCharges.map((gone) => ({ ...gone, charge: unnoted(gone.charge) })) }),
    ...(details.removedLines && { removedLines: details.removedLines.map((gone) => ({ ...gone, line: unsigned(gone.line), charges: gone.charges.map(unnoted) })) }),
    ...(details.gift && unsigned({ gift: details.gift })),
    ...(details.taxExemption && { taxExemption: { ...noted(details.taxExemption), certificate: ERASED } }),
    appeasements: details.appeasements.map(noted),
    appeasementRequests: details.appeasementRequests.map((request) => ({ ...noted(request), ...(request.declined && { declined: noted(request.declined) }) })),
    ...(details.chargeRequests && { chargeRequests: details.chargeRequests.map((request) => ({ ...noted(request), ...(request.declined && { declined: noted(request.declined) }) })) }),
    payments: { ...details.payments, methods: details.payments.methods.map((method) => (method.label === undefined ? method : { ...method, label: ERASED })) },
    comments: details.comments.map((comment) => ({ ...comment, text: ERASED })),
  };
}
