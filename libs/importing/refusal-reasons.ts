/** Why a row was not taken over: a stable code, and what a person can do about it. Codes are kept in staging: never rename one. */
export const REFUSAL_REASONS = {
  'line-too-long': 'The line is longer than any row can be. Look for a missing line break.',
  'not-text': 'The line holds bytes that are no UTF-8 text. Export the file again as UTF-8.',
  'broken-quotes': 'A quotation mark is not closed, or stands inside an unquoted field. Correct the quotes of this line.',
  'wrong-number-of-fields': 'The line has more or fewer fields than the header. Look for a stray comma or a missing quote.',
  'bad-invoice-number': 'The invoice number is not six digits, or C and six digits for a credit.',
  'bad-stock-code': 'The stock code is empty, too long or holds control characters.',
  'bad-description': 'The description is longer than 200 characters or holds control characters.',
  'bad-quantity': 'The quantity is not a whole number between 1 and 1,000,000 (negative for credits).',
  'bad-price': 'The unit price is not a plain decimal number of zero or more.',
  'bad-date': 'The invoice date is not a possible date and time written YYYY-MM-DD HH:MM:SS, or lies in the future.',
  'bad-customer': 'The customer number is not a number.',
  'unknown-country': 'The country is not in the list of countries. Correct its name.',
  'sub-penny-price': 'The unit price is below one penny, so the row has no exact amount in pence. Enter it with its true price.',
  'amount-too-large': 'The amount of the row is larger than an order may hold.',
  'stock-write-off': 'A negative quantity without price and customer writes stock off; it is no order. Take it to the warehouse system.',
  'stock-booking': 'Nothing on this invoice has a price or a customer: a correction of stock, no order. Take it to the warehouse system.',
  'negative-quantity': 'A negative quantity stands on an invoice that is not a credit. Issue it as a C invoice.',
  'credit-with-positive-quantity': 'A credit must have a negative quantity.',
  'charge-without-amount': 'A service line without amount charges nothing.',
  'invoice-without-goods': 'The invoice holds service lines only; without goods there is no order to charge. Add the amount to the order it belongs to.',
  'credit-of-guest': 'The credit names no customer, so the order that it credits cannot be found. Record the return on that order by hand.',
  'credit-matches-nothing': 'No earlier line of this customer and stock code has pieces left to credit. Check customer and stock code, or import the earlier months first.',
  'credit-exceeds-purchase': 'More pieces are credited than this customer has left of this stock code. Correct the quantity, or import the earlier months first.',
  'credit-exceeds-order': 'The credited amount is more than what is left to credit on the order that it belongs to. Grant it as an appeasement.',
  'credit-of-refused-order': 'The order that this credit belongs to was itself refused. Resolve that first.',
  'order-exists': 'An order of this number was imported before from another file. Compare the two files.',
  'order-refused': 'The rules of orders refused it; the detail names the rule.',
  'person-erased': 'The person whom this is about was erased and cannot be written about again.',
  'bad-json': 'The line is no JSON object.',
  'bad-order': 'The order does not have the documented form; the detail names the first member that is wrong.',
} as const satisfies Readonly<Record<string, string>>;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** The input as a whole cannot be imported; the message names the file and the remedy, and is all that a user needs. */
export class ImportInputError extends Error {
  override readonly name = 'ImportInputError';
}
