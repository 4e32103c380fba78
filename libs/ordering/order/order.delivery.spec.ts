import { describe, expect, it } from '@jest/globals';
import { ask, BEN, DELIVERED, FIRST_LINE, FIRST_SHIPMENT, idAt, minute, PARTLY_SHIPPED, PENDING, RELEASED, SECOND_LINE, ship, SHIPPED, tell, WAREHOUSE, type OrderStep } from '#testing';
import type { OrderCommandOf } from './order.commands.js';
import { orderDecider } from './order.decider.js';
import { orderTotals } from './order.totals.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);

const totalAfter = (...steps: readonly OrderStep[]): number => {
  const { state } = told(...steps);
  return state.status === 'none' ? Number.NaN : orderTotals(state).totalMinor;
};

type Rest = Omit<OrderStep, 'command'>;
const report = (externalId: string, fields: Partial<OrderCommandOf<'RecordShipmentException'>> = {}, rest: Rest = {}): OrderStep =>
  ask({ type: 'RecordShipmentException', shipmentId: FIRST_SHIPMENT, externalId, exceptionCode: 'weather', expectedOn: '2026-01-12', ...fields }, { by: WAREHOUSE, ...rest });
const stop = (shipmentId = FIRST_SHIPMENT, rest: Rest = {}): OrderStep => ask({ type: 'RequestDeliveryStop', shipmentId, reasonCode: 'no-longer-wanted' }, rest);
const confirm = (externalId = 'S-1', shipmentId = FIRST_SHIPMENT): OrderStep => ask({ type: 'ConfirmDeliveryStop', shipmentId, externalId }, { by: WAREHOUSE });
const refuse = (externalId = 'S-1', shipmentId = FIRST_SHIPMENT): OrderStep => ask({ type: 'RefuseDeliveryStop', shipmentId, externalId, reasonCode: 'out-for-delivery' }, { by: WAREHOUSE });
const deliver = (shipmentId: string, externalId = 'D-9'): OrderStep => ask({ type: 'RecordDelivery', shipmentId, externalId }, { by: WAREHOUSE });

const SUSPEND = ask({ type: 'SuspendOrder', reasonCode: 'fraud-alert' });
const STOPPING = [...SHIPPED, stop()];
const STOPPED = [...STOPPING, confirm()];

describe('exceptions on the way (A41)', () => {
  it('are recorded with the day on which the parcel is expected now, suspended or not', () => {
    expect(told(...SHIPPED, SUSPEND, report('E-1'))).toMatchObject({
      news: [{ type: 'OrderShipmentExceptionRecorded', data: { shipmentId: FIRST_SHIPMENT, externalId: 'E-1', exceptionCode: 'weather', expectedOn: '2026-01-12' } }],
      state: { shipments: [{ exceptions: [{ externalId: 'E-1', expectedOn: '2026-01-12' }] }] },
    });
  });

  it('are recorded once, whoever tells them again', () => {
    const once = [...SHIPPED, report('E-1', {}, { key: 'k' })];
    expect(told(...once, report('E-1', {}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...once, report('E-1')).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...once, report('E-1', { exceptionCode: 'lost' })).refusal).toMatchObject({ code: 'external-id-already-recorded', rule: 'A41' });
    expect(told(...once, report('E-1', { expectedOn: '2026-01-13' })).refusal).toMatchObject({ code: 'external-id-already-recorded', rule: 'A41' });
    expect(told(...once, report('E-2')).news).toHaveLength(1);
  });

  it.each<[string, readonly OrderStep[], string, string]>([
    ['a shipment that is not there', RELEASED, 'shipment-not-found', 'A41'],
    ['what has arrived', DELIVERED, 'shipment-already-delivered', 'A41'],
    ['what turned round', STOPPED, 'delivery-already-stopped', 'A26'],
  ])('are refused for %s', (_what, history, code, rule) => {
    expect(told(...history, report('E-1')).refusal).toMatchObject({ code, rule });
  });
});

describe('stopping a delivery (A26)', () => {
  it('is asked for while the order is suspended, too', () => {
    expect(told(...SHIPPED, SUSPEND, stop()).news).toMatchObject([{ type: 'OrderDeliveryStopRequested', data: { shipmentId: FIRST_SHIPMENT, reasonCode: 'no-longer-wanted' } }]);
  });

  it('brings the pieces back as returned, and credits them to the penny', () => {
    expect(told(...STOPPED)).toMatchObject({
      news: [{ type: 'OrderDeliveryStopConfirmed', data: { stopId: idAt(STOPPING, SHIPPED.length, 'stop'), lines: [{ lineId: FIRST_LINE, quantity: 6, creditedMinor: 1_836 }, { lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }] } }],
      state: { status: 'shipped', shipments: [{ stop: { outcome: 'confirmed' } }], lines: [{ shipped: 6, returned: 6 }, { shipped: 2, returned: 2 }] },
    });
    expect(totalAfter(...STOPPED)).toBe(0);
  });

  it('leaves the rest of the order to be shipped and delivered', () => {
    const two = [...PARTLY_SHIPPED, ship('W-2', [FIRST_LINE, 2], [SECOND_LINE, 2]), stop(idAt(PARTLY_SHIPPED, 6, 'shipment')), confirm('S-1', idAt(PARTLY_SHIPPED, 6, 'shipment'))];
    expect(told(...two).state).toMatchObject({ status: 'shipped' });
    expect(totalAfter(...two)).toBe(4_236 - 1_224);
    expect(told(...two, deliver(idAt(two, 7, 'shipment'))).state).toMatchObject({ status: 'delivered' });
  });

  it('credits neither what came back before nor what was replaced', () => {
    const returned = ask({ type: 'RecordReturn', externalId: 'R-1', lineId: FIRST_LINE, quantity: 1, creditedMinor: 306 }, { by: WAREHOUSE });
    const replaced = ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 2, reasonCode: 'never-received' });
    const { news, state } = told(...SHIPPED, returned, replaced, stop(), confirm());
    expect(news).toMatchObject([{ data: { lines: [{ lineId: FIRST_LINE, quantity: 5, creditedMinor: 918 }, { lineId: SECOND_LINE, quantity: 2, creditedMinor: 2_400 }] } }]);
    expect(state).toMatchObject({ lines: [{ returned: 6 }, { returned: 2 }, {}] });
  });

  it('brings back the one piece that is left, and nothing of what came back before', () => {
    const back = (externalId: string, lineId: string, quantity: number): OrderStep => ask({ type: 'RecordReturn', externalId, lineId, quantity, creditedMinor: 0 }, { by: WAREHOUSE });
    expect(told(...SHIPPED, back('R-1', FIRST_LINE, 6), back('R-2', SECOND_LINE, 1), stop(), confirm()).news).toMatchObject([{ data: { lines: [{ lineId: SECOND_LINE, quantity: 1, creditedMinor: 1_200 }] } }]);
  });

  it('credits nothing of what was replaced more often than it travels', () => {
    const back = ask({ type: 'RecordReturn', externalId: 'R-1', lineId: FIRST_LINE, quantity: 2, creditedMinor: 0 }, { by: WAREHOUSE });
    const replaced = ask({ type: 'ReshipOrder', lineId: FIRST_LINE, quantity: 6, reasonCode: 'lost' });
    expect(told(...SHIPPED, replaced, back, stop(), confirm()).news).toMatchObject([{ data: { lines: [{ lineId: FIRST_LINE, quantity: 4, creditedMinor: 0 }, {}] } }]);
  });

  it('credits no more than the order still comes to', () => {
    const free = ask({ type: 'AppeaseOrder', scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 4_000, on: 'this-order' }, reasonCode: 'late', limitMinor: null });
    expect(totalAfter(...SHIPPED, free, stop(), confirm())).toBe(0);
  });

  it('can be asked for again after the carrier refused, and the parcel still arrives', () => {
    const refused = [...STOPPING, refuse()];
    expect(told(...refused)).toMatchObject({ news: [{ type: 'OrderDeliveryStopRefused', data: { reasonCode: 'out-for-delivery' } }], state: { status: 'shipped', shipments: [{ stop: { outcome: 'refused' } }] } });
    expect(told(...refused, deliver(FIRST_SHIPMENT)).state.status).toBe('delivered');
    expect(told(...refused, stop()).news).toHaveLength(1);
  });

  it('is answered once: the same answer told again adds nothing', () => {
    expect(told(...STOPPED, confirm()).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...STOPPING, refuse(), refuse()).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...SHIPPED, stop(FIRST_SHIPMENT, { key: 'k' }), stop(FIRST_SHIPMENT, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to stop what was not shipped', RELEASED, stop(), 'shipment-not-found', 'A41'],
    ['to stop what has arrived', DELIVERED, stop(), 'shipment-already-delivered', 'A41'],
    ['to ask twice', STOPPING, stop(), 'delivery-stop-already-requested', 'A26'],
    ['to stop what turned round', STOPPED, stop(), 'delivery-already-stopped', 'A26'],
    ['to deliver what turned round', STOPPED, deliver(FIRST_SHIPMENT), 'delivery-already-stopped', 'A26'],
    ['an answer to no question', SHIPPED, confirm(), 'delivery-stop-not-requested', 'A26'],
    ['a second answer', STOPPED, refuse('S-2'), 'delivery-stop-not-requested', 'A26'],
    ['another answer under the same id', STOPPED, refuse('S-1'), 'external-id-already-recorded', 'A41'],
    ['an answer about a shipment that is not there', STOPPING, confirm('S-1', 'nowhere'), 'shipment-not-found', 'A41'],
    ['that what arrived was stopped', [...STOPPING, deliver(FIRST_SHIPMENT)], confirm(), 'shipment-already-delivered', 'A41'],
  ])('refuses %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

const SLOT = { startsAt: minute(3_000), endsAt: minute(3_120) };
const LATER = { startsAt: minute(6_000), endsAt: minute(6_120) };
const arrange = (fields: Partial<OrderCommandOf<'ArrangeOrderAppointment'>> = {}, rest: Rest = {}): OrderStep =>
  ask({ type: 'ArrangeOrderAppointment', scope: { kind: 'line', lineId: FIRST_LINE }, service: 'installation', slot: SLOT, ...fields }, rest);
const AGREED = [...PENDING, arrange()];
const move = (fields: Partial<OrderCommandOf<'RescheduleOrderAppointment'>> = {}, rest: Rest = {}): OrderStep =>
  ask({ type: 'RescheduleOrderAppointment', appointmentId: idAt(AGREED, PENDING.length, 'appointment'), slot: LATER, reasonCode: 'customer-request', ...fields }, rest);
const ofShipment = { scope: { kind: 'shipment', shipmentId: FIRST_SHIPMENT }, service: 'delivery' } as const;

const FETCHED = ask({ type: 'ChangeOrderFulfilment', scope: { kind: 'lines', lineIds: [FIRST_LINE] }, fulfilment: { kind: 'pickup', storeCode: 'york' } });

describe('appointments (A58)', () => {
  it('last a day at most', () => {
    expect(told(...PENDING, arrange({ slot: { startsAt: SLOT.startsAt, endsAt: minute(3_000 + 24 * 60) } })).refusal).toBeUndefined();
  });

  it('for a delivery go when the line is fetched instead; others stay (A56)', () => {
    const delivery = arrange({ service: 'delivery' });
    const both = [...PENDING, arrange(), delivery, arrange({ service: 'delivery', scope: { kind: 'line', lineId: SECOND_LINE } })];
    expect(told(...both, FETCHED).state).toMatchObject({ appointments: [{ service: 'installation' }, { scope: { lineId: SECOND_LINE } }] });
    const appointmentId = idAt(both, PENDING.length + 1, 'appointment');
    expect(told(...both, FETCHED, move({ appointmentId })).refusal).toMatchObject({ code: 'appointment-not-found', rule: 'A58' });
  });

  it('are agreed for a line or a shipment, and moved', () => {
    expect(told(...AGREED)).toMatchObject({ news: [{ type: 'OrderAppointmentArranged', data: { service: 'installation', slot: SLOT } }] });
    expect(told(...SHIPPED, arrange(ofShipment)).news).toHaveLength(1);
    expect(told(...AGREED, move())).toMatchObject({ news: [{ type: 'OrderAppointmentRescheduled', data: { from: SLOT, to: LATER, reasonCode: 'customer-request' } }], state: { appointments: [{ slot: LATER }] } });
    expect(told(...PENDING, arrange({}, { key: 'k' }), arrange({}, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('are one for each service, and for each line and shipment', () => {
    const two = [...PARTLY_SHIPPED, ship('W-2', [SECOND_LINE, 2])];
    const scopes = [{ kind: 'line', lineId: FIRST_LINE }, { kind: 'line', lineId: SECOND_LINE }, { kind: 'shipment', shipmentId: FIRST_SHIPMENT }, { kind: 'shipment', shipmentId: idAt(two, 7, 'shipment') }] as const;
    const all = scopes.map((scope) => arrange({ scope, service: 'delivery' }));
    expect(told(...two, ...all, arrange()).state).toMatchObject({ appointments: [{}, {}, {}, {}, { service: 'installation' }] });
    for (const again of all) expect(told(...two, ...all, again).refusal).toMatchObject({ code: 'appointment-exists', rule: 'A58' });
  });

  it('stay where they are when another is moved', () => {
    const both = [...AGREED, arrange({ service: 'delivery' })];
    expect(told(...both, move()).state).toMatchObject({ appointments: [{ slot: LATER }, { service: 'delivery', slot: SLOT }] });
  });

  it('can end at another time alone, or begin at another', () => {
    for (const slot of [{ ...SLOT, endsAt: minute(3_121) }, { ...SLOT, startsAt: minute(2_999) }]) expect(told(...AGREED, move({ slot })).news).toMatchObject([{ data: { to: slot } }]);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to move what is not there', PENDING, move(), 'appointment-not-found', 'A58'],
    ['to move what has begun', AGREED, move({}, { at: SLOT.startsAt }), 'appointment-past', 'A58'],
    ['to move it into the past', AGREED, move({ slot: { startsAt: minute(0), endsAt: minute(9_000) } }), 'slot-out-of-range', 'A58'],
    ['to move it to where it is', AGREED, move({ slot: SLOT }), 'slot-unchanged', 'A58'],
    ['to move one for what has arrived', [...SHIPPED, arrange(ofShipment), deliver(FIRST_SHIPMENT)], move({ appointmentId: idAt([...SHIPPED, arrange(ofShipment)], SHIPPED.length, 'appointment') }), 'shipment-already-delivered', 'A41'],
    ['an end at the beginning', PENDING, arrange({ slot: { startsAt: SLOT.startsAt, endsAt: SLOT.startsAt } }), 'slot-out-of-range', 'A58'],
    ['one that begins now', PENDING, arrange({}, { at: SLOT.startsAt }), 'slot-out-of-range', 'A58'],
    ['an end before the beginning', PENDING, arrange({ slot: { startsAt: SLOT.endsAt, endsAt: SLOT.startsAt } }), 'slot-out-of-range', 'A58'],
    ['one that lasts longer than a day', PENDING, arrange({ slot: { startsAt: SLOT.startsAt, endsAt: minute(3_000 + 24 * 60 + 1) } }), 'slot-out-of-range', 'A58'],
    ['to make it longer than a day', AGREED, move({ slot: { startsAt: LATER.startsAt, endsAt: minute(9_000) } }), 'slot-out-of-range', 'A58'],
    ['a delivery of what is fetched', [...PENDING, FETCHED], arrange({ service: 'delivery' }), 'line-picked-up', 'A56'],
    ['a second one of the same kind', AGREED, arrange({ slot: LATER }), 'appointment-exists', 'A58'],
    ['one for a line that is not there', PENDING, arrange({ scope: { kind: 'line', lineId: 'nowhere' } }), 'line-not-found', 'A21'],
    ['one for a shipment that is not there', PENDING, arrange(ofShipment), 'shipment-not-found', 'A41'],
    ['one for what has arrived', DELIVERED, arrange(ofShipment), 'shipment-already-delivered', 'A41'],
    ['one for what turned round', STOPPED, arrange(ofShipment), 'delivery-already-stopped', 'A26'],
    ['to move one while the order is suspended', [...AGREED, SUSPEND], move(), 'order-suspended', 'A33'],
    ['to move one while another has the lock', [...AGREED, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })], move(), 'order-locked-by-another', 'A22'],
    ['one on a cancelled order', [...PENDING, ask({ type: 'CancelOrder', reasonCode: 'customer-request' })], arrange(), 'order-ended', 'C2'],
  ])('refuse %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});
