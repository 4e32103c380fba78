import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { cartRules, type CartCommand, type CartEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

/** What is done with a cart. */
export class ExecuteCartCommand extends Command<CommandOutcome<CartEvent>> {
  constructor(readonly request: CommandRequest<CartCommand>) {
    super();
  }
}

@CommandHandler(ExecuteCartCommand)
export class ExecuteCartCommandHandler implements ICommandHandler<ExecuteCartCommand> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ request }: ExecuteCartCommand): Promise<CommandOutcome<CartEvent>> {
    return this.executor.execute(cartRules, request);
  }
}
