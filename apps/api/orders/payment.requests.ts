import type { PaymentAction, PaymentKind } from '#ordering';
import { Code, Id, ListOf, OneOf, Pattern, Text, Whole } from '../http/fields.js';
import { LineQuantityBody } from './order.requests.js';

const MOST_MONEY = 1_000_000_000_000;

export class PaymentMethodBody {
  @OneOf(['on-account', 'bank-transfer', 'card', 'gift-card', 'wallet']) readonly kind!: PaymentKind;
  @Pattern(/^[A-Za-z0-9_.:-]{8,128}$/, { most: 128, optional: true, description: "The payment provider's name for it; never a card number.", example: 'tok_2xYz81kq' }) readonly token?: string;
  @Text({ most: 60, optional: true, description: 'As the customer would say it.', example: 'Visa ending 4242' }) readonly label?: string;
  @Whole(0, MOST_MONEY, { optional: true, description: 'The most that may be charged to it.' }) readonly limitMinor?: number;
}

export class PaymentLimitBody {
  @Whole(0, MOST_MONEY, { optional: true, description: 'None unless said.' }) readonly limitMinor?: number;
}

export class AllocationBody {
  @Id() readonly methodId!: string;
  @Whole(0, MOST_MONEY) readonly amountMinor!: number;
}

export class AllocateBody {
  @ListOf(() => AllocationBody, { most: 20 }) readonly allocations!: readonly AllocationBody[];
}

export class PaymentBody {
  @Text({ most: 200, description: "The payment provider's own id of the transaction." }) readonly externalId!: string;
  @OneOf(['authorized', 'captured', 'refunded', 'voided', 'declined']) readonly outcome!: 'authorized' | 'captured' | 'refunded' | 'voided' | 'declined';
  @Id() readonly methodId!: string;
  @Whole(1, MOST_MONEY) readonly amountMinor!: number;
  @Id({ optional: true, description: 'The request that it answers.' }) readonly paymentId?: string;
  @OneOf(['authorize', 'capture', 'refund', 'void'], { optional: true, description: 'What was declined.' }) readonly action?: PaymentAction;
  @Code({ optional: true, description: "The provider's word for why it was declined.", example: 'insufficient-funds' }) readonly failureCode?: string;
}

export class InvoiceBody {
  @Id({ optional: true, description: 'What the shipment carried.' }) readonly shipmentId?: string;
  @ListOf(() => LineQuantityBody, { optional: true, most: 200, description: 'Or pieces that were shipped. Without either, what is charged besides and stands on no invoice yet.' }) readonly lines?: readonly LineQuantityBody[];
}

/** Anything of 13 to 19 digits, however they are set apart, that passes the check sum of card numbers (A44). */
export function holdsCardNumber(text: string): boolean {
  const runs = text.match(/\d(?:[ .:_-]?\d){12,}/g) ?? [];
  return runs.map((run) => run.replace(/\D/g, '')).some(someCardNumber);
}

/** The whole of it, or its beginning when something was said after the number. */
const someCardNumber = (digits: string): boolean =>
  (digits.length > 16 ? [digits.length, 16, 15] : [digits.length]).some((length) => length <= 19 && passesCheckSum(digits.slice(0, length)));

function passesCheckSum(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}
