import { Body, Controller, Inject, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { unavailableOf } from './unavailable.js';
import { OrderCommands, plain, type CommandAnswer } from './order-commands.js';
import { CancelLineBody, DeliveryBody, NoteBody, ReasonAndNoteBody, ReshipBody, ReturnBody, ShipmentBody } from './order.requests.js';

/** What is done for a customer, and what carriers and warehouses report. */
@ApiTags('orders')
@Controller('api/orders/:id')
export class ServiceController {
  constructor(
    private readonly orders: OrderCommands,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Send('cancelOrder', 'cancel', { summary: 'Cancel an order of which nothing was shipped' })
  cancel(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReasonAndNoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'CancelOrder', async ({ note }) => ({ reasonCode: await this.orders.reason(body.reasonCode, 'cancel'), ...note(body.note) }));
  }

  @Send('reinstateOrder', 'reinstate', { summary: 'Take a cancellation back', description: 'Within a day, before money goes back, and while every product of it is still sold. Stock itself is the warehouse\'s: a hold says that it is to be looked at.' })
  reinstate(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ReinstateOrder', async ({ latest, note }) => ({ unavailable: await unavailableOf(this.catalogue, await latest()), ...note(body.note) }));
  }

  @Send('cancelOrderLine', 'lines/:lineId/cancel', { summary: 'Cancel open pieces of a line' })
  cancelLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: CancelLineBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: lineId, body }, 'CancelOrderLine', async ({ note }) => ({
      lineId,
      quantity: body.quantity,
      reasonCode: await this.orders.reason(body.reasonCode, 'cancel-line'),
      ...note(body.note),
    }));
  }

  @Send('reshipOrder', 'reship', { summary: 'Send shipped pieces again, free of charge' })
  reship(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReshipBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ReshipOrder', async () => ({
      lineId: body.lineId,
      quantity: body.quantity,
      reasonCode: await this.orders.reason(body.reasonCode, 'reship'),
    }));
  }

  @Send('recordShipment', 'shipments', { summary: 'Record what a warehouse shipped' })
  shipment(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ShipmentBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RecordShipment', () => {
      const { lines, ...shipment } = body;
      return { ...shipment, lines: lines.map(plain) };
    });
  }

  @Send('recordDelivery', 'shipments/:shipmentId/delivery', { summary: 'Record that a shipment arrived' })
  delivery(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('shipmentId', ParseUUIDPipe) shipmentId: string,
    @Body() body: DeliveryBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: shipmentId, body }, 'RecordDelivery', () => ({ shipmentId, externalId: body.externalId }));
  }

  @Send('recordReturn', 'returns', { summary: 'Record pieces that came back' })
  return(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReturnBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RecordReturn', () => plain(body));
  }
}
