import type { OrderCommand, OrderCommandOf, OrderCommandType } from './order.commands.js';
import type { ChargeScope, LineScope, OrderEvent } from './order.events.js';

/** A part of an order that an event changes or a command was decided on. `lines` stands for all of them, `line:…` for one. */
export type OrderAspect =
  | 'progress'
  | 'lock'
  | 'suspension'
  | 'holds'
  | 'lines'
  | `line:${string}`
  | `hold:${string}`
  | 'flag'
  | 'alerts'
  | `alert:${string}`
  | `shipment:${string}`
  | `appointment:${string}`
  /** How it is to be paid: methods, their limits, what is allocated to them. */
  | 'payments'
  /** What the gateway was asked, and what providers say has happened: the process that settles follows the order by itself. */
  | 'gateway'
  /** Of that, what goes back to the customer. */
  | 'refunds'
  | `method:${string}`
  | 'invoices'
  | `appeasement:${string}`
  | `charge:${string}`
  | 'charges'
  | 'tax'
  | 'fulfilment'
  | 'gift'
  | `gift:${string}`
  | 'credits'
  | 'address'
  /** Where it goes to, as far as taxes go by it. */
  | 'country'
  | 'assignee';

/** What its sender had in view when asking for a command. */
export interface Concurrency<Command extends OrderCommand = OrderCommand> {
  /** Whether the caller must say which revision was seen: `If-Match` or `Docket-Seen-Revision` (settled 3.1). */
  readonly seen: 'needed' | 'not-needed';
  /** What must not have changed since; a change elsewhere commutes with the command. */
  readonly dependsOn: (command: Command) => readonly OrderAspect[];
}

const NOTHING: readonly OrderAspect[] = [];
const EVERYTHING: readonly OrderAspect[] = ['progress', 'lock', 'suspension', 'holds', 'flag', 'alerts', 'lines', 'charges', 'tax', 'credits', 'payments', 'gateway', 'refunds', 'invoices', 'fulfilment', 'gift', 'address'];
/**
 * Who decides on the whole order has seen all of it. A lock that came or went meanwhile the decision itself minds; what
 * the gateway is asked and answers changes nothing of what is meant, and follows from what was decided.
 */
const CONTENT: readonly OrderAspect[] = EVERYTHING.filter((aspect) => aspect !== 'lock' && aspect !== 'gateway' && aspect !== 'refunds');

/** All that a price follows from. */
const PRICED: readonly OrderAspect[] = ['progress', 'lines', 'charges', 'tax', 'credits'];

const lineOf = (lineId: string): OrderAspect => `line:${lineId}`;
const alertOf = (alertId: string): OrderAspect => `alert:${alertId}`;
const shipmentOf = (shipmentId: string): OrderAspect => `shipment:${shipmentId}`;
const appointmentOf = (appointmentId: string): OrderAspect => `appointment:${appointmentId}`;
const giftOf = (scope: ChargeScope): OrderAspect => `gift:${scope.kind === 'line' ? scope.lineId : 'order'}`;
const methodOf = (methodId: string): OrderAspect => `method:${methodId}`;
const appeasementOf = (appeasementId: string): OrderAspect => `appeasement:${appeasementId}`;
const chargeOf = (chargeId: string): OrderAspect => `charge:${chargeId}`;
const linesIn = (scope: LineScope): readonly OrderAspect[] => (scope.kind === 'order' ? NOTHING : scope.lineIds.map(lineOf));

const needed = <Type extends OrderCommandType>(dependsOn: (command: OrderCommandOf<Type>) => readonly OrderAspect[]): Concurrency<OrderCommandOf<Type>> => ({
  seen: 'needed',
  dependsOn,
});

/** Facts from outside, comments, flags and what only its own sender's lock decides: true whatever happened meanwhile. */
const free: Concurrency = { seen: 'not-needed', dependsOn: () => NOTHING };

/** As free, for whoever sends it; yet what it does depends on these. */
const told = (...aspects: readonly OrderAspect[]): Concurrency => ({ seen: 'not-needed', dependsOn: () => aspects });

/** Each command: whether it needs what was seen, and on which of it it depends. */
export const ORDER_CONCURRENCY: { readonly [Type in OrderCommandType]: Concurrency<OrderCommandOf<Type>> } = {
  CreateOrder: free,
  AddOrderLine: needed(() => ['progress', 'country']),
  /** What stands on an invoice keeps its tax. */
  ChangeOrderLineQuantity: needed(({ lineId }) => ['progress', 'country', 'invoices', lineOf(lineId)]),
  ChangeOrderLineVariant: needed(({ lineId }) => ['progress', 'country', lineOf(lineId)]),
  ChangeOrderGiftOptions: needed(({ scope }) => ['progress', giftOf(scope)]),
  /** Of the whole order: whatever lines it has. */
  ChangeOrderFulfilment: needed(({ scope }) => ['progress', 'fulfilment', ...(scope.kind === 'order' ? (['lines'] as const) : linesIn(scope))]),
  GrantOrderTaxExemption: needed(() => PRICED),
  RevokeOrderTaxExemption: needed(() => PRICED),
  RemoveOrderLine: needed(({ lineId }) => ['progress', 'country', lineOf(lineId)]),
  RestoreOrderLine: needed(({ lineId }) => ['progress', 'country', lineOf(lineId)]),
  SubmitOrder: needed(() => CONTENT),
  ConfirmOrder: needed(() => CONTENT),
  ReleaseOrder: needed(() => CONTENT),
  VoidOrder: needed(() => CONTENT),
  LockOrder: needed(() => ['lock', 'progress']),
  RenewOrderLock: free,
  UnlockOrder: needed(() => ['lock']),
  TakeOverOrderLock: needed(() => ['lock', 'progress']),
  TakeOverAndUnlockOrder: needed(() => ['lock', 'progress']),
  ExpireOrderLock: free,
  ParkOrder: { seen: 'not-needed', dependsOn: () => ['assignee'] },
  TransferOrder: { seen: 'not-needed', dependsOn: () => ['assignee'] },
  SuspendOrder: needed(() => ['suspension']),
  ResumeOrder: needed(() => ['suspension']),
  ApplyOrderHold: needed(({ scope }) => linesIn(scope)),
  ResolveOrderHold: needed(({ holdId }) => [`hold:${holdId}`]),
  FlagOrder: told('flag'),
  UnflagOrder: told('flag'),
  RaiseOrderAlert: free,
  ClearOrderAlerts: needed(({ alertIds }) => alertIds.map(alertOf)),
  AddOrderComment: free,
  /** Into another country, everything that is taxed there anew. */
  ChangeOrderAddress: needed(({ taxRates }) => (taxRates === undefined ? ['progress', 'address'] : [...PRICED, 'address', 'invoices'])),
  /** What was given back before it was cancelled does not keep it from being reinstated; what is given back afterwards does. */
  CancelOrder: needed(() => [...CONTENT, 'refunds']),
  /** Money that is on its way back stays on it. */
  ReinstateOrder: needed(() => ['progress', 'refunds']),
  /** What is credited depends on what else there is to pay: with the last pieces, everything. */
  CancelOrderLine: needed(() => ['lines', 'charges', 'tax', 'credits']),
  RecordShipment: free,
  RecordDelivery: free,
  RecordShipmentException: free,
  RequestDeliveryStop: needed(({ shipmentId }) => [shipmentOf(shipmentId)]),
  ConfirmDeliveryStop: told('lines', 'charges', 'credits'),
  RefuseDeliveryStop: free,
  ArrangeOrderAppointment: needed(({ scope }) => ['fulfilment', scope.kind === 'line' ? lineOf(scope.lineId) : shipmentOf(scope.shipmentId)]),
  RescheduleOrderAppointment: needed(({ appointmentId }) => ['fulfilment', appointmentOf(appointmentId)]),
  ReshipOrder: needed(({ lineId }) => [lineOf(lineId)]),
  AppeaseOrder: needed(() => ['lines', 'charges', 'tax', 'credits']),
  RequestAppeasement: needed(() => ['lines', 'charges', 'tax', 'credits']),
  ApproveAppeasement: needed(({ appeasementId }) => ['lines', 'charges', 'tax', 'credits', appeasementOf(appeasementId)]),
  DeclineAppeasement: needed(({ appeasementId }) => [appeasementOf(appeasementId)]),
  AddPaymentMethod: needed(() => ['progress']),
  /** Its limit stays above what it was charged; what others were is nothing to it. */
  ChangePaymentMethod: needed(({ methodId }) => ['payments', methodOf(methodId)]),
  AllocateCharges: needed(() => ['lines', 'charges', 'tax', 'credits', 'payments', 'gateway']),
  SettlePayments: told(...EVERYTHING),
  ChasePayment: free,
  RecordPayment: told('payments', 'gateway'),
  IssueInvoice: needed(() => ['lines', 'charges', 'tax', 'invoices']),
  RecordReturn: free,
  CopyOrder: free,
  ReorderOrder: free,
  RecordCopy: free,
  RecordReorder: free,
  AddOrderCharge: needed(({ scope }) => ['progress', 'country', 'charges', ...(scope.kind === 'line' ? [lineOf(scope.lineId)] : [])]),
  RequestOrderCharge: needed(({ scope }) => ['progress', 'lines', 'charges', 'credits', ...(scope.kind === 'line' ? [lineOf(scope.lineId)] : [])]),
  ApproveOrderCharge: needed(({ chargeId }) => [...PRICED, 'country', chargeOf(chargeId)]),
  DeclineOrderCharge: needed(({ chargeId }) => [chargeOf(chargeId)]),
  RequestOrderChargeChange: needed(({ chargeId }) => ['progress', 'lines', 'charges', 'credits', chargeOf(chargeId)]),
  ChangeOrderCharge: needed(() => ['progress', 'lines', 'charges']),
  RemoveOrderCharge: needed(() => ['progress', 'country', 'lines', 'charges']),
  RestoreOrderCharge: needed(() => ['progress', 'country', 'lines', 'charges']),
};

/** What an event changes. */
export function touchedBy(event: OrderEvent): readonly OrderAspect[] {
  switch (event.type) {
    case 'OrderCreated':
    case 'OrderCancelled':
    case 'OrderReinstated':
    case 'OrderVoided':
      return EVERYTHING;
    case 'OrderLineQuantityChanged':
    case 'OrderLineVariantChanged': {
      const { lineId, taxed } = event.data;
      return ['lines', lineOf(lineId), ...(taxed === undefined ? [] : (['charges'] as const)), ...(taxed?.charges ?? []).map(({ chargeId }) => chargeOf(chargeId))];
    }
    case 'OrderLineAdded':
    case 'OrderLineCancelled':
      return ['lines', lineOf(event.data.lineId)];
    case 'OrderLineRemoved':
    case 'OrderLineRestored':
      return ['lines', 'charges', lineOf(event.data.lineId)];
    case 'OrderReturnRecorded':
      return ['lines', 'credits', lineOf(event.data.lineId)];
    case 'OrderReshipped':
      return ['lines', lineOf(event.data.lineId), lineOf(event.data.newLineId)];
    case 'OrderShipmentRecorded':
      return ['progress', 'lines', ...event.data.lines.map(({ lineId }) => lineOf(lineId))];
    case 'OrderDeliveryRecorded':
      return ['progress', shipmentOf(event.data.shipmentId)];
    case 'OrderDeliveryStopRequested':
    case 'OrderDeliveryStopRefused':
      return [shipmentOf(event.data.shipmentId)];
    case 'OrderDeliveryStopConfirmed':
      return ['progress', 'lines', 'credits', shipmentOf(event.data.shipmentId), ...event.data.lines.map(({ lineId }) => lineOf(lineId))];
    case 'OrderAppointmentArranged': {
      const { appointmentId, scope } = event.data;
      return [appointmentOf(appointmentId), scope.kind === 'line' ? lineOf(scope.lineId) : shipmentOf(scope.shipmentId)];
    }
    case 'OrderAppointmentRescheduled':
      return [appointmentOf(event.data.appointmentId)];
    case 'OrderSubmitted':
    case 'OrderConfirmed':
    case 'OrderReleased':
      return ['progress'];
    case 'OrderLocked':
    case 'OrderLockExpired':
    case 'OrderUnlocked':
    case 'OrderLockTakenOver':
      return ['lock'];
    case 'OrderSuspended':
    case 'OrderResumed':
      return ['suspension'];
    case 'OrderHoldApplied':
    case 'OrderHoldResolved':
      return ['holds', `hold:${event.data.holdId}`];
    case 'OrderFlagged':
    case 'OrderUnflagged':
      return ['flag'];
    case 'OrderAlertRaised':
      return ['alerts', alertOf(event.data.alertId)];
    case 'OrderAlertsCleared':
      return ['alerts', ...event.data.alertIds.map(alertOf)];
    case 'OrderCommentAdded':
    case 'OrderCopied':
    case 'OrderReordered':
    case 'OrderShipmentExceptionRecorded':
    case 'OrderPaymentChased':
    case 'OrderLockRenewed':
      return NOTHING;
    case 'OrderParked':
    case 'OrderTransferred':
      return ['assignee'];
    case 'OrderAddressChanged': {
      const { from, to, taxed } = event.data;
      if (from.country === to.country) return ['address'];
      return ['address', 'country', ...(taxed === undefined ? [] : (['tax', 'lines', 'charges'] as const)), ...(taxed?.lines ?? []).map(({ lineId }) => lineOf(lineId))];
    }
    case 'OrderAppeased':
      return ['credits', appeasementOf(event.data.appeasementId)];
    case 'OrderAppeasementRequested':
    case 'OrderAppeasementDeclined':
      return [appeasementOf(event.data.appeasementId)];
    case 'OrderChargesAllocated':
      return ['payments'];
    case 'OrderPaymentMethodAdded':
    case 'OrderPaymentMethodChanged':
      return ['payments', methodOf(event.data.methodId)];
    case 'OrderPaymentRequested':
    case 'OrderPaymentFailed':
      return ['gateway', ...(event.data.action === 'refund' ? (['refunds'] as const) : []), methodOf(event.data.methodId)];
    case 'OrderPaymentAuthorized':
    case 'OrderPaymentCaptured':
    case 'OrderPaymentVoided':
      return ['gateway', methodOf(event.data.methodId)];
    case 'OrderRefundIssued':
      return ['gateway', 'refunds', methodOf(event.data.methodId)];
    case 'OrderInvoiceIssued':
      return ['invoices'];
    case 'OrderGiftOptionsChanged':
      return ['gift', giftOf(event.data.scope)];
    case 'OrderFulfilmentChanged':
      return ['fulfilment'];
    case 'OrderTaxExemptionGranted':
    case 'OrderTaxExemptionRevoked':
      return ['tax'];
    case 'OrderChargeRequested':
    case 'OrderChargeChangeRequested':
    case 'OrderChargeDeclined':
      return [chargeOf(event.data.chargeId)];
    case 'OrderChargeAdded':
    case 'OrderChargeChanged':
    case 'OrderChargeRemoved':
    case 'OrderChargeRestored': {
      const { chargeId, scope } = event.data;
      return ['charges', chargeOf(chargeId), ...(scope.kind === 'line' ? [lineOf(scope.lineId)] : [])];
    }
    default:
      return event satisfies never;
  }
}

export const needsSeenRevision = (type: OrderCommandType): boolean => ORDER_CONCURRENCY[type].seen === 'needed';

/** Whether the command may follow these events although its sender had not seen them (settled 3.1). */
export function commutes(command: OrderCommand, since: readonly OrderEvent[]): boolean {
  const { dependsOn } = ORDER_CONCURRENCY[command.type] as Concurrency;
  const seen = new Set(dependsOn(command));
  return since.every((event) => touchedBy(event).every((aspect) => !seen.has(aspect)));
}
