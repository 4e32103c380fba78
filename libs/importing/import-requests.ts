import { subjectIdOf, type Actor, type DomainCommand } from '#kernel';
import type { CommandRequest } from '#event-store';

export const IMPORT_ACTOR: Actor = { id: 'import', role: 'system' };

/** The facts that all commands of one import share. */
export interface ImportContext {
  readonly storeId: string;
  readonly sourceId: string;
}

export function importRequest<Command extends DomainCommand>(
  context: ImportContext,
  request: { readonly aggregateId: string; readonly command: Command; readonly commandId: string; readonly at: number; readonly reasonCode?: string },
): CommandRequest<Command> {
  const { aggregateId, command, commandId, at, reasonCode } = request;
  return {
    aggregateId,
    command,
    commandId,
    actor: IMPORT_ACTOR,
    storeScope: [context.storeId],
    storeId: context.storeId,
    correlationId: context.sourceId,
    origin: 'import',
    occurredAt: new Date(at).toISOString(),
    seen: { kind: 'not-needed' },
    ...(reasonCode !== undefined && { reasonCode }),
  };
}

/** The same person in the same source and store is one subject, however many files name them. */
export const importSubjectIdOf = (system: string, storeId: string, reference: string): string => subjectIdOf(`${system}:${storeId}`, reference);
