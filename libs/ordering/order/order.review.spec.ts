import { describe, expect, it } from '@jest/globals';
import { ask, BEN, CONFIRM, CONFIRMED, FIRST_LINE, idAt, noteOf, PENDING, RELEASE, RELEASED, SECOND_LINE, ship, SUBMIT, SUBMITTED, SUE, tell, WAREHOUSE, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
type Rest = Omit<OrderStep, 'command'>;

const FLAG = ask({ type: 'FlagOrder', reasonCode: 'further-review', note: noteOf('odd hours') });
const UNFLAG = ask({ type: 'UnflagOrder', note: noteOf('all well') });
const raise = (alertType = 'fraud-suspected', externalId?: string, rest: Rest = {}): OrderStep =>
  ask({ type: 'RaiseOrderAlert', alertType, severity: 'alert', ...(externalId !== undefined && { externalId }), note: noteOf('another name') }, { by: WAREHOUSE, ...rest });
const clear = (...alertIds: readonly string[]): OrderStep => ask({ type: 'ClearOrderAlerts', alertIds, resolutionCode: 'checked', note: noteOf('married') }, { by: SUE });

const VOIDED = [...PENDING, ask({ type: 'VoidOrder', reasonCode: 'entered-twice' })];
const LOCKED_BY_BEN = [...PENDING, ask({ type: 'LockOrder', leaseSeconds: 3_600 }, { by: BEN })];
const ALERTED = [...SUBMITTED, raise('fraud-suspected', 'F-1')];
const ALERT = idAt(ALERTED, SUBMITTED.length, 'alert');

describe('flagging an order for further review (A34)', () => {
  it('marks it, and stops nothing', () => {
    expect(told(...SUBMITTED, FLAG)).toMatchObject({ news: [{ type: 'OrderFlagged', data: { reasonCode: 'further-review' } }], state: { flag: { reasonCode: 'further-review' } } });
    expect(told(...SUBMITTED, FLAG, CONFIRM).state.status).toBe('confirmed');
  });

  it('adds nothing when it is flagged already, nor when there is no flag to take off', () => {
    expect(told(...PENDING, FLAG, FLAG).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...PENDING, UNFLAG).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...PENDING, FLAG, UNFLAG, UNFLAG).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('ends with the flag taken off, and can come again', () => {
    const seenTo = told(...PENDING, FLAG, UNFLAG);
    expect(seenTo.news).toMatchObject([{ type: 'OrderUnflagged' }]);
    expect(seenTo.state).not.toHaveProperty('flag');
    expect(told(...PENDING, FLAG, UNFLAG, FLAG).news).toHaveLength(1);
  });

  it("waits for nobody's lock", () => {
    expect(told(...LOCKED_BY_BEN, FLAG).news).toHaveLength(1);
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to flag a voided order', VOIDED, FLAG, 'order-ended', 'C2'],
    ['to take the flag off a voided order', VOIDED, UNFLAG, 'order-ended', 'C2'],
    ['to flag what is not there', [], FLAG, 'order-not-found', 'C1'],
  ])('refuses %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});

describe('alerts (A35)', () => {
  it.each<[string, readonly OrderStep[], OrderStep, string]>([
    ['confirming', SUBMITTED, CONFIRM, 'confirmed'],
    ['releasing', CONFIRMED, RELEASE, 'released'],
    ['shipping', RELEASED, ship('W-1', [FIRST_LINE, 6], [SECOND_LINE, 2]), 'shipped'],
  ])('stop %s until they are cleared', (_what, history, advance, status) => {
    const alerted = [...history, raise()];
    const alertId = idAt(alerted, history.length, 'alert');
    expect(told(...alerted, advance).refusal).toMatchObject({ code: 'alerts-uncleared', rule: 'A35', details: { alerts: [{ alertId, alertType: 'fraud-suspected', severity: 'alert' }] } });
    expect(told(...alerted, clear(alertId), advance).state.status).toBe(status);
  });

  it('stop it while any one is uncleared, warnings too', () => {
    const both = [...ALERTED, ask({ type: 'RaiseOrderAlert', alertType: 'stock-shortage', severity: 'warning' }, { by: SUE })];
    expect(told(...both, clear(ALERT), CONFIRM).refusal).toMatchObject({ details: { alerts: [{ alertType: 'stock-shortage', severity: 'warning' }] } });
    expect(told(...both, clear(ALERT, idAt(both, ALERTED.length, 'alert')), CONFIRM).state.status).toBe('confirmed');
  });

  it('let an order be taken, changed and cancelled meanwhile', () => {
    expect(told(...PENDING, raise(), SUBMIT).state.status).toBe('submitted');
    expect(told(...ALERTED, ask({ type: 'CancelOrder', reasonCode: 'fraud-alert' })).state.status).toBe('cancelled');
  });

  it('stay listed once cleared', () => {
    expect(told(...ALERTED, clear(ALERT))).toMatchObject({
      news: [{ type: 'OrderAlertsCleared', data: { alertIds: [ALERT], resolutionCode: 'checked' } }],
      state: { alerts: [{ alertId: ALERT, alertType: 'fraud-suspected', severity: 'alert', cleared: true }] },
    });
  });

  it("are raised whoever holds the lock, and told again under the sender's id or by the same command they add nothing", () => {
    expect(told(...LOCKED_BY_BEN, raise()).news).toHaveLength(1);
    expect(told(...ALERTED, raise('fraud-suspected', 'F-1')).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...ALERTED, clear(ALERT), raise('fraud-suspected', 'F-1')).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(...ALERTED, raise('fraud-suspected', 'F-2')).news).toHaveLength(1);
    expect(told(...PENDING, raise('other', undefined, { key: 'k' }), raise('other', undefined, { key: 'k' })).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it.each<[string, readonly OrderStep[], OrderStep, string, string]>([
    ['to clear what is not there', ALERTED, clear('nowhere'), 'alert-not-found', 'A35'],
    ['to clear an alert twice', [...ALERTED, clear(ALERT)], clear(ALERT), 'alert-already-cleared', 'A35'],
    ['to clear one alert named twice', ALERTED, clear(ALERT, ALERT), 'alert-named-twice', 'A35'],
    ['to clear none', ALERTED, clear(), 'alerts-not-named', 'A35'],
    ['to clear alerts of a voided order', [...PENDING, raise(), ask({ type: 'VoidOrder', reasonCode: 'fraud-alert' })], clear(ALERT), 'order-ended', 'C2'],
    ['to raise one on a voided order', VOIDED, raise(), 'order-ended', 'C2'],
    ['to raise one on what is not there', [], raise(), 'order-not-found', 'C1'],
  ])('refuse %s', (_what, history, command, code, rule) => {
    expect(told(...history, command).refusal).toMatchObject({ code, rule });
  });
});
