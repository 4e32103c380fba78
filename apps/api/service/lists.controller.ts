import { Body, Controller, Inject, Query as QueryString, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AlertType, Catalogue, ChargeCategory, HoldType, PickupStore, ProductPage, ReasonCode, ResolutionCode } from '#catalogue';
import { commandIdOf, personal, subjectIdOf } from '#kernel';
import { asked } from '../http/asked.js';
import { CurrentCaller, seesStore, type Caller } from '../http/caller.js';
import { Query, Send } from '../http/operation.js';
import { doneOrThrow, tellDone } from '../http/outcome.js';
import { CATALOGUE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { idempotencyKeyFrom } from '../http/seen.js';
import { plain } from '../orders/order-commands.js';
import { RegisterCustomerBody } from '../orders/order.requests.js';
import { ProductsQuery } from '../queries/query.requests.js';
import { RegisterCustomerAccount } from '../../../libs/ordering/handlers/register-customer.handler.js';

interface RegisteredCustomer {
  readonly customerId: string;
  readonly revision: number;
  /** Token for `Docket-At-Least`. */
  readonly position: string;
  readonly repeated: boolean;
}

/** What an order is made of: products, reasons, hold types, customers. */
@ApiTags('lists')
@Controller('api')
export class ListsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly positions: PositionTokens,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Query('listProducts', 'products', { summary: 'Products and their prices' })
  products(@QueryString() query: ProductsQuery): Promise<ProductPage> {
    return this.catalogue.products(query);
  }

  @Query('listReasonCodes', 'reason-codes', { summary: 'Reasons, and what each can be given for' })
  async reasons(): Promise<{ readonly reasonCodes: readonly ReasonCode[] }> {
    return { reasonCodes: await this.catalogue.reasonCodes() };
  }

  @Query('listHoldTypes', 'hold-types', { summary: 'Types of holds, and how they are resolved' })
  async holdTypes(): Promise<{ readonly holdTypes: readonly HoldType[]; readonly resolutionCodes: readonly ResolutionCode[] }> {
    const [holdTypes, resolutionCodes] = await Promise.all([this.catalogue.holdTypes(), this.catalogue.resolutionCodes()]);
    return { holdTypes, resolutionCodes };
  }

  @Query('listAlertTypes', 'alert-types', { summary: 'Types of alerts and warnings, and who may clear them' })
  async alertTypes(): Promise<{ readonly alertTypes: readonly AlertType[]; readonly resolutionCodes: readonly ResolutionCode[] }> {
    const [alertTypes, resolutionCodes] = await Promise.all([this.catalogue.alertTypes(), this.catalogue.resolutionCodes()]);
    return { alertTypes, resolutionCodes };
  }

  @Query('listChargeCategories', 'charge-categories', { summary: 'What charges and discounts can be for' })
  async chargeCategories(): Promise<{ readonly chargeCategories: readonly ChargeCategory[] }> {
    return { chargeCategories: await this.catalogue.chargeCategories() };
  }

  @Query('listPickupStores', 'pickup-stores', { summary: 'Where customers can fetch what they ordered' })
  async pickupStores(): Promise<{ readonly pickupStores: readonly PickupStore[] }> {
    return { pickupStores: await this.catalogue.pickupStores() };
  }

  @Send('registerCustomer', 'customers', { summary: 'Register a customer' }, 201)
  async register(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: RegisterCustomerBody): Promise<RegisteredCustomer> {
    const { storeId, contact } = body;
    if (!seesStore(caller.user, storeId)) throw problem('store-not-in-scope');
    const key = idempotencyKeyFrom(caller.headers);
    const commandId = commandIdOf(caller.actor.id, key);
    const customerId = subjectIdOf('customer', commandId);
    const outcome = await this.bus.execute(
      new RegisterCustomerAccount(
        asked(caller, { aggregateId: customerId, command: { type: 'RegisterCustomer', customerId, storeId, contact: personal(customerId, plain(contact)) }, commandId, storeId, payload: body }),
      ),
    );
    const { events: _events, ...told } = tellDone(reply, this.positions, doneOrThrow(outcome, 'customer'), { key });
    return { customerId, ...told };
  }
}
