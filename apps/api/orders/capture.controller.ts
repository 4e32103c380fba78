import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { OrderCommands, place, type CommandAnswer } from './order-commands.js';
import { ChangeAddressBody, CreateOrderBody, EmptyBody, NewLineBody, QuantityBody, ReasonBody } from './order.requests.js';

/** Taking an order and changing it. */
@ApiTags('orders')
@Controller('api/orders')
export class CaptureController {
  constructor(private readonly orders: OrderCommands) {}

  @Send('createOrder', '', { summary: 'Create an order, with its first lines' }, 201)
  create(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: CreateOrderBody): Promise<CommandAnswer> {
    return this.orders.create(caller, reply, body);
  }

  @Send('addOrderLine', ':id/lines', { summary: 'Add a line' })
  addLine(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NewLineBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'AddOrderLine', async ({ order }) => ({
      quantity: body.quantity,
      ...(await this.orders.quote(body.sku, order.currency, order.shipTo.country)),
    }));
  }

  @Send('changeOrderLineQuantity', ':id/lines/:lineId/change-quantity', { summary: "Change a line's quantity", description: 'Pieces wanted now, shipped ones included. The line is priced anew, unless pieces of it were shipped: then it keeps its price.' })
  changeQuantity(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: QuantityBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: lineId, body }, 'ChangeOrderLineQuantity', async ({ order, latest }) => {
      const named = (each: { readonly lineId: string }): boolean => each.lineId === lineId;
      const line = order.lines.find(named) ?? (await latest()).lines.find(named);
      // The decider says what is wrong with a line that is not there; its price does not matter then.
      if (line === undefined) return { lineId, quantity: body.quantity, quote: { unitPriceMinor: 0, taxClass: 'standard', taxBasisPoints: 0, source: 'none' } };
      // Of what has left the price stands, whether it is still sold or not.
      const quote = line.shipped > 0 ? line.quote : (await this.orders.quote(line.sku, order.currency, order.shipTo.country)).quote;
      return { lineId, quantity: body.quantity, quote };
    });
  }

  @Send('removeOrderLine', ':id/lines/:lineId/remove', { summary: 'Remove a line' })
  removeLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: lineId, body }, 'RemoveOrderLine', () => ({ lineId }));
  }

  @Send('restoreOrderLine', ':id/lines/:lineId/restore', { summary: 'Put a removed line back', description: 'As it was when it was removed, at its price then, with its charges and gift options.' })
  restoreLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: lineId, body }, 'RestoreOrderLine', () => ({ lineId }));
  }

  @Send('submitOrder', ':id/submit', { summary: 'Submit a pending order' })
  submit(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'SubmitOrder', () => ({}));
  }

  @Send('confirmOrder', ':id/confirm', { summary: 'Confirm a submitted order' })
  confirm(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ConfirmOrder', () => ({}));
  }

  @Send('releaseOrder', ':id/release', { summary: 'Release a confirmed order for fulfilment' })
  release(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ReleaseOrder', () => ({}));
  }

  @Send('voidOrder', ':id/void', { summary: 'Void a pending order' })
  void(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReasonBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'VoidOrder', async () => ({ reasonCode: await this.orders.reason(body.reasonCode, 'void') }));
  }

  @Send('changeOrderAddress', ':id/change-address', { summary: 'Change where it is shipped to', description: 'In another country, what was not sent yet is taxed anew by its tax table.' })
  changeAddress(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ChangeAddressBody): Promise<CommandAnswer> {
    const { shipTo, reasonCode } = body;
    return this.orders.send({ caller, reply, ref, body }, 'ChangeOrderAddress', async ({ order, latest }) => ({
      shipTo: place(order.contact.subjectId, shipTo),
      ...(await this.orders.taxesAbroad(await latest(), shipTo.country)),
      ...(reasonCode !== undefined && { reasonCode: await this.orders.reason(reasonCode, 'address') }),
    }));
  }
}
