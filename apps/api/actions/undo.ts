import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { commandIdOf, systemClock, type Refusal } from '#kernel';
import { planUndo, undoIdOf, type Happened, type OrderCommand, type OrderCommandType } from '#ordering';
import { describeEvent } from '#projections';
import type { Caller } from '../http/caller.js';
import { CATALOGUE } from '../http/ports.js';
import { problem, ProblemError } from '../http/problem.js';
import { idempotencyKeyFrom } from '../http/seen.js';
import { OrderCommands, type CommandAnswer } from '../orders/order-commands.js';
import { surroundings } from '../orders/three-way.js';
import { unavailableOf } from '../orders/unavailable.js';
import type { RecordedOrderEvent } from '../queries/order-stream.js';
import { orderAfter } from './order-actions.js';
import { operationOf, type OfferedCommand } from './order-operations.js';
import { historyOf } from './undo-action.js';

/** Races that an undo may lose before it says that the order is busy. */
const MOST_ATTEMPTS = 5;

/** Takes one command of an order back by its inverse, decided like any other command, under an id that follows from it (D11). */
@Injectable()
export class Undoing {
  constructor(
    private readonly orders: OrderCommands,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  /** @throws ProblemError 409 with the reason, 403 when the caller may not send what takes it back */
  async undo(caller: Caller, reply: FastifyReply, orderId: string, commandId: string, read: () => Promise<readonly RecordedOrderEvent[]>): Promise<CommandAnswer> {
    const key = idempotencyKeyFrom(caller.headers);
    const askedAs = commandIdOf(caller.actor.id, key);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const events = await read();
      const revision = events.at(-1)?.revision ?? 0n;
      const before = events.filter(({ metadata }) => metadata.causationId === askedAs);
      if (before.length > 0) return this.again(reply, events, before, key, commandId);
      const context = { commandId: undoIdOf(commandId, Number(revision), caller.actor.id), actor: caller.actor, now: systemClock.now() };
      const history = historyOf(events);
      const plan = planUndo(history, commandId, context);
      if (plan.kind === 'barred') throw refusedBy(plan.refusal, events, revision);
      const command = await this.lookedUp(plan.command, history);
      const answer = await this.orders.sendDerived(caller, reply, orderId, {
        command,
        commandId: context.commandId,
        payload: { type: 'undo', undoes: commandId },
        body: { commandId },
        causationId: askedAs,
        key,
        events,
        about: commandId,
        seenNeeded: false,
      });
      if (answer !== undefined) return answer;
    }
    throw problem('order-busy', { headers: { 'retry-after': '1' } });
  }

  /** The same request again: its first answer, whatever happened since. @throws ProblemError 422 when the key meant another command */
  private again(reply: FastifyReply, events: readonly RecordedOrderEvent[], undone: readonly RecordedOrderEvent[], key: string, commandId: string): CommandAnswer {
    const [first, last, created] = [undone[0], undone.at(-1), events[0]];
    if (first === undefined || last === undefined || created?.event.type !== 'OrderCreated') throw problem('order-not-found');
    if (first.metadata.commandId !== undoIdOf(commandId, Number(first.revision) - 1, first.metadata.actor.id)) throw problem('idempotency-key-reused');
    void reply.header('idempotency-key', key);
    const order = { orderId: created.stream.slice('order-'.length), orderNumber: created.event.data.orderNumber, commandId: first.metadata.commandId };
    return this.orders.answerOf(reply, order, { revision: last.revision, position: last.position, events: undone, repeated: true });
  }

  /** With what the decision needs from outside. */
  private async lookedUp(command: OrderCommand, history: readonly Happened[]): Promise<OrderCommand> {
    return command.type === 'ReinstateOrder' ? { ...command, unavailable: await unavailableOf(this.catalogue, orderAfter(history)) } : command;
  }
}

/** A reason that a program can read, with operations for commands and words for events. */
function refusedBy({ code, rule, message, details = {} }: Refusal, events: readonly RecordedOrderEvent[], revision: bigint): ProblemError {
  if (code === 'command-not-found') return problem('not-found', { detail: message });
  const { instead, by, ...rest } = details as { readonly instead?: OrderCommandType; readonly by?: readonly { readonly revision: number }[] };
  const blocking = by?.flatMap((each) => events.filter((event) => Number(event.revision) === each.revision)).map(({ event, revision: at, metadata }) => ({
    revision: Number(at),
    type: event.type,
    title: describeEvent({ event }, surroundings(orderAfter(events))).title,
    actorId: metadata.actor.id,
    recordedAt: metadata.recordedAt,
    commandId: metadata.commandId,
  }));
  return new ProblemError(409, code, 'A rule refuses it', {
    rule,
    detail: message,
    details: { ...rest, ...(instead && { instead: operationOf(instead as OfferedCommand) }), ...(blocking && { by: blocking }) },
    headers: { etag: `"${String(revision)}"` },
  });
}
