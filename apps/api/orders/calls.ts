import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { CommandExecutor } from '#event-store';
import { mayCall, type User, type Users } from '#identity';
import { commandIdOf, type Refusal } from '#kernel';
import { alertFact, callFact, customerRules, deskRules, isEnded, orderRules, type Call, type DeskCommand, type OrderCommand, type OrderState } from '#ordering';
import { asked } from '../http/asked.js';
import { seesStore, sharesStores, type Caller } from '../http/caller.js';
import { doneOrThrow, tellDone, tellPosition, type EventAnswer } from '../http/outcome.js';
import { USERS } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem, ProblemError } from '../http/problem.js';
import { idempotencyKeyFrom } from '../http/seen.js';
import { COMMAND_EXECUTOR } from '../../../libs/ordering/handlers/command-executor.token.js';
import { ExecuteDeskCommand } from '../../../libs/ordering/handlers/execute-desk-command.handler.js';
import { orderIdFrom, OrderCommands } from './order-commands.js';

export interface CallAnswer {
  readonly callId: string;
  readonly orderId?: string;
  /**
   * Whether that was done to the order. `outstanding`: it will be, or the order gets an alert that says which guard
   * refused it; `refused`: it has that alert, or has ended otherwise.
   */
  readonly orderOutcome?: OrderOutcome;
  /** Of the agent's desk. */
  readonly revision: number;
  /** Token for `Docket-At-Least`: what the call did to its order is in it, unless that takes longer than usual. */
  readonly position: string;
  readonly repeated: boolean;
  readonly events: readonly EventAnswer[];
}

export type OrderOutcome = 'done' | 'outstanding' | 'refused';

/** Who can take over a call: nothing about a person but the name shown to colleagues. */
export interface TransferTarget {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly role: User['role'];
}

/** What is done with a call, and so with the order in progress. */
export type CallEnding =
  | { readonly type: 'ParkCall' }
  | { readonly type: 'TransferCall'; readonly toAgentId: string }
  | { readonly type: 'VoidCall'; readonly reasonCode: string };

const SETTLES_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** Refused then: nobody is in a call. */
export const NO_STORE = 'none';

/** Calls of the agent who asks: the desk is their own. */
@Injectable()
export class Calls {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: PositionTokens,
    private readonly orders: OrderCommands,
    @Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor,
    @Inject(USERS) private readonly users: Users,
  ) {}

  async current(caller: Caller): Promise<Call | undefined> {
    return (await this.executor.load(deskRules, caller.user.id)).state.active;
  }

  async start(caller: Caller, reply: FastifyReply, body: { readonly storeId: string; readonly customerId?: string; readonly orderId?: string }): Promise<CallAnswer> {
    const { storeId, customerId, orderId: ref } = body;
    if (!seesStore(caller.user, storeId)) throw problem('store-not-in-scope');
    const orderId = ref === undefined ? undefined : orderIdFrom(ref);
    const order = orderId === undefined ? undefined : { orderId, orderStoreId: (await this.orders.orderOf(caller, orderId)).storeId };
    const customer = customerId === undefined ? undefined : { customerId, ...(await this.storeOf(customerId)) };
    return this.send(caller, reply, storeId, body, { type: 'StartCall', storeId, ...customer, ...order });
  }

  async end(caller: Caller, reply: FastifyReply, body: object): Promise<CallAnswer> {
    const call = await this.current(caller);
    return this.send(caller, reply, call?.storeId ?? NO_STORE, body, { type: 'EndCall' }, call);
  }

  /** Parks, transfers or voids; the order's own rules are asked first, so that a refusal is told at once. */
  async leave(caller: Caller, reply: FastifyReply, body: { readonly orderId?: string }, ending: CallEnding): Promise<CallAnswer> {
    const call = await this.current(caller);
    const orderId = body.orderId === undefined ? call?.orderId : orderIdFrom(body.orderId);
    const orderStoreId = orderId === undefined ? undefined : (await this.orders.orderOf(caller, orderId)).storeId;
    const storeId = orderStoreId ?? call?.storeId;
    const refusal = call === undefined || orderId === undefined ? undefined : await this.refusalOf(caller, orderId, onOrder(ending, call.callId));
    const command: DeskCommand = { ...ending, ...(orderId !== undefined && { orderId }), ...(orderStoreId !== undefined && { orderStoreId }), ...(refusal && { refusedByOrder: refusal }) };
    const answer = await this.send(caller, reply, storeId ?? NO_STORE, body, command, call);
    if (answer.orderId === undefined) return answer;
    const { outcome: orderOutcome, position } = await this.settled(answer.orderId, answer.callId, ending);
    if (position === undefined) return { ...answer, orderOutcome };
    tellPosition(reply, position);
    return { ...answer, orderOutcome, position };
  }

  /** @throws ProblemError unless the agent is active and sees the store of the call (A31) */
  async target(caller: Caller, userId: string): Promise<string> {
    const call = await this.current(caller);
    const user = await this.users.find(userId);
    if (user !== undefined && mayTake(user) && (call === undefined || seesStore(user, call.storeId))) return userId;
    throw new ProblemError(409, 'agent-not-active', 'A rule refuses it', { rule: 'A31', detail: 'There is no such active agent for that store.', details: { toAgentId: userId } });
  }

  async targets(caller: Caller): Promise<readonly TransferTarget[]> {
    const call = await this.current(caller);
    const seen = (user: User): boolean => (call === undefined ? sharesStores(caller.user, user) : seesStore(user, call.storeId));
    const users = (await this.users.list()).filter((user) => user.id !== caller.user.id && mayTake(user) && seen(user));
    return users.map(({ id: userId, userName, displayName, role }) => ({ userId, userName, displayName, role }));
  }

  private async storeOf(customerId: string): Promise<{ readonly customerStoreId?: string }> {
    const { state } = await this.executor.load(customerRules, customerId);
    return state.status === 'none' ? {} : { customerStoreId: state.storeId };
  }

  private async refusalOf(caller: Caller, orderId: string, command: OrderCommand): Promise<Refusal | undefined> {
    const { state } = await this.executor.load(orderRules, orderId);
    const decision = orderRules.decider.decide(command, state, { commandId: commandIdOf(caller.actor.id, 'asked-before'), now: new Date().toISOString(), actor: caller.actor });
    return decision.kind === 'refused' ? decision.refusal : undefined;
  }

  /** Waits a moment for the process of calls: who parks an order wants to see it parked. */
  private async settled(orderId: string, callId: string, ending: CallEnding): Promise<{ readonly outcome: OrderOutcome; readonly position?: string }> {
    for (const until = Date.now() + SETTLES_WITHIN_MS; Date.now() < until; ) {
      const { state, position } = await this.executor.load(orderRules, orderId);
      const outcome = outcomeOf(state, callId, ending);
      if (outcome !== 'outstanding' && position !== undefined) return { outcome, position: this.positions.format(position) };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return { outcome: 'outstanding' };
  }

  private async send(caller: Caller, reply: FastifyReply, storeId: string, body: object, command: DeskCommand, call?: Call): Promise<CallAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const outcome = await this.bus.execute(
      new ExecuteDeskCommand(
        asked(caller, {
          aggregateId: caller.user.id,
          command,
          commandId: commandIdOf(caller.actor.id, key),
          storeScope: 'all',
          storeId,
          correlationId: call?.callId ?? caller.correlationId,
          payload: { type: command.type, body },
          ...('reasonCode' in command && { reasonCode: command.reasonCode }),
        }),
      ),
    );
    const done = doneOrThrow(outcome, 'call');
    const data = done.events.at(0)?.event.data;
    return {
      callId: data?.callId ?? call?.callId ?? '',
      ...(data !== undefined && 'orderId' in data && { orderId: data.orderId }),
      ...tellDone(reply, this.positions, done, { key }),
    };
  }
}

const mayTake = ({ disabled, role }: User): boolean => !disabled && mayCall(role, 'startCall');

/** What the process of calls has come to, told from the order alone. */
export function outcomeOf(order: OrderState, callId: string, { type }: CallEnding): OrderOutcome {
  if (order.status === 'none') return 'outstanding';
  if (type === 'VoidCall' ? order.status === 'voided' : order.createdIds.has(callId)) return 'done';
  return order.externalIds.has(alertFact(callFact(callId))) || isEnded(order) ? 'refused' : 'outstanding';
}

/** What the process will ask of the order. */
function onOrder(ending: CallEnding, callId: string): OrderCommand {
  switch (ending.type) {
    case 'ParkCall':
      return { type: 'ParkOrder', callId };
    case 'TransferCall':
      return { type: 'TransferOrder', callId, toAgentId: ending.toAgentId };
    case 'VoidCall':
      return { type: 'VoidOrder', reasonCode: ending.reasonCode };
  }
}
