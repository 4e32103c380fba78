import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import type { OperationId } from '#identity';
import { Id, OneOf, presentOrAbsent } from '../http/fields.js';
import { OFFERED_COMMANDS, operationOf } from './order-operations.js';

export class PreviewBody {
  @OneOf(OFFERED_COMMANDS.map(operationOf), { description: 'The operationId of the command.', example: 'cancelOrderLine' }) readonly operation!: OperationId;
  @Id({ optional: true, description: 'What the address of the command names besides the order: a line, hold, charge or shipment.' }) readonly part?: string;
  @presentOrAbsent() @IsObject({ message: 'must be the body of the command' }) @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'As the command itself takes it.' }) readonly body?: object;
}

export class UndoBody {
  @Id({ description: 'As the answer to the command gave it.' }) readonly commandId!: string;
}
