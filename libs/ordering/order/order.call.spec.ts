import { describe, expect, it } from '@jest/globals';
import { ask, BEN, PENDING, SUBMITTED, tell, type OrderStep } from '#testing';
import { orderDecider } from './order.decider.js';

const told = (...steps: readonly OrderStep[]) => tell(orderDecider, steps);
const PARK = ask({ type: 'ParkOrder', callId: 'c1' });
const TRANSFER = ask({ type: 'TransferOrder', callId: 'c1', toAgentId: 'ben' });
const LOCK = ask({ type: 'LockOrder', leaseSeconds: 3_600 });

describe('an order whose call is parked (A30)', () => {
  it('stays pending, is left to the agent who had the call, and loses its lock', () => {
    const { news, state } = told(...PENDING, LOCK, PARK);
    expect(news).toMatchObject([{ type: 'OrderParked', data: { callId: 'c1', agentId: 'anna' } }, { type: 'OrderUnlocked', data: { agentId: 'anna' } }]);
    expect(state).toMatchObject({ status: 'pending', assignee: 'anna' });
    expect(state).not.toHaveProperty('lock');
  });

  it('is parked once by one call', () => {
    expect(told(...PENDING, PARK, PARK).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is not parked when it was placed meanwhile', () => {
    expect(told(...SUBMITTED, PARK).refusal).toMatchObject({ code: 'order-not-pending', rule: 'A30', details: { status: 'submitted' } });
  });

  it('is not parked while another agent holds its lock', () => {
    expect(told(...PENDING, { ...LOCK, by: BEN }, PARK).refusal).toMatchObject({ code: 'order-locked-by-another', rule: 'A22' });
  });
});

describe('an order whose call is transferred (A31)', () => {
  it('stays pending, is assigned to the other agent, and loses its lock', () => {
    const { news, state } = told(...PENDING, LOCK, TRANSFER);
    expect(news).toMatchObject([{ type: 'OrderTransferred', data: { callId: 'c1', fromAgentId: 'anna', toAgentId: 'ben' } }, { type: 'OrderUnlocked' }]);
    expect(state).toMatchObject({ status: 'pending', assignee: 'ben' });
  });

  it('is transferred once by one call', () => {
    expect(told(...PENDING, TRANSFER, TRANSFER).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is not transferred when it was placed meanwhile', () => {
    expect(told(...SUBMITTED, TRANSFER).refusal).toMatchObject({ code: 'order-not-pending', rule: 'A31' });
  });

  it('is not transferred while another agent holds its lock', () => {
    expect(told(...PENDING, { ...LOCK, by: BEN }, TRANSFER).refusal).toMatchObject({ code: 'order-locked-by-another', rule: 'A22' });
  });
});
