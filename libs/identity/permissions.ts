import type { MinorUnits, Role } from '#kernel';

/** Roles that a person or another system can be given; `system` is Docket's own processes. */
export type GrantedRole = Exclude<Role, 'system'>;

export const GRANTED_ROLES: readonly GrantedRole[] = ['csr', 'supervisor', 'auditor', 'analyst', 'administrator', 'integration'];

/** Who serves customers, and who may watch them do it. */
const SERVICE = ['csr', 'supervisor'] as const;
const SEEING = ['csr', 'supervisor', 'auditor'] as const;
/** The second person for what goes beyond somebody else's limit. */
const APPROVAL = ['supervisor'] as const;
const FACTS = ['supervisor', 'integration'] as const;
const LISTS = ['csr', 'supervisor', 'auditor', 'administrator', 'integration'] as const;
const ADMINISTRATION = ['administrator'] as const;
const EVERYBODY = GRANTED_ROLES;

/**
 * The whole of function-level access: which role may call which operation. What is not in here may nobody do.
 * `docs/permissions.md` shows the same table to people, and a test holds the two together.
 */
const TABLE = {
  createOrder: SERVICE,
  addOrderLine: SERVICE,
  changeOrderLineQuantity: SERVICE,
  changeOrderLineVariant: SERVICE,
  changeOrderGiftOptions: SERVICE,
  changeOrderFulfilment: SERVICE,
  removeOrderLine: SERVICE,
  restoreOrderLine: SERVICE,
  submitOrder: SERVICE,
  confirmOrder: SERVICE,
  releaseOrder: SERVICE,
  voidOrder: SERVICE,

  lockOrder: SERVICE,
  renewOrderLock: SERVICE,
  unlockOrder: SERVICE,
  takeOverOrderLock: SERVICE,
  takeOverAndUnlockOrder: SERVICE,

  startCall: SERVICE,
  parkCall: SERVICE,
  transferCall: SERVICE,
  voidCall: SERVICE,
  endCall: SERVICE,
  getCurrentCall: SERVICE,
  listTransferTargets: SERVICE,

  reorderOrder: SERVICE,
  copyOrder: SERVICE,
  lockCart: SERVICE,
  unlockCart: SERVICE,
  takeOverCart: SERVICE,
  addCartLine: SERVICE,
  changeCartLine: SERVICE,
  removeCartLine: SERVICE,
  submitCart: SERVICE,
  getCart: SEEING,

  stageOrderEdit: SERVICE,
  applyProposedEdit: SERVICE,
  dropProposedEdit: SERVICE,
  getOrderProposals: SEEING,

  suspendOrder: SERVICE,
  resumeOrder: SERVICE,
  applyOrderHold: SERVICE,
  resolveOrderHold: SERVICE,
  flagOrder: SERVICE,
  unflagOrder: SERVICE,
  raiseOrderAlert: FACTS,
  clearOrderAlerts: SERVICE,
  addOrderComment: SERVICE,
  changeOrderAddress: SERVICE,
  grantOrderTaxExemption: SERVICE,
  revokeOrderTaxExemption: SERVICE,
  addOrderCharge: SERVICE,
  requestOrderCharge: SERVICE,
  approveOrderCharge: APPROVAL,
  declineOrderCharge: APPROVAL,
  changeOrderCharge: SERVICE,
  requestOrderChargeChange: SERVICE,
  removeOrderCharge: SERVICE,
  restoreOrderCharge: SERVICE,

  cancelOrder: SERVICE,
  reinstateOrder: SERVICE,
  cancelOrderLine: SERVICE,
  reshipOrder: SERVICE,
  appeaseOrder: SERVICE,
  requestAppeasement: SERVICE,
  approveAppeasement: APPROVAL,
  declineAppeasement: APPROVAL,

  addPaymentMethod: SERVICE,
  changePaymentMethod: SERVICE,
  allocateCharges: SERVICE,
  recordPayment: FACTS,
  issueInvoice: FACTS,

  recordShipment: FACTS,
  recordDelivery: FACTS,
  recordShipmentException: FACTS,
  requestDeliveryStop: SERVICE,
  confirmDeliveryStop: FACTS,
  refuseDeliveryStop: FACTS,
  arrangeOrderAppointment: SERVICE,
  rescheduleOrderAppointment: SERVICE,
  recordReturn: FACTS,

  registerCustomer: SERVICE,

  searchOrders: SEEING,
  listPendingOrders: SEEING,
  getOrder: SEEING,
  getOrderHistory: SEEING,
  previewOrderCommand: SERVICE,
  previewNewOrder: SERVICE,
  undoOrderCommand: SERVICE,
  getPaymentInquiry: SEEING,
  listInvoices: SEEING,
  listOrderActions: SEEING,
  getOrderEvents: ['auditor'],
  listOrderRefusals: ['supervisor', 'auditor'],
  listCallRefusals: ['supervisor', 'auditor'],
  listCartRefusals: ['supervisor', 'auditor'],
  watchChanges: SEEING,

  listReasonCodes: LISTS,
  listHoldTypes: LISTS,
  listAlertTypes: LISTS,
  listChargeCategories: LISTS,
  listPickupStores: LISTS,
  listProducts: LISTS,
  defineReasonCode: ADMINISTRATION,
  defineHoldType: ADMINISTRATION,
  defineResolutionCode: ADMINISTRATION,
  defineAlertType: ADMINISTRATION,
  defineChargeCategory: ADMINISTRATION,
  definePickupStore: ADMINISTRATION,
  retireCode: ADMINISTRATION,
  listUsers: ['supervisor', 'auditor', 'administrator'],
  getCurrentUser: EVERYBODY,
} as const satisfies Readonly<Record<string, readonly GrantedRole[]>>;

/** The operationId of every operation that needs a sign-in. */
export type OperationId = keyof typeof TABLE;

export const PERMISSIONS: Readonly<Record<OperationId, readonly GrantedRole[]>> = TABLE;

export const OPERATION_IDS: readonly OperationId[] = Object.keys(TABLE) as OperationId[];

export function mayCall(role: Role, operationId: OperationId): boolean {
  return PERMISSIONS[operationId].some((each) => each === role);
}

export interface AmountLimits {
  /** The most that one order may be appeased by in all without a second person, in minor units. */
  readonly appeasementMinor: MinorUnits | null;
  /** The most that discounts by hand may take off together, as a share of goods and charges, in basis points (A52). */
  readonly discountBasisPoints: number;
  /** The most that charges by hand may add together, as a share of the goods, in basis points (A52). */
  readonly chargeBasisPoints: number;
}

const NOTHING: AmountLimits = { appeasementMinor: 0, discountBasisPoints: 0, chargeBasisPoints: 0 };

/** Amounts for a currency with two digits. */
const LIMITS: Readonly<Record<Role, AmountLimits>> = {
  csr: { appeasementMinor: 5_000, discountBasisPoints: 1_500, chargeBasisPoints: 5_000 },
  supervisor: { appeasementMinor: 50_000, discountBasisPoints: 5_000, chargeBasisPoints: 20_000 },
  auditor: NOTHING,
  analyst: NOTHING,
  administrator: NOTHING,
  integration: NOTHING,
  system: { appeasementMinor: null, discountBasisPoints: 10_000, chargeBasisPoints: 1_000_000 },
};

/**
 * What a role may grant on its own (guard G3); above it a second person has to approve.
 * @param minorDigits of the order's currency
 */
export function amountLimits(role: Role, minorDigits: number): AmountLimits {
  const { appeasementMinor, ...shares } = LIMITS[role];
  return {
    appeasementMinor: appeasementMinor === null ? null : scaled(appeasementMinor, minorDigits),
    ...shares,
  };
}

/** A yen or a won is worth a penny rather than a pound, so only currencies with three digits need another number. */
function scaled(minor: MinorUnits, minorDigits: number): MinorUnits {
  return minorDigits === 3 ? minor * 10 : minor;
}
