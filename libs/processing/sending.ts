import { StoreUnavailable, type CommandExecutor, type CommandOutcome, type CommandRequest } from '#event-store';
import { commandIdOf, type Actor, type Refusal } from '#kernel';
import { orderRules, type Addressed, type OrderCommand } from '#ordering';
import { faultText, mayPass } from '#projecting';

/** A command on its way, with what the event that led to it says about the whole. Plain data: it may wait in a table. */
export interface Message {
  readonly addressed: Addressed;
  /** In whose name; without it, the process itself. */
  readonly actor?: Actor;
  /** Id of the event that led to it. */
  readonly causationId: string;
  readonly correlationId: string;
  readonly storeId: string;
}

/** What became of it; `undeliverable` says why. A refusal is an outcome like another: the executor keeps it, and the process may follow it up. */
export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'undeliverable'; readonly because: string };

/**
 * Sends commands for one process.
 * @param key the same for the same command, also after a crash: its id is made from it
 * @throws what may pass; then it is sent again
 */
export type Send = (message: Message, key: string) => Promise<Delivery>;

export const createSend = (executor: CommandExecutor, process: string): Send => {
  const self: Actor = { id: `process:${process}`, role: 'system' };
  return async ({ addressed, actor = self, causationId, correlationId, storeId }, key) => {
    const { id, command, reasonCode } = addressed;
    const request: CommandRequest<OrderCommand> = {
      aggregateId: id,
      command,
      commandId: commandIdOf(self.id, key),
      actor,
      storeScope: 'all',
      storeId,
      correlationId,
      causationId,
      origin: 'process',
      seen: { kind: 'not-needed' },
      ...(reasonCode !== undefined && { reasonCode }),
    };
    try {
      return settled(await executor.execute(orderRules, request), `${addressed.to}-${id}`);
    } catch (error) {
      if (mayPass(error)) throw error;
      return { kind: 'undeliverable', because: faultText(error) };
    }
  };
};

function settled(outcome: CommandOutcome, stream: string): Delivery {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'delivered' };
    case 'refused':
      return { kind: 'refused', refusal: outcome.refusal };
    case 'not-found':
    case 'key-reused':
    case 'stale':
    case 'conflict':
      return { kind: 'undeliverable', because: outcome.kind };
    case 'busy':
      throw new StoreUnavailable(`${stream} is busy`);
  }
}
