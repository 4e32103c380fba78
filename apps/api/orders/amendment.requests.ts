import type { ChargeScope, Fulfilment } from '#ordering';
import { Code, Id, Ids, OneOf, Text, Whole, YesNo } from '../http/fields.js';
import { NoteBody, ReasonAndNoteBody } from './order.requests.js';

const MOST_MONEY = 1_000_000_000_000;

export class VariantBody {
  @Text({ most: 64, description: 'Another variant of the same product; price and tax come from the catalogue.', example: 'MUG-BLU' }) readonly sku!: string;
}

export class GiftBody {
  @Id({ optional: true, description: 'A line; the whole order unless said.' }) readonly lineId?: string;
  @YesNo() readonly wrap!: boolean;
  @Text({ most: 500, lines: true, optional: true, description: 'What the card says; none unless said.' }) readonly message?: string;
}

export class FulfilmentBody {
  @OneOf(['ship', 'pickup']) readonly kind!: Fulfilment['kind'];
  @Code({ optional: true, description: 'Where it is fetched; see the pick-up stores.' }) readonly storeCode?: string;
  @Ids({ most: 200, optional: true, description: 'Lines; all that were not sent yet unless said.' }) readonly lineIds?: readonly string[];
}

export class TaxExemptionBody extends NoteBody {
  @Text({ most: 100, description: 'What the certificate is known by.' }) readonly certificate!: string;
}

export class ChargeBody extends ReasonAndNoteBody {
  @OneOf(['charge', 'discount']) readonly kind!: 'charge' | 'discount';
  @Code({ description: 'See the charge categories.', example: 'gift-wrap' }) readonly category!: string;
  @Text({ most: 200 }) readonly name!: string;
  @Id({ optional: true, description: 'A line; the whole order unless said.' }) readonly lineId?: string;
  @Whole(1, MOST_MONEY, { description: 'For each piece when `per` is unit.' }) readonly amountMinor!: number;
  @OneOf(['line', 'unit'], { optional: true, description: 'unit: for each ordered piece of the line. Once unless said.' }) readonly per?: 'line' | 'unit';
}

export class ChangeChargeBody extends ReasonAndNoteBody {
  @Code({ optional: true }) readonly category?: string;
  @Text({ most: 200, optional: true }) readonly name?: string;
  @Whole(1, MOST_MONEY, { optional: true, description: 'For each piece when it was added by unit.' }) readonly amountMinor?: number;
}

/** @returns undefined when the parts do not fit together */
export function fulfilmentOf({ kind, storeCode }: FulfilmentBody): Fulfilment | undefined {
  if (kind === 'ship') return storeCode === undefined ? { kind } : undefined;
  return storeCode === undefined ? undefined : { kind, storeCode };
}

export const scopeFrom = (lineId: string | undefined): ChargeScope => (lineId === undefined ? { kind: 'order' } : { kind: 'line', lineId });
