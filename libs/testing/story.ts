import { orderIdOf, type Actor } from '#kernel';
import { orderDecider, type OrderCommand, type OrderEvent, type OrderEventType } from '#ordering';
import { ANNA, BEN, contextOf, minute, SUE, tell, WAREHOUSE } from './given.js';
import { addLine, ask, CONFIRM, createOrder, idAt, noteOf, placeOf, quoteOf, RELEASE, ship, SUBMIT, type OrderStep } from './order-samples.js';

export interface ToldCommand {
  readonly command: OrderCommand;
  readonly commandId: string;
  readonly actor: Actor;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What it led to, in the stream's order. */
  readonly events: readonly OrderEvent[];
}

export interface ToldOrder {
  readonly name: 'served' | 'handed-over' | 'cancelled' | 'voided' | 'investigated' | 'intercepted' | 'amended' | 'paid';
  readonly orderId: string;
  readonly orderNumber: string;
  readonly storeId: string;
  readonly commands: readonly ToldCommand[];
  readonly events: readonly OrderEvent[];
}

/** Locked twice, taken over, edited, placed, held, shipped in two parts, delivered, reshipped, appeased and returned. */
function served(): readonly OrderStep[] {
  const steps: OrderStep[] = [createOrder({ orderNumber: 'D-STORY-00001', billTo: placeOf({ recipient: 'Accounts' }) })];
  steps.push(addLine('85123A', 6, 255, { parentSku: '85123' }), addLine('71053', 3, 1_000), addLine('84406B', 1, 275));
  const line = (step: number): string => idAt(steps, step, 'line');
  steps.push(
    ask({ type: 'LockOrder', leaseSeconds: 600 }, { at: minute(10) }),
    ask({ type: 'RenewOrderLock', leaseSeconds: 600 }, { at: minute(17) }),
    ask({ type: 'LockOrder', leaseSeconds: 600 }, { at: minute(30), by: BEN }),
    ask({ type: 'TakeOverOrderLock', leaseSeconds: 600 }, { at: minute(32), by: SUE }),
    ask({ type: 'ChangeOrderLineQuantity', lineId: line(2), quantity: 2, quote: quoteOf(950) }, { at: minute(33), by: SUE }),
    ask({ type: 'RemoveOrderLine', lineId: line(3) }, { at: minute(34), by: SUE }),
    ask({ type: 'RestoreOrderLine', lineId: line(3) }, { at: minute(34), by: SUE }),
    ask({ type: 'RemoveOrderLine', lineId: line(3) }, { at: minute(34), by: SUE }),
    ask({ type: 'UnlockOrder' }, { at: minute(35), by: SUE }),
    ask({ type: 'AddOrderCharge', kind: 'charge', category: 'shipping', name: 'Postage', scope: { kind: 'order' }, amountMinor: 499, taxBasisPoints: 2_000, origin: 'manual' }),
    ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'line', lineId: line(1) }, amountMinor: 100, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'agreed' }),
    SUBMIT,
    ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert', note: noteOf('Two cards in an hour') }),
    ask({ type: 'ResumeOrder', note: noteOf('Bank says all is well') }),
    CONFIRM,
  );
  const hold = steps.push(
    ask({ type: 'ApplyOrderHold', holdType: 'address-check', scope: { kind: 'lines', lineIds: [line(1)] }, effects: ['release', 'ship'], note: noteOf('No house number') }),
  );
  steps.push(
    ask({ type: 'AddOrderComment', text: noteOf('Rang: it is the red door'), visibility: 'internal' }),
    ask({ type: 'ChangeOrderAddress', shipTo: placeOf({ line1: '1a Long Lane' }), reasonCode: 'customer-asked' }),
    ask({ type: 'ResolveOrderHold', holdId: idAt(steps, hold - 1, 'hold'), resolutionCode: 'address-confirmed', note: noteOf('1a') }, { by: SUE }),
    RELEASE,
    ask({ type: 'CancelOrderLine', lineId: line(2), quantity: 1, reasonCode: 'out-of-stock' }),
  );
  const first = steps.push(ship('W-1', [line(1), 4]));
  const second = steps.push(ship('W-2', [line(1), 2], [line(2), 1]));
  const delivered = (step: number, externalId: string): OrderStep =>
    ask({ type: 'RecordDelivery', shipmentId: idAt(steps, step - 1, 'shipment'), externalId }, { by: WAREHOUSE });
  steps.push(
    delivered(first, 'D-1'),
    delivered(second, 'D-2'),
    ask({ type: 'ReshipOrder', lineId: line(1), quantity: 1, reasonCode: 'damaged' }),
    ask({ type: 'RecordReturn', externalId: 'R-1', lineId: line(1), quantity: 1, creditedMinor: 255 }, { by: WAREHOUSE }),
    ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'percentage', basisPoints: 1_000, on: 'this-order' }, reasonCode: 'late', note: noteOf('Sorry'), limitMinor: 5_000 }),
  );
  return steps.map((step, at) => ({ ...step, at: step.at ?? minute(at < 4 ? at : 40 + at) }));
}

function handedOver(): readonly OrderStep[] {
  return [
    createOrder({ orderNumber: 'D-STORY-00002', channel: 'web' }),
    addLine('22423', 1, 1_275),
    ask({ type: 'LockOrder', leaseSeconds: 3_600 }),
    ask({ type: 'TakeOverAndUnlockOrder' }, { by: SUE }),
    SUBMIT,
  ];
}

const cancelled = (): readonly OrderStep[] => [
  createOrder({ orderNumber: 'D-STORY-00003' }),
  addLine('22720', 3, 495),
  addLine('21730', 6, 425),
  SUBMIT,
  ask({ type: 'CancelOrder', reasonCode: 'customer-asked', note: noteOf('Meant another order') }),
  ask({ type: 'ReinstateOrder', unavailable: [], note: noteOf('It was the other one') }),
  ask({ type: 'CancelOrder', reasonCode: 'customer-asked', note: noteOf('Changed her mind') }),
];

/** Parked in one call, given away in the next, and dropped by whom it was given to. */
const voided = (): readonly OrderStep[] => [
  createOrder({ orderNumber: 'D-STORY-00004' }),
  ask({ type: 'ParkOrder', callId: 'c0000000-0000-4000-8000-00000000000a' }),
  ask({ type: 'TransferOrder', callId: 'c0000000-0000-4000-8000-00000000000b', toAgentId: BEN.id }),
  ask({ type: 'VoidOrder', reasonCode: 'entered-twice' }, { by: BEN }),
];

/** Flagged, halted by what the fraud service found, cleared, and let go; then ordered again, twice. */
function investigated(): readonly OrderStep[] {
  const steps: OrderStep[] = [
    createOrder({ orderNumber: 'D-STORY-00005', channel: 'web' }),
    addLine('22423', 2, 1_275),
    SUBMIT,
    ask({ type: 'FlagOrder', reasonCode: 'further-review', note: noteOf('Odd hours') }),
    ask({ type: 'RaiseOrderAlert', alertType: 'fraud-suspected', severity: 'alert', externalId: 'F-1', note: noteOf('Card of another name') }, { by: WAREHOUSE }),
    ask({ type: 'RaiseOrderAlert', alertType: 'address-suspicious', severity: 'warning' }, { by: SUE }),
  ];
  return [
    ...steps,
    ask({ type: 'ClearOrderAlerts', alertIds: [idAt(steps, 4, 'alert'), idAt(steps, 5, 'alert')], resolutionCode: 'checked', note: noteOf('Her married name') }, { by: SUE }),
    ask({ type: 'UnflagOrder', note: noteOf('All well') }, { by: SUE }),
    CONFIRM,
    ask({ type: 'RecordCopy', copyOrderId: orderIdOf('D-STORY-00009'), copyOrderNumber: 'D-STORY-00009' }),
    ask({ type: 'RecordReorder', reorderId: 'c0000000-0000-4000-8000-00000000000c', cartId: 'c0000000-0000-4000-8000-00000000000d', items: [{ sku: '22423', quantity: 2 }] }),
  ];
}

/** Two parcels: one is late, cannot be stopped and arrives; the other one turns round. Somebody comes to install. */
function intercepted(): readonly OrderStep[] {
  const steps: OrderStep[] = [createOrder({ orderNumber: 'D-STORY-00006' }), addLine('22423', 1, 1_275), addLine('21730', 2, 425), SUBMIT, CONFIRM, RELEASE];
  const [first, second] = [idAt(steps, 1, 'line'), idAt(steps, 2, 'line')];
  const slot = { startsAt: minute(3_000), endsAt: minute(3_180) };
  steps.push(ask({ type: 'ArrangeOrderAppointment', scope: { kind: 'line', lineId: first }, service: 'installation', slot }));
  const appointmentId = idAt(steps, 6, 'appointment');
  steps.push(ship('W-61', [first, 1]), ship('W-62', [second, 2]));
  const [late, stopped] = [idAt(steps, 7, 'shipment'), idAt(steps, 8, 'shipment')];
  return [
    ...steps,
    ask({ type: 'RecordShipmentException', shipmentId: late, externalId: 'E-61', exceptionCode: 'weather', expectedOn: '2026-01-10', note: noteOf('Snow on the pass') }, { by: WAREHOUSE }),
    ask({ type: 'RescheduleOrderAppointment', appointmentId, slot: { startsAt: minute(9_000), endsAt: minute(9_180) }, reasonCode: 'supplier-delay' }),
    ask({ type: 'RequestDeliveryStop', shipmentId: late, reasonCode: 'no-longer-wanted', note: noteOf('Too late for her') }),
    ask({ type: 'RequestDeliveryStop', shipmentId: stopped, reasonCode: 'no-longer-wanted' }),
    ask({ type: 'RefuseDeliveryStop', shipmentId: late, externalId: 'S-61', reasonCode: 'out-for-delivery' }, { by: WAREHOUSE }),
    ask({ type: 'ConfirmDeliveryStop', shipmentId: stopped, externalId: 'S-62' }, { by: WAREHOUSE }),
    ask({ type: 'RecordDelivery', shipmentId: late, externalId: 'D-61' }, { by: WAREHOUSE }),
  ];
}

/** Another variant, wrapped, fetched at a store, exempt from tax and taxed again, with charges that come, change and go. */
function amended(): readonly OrderStep[] {
  const steps: OrderStep[] = [createOrder({ orderNumber: 'D-STORY-00007' }), addLine('MUG-WHT', 4, 780, { parentSku: 'MUG' }), addLine('71053', 1, 1_000)];
  const [mugs, other] = [idAt(steps, 1, 'line'), idAt(steps, 2, 'line')];
  steps.push(
    SUBMIT,
    CONFIRM,
    ask({ type: 'CancelOrderLine', lineId: mugs, quantity: 1, reasonCode: 'out-of-stock' }),
    ask({ type: 'AddOrderCharge', kind: 'charge', category: 'personalisation', name: 'Engraving', scope: { kind: 'line', lineId: mugs }, amountMinor: 150, perUnit: true, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'personalisation', note: noteOf('Her initials') }),
    ask({ type: 'ChangeOrderLineVariant', lineId: mugs, sku: 'MUG-BLU', description: 'Stoneware mug, blue', parentSku: 'MUG', quote: quoteOf(820) }),
    ask({ type: 'ChangeOrderGiftOptions', scope: { kind: 'line', lineId: mugs }, gift: { wrap: true, message: noteOf('Happy birthday') } }),
    ask({ type: 'ChangeOrderFulfilment', scope: { kind: 'lines', lineIds: [other] }, fulfilment: { kind: 'pickup', storeCode: 'york-stonegate' } }),
    ask({ type: 'GrantOrderTaxExemption', certificate: noteOf('EX-2026-17'), note: noteOf('A charity') }),
  );
  const charge = idAt(steps, 6, 'charge');
  const discount = steps.push(ask({ type: 'AddOrderCharge', kind: 'discount', category: 'goodwill', name: 'Regular', scope: { kind: 'order' }, amountMinor: 200, taxBasisPoints: 2_000, origin: 'manual', reasonCode: 'goodwill', limitBasisPoints: 1_500 }));
  steps.push(
    ask({ type: 'ChangeOrderCharge', chargeId: charge, amountMinor: 120, reasonCode: 'price-error', note: noteOf('As advertised') }),
    ask({ type: 'RemoveOrderCharge', chargeId: idAt(steps, discount - 1, 'charge'), reasonCode: 'mistake' }),
    ask({ type: 'RestoreOrderCharge', chargeId: idAt(steps, discount - 1, 'charge') }),
    ask({ type: 'RemoveOrderCharge', chargeId: idAt(steps, discount - 1, 'charge'), reasonCode: 'mistake' }),
    ask({ type: 'RevokeOrderTaxExemption', note: noteOf('It had run out') }),
  );
  const half = { type: 'RequestOrderCharge', kind: 'discount', category: 'goodwill', name: 'Half off', scope: { kind: 'line', lineId: mugs }, amountMinor: 400, perUnit: true, reasonCode: 'goodwill' } as const;
  const wanted = steps.push(ask({ ...half, note: noteOf('Third time') }), ask(half));
  steps.push(
    ask({ type: 'ApproveOrderCharge', chargeId: idAt(steps, wanted - 2, 'charge'), taxBasisPoints: 0, limitBasisPoints: 5_000 }, { by: SUE }),
    ask({ type: 'DeclineOrderCharge', chargeId: idAt(steps, wanted - 1, 'charge'), note: noteOf('Once is enough') }, { by: SUE }),
  );
  const halved = idAt(steps, wanted - 2, 'charge');
  steps.push(
    ask({ type: 'RequestOrderChargeChange', chargeId: halved, amountMinor: 420, reasonCode: 'goodwill', note: noteOf('Chipped as well') }),
    ask({ type: 'DeclineOrderCharge', chargeId: halved, note: noteOf('Half is enough') }, { by: SUE }),
  );
  return steps;
}

/** Paid by a card and a gift card, invoiced, captured late, too much of it, given back; appeased with a second person; what comes too late is let go. */
function paid(): readonly OrderStep[] {
  const steps: OrderStep[] = [createOrder({ orderNumber: 'D-STORY-00008' }), addLine('22423', 2, 1_275)];
  const line = idAt(steps, 1, 'line');
  const method = steps.push(
    ask({ type: 'AddPaymentMethod', kind: 'card', token: noteOf('tok_story_1'), label: noteOf('Visa ending 4242'), limitMinor: 1_500 }),
    ask({ type: 'AddPaymentMethod', kind: 'gift-card', token: noteOf('tok_story_2') }),
  );
  const [card, gift] = [idAt(steps, method - 2, 'method'), idAt(steps, method - 1, 'method')];
  const shares = [{ methodId: card, amountMinor: 2_000 }, { methodId: gift, amountMinor: 1_060 }];
  const settled = steps.push(ask({ type: 'ChangePaymentMethod', methodId: card, limitMinor: 2_000 }), ask({ type: 'AllocateCharges', allocations: shares }), SUBMIT, ask({ type: 'SettlePayments' }));
  const fact = { by: WAREHOUSE };
  const [first, second] = [idAt(steps, settled - 1, 'payment', 0), idAt(steps, settled - 1, 'payment', 1)];
  steps.push(
    ask({ type: 'ChasePayment', paymentId: first, attempt: 2 }),
    ask({ type: 'RecordPayment', result: { outcome: 'authorized' }, externalId: 'P-71', methodId: card, amountMinor: 2_000, paymentId: first }, fact),
    ask({ type: 'RecordPayment', result: { outcome: 'declined', action: 'authorize', failureCode: 'insufficient-funds' }, externalId: 'P-72', methodId: gift, amountMinor: 1_060, paymentId: second }, fact),
    CONFIRM,
    RELEASE,
  );
  const sent = steps.push(ship('W-71', [line, 2]));
  steps.push(
    ask({ type: 'IssueInvoice', of: { kind: 'shipment', shipmentId: idAt(steps, sent - 1, 'shipment') } }, fact),
    ask({ type: 'RecordPayment', result: { outcome: 'captured' }, externalId: 'P-73', methodId: card, amountMinor: 2_000 }, fact),
  );
  const offer = { kind: 'amount', amountMinor: 2_000, on: 'this-order' } as const;
  const wanted = steps.push(
    ask({ type: 'RequestAppeasement', scope: { kind: 'order' }, offer, reasonCode: 'late', note: noteOf('Her birthday') }),
    ask({ type: 'RequestAppeasement', scope: { kind: 'order' }, offer, reasonCode: 'late' }),
  );
  return [
    ...steps,
    ask({ type: 'ApproveAppeasement', appeasementId: idAt(steps, wanted - 2, 'appeasement'), limitMinor: 50_000 }, { by: SUE }),
    ask({ type: 'DeclineAppeasement', appeasementId: idAt(steps, wanted - 1, 'appeasement'), note: noteOf('Once is enough') }, { by: SUE }),
    ask({ type: 'RecordPayment', result: { outcome: 'refunded' }, externalId: 'P-74', methodId: card, amountMinor: 940 }, fact),
    ask({ type: 'RecordPayment', result: { outcome: 'authorized' }, externalId: 'P-75', methodId: gift, amountMinor: 1_060 }, fact),
    ask({ type: 'RecordPayment', result: { outcome: 'voided' }, externalId: 'P-76', methodId: gift, amountMinor: 1_060 }, fact),
  ];
}

function told(name: ToldOrder['name'], orderNumber: string, steps: readonly OrderStep[]): ToldOrder {
  const commands = steps.map((asked, step): ToldCommand => {
    const { commandId, actor, now } = contextOf(asked, step);
    const { refusal, news } = tell(orderDecider, steps.slice(0, step + 1));
    if (refusal !== undefined) throw new Error(`${name}, step ${String(step)}: ${refusal.code}`);
    return { command: asked.command, commandId, actor, at: now, events: news };
  });
  return { name, orderId: orderIdOf(orderNumber), orderNumber, storeId: 'UK', commands, events: commands.flatMap(({ events }) => events) };
}

/** Seven orders, the same each time, with every event type of an order among them. Anna tells it unless somebody else is named. */
export const story = (): readonly ToldOrder[] => [
  told('served', 'D-STORY-00001', served()),
  told('handed-over', 'D-STORY-00002', handedOver()),
  told('cancelled', 'D-STORY-00003', cancelled()),
  told('voided', 'D-STORY-00004', voided()),
  told('investigated', 'D-STORY-00005', investigated()),
  told('intercepted', 'D-STORY-00006', intercepted()),
  told('amended', 'D-STORY-00007', amended()),
  told('paid', 'D-STORY-00008', paid()),
];

/** The types of the story's events, each once. */
export const storyTypes = (): ReadonlySet<OrderEventType> => new Set(story().flatMap(({ events }) => events.map(({ type }) => type)));

/** Who tells the story. */
export const STORY_TELLER: Actor = ANNA;
