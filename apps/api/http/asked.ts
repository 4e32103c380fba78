import type { CommandRequest } from '#event-store';
import type { DomainCommand } from '#kernel';
import type { Caller } from './caller.js';

type Asked<Command extends DomainCommand> = Pick<CommandRequest<Command>, 'aggregateId' | 'command' | 'commandId' | 'storeId'> & Partial<CommandRequest<Command>>;

/** A command in the name of its caller, for the stores that they see; whatever they had seen, unless that is said. */
export const asked = <Command extends DomainCommand>(caller: Caller, command: Asked<Command>): CommandRequest<Command> => ({
  actor: caller.actor,
  storeScope: caller.user.stores,
  correlationId: caller.correlationId,
  origin: 'api',
  seen: { kind: 'not-needed' },
  ...command,
});
