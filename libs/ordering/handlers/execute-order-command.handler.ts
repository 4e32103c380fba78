import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { orderRules, type OrderCommand, type OrderEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

/** Any one command of an order that exists. */
export class ExecuteOrderCommand extends Command<CommandOutcome<OrderEvent>> {
  constructor(readonly request: CommandRequest<OrderCommand>) {
    super();
  }
}

@CommandHandler(ExecuteOrderCommand)
export class ExecuteOrderCommandHandler implements ICommandHandler<ExecuteOrderCommand> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ request }: ExecuteOrderCommand): Promise<CommandOutcome<OrderEvent>> {
    return this.executor.execute(orderRules, request);
  }
}
