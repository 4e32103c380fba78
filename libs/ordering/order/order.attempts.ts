import { canonicalJson, personal, type DecisionContext } from '#kernel';
import { NOTHING, REASON, type ActionBounds, type Attempts } from './order.attempt.js';
import type { OrderCommandOf, OrderCommandType, OrderCommand } from './order.commands.js';
import type { LineQuote, Place } from './order.events.js';
import type { AppointmentScope, Slot } from './order.fulfilment-events.js';
import { MAX_QUANTITY } from './order.guards.js';
import { chargeLimit, limitOfCharge, limitOfGrants, limitsOfNewCharges, type OwnLimits } from './order.limits.js';
import { PAYMENT_ATTEMPTS } from './order.attempts-payment.js';
import { creditableBalance, grantableBalance } from './order.credits.js';
import { holdsOnLine, waitingCharges, type Order, type OrderLine, type OrderShipment } from './order.state.js';

const FREE: LineQuote = { unitPriceMinor: 0, taxClass: 'none', taxBasisPoints: 0, source: 'none' };

const bare = <Type extends OrderCommandType>(command: OrderCommandOf<Type>): Attempts<OrderCommandOf<Type>> => ({ tries: () => [command] });

/** One attempt for each line that has pieces for it; for the first line, or none, when no line has. `unheard`: an id for a fact. */
function perLine<Command extends OrderCommand>(
  pieces: (line: OrderLine) => number,
  command: (lineId: string, unheard: string) => Command,
  more: (order: Order) => ActionBounds = () => ({}),
): Attempts<Command> {
  return {
    tries(order, { commandId }) {
      const lines = order.lines.filter((line) => pieces(line) > 0);
      const named = lines.length > 0 ? lines : order.lines.slice(0, 1);
      return named.length > 0 ? named.map(({ lineId }) => command(lineId, commandId)) : [command(NOTHING, commandId)];
    },
    bounds: (order) => ({
      lines: order.lines.filter((line) => pieces(line) > 0).map((line) => ({ lineId: line.lineId, least: 1, greatest: pieces(line) })),
      ...more(order),
    }),
  };
}

/** One attempt for each shipment that it is for; for the first, or none, when it is for none. */
function perShipment<Command extends OrderCommand>(fits: (shipment: OrderShipment) => boolean, command: (shipmentId: string, unheard: string) => Command): Attempts<Command> {
  return {
    tries({ shipments }, { commandId }) {
      const named = shipments.some(fits) ? shipments.filter(fits) : shipments.slice(0, 1);
      return named.length > 0 ? named.map(({ shipmentId }) => command(shipmentId, commandId)) : [command(NOTHING, commandId)];
    },
    bounds: ({ shipments }) => ({ parts: shipments.filter(fits).map(({ shipmentId }) => shipmentId) }),
  };
}

interface Waiting {
  readonly id: string;
  readonly requestedBy: string;
}

/** One attempt for each request that waits for a second person. */
const perRequest = <Command extends OrderCommand>(waiting: (order: Order) => readonly Waiting[], command: (id: string, order: Order, limits: OwnLimits) => Command): Attempts<Command> => ({
  tries(order, _context, limits) {
    const ids = waiting(order).map(({ id }) => id);
    return (ids.length > 0 ? ids : [NOTHING]).map((id) => command(id, order, limits));
  },
  bounds: (order) => ({ parts: waiting(order).map(({ id }) => id) }),
});

/** Nobody approves their own (G3). */
const approvable = (waiting: (order: Order) => readonly Waiting[]) => (order: Order, { actor }: DecisionContext): ActionBounds => ({
  parts: waiting(order).flatMap(({ id, requestedBy }) => (requestedBy === actor.id ? [] : [id])),
});

const appeasementsAsked = ({ appeasementRequests }: Order): readonly Waiting[] => appeasementRequests.map(({ appeasementId: id, requestedBy }) => ({ id, requestedBy }));
const chargesAsked = (order: Order): readonly Waiting[] => waitingCharges(order).map(({ chargeId: id, requestedBy }) => ({ id, requestedBy }));

const onItsWay = ({ delivered, stop }: OrderShipment): boolean => !delivered && stop?.outcome !== 'confirmed';
const stopping = ({ stop }: OrderShipment): boolean => stop?.outcome === 'open';

/** A time that nobody has taken: a year and a bit from now, at an odd minute. */
const slotAfter = (now: string): Slot => {
  const from = Date.parse(now) + 400 * 24 * 3_600_000 + 1;
  return { startsAt: new Date(from).toISOString(), endsAt: new Date(from + 1).toISOString() };
};

const unclearedAlerts = ({ alerts }: Order): readonly string[] => alerts.filter(({ cleared }) => !cleared).map(({ alertId }) => alertId);
const changeable = (line: OrderLine): boolean => line.replaces === undefined;
const removable = (order: Order): readonly OrderLine[] => order.lines.filter((line) => changeable(line) && line.shipped === 0 && holdsOnLine(order, line.lineId).length === 0);

/** A piece more and a piece less, at the line's price and for nothing. */
function quantityTries(order: Order, _context: DecisionContext, limits: OwnLimits): readonly OrderCommandOf<'ChangeOrderLineQuantity'>[] {
  const own = order.lines.filter(changeable);
  const named = own.length > 0 ? own : order.lines.slice(0, 1);
  if (named.length === 0) return [{ type: 'ChangeOrderLineQuantity', lineId: NOTHING, quantity: 1, quote: FREE }];
  return named.flatMap(({ lineId, ordered, cancelled, shipped, quote }) => {
    const now = ordered - cancelled;
    const quantities = [now + 1, now - 1, Math.max(shipped, 1)].filter((quantity) => quantity !== now && quantity >= Math.max(shipped, 1) && quantity <= MAX_QUANTITY);
    const worthTrying = quantities.length > 0 ? quantities : [now + 1];
    return worthTrying.flatMap((quantity) => [quote, FREE].map((each) => ({ type: 'ChangeOrderLineQuantity' as const, lineId, quantity, quote: each, limits })));
  });
}

const variable = (line: OrderLine): boolean => changeable(line) && line.shipped === 0 && line.open > 0 && line.parentSku !== undefined;

/** Another variant at the line's price, at a greater one, and for nothing. */
function variantTries(order: Order, _context: DecisionContext, limits: OwnLimits): readonly OrderCommandOf<'ChangeOrderLineVariant'>[] {
  const named = order.lines.some(variable) ? order.lines.filter(variable) : order.lines.slice(0, 1);
  if (named.length === 0) return [{ type: 'ChangeOrderLineVariant', lineId: NOTHING, sku: NOTHING, description: NOTHING, quote: FREE }];
  return named.flatMap(({ lineId, sku, parentSku, quote }) =>
    [quote, dearer(quote), FREE].map((each) => ({
      type: 'ChangeOrderLineVariant' as const,
      lineId,
      sku: sku === NOTHING ? REASON : NOTHING,
      description: NOTHING,
      ...(parentSku !== undefined && { parentSku }),
      quote: each,
      limits,
    })),
  );
}

const MUCH = 1_000_000;
const dearer = (quote: LineQuote): LineQuote => ({ ...quote, unitPriceMinor: quote.unitPriceMinor + MUCH });

const editable = (order: Order): Order['charges'] => order.charges.filter(({ origin }) => origin === 'manual');
const chargesToName = (order: Order): Order['charges'] => (editable(order).length > 0 ? editable(order) : order.charges.slice(0, 1));

const changeRequestable = (order: Order): Order['charges'] => editable(order).filter(({ chargeId }) => !order.chargeChangeRequests.some((request) => request.chargeId === chargeId));

/** Somewhere the order does not go to. */
const elsewhere = ({ contact, shipTo }: Order): Place => ({
  country: shipTo.country,
  address: personal(contact.subjectId, { recipient: NOTHING, line1: NOTHING, city: NOTHING }),
});

/** Every command: what to try it with. A command without its line does not compile. */
export const ORDER_ATTEMPTS: { readonly [Type in OrderCommandType]: Attempts<OrderCommandOf<Type>> } = {
  CreateOrder: {
    tries: ({ orderNumber, storeId, currency, channel, customer, contact, shipTo }) => [
      { type: 'CreateOrder', orderNumber, storeId, currency, channel, customer, contact, shipTo },
    ],
  },
  AddOrderLine: bare({ type: 'AddOrderLine', sku: NOTHING, parentSku: NOTHING, description: NOTHING, quantity: 1, quote: FREE }),
  ChangeOrderLineQuantity: {
    tries: quantityTries,
    bounds: (order) => ({ lines: order.lines.filter(changeable).map(({ lineId, shipped }) => ({ lineId, least: Math.max(shipped, 1), greatest: MAX_QUANTITY })) }),
  },
  ChangeOrderLineVariant: {
    tries: variantTries,
    bounds: (order) => ({ lines: order.lines.filter(variable).map(({ lineId }) => ({ lineId })) }),
  },
  ChangeOrderGiftOptions: { tries: ({ gift }) => [{ type: 'ChangeOrderGiftOptions', scope: { kind: 'order' }, gift: { wrap: gift?.wrap !== true } }] },
  ChangeOrderFulfilment: {
    tries: () => [{ type: 'ChangeOrderFulfilment', scope: { kind: 'order' }, fulfilment: { kind: 'pickup', storeCode: NOTHING } }],
    bounds: (order) => ({ lines: order.lines.filter(({ open }) => open > 0).map(({ lineId }) => ({ lineId })) }),
  },
  GrantOrderTaxExemption: { tries: ({ contact }) => [{ type: 'GrantOrderTaxExemption', certificate: personal(contact.subjectId, '-') }] },
  RevokeOrderTaxExemption: bare({ type: 'RevokeOrderTaxExemption' }),
  RemoveOrderLine: {
    tries(order, _context, limits) {
      const free = removable(order);
      const lines = free.length > 0 ? free : order.lines.slice(0, 1);
      return lines.length > 0 ? lines.map(({ lineId }) => ({ type: 'RemoveOrderLine', lineId, limits })) : [{ type: 'RemoveOrderLine', lineId: NOTHING }];
    },
    bounds: (order) => ({ lines: removable(order).map(({ lineId }) => ({ lineId })) }),
  },
  RestoreOrderLine: {
    tries({ removedLines = [] }) {
      const ids = removedLines.length > 0 ? removedLines.map(({ lineId }) => lineId) : [NOTHING];
      return ids.map((lineId) => ({ type: 'RestoreOrderLine', lineId }));
    },
    bounds: ({ removedLines = [] }) => ({ lines: removedLines.map(({ lineId }) => ({ lineId })) }),
  },
  SubmitOrder: bare({ type: 'SubmitOrder' }),
  ConfirmOrder: bare({ type: 'ConfirmOrder' }),
  ReleaseOrder: bare({ type: 'ReleaseOrder' }),
  VoidOrder: bare({ type: 'VoidOrder', reasonCode: REASON }),

  LockOrder: bare({ type: 'LockOrder', leaseSeconds: 600 }),
  RenewOrderLock: bare({ type: 'RenewOrderLock', leaseSeconds: 600 }),
  UnlockOrder: bare({ type: 'UnlockOrder' }),
  TakeOverOrderLock: bare({ type: 'TakeOverOrderLock', leaseSeconds: 600 }),
  TakeOverAndUnlockOrder: bare({ type: 'TakeOverAndUnlockOrder' }),
  ExpireOrderLock: { tries: ({ lock }) => [{ type: 'ExpireOrderLock', lockId: lock?.lockId ?? NOTHING }] },

  ParkOrder: bare({ type: 'ParkOrder', callId: NOTHING }),
  TransferOrder: bare({ type: 'TransferOrder', callId: NOTHING, toAgentId: NOTHING }),

  SuspendOrder: bare({ type: 'SuspendOrder', reasonCode: REASON }),
  ResumeOrder: bare({ type: 'ResumeOrder' }),
  ApplyOrderHold: bare({ type: 'ApplyOrderHold', holdType: NOTHING, scope: { kind: 'order' }, effects: ['ship'] }),
  ResolveOrderHold: {
    tries(order) {
      const named = order.holds.some(({ active }) => active) ? order.holds.filter(({ active }) => active) : order.holds.slice(0, 1);
      const ids = named.length > 0 ? named.map(({ holdId }) => holdId) : [NOTHING];
      return ids.map((holdId) => ({ type: 'ResolveOrderHold', holdId, resolutionCode: REASON }));
    },
    bounds: (order) => ({ parts: order.holds.filter(({ active }) => active).map(({ holdId }) => holdId) }),
  },
  FlagOrder: bare({ type: 'FlagOrder', reasonCode: REASON }),
  UnflagOrder: bare({ type: 'UnflagOrder' }),
  RaiseOrderAlert: bare({ type: 'RaiseOrderAlert', alertType: NOTHING, severity: 'warning' }),
  ClearOrderAlerts: {
    tries: (order) => {
      const ids = unclearedAlerts(order);
      return (ids.length > 0 ? ids : [order.alerts[0]?.alertId ?? NOTHING]).map((alertId) => ({ type: 'ClearOrderAlerts', alertIds: [alertId], resolutionCode: REASON }));
    },
    bounds: (order) => ({ parts: unclearedAlerts(order) }),
  },
  AddOrderComment: { tries: ({ contact }) => [{ type: 'AddOrderComment', text: personal(contact.subjectId, '-'), visibility: 'internal' }] },
  ChangeOrderAddress: { tries: (order) => [{ type: 'ChangeOrderAddress', shipTo: elsewhere(order) }] },
  AddOrderCharge: {
    tries: (_order, _context, limits) =>
      (['charge', 'discount'] as const).map((kind) => ({
        type: 'AddOrderCharge', kind, category: REASON, name: REASON, scope: { kind: 'order' }, amountMinor: 1, taxBasisPoints: 0, origin: 'manual', ...chargeLimit(limits, kind),
      })),
    bounds: (order) => ({ greatestMinor: creditableBalance(order) }),
    limits: limitsOfNewCharges,
    beyond: 'RequestOrderCharge',
  },
  RequestOrderCharge: {
    tries: () => (['charge', 'discount'] as const).map((kind) => ({ type: 'RequestOrderCharge', kind, category: REASON, name: REASON, scope: { kind: 'order' }, amountMinor: 1, reasonCode: REASON })),
    bounds: (order) => ({ greatestMinor: creditableBalance(order) }),
  },
  ApproveOrderCharge: {
    ...perRequest(chargesAsked, (chargeId, order, limits) => ({ type: 'ApproveOrderCharge', chargeId, taxBasisPoints: 0, ...chargeLimit(limits, waitingCharges(order).find((each) => each.chargeId === chargeId)?.kind ?? 'discount') })),
    bounds: approvable(chargesAsked),
    limits: (order, limits) => waitingCharges(order).flatMap((request) => limitOfCharge(order, request, limits)),
  },
  DeclineOrderCharge: perRequest(chargesAsked, (chargeId) => ({ type: 'DeclineOrderCharge', chargeId })),
  ChangeOrderCharge: {
    tries: (order, _context, limits) => {
      const named = chargesToName(order).map(({ chargeId, kind, amountMinor, perUnitMinor }) => ({ chargeId, kind, amountMinor: perUnitMinor ?? amountMinor }));
      return (named.length > 0 ? named : [{ chargeId: NOTHING, kind: 'discount' as const, amountMinor: 1 }]).flatMap(({ chargeId, kind, amountMinor }) =>
        [{ name: NOTHING }, { amountMinor: amountMinor + MUCH }, { amountMinor: 1 }].map((terms) => ({ type: 'ChangeOrderCharge' as const, chargeId, reasonCode: REASON, ...terms, ...chargeLimit(limits, kind) })),
      );
    },
    bounds: (order) => ({ parts: editable(order).map(({ chargeId }) => chargeId) }),
    limits: (order, limits) => editable(order).flatMap((charge) => limitOfCharge(order, charge, limits)),
    beyond: 'RequestOrderChargeChange',
  },
  RequestOrderChargeChange: {
    tries: (order) => {
      const free = changeRequestable(order);
      const named = free.length > 0 ? free : chargesToName(order);
      return (named.length > 0 ? named : [{ chargeId: NOTHING }]).flatMap(({ chargeId }) => [NOTHING, REASON].map((name) => ({ type: 'RequestOrderChargeChange', chargeId, name, reasonCode: REASON })));
    },
    bounds: (order) => ({ parts: changeRequestable(order).map(({ chargeId }) => chargeId) }),
  },
  RestoreOrderCharge: {
    tries: ({ removedCharges = [] }, _context, limits) =>
      removedCharges.length > 0 ? removedCharges.map(({ chargeId, charge }) => ({ type: 'RestoreOrderCharge', chargeId, ...chargeLimit(limits, charge.kind) })) : [{ type: 'RestoreOrderCharge', chargeId: NOTHING }],
    bounds: ({ removedCharges = [] }) => ({ parts: removedCharges.map(({ chargeId }) => chargeId) }),
  },
  RemoveOrderCharge: {
    tries: (order) => {
      const ids = chargesToName(order).map(({ chargeId }) => chargeId);
      return (ids.length > 0 ? ids : [NOTHING]).map((chargeId) => ({ type: 'RemoveOrderCharge', chargeId, reasonCode: REASON }));
    },
    bounds: (order) => ({ parts: editable(order).map(({ chargeId }) => chargeId) }),
  },

  CancelOrder: bare({ type: 'CancelOrder', reasonCode: REASON }),
  ReinstateOrder: bare({ type: 'ReinstateOrder', unavailable: [] }),
  CancelOrderLine: perLine(({ open }) => open, (lineId) => ({ type: 'CancelOrderLine', lineId, quantity: 1, reasonCode: REASON })),
  RecordShipment: perLine(({ open }) => open, (lineId, externalId) => ({ type: 'RecordShipment', externalId, lines: [{ lineId, quantity: 1 }] })),
  RecordDelivery: perShipment(onItsWay, (shipmentId, externalId) => ({ type: 'RecordDelivery', shipmentId, externalId })),
  RecordShipmentException: perShipment(onItsWay, (shipmentId, externalId) => ({ type: 'RecordShipmentException', shipmentId, externalId, exceptionCode: REASON })),
  RequestDeliveryStop: perShipment((shipment) => onItsWay(shipment) && !stopping(shipment), (shipmentId) => ({ type: 'RequestDeliveryStop', shipmentId, reasonCode: REASON })),
  ConfirmDeliveryStop: perShipment((shipment) => onItsWay(shipment) && stopping(shipment), (shipmentId, externalId) => ({ type: 'ConfirmDeliveryStop', shipmentId, externalId })),
  RefuseDeliveryStop: perShipment(stopping, (shipmentId, externalId) => ({ type: 'RefuseDeliveryStop', shipmentId, externalId, reasonCode: REASON })),
  ArrangeOrderAppointment: {
    tries({ lines, shipments, appointments }, { now }) {
      const scopes: readonly AppointmentScope[] = [
        ...lines.map(({ lineId }) => ({ kind: 'line', lineId }) as const),
        ...shipments.filter(onItsWay).map(({ shipmentId }) => ({ kind: 'shipment', shipmentId }) as const),
      ];
      const services = ['delivery', 'installation'] as const;
      const free = scopes.flatMap((scope) => services.map((service) => ({ scope, service }))).filter(({ scope, service }) => !appointments.some((known) => known.service === service && canonicalJson(known.scope) === canonicalJson(scope)));
      const first = { scope: scopes[0] ?? ({ kind: 'line', lineId: NOTHING } as const), service: 'delivery' as const };
      return (free.length > 0 ? free : [first]).map((each) => ({ type: 'ArrangeOrderAppointment', ...each, slot: slotAfter(now) }));
    },
    bounds: ({ lines }) => ({ lines: lines.map(({ lineId }) => ({ lineId })) }),
  },
  RescheduleOrderAppointment: {
    tries({ appointments }, { now }) {
      const toCome = appointments.filter(({ slot }) => slot.startsAt > now);
      const named = toCome.length > 0 ? toCome : appointments.slice(0, 1);
      const ids = named.length > 0 ? named.map(({ appointmentId }) => appointmentId) : [NOTHING];
      return ids.map((appointmentId) => ({ type: 'RescheduleOrderAppointment', appointmentId, slot: slotAfter(now), reasonCode: REASON }));
    },
    bounds: ({ appointments }, { now }) => ({ parts: appointments.filter(({ slot }) => slot.startsAt > now).map(({ appointmentId }) => appointmentId) }),
  },
  ReshipOrder: perLine(
    ({ shipped, returned, reshipped }) => shipped - returned - reshipped,
    (lineId) => ({ type: 'ReshipOrder', lineId, quantity: 1, reasonCode: REASON }),
  ),
  AppeaseOrder: {
    tries: (_order, _context, { appeasementMinor: limitMinor }) => [{ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'coupon', code: REASON }, reasonCode: REASON, limitMinor }],
    bounds: (order) => ({ greatestMinor: grantableBalance(order) }),
    limits: limitOfGrants,
    beyond: 'RequestAppeasement',
  },
  RequestAppeasement: {
    tries: () => [{ type: 'RequestAppeasement', scope: { kind: 'order' }, offer: { kind: 'coupon', code: REASON }, reasonCode: REASON }],
    bounds: (order) => ({ greatestMinor: grantableBalance(order) }),
  },
  ApproveAppeasement: {
    ...perRequest(appeasementsAsked, (appeasementId, _order, { appeasementMinor: limitMinor }) => ({ type: 'ApproveAppeasement', appeasementId, limitMinor })),
    bounds: approvable(appeasementsAsked),
    limits: limitOfGrants,
  },
  DeclineAppeasement: perRequest(appeasementsAsked, (appeasementId) => ({ type: 'DeclineAppeasement', appeasementId })),
  ...PAYMENT_ATTEMPTS,
  CopyOrder: bare({ type: 'CopyOrder' }),
  ReorderOrder: bare({ type: 'ReorderOrder' }),
  RecordCopy: bare({ type: 'RecordCopy', copyOrderId: NOTHING, copyOrderNumber: NOTHING }),
  RecordReorder: bare({ type: 'RecordReorder', reorderId: NOTHING, cartId: NOTHING, items: [] }),
  RecordReturn: perLine(
    ({ shipped, returned }) => shipped - returned,
    (lineId, externalId) => ({ type: 'RecordReturn', externalId, lineId, quantity: 1, creditedMinor: 0 }),
    (order) => ({ greatestMinor: creditableBalance(order) }),
  ),
};

