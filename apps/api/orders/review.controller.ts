import { Body, Controller, Inject, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { ProblemError } from '../http/problem.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { ClearAlertsBody, NoteBody, RaiseAlertBody, ReasonAndNoteBody } from './order.requests.js';

/** Flags and alerts: what somebody has to look at (A34, A35). */
@ApiTags('orders')
@Controller('api/orders/:id')
export class ReviewController {
  constructor(
    private readonly orders: OrderCommands,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Send('flagOrder', 'flag', { summary: 'Flag an order for further review', description: 'A flagged order stays flagged as it was.' })
  flag(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReasonAndNoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'FlagOrder', async ({ note }) => ({ reasonCode: await this.orders.reason(body.reasonCode, 'flag'), ...note(body.note) }));
  }

  @Send('unflagOrder', 'unflag', { summary: 'Take the flag off an order' })
  unflag(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'UnflagOrder', ({ note }) => note(body.note));
  }

  @Send('raiseOrderAlert', 'alerts', { summary: 'Raise an alert or a warning: nothing advances until it is cleared' })
  raise(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: RaiseAlertBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RaiseOrderAlert', async ({ note }) => {
      const type = await this.catalogue.alertType(body.alertType);
      if (type?.active !== true) throw new ProblemError(409, 'alert-type-unknown', 'A rule refuses it', { rule: 'A35', detail: 'There is no such alert type.', details: { alertType: body.alertType } });
      return { alertType: type.code, severity: type.severity, ...(body.externalId !== undefined && { externalId: body.externalId }), ...note(body.note) };
    });
  }

  @Send('clearOrderAlerts', 'alerts/clear', { summary: 'Clear alerts that were dealt with', description: 'The alert type says which roles may; cleared alerts stay listed.' })
  clear(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ClearAlertsBody): Promise<CommandAnswer> {
    const { alertIds, resolutionCode } = body;
    return this.orders.send({ caller, reply, ref, body }, 'ClearOrderAlerts', async ({ note }) => {
      await this.orders.resolution(resolutionCode, 'A35');
      return { alertIds: [...alertIds], resolutionCode, ...note(body.note) };
    });
  }
}
