import { Code, Id, Text } from '../http/fields.js';

export class StartCallBody {
  @Code({ example: 'demo', description: 'The store that the customer calls.' }) readonly storeId!: string;
  @Id({ optional: true }) readonly customerId?: string;
  @Text({ most: 64, optional: true, description: 'Id or number of the order that the call is about.' }) readonly orderId?: string;
}

export class LeaveCallBody {
  @Text({ most: 64, optional: true, description: 'Id or number of the order in progress, unless the call began with it.' }) readonly orderId?: string;
}

export class TransferCallBody extends LeaveCallBody {
  @Id({ description: 'One of the transfer targets.' }) readonly toAgentId!: string;
}

export class VoidCallBody extends LeaveCallBody {
  @Code({ example: 'customer-request' }) readonly reasonCode!: string;
}
