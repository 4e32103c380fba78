import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandExecutor, CommandOutcome, CommandRequest } from '#event-store';
import { customerRules, type CustomerCommand, type CustomerEvent } from '#ordering';
import { COMMAND_EXECUTOR } from './command-executor.token.js';

export class RegisterCustomerAccount extends Command<CommandOutcome<CustomerEvent>> {
  constructor(readonly request: CommandRequest<CustomerCommand>) {
    super();
  }
}

@CommandHandler(RegisterCustomerAccount)
export class RegisterCustomerHandler implements ICommandHandler<RegisterCustomerAccount> {
  constructor(@Inject(COMMAND_EXECUTOR) private readonly executor: CommandExecutor) {}

  execute({ request }: RegisterCustomerAccount): Promise<CommandOutcome<CustomerEvent>> {
    return this.executor.execute(customerRules, request);
  }
}
