import type { AlertType, ChargeCategory, HoldType, PickupStore, ReasonCode, ResolutionCode, ReasonUse } from './service-lists.port.js';

const reason = (code: string, label: string, ...uses: readonly ReasonUse[]): ReasonCode => ({ code, label, uses, active: true });

export const SEED_REASONS: readonly ReasonCode[] = [
  reason('customer-request', 'The customer asked for it', 'void', 'suspend', 'cancel', 'cancel-line', 'address', 'charge', 'return', 'reship'),
  reason('duplicate-order', 'Ordered twice', 'void', 'cancel', 'cancel-line'),
  reason('mistake', 'Entered by mistake', 'void', 'cancel', 'cancel-line', 'address', 'charge'),
  reason('test-order', 'Made to test something', 'void', 'cancel'),
  reason('customer-unreachable', 'The customer cannot be reached', 'void', 'suspend', 'cancel'),
  reason('fraud-alert', 'Suspected fraud', 'void', 'suspend', 'cancel', 'cancel-line'),
  reason('payment-problem', 'Payment failed or is in doubt', 'void', 'suspend', 'cancel', 'cancel-line'),
  reason('out-of-stock', 'Cannot be supplied', 'suspend', 'cancel', 'cancel-line'),
  reason('discontinued', 'No longer made', 'cancel', 'cancel-line'),
  reason('price-error', 'Offered at a wrong price', 'suspend', 'cancel', 'cancel-line', 'charge'),
  reason('address-problem', 'The address is wrong or incomplete', 'suspend', 'cancel', 'address', 'reship'),
  reason('moved', 'The customer has moved', 'address'),
  reason('late-delivery', 'Delivered late, or not yet', 'cancel', 'cancel-line', 'appease'),
  reason('never-received', 'Never arrived', 'reship', 'appease'),
  reason('damaged', 'Arrived damaged', 'reship', 'appease', 'return'),
  reason('wrong-item', 'Another item arrived', 'reship', 'appease', 'return'),
  reason('missing-parts', 'Parts are missing', 'reship', 'appease', 'return'),
  reason('faulty', 'Does not work', 'reship', 'appease', 'return'),
  reason('bad-experience', 'A bad experience', 'appease'),
  reason('goodwill', 'Goodwill', 'appease', 'charge'),
  reason('price-match', 'Advertised at another price', 'charge'),
  reason('personalisation', 'Personalisation', 'charge'),
  reason('shipping-upgrade', 'Faster or special delivery', 'charge'),
];

export const SEED_HOLD_TYPES: readonly HoldType[] = [
  { code: 'address-check', label: 'Address check', effects: ['release', 'ship'], resolvedBy: ['csr', 'supervisor'], active: true },
  { code: 'fraud-check', label: 'Fraud check', effects: ['confirm', 'release', 'ship'], resolvedBy: ['supervisor'], active: true },
  { code: 'payment-check', label: 'Payment check', effects: ['confirm', 'release', 'ship'], resolvedBy: ['supervisor'], active: true },
  { code: 'stock-check', label: 'Stock check', effects: ['release', 'ship'], resolvedBy: ['csr', 'supervisor'], active: true },
  { code: 'customer-request', label: 'Held for the customer', effects: ['ship'], resolvedBy: ['csr', 'supervisor'], active: true },
  { code: 'other', label: 'Other', effects: ['confirm', 'release', 'ship'], resolvedBy: ['csr', 'supervisor'], active: true },
];

export const SEED_RESOLUTIONS: readonly ResolutionCode[] = [
  { code: 'checked', label: 'Checked and found right', active: true },
  { code: 'corrected', label: 'Corrected', active: true },
  { code: 'approved', label: 'Approved by somebody entitled to', active: true },
  { code: 'no-longer-needed', label: 'No longer needed', active: true },
];

/** Came with flags, alerts and charges by category. */
export const SEED_FLAG_REASONS: readonly ReasonCode[] = [
  reason('further-review', 'Somebody else should look at it', 'flag'),
  reason('questionable-activity', 'Questionable customer activity', 'flag', 'suspend'),
  reason('unusual-amount', 'An unusual amount or quantity', 'flag'),
];

/** Came with delivery stops and appointments; the first ones were there before, for other uses. */
export const SEED_DELIVERY_REASONS: readonly ReasonCode[] = [
  reason('customer-request', 'The customer asked for it', 'delivery-stop', 'appointment'),
  reason('fraud-alert', 'Suspected fraud', 'delivery-stop'),
  reason('address-problem', 'The address is wrong or incomplete', 'delivery-stop'),
  reason('mistake', 'Entered by mistake', 'delivery-stop', 'appointment'),
  reason('no-longer-wanted', 'The customer does not want it any more', 'delivery-stop'),
  reason('customer-not-home', 'Nobody would be at home', 'appointment'),
  reason('supplier-delay', 'It will not be there in time', 'appointment'),
];

export const SEED_ALERT_TYPES: readonly AlertType[] = [
  { code: 'fraud-suspected', label: 'Suspected fraud', severity: 'alert', clearedBy: ['supervisor'], active: true },
  { code: 'payment-mismatch', label: 'Payment and total differ', severity: 'alert', clearedBy: ['supervisor'], active: true },
  { code: 'address-suspicious', label: 'The address looks wrong', severity: 'warning', clearedBy: ['csr', 'supervisor'], active: true },
  { code: 'stock-shortage', label: 'Stock is running short', severity: 'warning', clearedBy: ['csr', 'supervisor'], active: true },
  { code: 'other', label: 'Other', severity: 'warning', clearedBy: ['csr', 'supervisor'], active: true },
];

/** Came with what the process of calls could not do; it raises them itself. */
export const SEED_CALL_ALERTS: readonly AlertType[] = [
  { code: 'order-not-parked', label: 'A call was parked, its order was not', severity: 'warning', clearedBy: ['csr', 'supervisor'], active: true },
  { code: 'order-not-transferred', label: 'A call was transferred, its order was not', severity: 'warning', clearedBy: ['csr', 'supervisor'], active: true },
  { code: 'order-not-voided', label: 'A call was voided, its order was not', severity: 'alert', clearedBy: ['csr', 'supervisor'], active: true },
];

export const SEED_CHARGE_CATEGORIES: readonly ChargeCategory[] = [
  { code: 'shipping', label: 'Delivery', kinds: ['charge', 'discount'], active: true },
  { code: 'gift-wrap', label: 'Gift wrapping', kinds: ['charge'], active: true },
  { code: 'personalisation', label: 'Personalisation', kinds: ['charge'], active: true },
  { code: 'handling', label: 'Handling', kinds: ['charge'], active: true },
  { code: 'price-adjustment', label: 'Advertised at another price', kinds: ['charge', 'discount'], active: true },
  { code: 'goodwill', label: 'Goodwill', kinds: ['discount'], active: true },
  { code: 'promotion', label: 'Promotion', kinds: ['discount'], active: true },
];

export const SEED_PICKUP_STORES: readonly PickupStore[] = [
  { code: 'leeds-briggate', label: 'Leeds, Briggate', country: 'GB', active: true },
  { code: 'london-marylebone', label: 'London, Marylebone', country: 'GB', active: true },
  { code: 'york-stonegate', label: 'York, Stonegate', country: 'GB', active: true },
  { code: 'dublin-grafton', label: 'Dublin, Grafton Street', country: 'IE', active: true },
];
