import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createdIdOf } from '#kernel';
import { contextOf, tell, type Asked } from '#testing';
import type { DeskCommand, DeskCommandOf } from './desk.commands.js';
import { deskDecider, deskRules, type Desk } from './desk.decider.js';

type Step = Asked<DeskCommand>;
const told = (...steps: readonly Step[]) => tell(deskDecider, steps);
const ask = (command: DeskCommand, rest: Omit<Step, 'command'> = {}): Step => ({ command, ...rest });

const START = ask({ type: 'StartCall', storeId: 'UK', orderId: 'o1' }, { key: 'ring' });
const CALL = createdIdOf(contextOf(START, 0).commandId, 'call');
const END = ask({ type: 'EndCall' });

describe('a call (A30)', () => {
  it('is the agent\'s, for a store, about whom and what is known', () => {
    expect(told(ask({ type: 'StartCall', storeId: 'UK', customerId: 'c1', customerStoreId: 'UK', orderId: 'o1' }, { key: 'ring' }))).toMatchObject({
      news: [{ type: 'CallStarted', data: { callId: CALL, agentId: 'anna', storeId: 'UK', customerId: 'c1', orderId: 'o1' } }],
      state: { active: { callId: CALL, storeId: 'UK' } },
    });
    expect(deskRules.storeIdOf()).toBeUndefined();
  });

  it('begins once, also when asked twice, before and after it ended', () => {
    expect(told(START, START).decision).toEqual({ kind: 'accepted', events: [] });
    expect(told(START, END, START).decision).toEqual({ kind: 'accepted', events: [] });
  });

  it('is the only one of the agent', () => {
    expect(told(START, ask({ type: 'StartCall', storeId: 'UK' })).refusal).toMatchObject({ code: 'call-already-active', rule: 'A30', details: { callId: CALL } });
    expect(told(START, END, ask({ type: 'StartCall', storeId: 'UK' })).news).toHaveLength(1);
  });

  it('is about an order and a customer of the store that is called', () => {
    const start = (about: object): Step => ask({ type: 'StartCall', storeId: 'UK', ...about });
    expect(told(start({ orderId: 'o1', orderStoreId: 'UK', customerId: 'c1', customerStoreId: 'UK' })).news).toMatchObject([{ data: { orderId: 'o1', customerId: 'c1' } }]);
    expect(told(start({ orderId: 'o1', orderStoreId: 'DE' })).refusal).toMatchObject({ code: 'order-of-another-store', rule: 'G2', details: { orderStoreId: 'DE', storeId: 'UK' } });
    expect(told(start({ customerId: 'c1' })).refusal).toMatchObject({ code: 'customer-unknown', rule: 'A6' });
    expect(told(start({ customerId: 'c1', customerStoreId: 'DE' })).refusal).toMatchObject({ code: 'customer-unknown', rule: 'A6' });
  });

  it('ends', () => {
    expect(told(START, END)).toMatchObject({ news: [{ type: 'CallEnded', data: { callId: CALL } }], state: { lastCallId: CALL } });
  });
});

describe('parking, transferring and voiding a call (A30–A32)', () => {
  it.each<[DeskCommand, object]>([
    [{ type: 'ParkCall' }, { type: 'CallParked', data: { callId: CALL, orderId: 'o1' } }],
    [{ type: 'TransferCall', toAgentId: 'ben' }, { type: 'CallTransferred', data: { callId: CALL, orderId: 'o1', toAgentId: 'ben' } }],
    [{ type: 'VoidCall', reasonCode: 'test' }, { type: 'CallVoided', data: { callId: CALL, orderId: 'o1', reasonCode: 'test' } }],
  ])('%j says so of the order in progress, and the agent is free again', (command, event) => {
    const { news, state } = told(START, ask(command));
    expect(news).toEqual([event]);
    expect(state).toEqual({ lastCallId: CALL });
  });

  it('is about the order that is named rather than the one that the call began with', () => {
    expect(told(START, ask({ type: 'ParkCall', orderId: 'o2' })).news).toMatchObject([{ data: { orderId: 'o2' } }]);
  });

  it.each<[DeskCommand, string]>([
    [{ type: 'ParkCall' }, 'A30'],
    [{ type: 'TransferCall', toAgentId: 'ben' }, 'A31'],
    [{ type: 'VoidCall', reasonCode: 'test' }, 'A32'],
    [{ type: 'EndCall' }, 'A30'],
  ])('refuses %j without a call', (command, rule) => {
    expect(told(ask(command)).refusal).toMatchObject({ code: 'call-not-active', rule });
    expect(told(START, END, ask(command)).refusal).toMatchObject({ code: 'call-not-active', rule });
  });

  it.each<[DeskCommand, string]>([
    [{ type: 'ParkCall' }, 'A30'],
    [{ type: 'TransferCall', toAgentId: 'ben' }, 'A31'],
    [{ type: 'VoidCall', reasonCode: 'test' }, 'A32'],
  ])('refuses %j without an order', (command, rule) => {
    expect(told(ask({ type: 'StartCall', storeId: 'UK' }), ask(command)).refusal).toMatchObject({ code: 'call-without-order', rule });
  });

  it('refuses what the order\'s own rules refuse', () => {
    const refusedByOrder = { code: 'order-not-pending', rule: 'A30', message: 'It is submitted.' };
    expect(told(START, ask({ type: 'ParkCall', refusedByOrder })).refusal).toEqual(refusedByOrder);
  });

  it.each<DeskCommandOf<'ParkCall' | 'TransferCall' | 'VoidCall'>>([
    { type: 'ParkCall', orderId: 'o2', orderStoreId: 'DE' },
    { type: 'TransferCall', orderId: 'o2', orderStoreId: 'DE', toAgentId: 'ben' },
    { type: 'VoidCall', orderId: 'o2', orderStoreId: 'DE', reasonCode: 'test' },
  ])('refuses %j: who takes the call over might not see that order', (command) => {
    expect(told(START, ask(command)).refusal).toMatchObject({ code: 'order-of-another-store', rule: 'G2', details: { orderStoreId: 'DE', storeId: 'UK' } });
    expect(told(START, ask({ ...command, orderStoreId: 'UK' })).news).toHaveLength(1);
  });

  it('refuses a transfer to oneself (A31)', () => {
    expect(told(START, ask({ type: 'TransferCall', toAgentId: 'anna' })).refusal).toMatchObject({ code: 'transfer-to-oneself', rule: 'A31' });
  });
});

const anyCommand: fc.Arbitrary<DeskCommand> = fc.oneof(
  fc.record({ type: fc.constant('StartCall' as const), storeId: fc.constant('UK') }),
  fc.record({ type: fc.constant('StartCall' as const), storeId: fc.constant('UK'), orderId: fc.constantFrom('o1', 'o2') }),
  fc.record({ type: fc.constant('ParkCall' as const) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('TransferCall' as const), toAgentId: fc.constantFrom('anna', 'ben') }),
  fc.record({ type: fc.constant('VoidCall' as const), reasonCode: fc.constant('test'), orderId: fc.constantFrom('o1', 'o2') }),
  fc.constant({ type: 'EndCall' as const }),
);

describe('whatever an agent does', () => {
  it('never leaves two calls active, and ends each at most once', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        let desk: Desk = deskDecider.initialState;
        const open = new Set<string>();
        for (const [step, command] of commands.entries()) {
          const decision = deskDecider.decide(command, desk, contextOf(ask(command), step));
          if (decision.kind === 'refused') continue;
          for (const event of decision.events) {
            if (event.type === 'CallStarted') open.add(event.data.callId);
            else expect(open.delete(event.data.callId)).toBe(true);
            desk = deskDecider.evolve(desk, event);
          }
          expect(open.size).toBeLessThanOrEqual(1);
          expect(desk.active?.callId).toBe([...open][0]);
        }
      }),
    );
  });
});
