import { Body, Controller, Inject, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { personal } from '#kernel';
import type { ChargeScope, LineScope } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { problem, ProblemError } from '../http/problem.js';
import { ChangeChargeBody, ChargeBody, FulfilmentBody, fulfilmentOf, GiftBody, TaxExemptionBody, VariantBody } from './amendment.requests.js';
import { Approvers } from './approvers.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { NoteBody, ReasonAndNoteBody } from './order.requests.js';

const scopeFrom = (lineId: string | undefined): ChargeScope => (lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId });

/** What changes about an order that was taken: what is sold, how it gets there, and what it costs besides its price. */
@ApiTags('orders')
@Controller('api/orders/:id')
export class AmendmentController {
  constructor(
    private readonly orders: OrderCommands,
    private readonly approvers: Approvers,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

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
    return this.orders.send({ caller, reply, ref, body }, 'ChangeOrderFulfilment', async () => {
      if (fulfilment.kind === 'pickup' && (await this.catalogue.activePickupStore(fulfilment.storeCode)) === undefined) {
        throw new ProblemError(409, 'pickup-store-unknown', 'A rule refuses it', { rule: 'A56', detail: 'Nothing can be fetched there.', details: { storeCode: fulfilment.storeCode } });
      }
      return { scope, fulfilment };
    });
  }

  @Send('grantOrderTaxExemption', 'tax-exemption', { summary: 'Exempt an order from tax' })
  exempt(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: TaxExemptionBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'GrantOrderTaxExemption', ({ order, note }) => ({ certificate: personal(order.contact.subjectId, body.certificate), ...note(body.note) }));
  }

  @Send('revokeOrderTaxExemption', 'tax-exemption/revoke', { summary: 'Tax an order again' })
  tax(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RevokeOrderTaxExemption', ({ note }) => note(body.note));
  }

  @Send('addOrderCharge', 'charges', { summary: 'Add a charge or a discount', description: 'To the order or to a line, once or for each piece. Taxed as its line is, or at the standard rate of the country that the order goes to: nobody says a rate.' })
  addCharge(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ChargeBody): Promise<CommandAnswer> {
    const { kind, name, lineId, amountMinor, per } = body;
    return this.orders.send({ caller, reply, ref, body }, 'AddOrderCharge', async ({ order, latest, note }) => ({
      kind,
      category: await this.category(body.category, kind),
      name,
      scope: scopeFrom(lineId),
      amountMinor,
      ...(per === 'unit' && { perUnit: true }),
      // What is charged on a line the decider taxes as the line is.
      taxBasisPoints: lineId === undefined ? await this.orders.chargeTax(await latest()) : 0,
      origin: 'manual' as const,
      reasonCode: await this.orders.reason(body.reasonCode, 'charge'),
      ...note(body.note),
      ...(kind === 'discount' && (await this.approvers.ofDiscount(caller, order, body.approvedBy))),
    }));
  }

  @Send('changeOrderCharge', 'charges/:chargeId/change', { summary: 'Change a charge or discount that was made by hand', description: 'What is not named stays as it is.' })
  changeCharge(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('chargeId', ParseUUIDPipe) chargeId: string,
    @Body() body: ChangeChargeBody,
  ): Promise<CommandAnswer> {
    const { name, category, amountMinor } = body;
    return this.orders.send({ caller, reply, ref, part: chargeId, body }, 'ChangeOrderCharge', async ({ order, latest, note }) => {
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
        ...(await this.approvers.ofDiscount(caller, order, body.approvedBy)),
      };
    });
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

  /** @throws ProblemError unless charges, or discounts, can be for that */
  private async category(code: string, kind: 'charge' | 'discount'): Promise<string> {
    const known = await this.catalogue.activeChargeCategory(code, kind);
    if (known !== undefined) return known.code;
    throw new ProblemError(409, 'charge-category-unknown', 'A rule refuses it', { rule: 'A52', detail: `There is no such category of ${kind}s.`, details: { category: code, kind } });
  }
}
