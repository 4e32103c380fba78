import type { Decision, DecisionContext } from '#kernel';
import type { OrderCommand } from './order.commands.js';
import { appease, approveAppeasement, declineAppeasement, requestAppeasement } from './order.decide-appease.js';
import { arrangeAppointment, rescheduleAppointment } from './order.decide-appointment.js';
import { copy, recordCopy, recordReorder, reorder } from './order.decide-again.js';
import { reinstate } from './order.decide-reinstate.js';
import { confirmStop, recordException, refuseStop, requestStop } from './order.decide-delivery.js';
import { changeAddress } from './order.decide-amendment.js';
import { park, transfer } from './order.decide-call.js';
import { cancelLine, cancelOrder } from './order.decide-cancel.js';
import { addLine, changeQuantity, confirm, createOrder, release, removeLine, restoreLine, submit, voidOrder } from './order.decide-capture.js';
import { applyHold, comment, resolveHold, resume, suspend } from './order.decide-control.js';
import { recordDelivery, recordReturn, recordShipment } from './order.decide-fulfilment.js';
import { expireLock, lock, renewLock, takeOver, takeOverAndUnlock, unlock } from './order.decide-lock.js';
import { addCharge, approveCharge, changeCharge, declineCharge, removeCharge, restoreCharge, requestCharge, requestChargeChange } from './order.decide-charge.js';
import { changeFulfilment, changeGiftOptions, changeVariant } from './order.decide-line.js';
import { clearAlerts, flag, raiseAlert, unflag } from './order.decide-review.js';
import { issueInvoice } from './order.decide-invoice.js';
import { addMethod, allocate, changeMethod, chase, recordPayment, settle } from './order.decide-payment.js';
import { reship } from './order.decide-service.js';
import { grantTaxExemption, revokeTaxExemption } from './order.decide-tax.js';
import type { OrderEvent } from './order.events.js';
import * as no from './order.rejections.js';
import type { Order, OrderState } from './order.state.js';

type Decided = Decision<OrderEvent, no.OrderRejectionCode>;

/** What comes of a command: the events that say it was done, or the rule that refuses it. Pure. */
export function decideOrder(command: OrderCommand, state: OrderState, context: DecisionContext): Decided {
  if (command.type === 'CreateOrder') return state.status === 'none' ? createOrder(command) : no.reject('order-exists', 'There is an order under that id already.');
  return state.status === 'none' ? no.orderNotFound() : decideExisting(command, state, context);
}

function decideExisting(command: Exclude<OrderCommand, { type: 'CreateOrder' }>, order: Order, context: DecisionContext): Decided {
  switch (command.type) {
    case 'AddOrderLine':
      return addLine(command, order, context);
    case 'ChangeOrderLineQuantity':
      return changeQuantity(command, order, context);
    case 'ChangeOrderLineVariant':
      return changeVariant(command, order, context);
    case 'ChangeOrderGiftOptions':
      return changeGiftOptions(command, order, context);
    case 'ChangeOrderFulfilment':
      return changeFulfilment(command, order, context);
    case 'GrantOrderTaxExemption':
      return grantTaxExemption(command, order, context);
    case 'RevokeOrderTaxExemption':
      return revokeTaxExemption(command, order, context);
    case 'RemoveOrderLine':
      return removeLine(command, order, context);
    case 'RestoreOrderLine':
      return restoreLine(command, order, context);
    case 'SubmitOrder':
      return submit(order, context);
    case 'ConfirmOrder':
      return confirm(order);
    case 'ReleaseOrder':
      return release(order);
    case 'VoidOrder':
      return voidOrder(command, order, context);
    case 'LockOrder':
      return lock(command, order, context);
    case 'RenewOrderLock':
      return renewLock(command, order, context);
    case 'UnlockOrder':
      return unlock(order, context);
    case 'TakeOverOrderLock':
      return takeOver(command, order, context);
    case 'TakeOverAndUnlockOrder':
      return takeOverAndUnlock(order, context);
    case 'ExpireOrderLock':
      return expireLock(command, order, context);
    case 'ParkOrder':
      return park(command, order, context);
    case 'TransferOrder':
      return transfer(command, order, context);
    case 'SuspendOrder':
      return suspend(command, order);
    case 'ResumeOrder':
      return resume(command, order);
    case 'ApplyOrderHold':
      return applyHold(command, order, context);
    case 'ResolveOrderHold':
      return resolveHold(command, order);
    case 'FlagOrder':
      return flag(command, order);
    case 'UnflagOrder':
      return unflag(command, order);
    case 'RaiseOrderAlert':
      return raiseAlert(command, order, context);
    case 'ClearOrderAlerts':
      return clearAlerts(command, order);
    case 'AddOrderComment':
      return comment(command, order, context);
    case 'ChangeOrderAddress':
      return changeAddress(command, order, context);
    case 'CancelOrder':
      return cancelOrder(command, order, context);
    case 'ReinstateOrder':
      return reinstate(command, order, context);
    case 'CancelOrderLine':
      return cancelLine(command, order, context);
    case 'RecordShipment':
      return recordShipment(command, order, context);
    case 'RecordDelivery':
      return recordDelivery(command, order);
    case 'RecordShipmentException':
      return recordException(command, order, context);
    case 'RequestDeliveryStop':
      return requestStop(command, order, context);
    case 'ConfirmDeliveryStop':
      return confirmStop(command, order);
    case 'RefuseDeliveryStop':
      return refuseStop(command, order);
    case 'ArrangeOrderAppointment':
      return arrangeAppointment(command, order, context);
    case 'RescheduleOrderAppointment':
      return rescheduleAppointment(command, order, context);
    case 'ReshipOrder':
      return reship(command, order, context);
    case 'AppeaseOrder':
      return appease(command, order, context);
    case 'RequestAppeasement':
      return requestAppeasement(command, order, context);
    case 'ApproveAppeasement':
      return approveAppeasement(command, order, context);
    case 'DeclineAppeasement':
      return declineAppeasement(command, order);
    case 'AddPaymentMethod':
      return addMethod(command, order, context);
    case 'ChangePaymentMethod':
      return changeMethod(command, order, context);
    case 'AllocateCharges':
      return allocate(command, order, context);
    case 'SettlePayments':
      return settle(order, context);
    case 'ChasePayment':
      return chase(command, order);
    case 'RecordPayment':
      return recordPayment(command, order, context);
    case 'IssueInvoice':
      return issueInvoice(command, order, context);
    case 'CopyOrder':
      return copy(order);
    case 'ReorderOrder':
      return reorder(order, context);
    case 'RecordCopy':
      return recordCopy(command, order);
    case 'RecordReorder':
      return recordReorder(command, order);
    case 'RecordReturn':
      return recordReturn(command, order, context);
    case 'AddOrderCharge':
      return addCharge(command, order, context);
    case 'RequestOrderCharge':
      return requestCharge(command, order, context);
    case 'ApproveOrderCharge':
      return approveCharge(command, order, context);
    case 'DeclineOrderCharge':
      return declineCharge(command, order);
    case 'RequestOrderChargeChange':
      return requestChargeChange(command, order, context);
    case 'ChangeOrderCharge':
      return changeCharge(command, order, context);
    case 'RestoreOrderCharge':
      return restoreCharge(command, order, context);
    case 'RemoveOrderCharge':
      return removeCharge(command, order, context);
  }
}
