import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { amountLimits } from '#identity';
import { minorDigits, type MinorUnits } from '#kernel';
import type { AppeasementOffer, LineScope } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { problem } from '../http/problem.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { AppeaseBody, EmptyBody, NoteBody, offerOf, scopeOf } from './order.requests.js';

const limitOf = (caller: Caller, currency: string): MinorUnits | null => amountLimits(caller.user.role, minorDigits(currency)).appeasementMinor;

/** Making up for a bad experience, and the second person for what goes beyond a limit (A55). */
@ApiTags('orders')
@Controller('api/orders/:id')
export class AppeaseController {
  constructor(private readonly orders: OrderCommands) {}

  @Send('appeaseOrder', 'appease', { summary: 'Appease a customer with a discount, a coupon or a gift card', description: 'Within what the role may grant on one order in all; beyond it, requestAppeasement.' })
  appease(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: AppeaseBody): Promise<CommandAnswer> {
    const grant = grantFrom(body);
    return this.orders.send({ caller, reply, ref, body }, 'AppeaseOrder', async ({ order, note }) => ({
      ...grant,
      reasonCode: await this.orders.reason(body.reasonCode, 'appease'),
      ...note(body.note),
      limitMinor: limitOf(caller, order.currency),
    }));
  }

  @Send('requestAppeasement', 'appeasement-requests', { summary: 'Ask a second person to appease a customer beyond the own limit' })
  request(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: AppeaseBody): Promise<CommandAnswer> {
    const grant = grantFrom(body);
    return this.orders.send({ caller, reply, ref, body }, 'RequestAppeasement', async ({ note }) => ({ ...grant, reasonCode: await this.orders.reason(body.reasonCode, 'appease'), ...note(body.note) }));
  }

  @Send('approveAppeasement', 'appeasement-requests/:appeasementId/approve', { summary: 'Grant what somebody else asked for', description: 'Within what the own role may grant.' })
  approve(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('appeasementId', ParseUUIDPipe) appeasementId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: appeasementId, body }, 'ApproveAppeasement', ({ order }) => ({ appeasementId, limitMinor: limitOf(caller, order.currency) }));
  }

  @Send('declineAppeasement', 'appeasement-requests/:appeasementId/decline', { summary: 'Decline what somebody asked for' })
  decline(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('appeasementId', ParseUUIDPipe) appeasementId: string,
    @Body() body: NoteBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: appeasementId, body }, 'DeclineAppeasement', ({ note }) => ({ appeasementId, ...note(body.note) }));
  }
}

/** @throws ProblemError when the parts do not fit together */
function grantFrom(body: AppeaseBody): { readonly scope: LineScope; readonly offer: AppeasementOffer } {
  const scope = scopeOf(body.scope);
  const offer = offerOf(body.offer);
  if (scope === undefined) throw problem('invalid-request', { detail: 'scope: the order, or lines with their lineIds.' });
  if (offer === undefined) throw problem('invalid-request', { detail: 'offer: a percentage has basisPoints, an amount and a gift card amountMinor, a coupon a code.' });
  return { scope, offer };
}
