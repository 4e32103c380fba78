import { commandIdOf, type Actor, type DomainCommand } from '#kernel';
import type { CommandRequest } from '#event-store';
import type { DemoCustomer } from './customers.js';

export interface DemoContext {
  readonly storeId: string;
  /** Which of the demo's orders. */
  readonly n: number;
  readonly orderId: string;
  readonly customer: DemoCustomer;
}

/** @param command Given as a function where the ids of what it creates matter to it */
export function demoRequest<Command extends DomainCommand>(
  { storeId, n, orderId }: DemoContext,
  purpose: string,
  actor: Actor,
  at: number,
  command: Command | ((commandId: string) => Command),
): CommandRequest<Command> {
  const commandId = commandIdOf('demo', `${storeId}:${String(n)}:${purpose}`);
  const built = typeof command === 'function' ? command(commandId) : command;
  const reasonCode: unknown = 'reasonCode' in built ? built.reasonCode : undefined;
  return {
    aggregateId: orderId,
    command: built,
    commandId,
    actor,
    storeScope: [storeId],
    storeId,
    correlationId: commandId,
    origin: 'demo',
    occurredAt: new Date(at).toISOString(),
    // Prices and agents may be others when an interrupted demo goes on: what counts is which step it is.
    payload: { demo: n, purpose },
    seen: { kind: 'not-needed' },
    ...(typeof reasonCode === 'string' && { reasonCode }),
  };
}
