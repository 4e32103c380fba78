import type { OrderDetails } from '../order-details/order-details.types.js';
import { ERASED } from '../order-details/personal-text.js';
import type { OrderSummary } from '../read-models.port.js';

/** What a hit shows of an order (A19), and every version of it that is kept. */
export function summaryOf(details: OrderDetails): OrderSummary {
  const { lock } = details;
  return {
    orderId: details.orderId,
    orderNumber: details.orderNumber,
    storeId: details.storeId,
    status: details.status,
    customerName: details.contact.name,
    city: details.shipTo.address.city,
    country: details.shipTo.country,
    currency: details.currency,
    totalMinor: details.totals.totalMinor,
    lineCount: details.lines.length,
    orderedAt: details.orderedAt,
    updatedAt: details.updated.at,
    suspended: details.suspension !== undefined,
    flagged: details.flag !== undefined,
    alertCount: details.alerts.filter(({ cleared }) => cleared === undefined).length,
    revision: details.revision,
    ...(lock && { lock: { agentId: lock.agentId, expiresAt: lock.expiresAt } }),
  };
}

/** The members that can identify a person, as they read once the person is erased. */
export const ERASED_SUMMARY: Pick<OrderSummary, 'customerName' | 'city'> = { customerName: ERASED, city: ERASED };
