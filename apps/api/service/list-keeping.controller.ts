import { Body, Controller, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Catalogue, ListEntries, ListName } from '#catalogue';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { problem } from '../http/problem.js';
import { plain } from '../orders/order-commands.js';
import { AlertTypeBody, ChargeCategoryBody, HoldTypeBody, PickupStoreBody, ReasonCodeBody, ResolutionCodeBody, RetireCodeBody } from './list.requests.js';

interface Defined {
  readonly code: string;
  readonly active: boolean;
}

const AGAIN = 'A code that is known, retired ones too, stands for this from now on.';

/** How administrators keep the lists that rules go by (C7). Sent again, nothing is different. */
@ApiTags('lists')
@Controller('api')
export class ListKeepingController {
  constructor(@Inject(CATALOGUE) private readonly catalogue: Catalogue) {}

  @Send('defineReasonCode', 'reason-codes', { summary: 'Define a reason', description: AGAIN })
  reason(@CurrentCaller() caller: Caller, @Body() body: ReasonCodeBody): Promise<Defined> {
    return this.define(caller, 'reason-codes', body);
  }

  @Send('defineHoldType', 'hold-types', { summary: 'Define a type of holds', description: AGAIN })
  holdType(@CurrentCaller() caller: Caller, @Body() body: HoldTypeBody): Promise<Defined> {
    return this.define(caller, 'hold-types', body);
  }

  @Send('defineResolutionCode', 'resolution-codes', { summary: 'Define how holds and alerts can end', description: AGAIN })
  resolution(@CurrentCaller() caller: Caller, @Body() body: ResolutionCodeBody): Promise<Defined> {
    return this.define(caller, 'resolution-codes', body);
  }

  @Send('defineAlertType', 'alert-types', { summary: 'Define a type of alerts or warnings, and who may clear them', description: AGAIN })
  alertType(@CurrentCaller() caller: Caller, @Body() body: AlertTypeBody): Promise<Defined> {
    return this.define(caller, 'alert-types', body);
  }

  @Send('defineChargeCategory', 'charge-categories', { summary: 'Define what charges or discounts can be for', description: AGAIN })
  chargeCategory(@CurrentCaller() caller: Caller, @Body() body: ChargeCategoryBody): Promise<Defined> {
    return this.define(caller, 'charge-categories', body);
  }

  @Send('definePickupStore', 'pickup-stores', { summary: 'Define a store where orders can be fetched', description: AGAIN })
  pickupStore(@CurrentCaller() caller: Caller, @Body() body: PickupStoreBody): Promise<Defined> {
    return this.define(caller, 'pickup-stores', body);
  }

  @Send('retireCode', 'lists/retire', { summary: 'Retire a code', description: 'It can no longer be used; what names it stays readable.' })
  async retire(@CurrentCaller() caller: Caller, @Body() { list, code }: RetireCodeBody): Promise<Defined> {
    if (!(await this.catalogue.retireEntry(list, code, caller.actor.id))) throw problem('not-found', { detail: `The list ${list} has no such code.` });
    return { code, active: false };
  }

  private async define<List extends ListName>(caller: Caller, list: List, body: Omit<ListEntries[List], 'active'> & { readonly code: string }): Promise<Defined> {
    await this.catalogue.defineEntry(list, plain(body), caller.actor.id);
    return { code: body.code, active: true };
  }
}
