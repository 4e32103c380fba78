import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import type { OperationId } from '#identity';
import { Id, OneOf, PartOf, presentOrAbsent, Text } from '../http/fields.js';
import { DERIVED_OPERATIONS, NEW_ORDER_OPERATIONS, OFFERED_COMMANDS, operationOf, type NewOrderOperation } from './order-operations.js';

export class PreviewBody {
  @OneOf([...OFFERED_COMMANDS.map(operationOf), ...DERIVED_OPERATIONS], { description: 'The operationId of the command.', example: 'cancelOrderLine' }) readonly operation!: OperationId;
  @Id({ optional: true, description: 'What the address of the command names besides the order: a line, hold, charge, shipment or staged edit.' }) readonly part?: string;
  @presentOrAbsent() @IsObject({ message: 'must be the body of the command' }) @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'As the command itself takes it.' }) readonly body?: object;
}

export class UndoBody {
  @Id({ description: 'As the answer to the command gave it.' }) readonly commandId!: string;
}

export class CartOfCustomer {
  @Id() readonly customerId!: string;
  @Text({ most: 40 }) readonly storeId!: string;
}

export class PreviewNewOrderBody {
  @OneOf(NEW_ORDER_OPERATIONS, { description: 'The operationId of what makes the order.', example: 'createOrder' }) readonly operation!: NewOrderOperation;
  @PartOf(() => CartOfCustomer, { optional: true, description: 'submitCart: which cart.' }) readonly cart?: CartOfCustomer;
  @presentOrAbsent() @IsObject({ message: 'must be the body of the command' }) @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'As the command itself takes it.' }) readonly body?: object;
}
