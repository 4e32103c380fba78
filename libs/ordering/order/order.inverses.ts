import type { OrderCommand, OrderCommandFields, OrderCommandType, TaxRates } from './order.commands.js';
import type { OrderEventOf, OrderEventType, TaxedAnew } from './order.events.js';
import { lineOf, type Order } from './order.state.js';
import { ORDER_TAX_CLASS } from './order.totals.js';

/** Why there is no way back. */
export type Irreversible =
  /** It was reported from outside, and is so. */
  | 'fact'
  /** What was said stays said. */
  | 'said'
  /** Others have begun to act on it. */
  | 'begun'
  /** The customer was promised it. */
  | 'promised'
  /** Another command does it again, in its own right. */
  | 'do-it-again'
  /** What was dropped stays dropped: it begins anew. */
  | 'final'
  /** It ends by itself. */
  | 'passing';

export type Inverse =
  | {
      readonly kind: 'by';
      readonly command: OrderCommandType;
      /** From what happened and the order before it; undefined when there is no one command for it. */
      readonly make: (data: unknown, before: Order) => OrderCommand | undefined;
    }
  | { readonly kind: 'never'; readonly why: Irreversible; readonly instead?: OrderCommandType };

const REASON = 'mistake';

function by<Event extends OrderEventType, Type extends OrderCommandType>(
  _event: Event,
  command: Type,
  make: (data: OrderEventOf<Event>['data'], before: Order) => OrderCommandFields[Type] | undefined,
): Inverse {
  return {
    kind: 'by',
    command,
    make(data, before) {
      const fields = make(data as OrderEventOf<Event>['data'], before);
      return fields && ({ type: command, ...fields } as unknown as OrderCommand);
    },
  };
}

const never = (why: Irreversible, instead?: OrderCommandType): Inverse => ({ kind: 'never', why, ...(instead && { instead }) });

/** Every command: what takes it back, or why nothing does (D11). A command without its line does not compile. */
export const ORDER_INVERSES: Readonly<Record<OrderCommandType, Inverse>> = {
  CreateOrder: never('do-it-again', 'VoidOrder'),
  AddOrderLine: by('OrderLineAdded', 'RemoveOrderLine', ({ lineId }) => ({ lineId })),
  ChangeOrderLineQuantity: by('OrderLineQuantityChanged', 'ChangeOrderLineQuantity', ({ lineId, from }, before) => {
    const line = lineOf(before, lineId);
    return line && { lineId, quantity: from, quote: line.quote };
  }),
  ChangeOrderLineVariant: by('OrderLineVariantChanged', 'ChangeOrderLineVariant', ({ lineId, from }, before) => {
    const line = lineOf(before, lineId);
    return line && { lineId, ...from, ...(line.parentSku !== undefined && { parentSku: line.parentSku }), quote: line.quote };
  }),
  RemoveOrderLine: by('OrderLineRemoved', 'RestoreOrderLine', ({ lineId }) => ({ lineId })),
  RestoreOrderLine: by('OrderLineRestored', 'RemoveOrderLine', ({ lineId }) => ({ lineId })),
  ChangeOrderGiftOptions: by('OrderGiftOptionsChanged', 'ChangeOrderGiftOptions', ({ scope, from }) => ({ scope, gift: from })),
  ChangeOrderFulfilment: by('OrderFulfilmentChanged', 'ChangeOrderFulfilment', ({ lines }) => {
    const [first, ...rest] = lines;
    const alike = first !== undefined && rest.every(({ from }) => JSON.stringify(from) === JSON.stringify(first.from));
    return alike ? { scope: { kind: 'lines', lineIds: lines.map(({ lineId }) => lineId) }, fulfilment: first.from } : undefined;
  }),
  GrantOrderTaxExemption: by('OrderTaxExemptionGranted', 'RevokeOrderTaxExemption', () => ({})),
  RevokeOrderTaxExemption: never('do-it-again', 'GrantOrderTaxExemption'),
  SubmitOrder: never('begun', 'CancelOrder'),
  ConfirmOrder: never('begun', 'CancelOrder'),
  ReleaseOrder: never('begun', 'CancelOrder'),
  VoidOrder: never('final', 'CreateOrder'),

  LockOrder: by('OrderLocked', 'UnlockOrder', () => ({})),
  RenewOrderLock: never('passing', 'UnlockOrder'),
  UnlockOrder: never('do-it-again', 'LockOrder'),
  TakeOverOrderLock: never('do-it-again', 'UnlockOrder'),
  TakeOverAndUnlockOrder: never('do-it-again', 'LockOrder'),
  ExpireOrderLock: never('passing', 'LockOrder'),
  ParkOrder: never('begun'),
  TransferOrder: never('begun'),

  SuspendOrder: by('OrderSuspended', 'ResumeOrder', () => ({})),
  /** What has advanced meanwhile would not have. */
  ResumeOrder: never('do-it-again', 'SuspendOrder'),
  ApplyOrderHold: by('OrderHoldApplied', 'ResolveOrderHold', ({ holdId }) => ({ holdId, resolutionCode: 'no-longer-needed' })),
  ResolveOrderHold: never('do-it-again', 'ApplyOrderHold'),
  FlagOrder: by('OrderFlagged', 'UnflagOrder', () => ({})),
  UnflagOrder: never('do-it-again', 'FlagOrder'),
  RaiseOrderAlert: never('fact', 'ClearOrderAlerts'),
  ClearOrderAlerts: never('do-it-again', 'RaiseOrderAlert'),
  AddOrderComment: never('said', 'AddOrderComment'),
  /** Back in the country it came from, it is taxed as it was there (A49). */
  ChangeOrderAddress: by('OrderAddressChanged', 'ChangeOrderAddress', ({ from, to, taxed }, before) =>
    from.country === to.country ? { shipTo: from } : { shipTo: from, taxRates: ratesBefore(taxed, before) }),

  /** That its products are still sold is looked up before it is sent. */
  CancelOrder: by('OrderCancelled', 'ReinstateOrder', () => ({ unavailable: [] })),
  ReinstateOrder: never('do-it-again', 'CancelOrder'),
  CancelOrderLine: never('do-it-again', 'ChangeOrderLineQuantity'),
  RecordShipment: never('fact'),
  RecordDelivery: never('fact'),
  RecordShipmentException: never('fact'),
  RequestDeliveryStop: never('begun'),
  ConfirmDeliveryStop: never('fact'),
  RefuseDeliveryStop: never('fact'),
  ArrangeOrderAppointment: never('promised', 'RescheduleOrderAppointment'),
  RescheduleOrderAppointment: by('OrderAppointmentRescheduled', 'RescheduleOrderAppointment', ({ appointmentId, from }) => ({ appointmentId, slot: from, reasonCode: REASON })),
  ReshipOrder: by('OrderReshipped', 'CancelOrderLine', ({ newLineId, quantity }) => ({ lineId: newLineId, quantity, reasonCode: REASON })),
  AppeaseOrder: never('promised'),
  RequestAppeasement: never('begun', 'DeclineAppeasement'),
  ApproveAppeasement: never('promised'),
  DeclineAppeasement: never('do-it-again', 'RequestAppeasement'),
  AddPaymentMethod: never('do-it-again', 'ChangePaymentMethod'),
  ChangePaymentMethod: never('do-it-again', 'ChangePaymentMethod'),
  AllocateCharges: never('do-it-again', 'AllocateCharges'),
  SettlePayments: never('begun'),
  ChasePayment: never('begun'),
  RecordPayment: never('fact'),
  IssueInvoice: never('promised'),
  RecordReturn: never('fact'),
  CopyOrder: never('do-it-again', 'VoidOrder'),
  ReorderOrder: never('do-it-again'),
  RecordCopy: never('fact'),
  RecordReorder: never('fact'),
  AddOrderCharge: by('OrderChargeAdded', 'RemoveOrderCharge', ({ chargeId }) => ({ chargeId, reasonCode: REASON })),
  RequestOrderCharge: never('begun', 'DeclineOrderCharge'),
  ApproveOrderCharge: never('do-it-again', 'RemoveOrderCharge'),
  DeclineOrderCharge: never('do-it-again', 'RequestOrderCharge'),
  RequestOrderChargeChange: never('begun', 'DeclineOrderCharge'),
  /** The limit of who takes it back is looked up before it is sent: what was more is not had again without it. */
  ChangeOrderCharge: by('OrderChargeChanged', 'ChangeOrderCharge', ({ chargeId, from }, before) => {
    if (!before.charges.some((each) => each.chargeId === chargeId)) return undefined;
    return { chargeId, category: from.category, name: from.name, amountMinor: from.perUnitMinor ?? from.amountMinor, taxBasisPoints: from.taxBasisPoints, reasonCode: REASON };
  }),
  RemoveOrderCharge: by('OrderChargeRemoved', 'RestoreOrderCharge', ({ chargeId }) => ({ chargeId })),
  RestoreOrderCharge: by('OrderChargeRestored', 'RemoveOrderCharge', ({ chargeId }) => ({ chargeId, reasonCode: REASON })),
};

/** By tax class, what the lines were taxed with. Whether that leads back exactly is for who asks to see. */
function ratesBefore(taxed: TaxedAnew | undefined, before: Order): TaxRates {
  const charges = (taxed?.charges ?? []).map(({ from }) => [ORDER_TAX_CLASS, from] as const);
  const lines = (taxed?.lines ?? []).map(({ lineId, from }) => [lineOf(before, lineId)?.quote.taxClass ?? ORDER_TAX_CLASS, from] as const);
  return Object.fromEntries([...charges, ...lines]);
}
