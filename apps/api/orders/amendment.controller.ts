import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { personal } from '#kernel';
import type { LineScope } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { problem } from '../http/problem.js';
import { FulfilmentBody, fulfilmentOf, GiftBody, scopeFrom, TaxExemptionBody, VariantBody } from './amendment.requests.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { NoteBody } from './order.requests.js';

/** What changes about an order that was taken: what is sold, how it gets there, and whether it is taxed. */
@ApiTags('orders')
@Controller('api/orders/:id')
export class AmendmentController {
  constructor(private readonly orders: OrderCommands) {}

  @Send('changeOrderLineVariant', 'lines/:lineId/change-variant', { summary: 'Change a line to another variant of its product' })
  variant(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: VariantBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: lineId, body }, 'ChangeOrderLineVariant', async ({ order }) => ({
      lineId,
      ...(await this.orders.quote(body.sku, order.currency, order.shipTo.country)),
    }));
  }

  @Send('changeOrderGiftOptions', 'change-gift-options', { summary: 'Say whether an order or a line is wrapped, and what the card says' })
  gift(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: GiftBody): Promise<CommandAnswer> {
    const { lineId, wrap, message } = body;
    return this.orders.send({ caller, reply, ref, body }, 'ChangeOrderGiftOptions', ({ order }) => ({
      scope: scopeFrom(lineId),
      gift: { wrap, ...(message !== undefined && { message: personal(order.contact.subjectId, message) }) },
    }));
  }

  @Send('changeOrderFulfilment', 'change-fulfilment', { summary: 'Ship lines, or have them fetched at a store' })
  fulfilment(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: FulfilmentBody): Promise<CommandAnswer> {
    const fulfilment = fulfilmentOf(body);
    if (fulfilment === undefined) throw problem('invalid-request', { detail: 'storeCode: to be fetched, name a store; to be shipped, none.' });
    const scope: LineScope = body.lineIds === undefined ? { kind: 'order' } : { kind: 'lines', lineIds: [...body.lineIds] };
    return this.orders.send({ caller, reply, ref, body }, 'ChangeOrderFulfilment', () => ({ scope, fulfilment }));
  }

  @Send('grantOrderTaxExemption', 'tax-exemption', { summary: 'Exempt an order from tax' })
  exempt(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: TaxExemptionBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'GrantOrderTaxExemption', ({ order, note }) => ({ certificate: personal(order.contact.subjectId, body.certificate), ...note(body.note) }));
  }

  @Send('revokeOrderTaxExemption', 'tax-exemption/revoke', { summary: 'Tax an order again' })
  tax(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RevokeOrderTaxExemption', ({ note }) => note(body.note));
  }
}
