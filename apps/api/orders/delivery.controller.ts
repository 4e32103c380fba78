import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Slot } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { problem } from '../http/problem.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { AppointmentBody, appointmentScopeOf, ReasonAndNoteBody, RescheduleBody, ShipmentExceptionBody, slotOf, StopConfirmedBody, StopRefusedBody, type SlotBody } from './order.requests.js';

/** Parcels on their way, and appointments (A26, A41, A58). */
@ApiTags('orders')
@Controller('api/orders/:id')
export class DeliveryController {
  constructor(private readonly orders: OrderCommands) {}

  @Send('recordShipmentException', 'shipments/:shipmentId/exceptions', { summary: 'Record what may delay a shipment' })
  exception(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('shipmentId', ParseUUIDPipe) shipmentId: string,
    @Body() body: ShipmentExceptionBody,
  ): Promise<CommandAnswer> {
    const { note: text, ...report } = body;
    return this.orders.send({ caller, reply, ref, part: shipmentId, body }, 'RecordShipmentException', ({ note }) => ({ shipmentId, ...report, ...note(text) }));
  }

  @Send('requestDeliveryStop', 'shipments/:shipmentId/stop', { summary: 'Ask the carrier to stop a delivery', description: 'What was shipped cannot be cancelled: the carrier confirms or refuses.' })
  stop(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('shipmentId', ParseUUIDPipe) shipmentId: string,
    @Body() body: ReasonAndNoteBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: shipmentId, body }, 'RequestDeliveryStop', async ({ note }) => ({
      shipmentId,
      reasonCode: await this.orders.reason(body.reasonCode, 'delivery-stop'),
      ...note(body.note),
    }));
  }

  @Send('confirmDeliveryStop', 'shipments/:shipmentId/stop/confirm', { summary: 'Record that the carrier turned a shipment round', description: 'Its pieces count as returned and are credited, unless they were replaced.' })
  stopped(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('shipmentId', ParseUUIDPipe) shipmentId: string,
    @Body() body: StopConfirmedBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: shipmentId, body }, 'ConfirmDeliveryStop', () => ({ shipmentId, externalId: body.externalId }));
  }

  @Send('refuseDeliveryStop', 'shipments/:shipmentId/stop/refuse', { summary: 'Record that the carrier did not stop a delivery' })
  notStopped(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('shipmentId', ParseUUIDPipe) shipmentId: string,
    @Body() body: StopRefusedBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: shipmentId, body }, 'RefuseDeliveryStop', () => ({ shipmentId, externalId: body.externalId, reasonCode: body.reasonCode }));
  }

  @Send('arrangeOrderAppointment', 'appointments', { summary: 'Agree an appointment for a line or a shipment' })
  arrange(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: AppointmentBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ArrangeOrderAppointment', () => {
      const scope = appointmentScopeOf(body.scope);
      if (scope === undefined) throw problem('invalid-request', { detail: 'scope: a line with its lineId, or a shipment with its shipmentId.' });
      return { scope, service: body.service, slot: slotFrom(body.slot) };
    });
  }

  @Send('rescheduleOrderAppointment', 'appointments/:appointmentId/reschedule', { summary: 'Move an appointment that is still to come' })
  reschedule(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('appointmentId', ParseUUIDPipe) appointmentId: string,
    @Body() body: RescheduleBody,
  ): Promise<CommandAnswer> {
    const slot = slotFrom(body.slot);
    return this.orders.send({ caller, reply, ref, part: appointmentId, body }, 'RescheduleOrderAppointment', async () => ({
      appointmentId,
      slot,
      reasonCode: await this.orders.reason(body.reasonCode, 'appointment'),
    }));
  }
}

/** @throws ProblemError */
function slotFrom(body: SlotBody): Slot {
  const slot = slotOf(body);
  if (slot === undefined) throw problem('invalid-request', { detail: 'slot: days of the calendar.' });
  return slot;
}
