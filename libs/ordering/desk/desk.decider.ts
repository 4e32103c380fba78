import { accept, createdIdOf, refuse, type Decider, type Decision, type DecisionContext } from '#kernel';
import type { DeskCommand, DeskCommandOf } from './desk.commands.js';
import type { DeskEvent } from './desk.events.js';

export interface Call {
  readonly callId: string;
  readonly storeId: string;
  readonly customerId?: string;
  readonly orderId?: string;
}

/** An agent's desk. A stream for each call could not hold "one active call for an agent" (settled 1.6). */
export interface Desk {
  readonly active?: Call;
  /** The call that ended last: ending it again yields nothing new. */
  readonly lastCallId?: string;
}

type Decided = Decision<DeskEvent>;

const evolve = (desk: Desk, event: DeskEvent): Desk => {
  if (event.type !== 'CallStarted') return { lastCallId: event.data.callId };
  const { agentId: _agentId, ...call } = event.data;
  return { ...desk, active: call };
};

function decide(command: DeskCommand, desk: Desk, context: DecisionContext): Decided {
  switch (command.type) {
    case 'StartCall':
      return start(command, desk, context);
    case 'ParkCall':
      return withOrder(command, desk, 'A30', ({ callId }, orderId) => accept({ type: 'CallParked', data: { callId, orderId } }));
    case 'TransferCall':
      return withOrder(command, desk, 'A31', ({ callId }, orderId) => {
        const { toAgentId } = command;
        if (toAgentId === context.actor.id) return refuse('A31', 'transfer-to-oneself', 'A call is transferred to somebody else.');
        return accept({ type: 'CallTransferred', data: { callId, orderId, toAgentId } });
      });
    case 'VoidCall':
      return withOrder(command, desk, 'A32', ({ callId }, orderId) => accept({ type: 'CallVoided', data: { callId, orderId, reasonCode: command.reasonCode } }));
    case 'EndCall':
      return desk.active === undefined ? notActive('A30') : accept({ type: 'CallEnded', data: { callId: desk.active.callId } });
  }
}

function start({ storeId, customerId, customerStoreId, orderId, orderStoreId }: DeskCommandOf<'StartCall'>, { active, lastCallId }: Desk, context: DecisionContext): Decided {
  const callId = createdIdOf(context.commandId, 'call');
  if (active?.callId === callId || lastCallId === callId) return accept();
  if (active !== undefined) return refuse('A30', 'call-already-active', 'You are in a call: park, transfer, void or end it first.', { callId: active.callId });
  if (customerId !== undefined && customerStoreId !== storeId) return refuse('A6', 'customer-unknown', 'There is no such customer in that store.', { customerId, storeId });
  const refused = storeGuard(storeId, orderStoreId);
  if (refused !== undefined) return refused;
  return accept({
    type: 'CallStarted',
    data: { callId, agentId: context.actor.id, storeId, ...(customerId !== undefined && { customerId }), ...(orderId !== undefined && { orderId }) },
  });
}

/** Park, transfer and void do something to the order in progress: there has to be one. */
function withOrder(command: DeskCommandOf<'ParkCall' | 'TransferCall' | 'VoidCall'>, { active }: Desk, rule: string, then: (call: Call, orderId: string) => Decided): Decided {
  if (active === undefined) return notActive(rule);
  const orderId = command.orderId ?? active.orderId;
  if (orderId === undefined) return refuse(rule, 'call-without-order', 'No order is in progress: name it, or end the call.', { callId: active.callId });
  const { refusedByOrder: refusal, orderStoreId } = command;
  return storeGuard(active.storeId, orderStoreId) ?? (refusal === undefined ? then(active, orderId) : { kind: 'refused', refusal });
}

/** Whoever takes the call over sees the call's store, and so its order (G2, A31). */
function storeGuard(storeId: string, orderStoreId = storeId): Decided | undefined {
  if (orderStoreId === storeId) return undefined;
  return refuse('G2', 'order-of-another-store', `The call is for store ${storeId}, the order of ${orderStoreId}: end the call, and take one for that store.`, { orderStoreId, storeId });
}

const notActive = (rule: string): Decided => refuse(rule, 'call-not-active', 'You are not in a call.');

export const deskDecider: Decider<Desk, DeskCommand, DeskEvent> = { category: 'desk', initialState: {}, evolve, decide };

/** What the executor of commands must know of a desk: it belongs to an agent, not to a store. */
export const deskRules = {
  decider: deskDecider,
  storeIdOf: (): string | undefined => undefined,
  creates: (): boolean => true,
  commutes: (): boolean => true,
} as const;
