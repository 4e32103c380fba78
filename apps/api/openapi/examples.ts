/**
 * What each operation is tried with: bodies that are understood as they stand, with codes of the demo's lists. Ids of lines, shipments and the
 * like are those of no order: put your own there. A test sends every one of them.
 */

const ID = '00000000-0000-4000-8000-000000000000';
const CONTACT = { name: 'Ada Lovelace', email: 'ada@example.net', phone: '+44 20 7946 0000' } as const;
const PLACE = { country: 'GB', address: { recipient: 'Ada Lovelace', line1: '1 Long Lane', city: 'London', postcode: 'EC1A 9HF' } } as const;
const SLOT = { startsAt: '2030-01-08T09:00:00Z', endsAt: '2030-01-08T12:00:00Z' } as const;
const asked = { reasonCode: 'customer-request' } as const;
const mistaken = { reasonCode: 'mistake' } as const;
const wholeOrder = { kind: 'order' } as const;
const tenPercent = { reasonCode: 'late-delivery', scope: wholeOrder, offer: { kind: 'percentage', basisPoints: 1_000 } } as const;
const NEW_ORDER = { storeId: 'demo', currency: 'GBP', contact: CONTACT, shipTo: PLACE, lines: [{ sku: 'POT-06', quantity: 2 }] } as const;

export const BODY_EXAMPLES: Readonly<Record<string, object>> = {
  // sign in
  signIn: { userName: 'ann', password: 'docket-demo-ann' },
  refreshSignIn: { refreshToken: 'the refresh token of the sign-in' },
  signOut: { refreshToken: 'the refresh token of the sign-in' },
  // make an order
  createOrder: NEW_ORDER,
  previewNewOrder: { operation: 'createOrder', body: NEW_ORDER },
  registerCustomer: { storeId: 'demo', contact: CONTACT },
  addOrderLine: { sku: 'POT-06', quantity: 2 },
  changeOrderLineQuantity: { quantity: 3 },
  removeOrderLine: {},
  restoreOrderLine: {},
  submitOrder: {},
  confirmOrder: {},
  releaseOrder: {},
  voidOrder: asked,
  reorderOrder: {},
  copyOrder: {},
  // lock
  lockOrder: { leaseSeconds: 600 },
  renewOrderLock: { leaseSeconds: 600 },
  unlockOrder: {},
  takeOverOrderLock: { leaseSeconds: 600 },
  takeOverAndUnlockOrder: {},
  // stop and go on
  suspendOrder: { reasonCode: 'customer-unreachable', note: 'Rang twice.' },
  resumeOrder: { note: 'The customer rang back.' },
  applyOrderHold: { holdType: 'address-check', scope: wholeOrder, note: 'Flat number to be confirmed.' },
  resolveOrderHold: { resolutionCode: 'checked' },
  flagOrder: { reasonCode: 'unusual-amount' },
  unflagOrder: { note: 'Looked at: all is well.' },
  raiseOrderAlert: { alertType: 'fraud-suspected' },
  clearOrderAlerts: { alertIds: [ID], resolutionCode: 'checked' },
  addOrderComment: { text: 'The customer would like it before Friday.' },
  // change
  changeOrderAddress: { shipTo: PLACE, reasonCode: 'moved' },
  changeOrderLineVariant: { sku: 'MUG-BLU' },
  changeOrderGiftOptions: { wrap: true, message: 'Happy birthday!' },
  changeOrderFulfilment: { kind: 'pickup', storeCode: 'london-marylebone' },
  grantOrderTaxExemption: { certificate: 'EX-2030-17' },
  revokeOrderTaxExemption: { note: 'The certificate has run out.' },
  addOrderCharge: { reasonCode: 'customer-request', kind: 'charge', category: 'gift-wrap', name: 'Gift wrapping', amountMinor: 350 },
  requestOrderCharge: { reasonCode: 'goodwill', kind: 'discount', category: 'goodwill', name: 'Half off', amountMinor: 350 },
  approveOrderCharge: {},
  declineOrderCharge: { note: 'A voucher will do.' },
  changeOrderCharge: { ...mistaken, amountMinor: 300 },
  requestOrderChargeChange: { reasonCode: 'goodwill', amountMinor: 2_000 },
  removeOrderCharge: mistaken,
  restoreOrderCharge: {},
  // take back, make good
  cancelOrder: asked,
  reinstateOrder: { note: 'It was the other order.' },
  cancelOrderLine: { ...asked, quantity: 1 },
  recordReturn: { externalId: 'return-1', lineId: ID, quantity: 1, creditedMinor: 500 },
  reshipOrder: { reasonCode: 'damaged', lineId: ID, quantity: 1 },
  appeaseOrder: tenPercent,
  requestAppeasement: tenPercent,
  approveAppeasement: {},
  declineAppeasement: { note: 'It came in time.' },
  undoOrderCommand: { commandId: ID },
  previewOrderCommand: { operation: 'cancelOrder', body: asked },
  // what carriers and warehouses report
  recordShipment: { externalId: 'parcel-1', lines: [{ lineId: ID, quantity: 1 }], carrier: 'Parcel Post', trackingNumber: 'PP123456789GB' },
  recordDelivery: { externalId: 'parcel-1-delivered' },
  recordShipmentException: { externalId: 'parcel-1-late', exceptionCode: 'weather', expectedOn: '2030-01-08' },
  requestDeliveryStop: asked,
  confirmDeliveryStop: { externalId: 'parcel-1-stopped' },
  refuseDeliveryStop: { externalId: 'parcel-1-not-stopped', reasonCode: 'out-for-delivery' },
  arrangeOrderAppointment: { scope: { kind: 'line', lineId: ID }, service: 'installation', slot: SLOT },
  rescheduleOrderAppointment: { reasonCode: 'customer-not-home', slot: SLOT },
  // payments
  addPaymentMethod: { kind: 'card', token: 'tok_2xYz81kq', label: 'Visa ending 4242' },
  changePaymentMethod: { limitMinor: 5_000 },
  allocateCharges: { allocations: [{ methodId: ID, amountMinor: 5_000 }] },
  recordPayment: { externalId: 'payment-1', outcome: 'authorized', methodId: ID, amountMinor: 5_000 },
  issueInvoice: { shipmentId: ID },
  // calls
  startCall: { storeId: 'demo' },
  parkCall: {},
  transferCall: { toAgentId: ID },
  voidCall: asked,
  endCall: {},
  // edits of an order that another agent holds
  stageOrderEdit: { kind: 'comment', text: 'The customer would like it before Friday.' },
  applyProposedEdit: {},
  dropProposedEdit: {},
  // carts
  lockCart: { currency: 'GBP' },
  unlockCart: {},
  takeOverCart: {},
  addCartLine: { sku: 'POT-06', quantity: 1 },
  changeCartLine: { quantity: 2 },
  removeCartLine: {},
  submitCart: { contact: CONTACT, shipTo: PLACE },
  // lists
  defineReasonCode: { code: 'changed-mind', label: 'The customer thought better of it', uses: ['cancel', 'cancel-line'] },
  defineHoldType: { code: 'gift-check', label: 'Gift message to be checked', effects: ['ship'], resolvedBy: ['csr', 'supervisor'] },
  defineResolutionCode: { code: 'agreed', label: 'Agreed with the customer' },
  defineAlertType: { code: 'odd-hours', label: 'Ordered at an odd hour', severity: 'warning', clearedBy: ['csr', 'supervisor'] },
  defineChargeCategory: { code: 'engraving', label: 'Engraving', kinds: ['charge'] },
  definePickupStore: { code: 'bath-milsom', label: 'Bath, Milsom Street', country: 'GB' },
  retireCode: { list: 'reason-codes', code: 'changed-mind' },
};
