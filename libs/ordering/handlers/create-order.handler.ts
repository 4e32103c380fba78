import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { orderRules, type OrderCommand, type OrderEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

/** The creation of an order and of its first lines: one append, all or nothing. */
export class CreateOrderWithLines extends Command<CommandOutcome<OrderEvent>> {
  constructor(readonly requests: readonly CommandRequest<OrderCommand>[]) {
    super();
  }
}

@CommandHandler(CreateOrderWithLines)
export class CreateOrderHandler implements ICommandHandler<CreateOrderWithLines> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ requests }: CreateOrderWithLines): Promise<CommandOutcome<OrderEvent>> {
    return this.executor.executeAll(orderRules, requests);
  }
}
