import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { draftRules, type DraftCommand, type DraftEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

/** What an agent means to change about an order. */
export class ExecuteDraftCommand extends Command<CommandOutcome<DraftEvent>> {
  constructor(readonly request: CommandRequest<DraftCommand>) {
    super();
  }
}

@CommandHandler(ExecuteDraftCommand)
export class ExecuteDraftCommandHandler implements ICommandHandler<ExecuteDraftCommand> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ request }: ExecuteDraftCommand): Promise<CommandOutcome<DraftEvent>> {
    return this.executor.execute(draftRules, request);
  }
}
