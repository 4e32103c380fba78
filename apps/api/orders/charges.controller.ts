import { Body, Controller, Inject, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import type { OrderCommandOf } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { ProblemError } from '../http/problem.js';
import { ChangeChargeBody, ChargeBody, scopeFrom } from './amendment.requests.js';
import { OrderCommands, type CommandAnswer, type Known } from './order-commands.js';
import { EmptyBody, NoteBody, ReasonAndNoteBody } from './order.requests.js';

/** What an order costs besides its prices, and the second person for what goes beyond a limit (A52). */
@ApiTags('orders')
@Controller('api/orders/:id')
export class ChargesController {
  constructor(
    private readonly orders: OrderCommands,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Send('addOrderCharge', 'charges', { summary: 'Add a charge or a discount', description: 'To the order or to a line, once or for each piece. Taxed as its line is, or at the standard rate of the country that the order goes to: nobody says a rate. Within what the role may by hand in all; beyond it, requestOrderCharge.' })
  addCharge(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ChargeBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'AddOrderCharge', async ({ latest, note }) => ({
      ...(await this.asked(body)),
      ...note(body.note),
      // What is charged on a line the decider taxes as the line is.
      taxBasisPoints: body.lineId === undefined ? await this.orders.chargeTax(await latest()) : 0,
      origin: 'manual' as const,
    }));
  }

  @Send('requestOrderCharge', 'charge-requests', { summary: 'Ask a second person for a charge or discount beyond the own limit' })
  request(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ChargeBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RequestOrderCharge', async ({ note }) => ({ ...(await this.asked(body)), ...note(body.note) }));
  }

  @Send('approveOrderCharge', 'charge-requests/:chargeId/approve', { summary: 'Charge, give or change what somebody else asked for', description: 'Within what the own role may.' })
  approve(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'ApproveOrderCharge', async ({ latest }) => ({ chargeId, taxBasisPoints: await this.orders.chargeTax(await latest()) }));
  }

  @Send('declineOrderCharge', 'charge-requests/:chargeId/decline', { summary: 'Decline a charge or discount, or a change of one, that somebody asked for' })
  decline(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: NoteBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'DeclineOrderCharge', ({ note }) => ({ chargeId, ...note(body.note) }));
  }

  @Send('changeOrderCharge', 'charges/:chargeId/change', { summary: 'Change a charge or discount that was made by hand', description: 'What is not named stays as it is. Within what the role may by hand in all; beyond it, requestOrderChargeChange.' })
  changeCharge(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: ChangeChargeBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'ChangeOrderCharge', (known) => this.change(known, chargeId, body));
  }

  @Send('requestOrderChargeChange', 'charges/:chargeId/change-requests', { summary: 'Ask a second person to change a charge or discount beyond the own limit', description: 'Nothing changes until approveOrderCharge, with the id of the charge. One change of a charge waits at a time.' })
  requestChange(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: ChangeChargeBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'RequestOrderChargeChange', (known) => this.change(known, chargeId, body));
  }

  @Send('removeOrderCharge', 'charges/:chargeId/remove', { summary: 'Take off a charge or discount that was made by hand' })
  removeCharge(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: ReasonAndNoteBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'RemoveOrderCharge', async ({ note }) => ({ chargeId, reasonCode: await this.orders.reason(body.reasonCode, 'charge'), ...note(body.note) }));
  }

  @Send('restoreOrderCharge', 'charges/:chargeId/restore', { summary: 'Put back a charge or discount that was taken off', description: 'As it was; within what the role may by hand in all.' })
  restoreCharge(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'RestoreOrderCharge', () => ({ chargeId }));
  }

  private async change({ order, latest, note }: Known, chargeId: string, { name, category, amountMinor, ...body }: ChangeChargeBody): Promise<Omit<OrderCommandOf<'RequestOrderChargeChange'>, 'type'>> {
    const named = (each: { readonly chargeId: string }): boolean => each.chargeId === chargeId;
    const charge = order.charges.find(named) ?? (await latest()).charges.find(named);
    return {
      chargeId,
      ...(name !== undefined && { name }),
      // The decider says what is wrong with a charge that is not there; its category does not matter then.
      ...(category !== undefined && { category: charge === undefined ? category : await this.category(category, charge.kind) }),
      ...(amountMinor !== undefined && { amountMinor }),
      reasonCode: await this.orders.reason(body.reasonCode, 'charge'),
      ...note(body.note),
    };
  }

  private async asked({ kind, name, lineId, amountMinor, per, category, reasonCode }: ChargeBody): Promise<Omit<OrderCommandOf<'RequestOrderCharge'>, 'type' | 'note'>> {
    return {
      kind,
      category: await this.category(category, kind),
      name,
      scope: scopeFrom(lineId),
      amountMinor,
      ...(per === 'unit' && { perUnit: true }),
      reasonCode: await this.orders.reason(reasonCode, 'charge'),
    };
  }

  /** @throws ProblemError unless charges, or discounts, can be for that */
  private async category(code: string, kind: 'charge' | 'discount'): Promise<string> {
    const known = await this.catalogue.activeChargeCategory(code, kind);
    if (known !== undefined) return known.code;
    throw new ProblemError(409, 'charge-category-unknown', 'A rule refuses it', { rule: 'A52', detail: `There is no such category of ${kind}s.`, details: { category: code, kind } });
  }
}
