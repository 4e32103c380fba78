import type { OrderCommand, OrderCommandType } from './order.commands.js';
import type { OrderEvent, OrderEventType } from './order.events.js';

/** Which command an event comes of. What only accompanies another's event (a lock let go) is named by its own. */
const MADE_BY: Readonly<Record<OrderEventType, OrderCommandType>> = {
  OrderCreated: 'CreateOrder',
  OrderLineAdded: 'AddOrderLine',
  OrderLineQuantityChanged: 'ChangeOrderLineQuantity',
  OrderLineVariantChanged: 'ChangeOrderLineVariant',
  OrderLineRemoved: 'RemoveOrderLine',
  OrderLineRestored: 'RestoreOrderLine',
  OrderGiftOptionsChanged: 'ChangeOrderGiftOptions',
  OrderFulfilmentChanged: 'ChangeOrderFulfilment',
  OrderTaxExemptionGranted: 'GrantOrderTaxExemption',
  OrderTaxExemptionRevoked: 'RevokeOrderTaxExemption',
  OrderSubmitted: 'SubmitOrder',
  OrderConfirmed: 'ConfirmOrder',
  OrderReleased: 'ReleaseOrder',
  OrderVoided: 'VoidOrder',
  OrderLocked: 'LockOrder',
  OrderLockRenewed: 'RenewOrderLock',
  OrderLockExpired: 'ExpireOrderLock',
  OrderUnlocked: 'UnlockOrder',
  OrderLockTakenOver: 'TakeOverOrderLock',
  OrderParked: 'ParkOrder',
  OrderTransferred: 'TransferOrder',
  OrderSuspended: 'SuspendOrder',
  OrderResumed: 'ResumeOrder',
  OrderHoldApplied: 'ApplyOrderHold',
  OrderHoldResolved: 'ResolveOrderHold',
  OrderFlagged: 'FlagOrder',
  OrderUnflagged: 'UnflagOrder',
  OrderAlertRaised: 'RaiseOrderAlert',
  OrderAlertsCleared: 'ClearOrderAlerts',
  OrderCommentAdded: 'AddOrderComment',
  OrderAddressChanged: 'ChangeOrderAddress',
  OrderCancelled: 'CancelOrder',
  OrderReinstated: 'ReinstateOrder',
  OrderLineCancelled: 'CancelOrderLine',
  OrderShipmentRecorded: 'RecordShipment',
  OrderDeliveryRecorded: 'RecordDelivery',
  OrderShipmentExceptionRecorded: 'RecordShipmentException',
  OrderDeliveryStopRequested: 'RequestDeliveryStop',
  OrderDeliveryStopConfirmed: 'ConfirmDeliveryStop',
  OrderDeliveryStopRefused: 'RefuseDeliveryStop',
  OrderAppointmentArranged: 'ArrangeOrderAppointment',
  OrderAppointmentRescheduled: 'RescheduleOrderAppointment',
  OrderReshipped: 'ReshipOrder',
  OrderAppeased: 'AppeaseOrder',
  OrderAppeasementRequested: 'RequestAppeasement',
  OrderAppeasementDeclined: 'DeclineAppeasement',
  OrderPaymentMethodAdded: 'AddPaymentMethod',
  OrderPaymentMethodChanged: 'ChangePaymentMethod',
  OrderChargesAllocated: 'AllocateCharges',
  OrderPaymentRequested: 'SettlePayments',
  OrderPaymentChased: 'ChasePayment',
  OrderPaymentAuthorized: 'RecordPayment',
  OrderPaymentCaptured: 'RecordPayment',
  OrderPaymentVoided: 'RecordPayment',
  OrderPaymentFailed: 'RecordPayment',
  OrderRefundIssued: 'RecordPayment',
  OrderInvoiceIssued: 'IssueInvoice',
  OrderCopied: 'RecordCopy',
  OrderReordered: 'RecordReorder',
  OrderReturnRecorded: 'RecordReturn',
  OrderChargeAdded: 'AddOrderCharge',
  OrderChargeRequested: 'RequestOrderCharge',
  OrderChargeDeclined: 'DeclineOrderCharge',
  OrderChargeChanged: 'ChangeOrderCharge',
  OrderChargeChangeRequested: 'RequestOrderChargeChange',
  OrderChargeRemoved: 'RemoveOrderCharge',
  OrderChargeRestored: 'RestoreOrderCharge',
};

/** The one event that says what its command was about: locks that were let go or ran out only accompany it. */
export const mainEvent = (events: readonly OrderEvent[]): OrderEvent | undefined =>
  events.findLast(({ type }) => type !== 'OrderUnlocked' && type !== 'OrderLockExpired') ?? events.at(-1);

export function commandTypeOf(event: OrderEvent): OrderCommandType {
  if (event.type === 'OrderAppeased' && event.data.approvedBy !== undefined) return 'ApproveAppeasement';
  return (event.type === 'OrderChargeAdded' || event.type === 'OrderChargeChanged') && event.data.approvedBy !== undefined ? 'ApproveOrderCharge' : MADE_BY[event.type];
}

/** The command as far as its event tells it: what it named. Enough to say on which aspects it depended. */
export function toldCommand(event: OrderEvent): OrderCommand {
  return { type: commandTypeOf(event), ...toldFields(event) } as OrderCommand;
}

function toldFields(event: OrderEvent): object {
  switch (event.type) {
    case 'OrderFulfilmentChanged':
      return { scope: { kind: 'lines', lineIds: event.data.lines.map(({ lineId }) => lineId) } };
    case 'OrderAddressChanged': {
      const { from, to } = event.data;
      return { shipTo: to, ...(from.country !== to.country && { taxRates: {} }) };
    }
    default:
      return event.data;
  }
}
