import type { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { Catalogue, HoldType } from '#catalogue';
import { createWriteSide } from '#event-store';
import { orderIdOf, type Actor } from '#kernel';
import { draftRules, orderRules, type OrderCommand } from '#ordering';
import { contextOf, createInMemoryEventStore, createInMemorySubjectKeys, quoteOf, type OrderStep } from '#testing';
import { Undoing } from '../../apps/api/actions/undo.js';
import { asked } from '../../apps/api/http/asked.js';
import type { Caller } from '../../apps/api/http/caller.js';
import { PositionTokens } from '../../apps/api/http/position-tokens.js';
import { ProblemError } from '../../apps/api/http/problem.js';
import { Drafts } from '../../apps/api/orders/drafts.js';
import { OrderCommands } from '../../apps/api/orders/order-commands.js';
import { OrderStream, type RecordedOrderEvent } from '../../apps/api/queries/order-stream.js';
import { ExecuteDraftCommand } from '../../libs/ordering/handlers/execute-draft-command.handler.js';
import type { ExecuteOrderCommand } from '../../libs/ordering/handlers/execute-order-command.handler.js';

/** The order of the stories. */
export const ORDER = orderIdOf('D-00000-00000');
export const reply = { header: () => reply } as unknown as FastifyReply;

const fraudCheck: HoldType = { code: 'fraud-check', label: 'Fraud check', effects: ['confirm'], resolvedBy: ['supervisor'], active: true };
const catalogue = {
  quote: ({ sku }: { readonly sku: string }) => Promise.resolve({ kind: 'quoted', sku, description: sku, quote: quoteOf(255) }),
  holdTypes: () => Promise.resolve([fraudCheck]),
  alertTypes: () => Promise.resolve([]),
  activePickupStore: (code: string) => Promise.resolve({ code }),
} as unknown as Catalogue;

export const callerOf = (actor: Actor, headers: Readonly<Record<string, string>> = {}): Caller =>
  ({ user: { id: actor.id, role: actor.role, stores: ['UK'] }, actor, correlationId: 'c', expiresAtMs: 0, headers }) as unknown as Caller;

/** An order as a story leaves it, on a log in memory, and the parts of the API that act on it. */
export async function worldAfter(steps: readonly OrderStep[]) {
  const store = createInMemoryEventStore();
  const writeSide = await createWriteSide({ store, keys: createInMemorySubjectKeys() });
  const { executor } = writeSide;
  for (const [index, step] of steps.entries()) {
    const { commandId, actor, now } = contextOf(step, index);
    const outcome = await executor.execute(orderRules, asked(callerOf(actor), { aggregateId: ORDER, command: step.command, commandId, storeId: 'UK', occurredAt: now }));
    if (outcome.kind !== 'done') throw new Error(`step ${String(index)}: ${outcome.kind === 'refused' ? outcome.refusal.message : outcome.kind}`);
  }
  const bus = {
    execute: (command: ExecuteOrderCommand | ExecuteDraftCommand) => (command instanceof ExecuteDraftCommand ? executor.execute(draftRules, command.request) : executor.execute(orderRules, command.request)),
  } as unknown as CommandBus;
  const positions = new PositionTokens({ store });
  await positions.open();
  const stream = new OrderStream(writeSide);
  const orders = new OrderCommands(bus, positions, executor, catalogue, stream);
  const undoing = new Undoing(orders, catalogue);
  const drafts = new Drafts(bus, positions, orders, stream, executor);
  const read = (): Promise<readonly RecordedOrderEvent[]> => stream.read(ORDER);
  const revision = async (): Promise<number> => Number((await read()).at(-1)?.revision ?? 0n);
  return {
    read,
    revision,
    drafts,
    /** One command as its own operation sends it, by somebody who has seen everything. */
    async send(actor: Actor, { type, ...fields }: OrderCommand): Promise<unknown> {
      const caller = callerOf(actor, { 'if-match': `"${String(await revision())}"` });
      return orders.send({ caller, reply, ref: ORDER, body: {} }, type, () => fields as never);
    },
    undo: (actor: Actor, commandId: string, headers?: Readonly<Record<string, string>>) => undoing.undo(callerOf(actor, headers), reply, ORDER, commandId, read),
  };
}

/** What came of it: done, or the status and code of the problem. */
export const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof ProblemError) return `${String(error.status)} ${error.code}`;
      throw error;
    },
  );
