import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { PreviewNewOrderBody } from './actions.requests.js';
import { Previews, type NewOrderPreview } from './preview.js';

/** What an order would come to before there is one. */
@ApiTags('orders')
@Controller('api/orders')
export class NewOrderController {
  constructor(private readonly previews: Previews) {}

  @Send('previewNewOrder', 'preview', {
    summary: 'What an order would come to, without making it',
    description: 'For `createOrder` and `submitCart`, as `previewOrderCommand` for the commands of an order that there is: the events in words, the totals before and after, what cannot be ordered now, or the rule that refuses.',
  })
  preview(@CurrentCaller() caller: Caller, @Body() { operation, cart, body = {} }: PreviewNewOrderBody): Promise<NewOrderPreview> {
    return this.previews.askNew(caller, operation, cart === undefined ? {} : { customerId: cart.customerId, storeId: cart.storeId }, body);
  }
}
