import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { deskRules, type DeskCommand, type DeskEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

/** What an agent does with a call. */
export class ExecuteDeskCommand extends Command<CommandOutcome<DeskEvent>> {
  constructor(readonly request: CommandRequest<DeskCommand>) {
    super();
  }
}

@CommandHandler(ExecuteDeskCommand)
export class ExecuteDeskCommandHandler implements ICommandHandler<ExecuteDeskCommand> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ request }: ExecuteDeskCommand): Promise<CommandOutcome<DeskEvent>> {
    return this.executor.execute(deskRules, request);
  }
}
