import type { OrderCommandType } from './order.commands.js';
import type { OrderStatus } from './order.state.js';

/** Where an order may stand when a command comes; `none` before it exists. */
export type LifecycleState = OrderStatus | 'none';

const OPEN = ['pending', 'submitted', 'confirmed', 'released', 'partially-shipped'] as const;
const LIVE = [...OPEN, 'shipped', 'delivered'] as const;
const EVERY = [...LIVE, 'voided', 'cancelled'] as const;
const UNSHIPPED = ['pending', 'submitted', 'confirmed', 'released'] as const;
const SHIPPED = ['partially-shipped', 'shipped', 'delivered'] as const;
const CONFIRMED = ['confirmed', 'released', ...SHIPPED] as const;
const IN_FULFILMENT = ['released', ...SHIPPED] as const;

/**
 * The lifecycle as data (ADR 0010): the states in which a command can be accepted at all. Locks, suspension, holds and
 * what the command names may still refuse it there; anywhere else it is always refused. A property holds the table to
 * `decide`, both ways.
 */
export const ORDER_LIFECYCLE: Readonly<Record<OrderCommandType, readonly LifecycleState[]>> = {
  CreateOrder: ['none'],
  AddOrderLine: OPEN,
  ChangeOrderLineQuantity: OPEN,
  ChangeOrderLineVariant: OPEN,
  ChangeOrderGiftOptions: OPEN,
  ChangeOrderFulfilment: OPEN,
  GrantOrderTaxExemption: LIVE,
  RevokeOrderTaxExemption: LIVE,
  RemoveOrderLine: OPEN,
  RestoreOrderLine: LIVE,
  SubmitOrder: ['pending'],
  ConfirmOrder: ['submitted'],
  ReleaseOrder: ['confirmed'],
  VoidOrder: ['pending'],

  LockOrder: ['pending'],
  RenewOrderLock: ['pending'],
  UnlockOrder: ['pending'],
  TakeOverOrderLock: ['pending'],
  TakeOverAndUnlockOrder: ['pending'],
  ExpireOrderLock: EVERY,

  ParkOrder: ['pending'],
  TransferOrder: ['pending'],

  SuspendOrder: LIVE,
  ResumeOrder: LIVE,
  ApplyOrderHold: LIVE,
  ResolveOrderHold: LIVE,
  FlagOrder: LIVE,
  UnflagOrder: LIVE,
  RaiseOrderAlert: LIVE,
  ClearOrderAlerts: LIVE,
  AddOrderComment: EVERY,
  ChangeOrderAddress: OPEN,
  AddOrderCharge: LIVE,
  RequestOrderCharge: LIVE,
  ApproveOrderCharge: LIVE,
  DeclineOrderCharge: LIVE,
  RequestOrderChargeChange: LIVE,
  ChangeOrderCharge: LIVE,
  RemoveOrderCharge: LIVE,
  RestoreOrderCharge: LIVE,

  CancelOrder: UNSHIPPED,
  ReinstateOrder: ['cancelled'],
  CancelOrderLine: LIVE,
  RecordShipment: IN_FULFILMENT,
  RecordDelivery: SHIPPED,
  RecordShipmentException: SHIPPED,
  RequestDeliveryStop: SHIPPED,
  ConfirmDeliveryStop: SHIPPED,
  RefuseDeliveryStop: SHIPPED,
  ArrangeOrderAppointment: LIVE,
  RescheduleOrderAppointment: LIVE,
  ReshipOrder: SHIPPED,
  AppeaseOrder: LIVE,
  RequestAppeasement: LIVE,
  ApproveAppeasement: LIVE,
  DeclineAppeasement: LIVE,
  AddPaymentMethod: LIVE,
  ChangePaymentMethod: LIVE,
  AllocateCharges: LIVE,
  SettlePayments: EVERY,
  ChasePayment: EVERY,
  RecordPayment: EVERY,
  IssueInvoice: SHIPPED,
  RecordReturn: SHIPPED,
  CopyOrder: CONFIRMED,
  ReorderOrder: EVERY,
  RecordCopy: EVERY,
  RecordReorder: EVERY,
};
