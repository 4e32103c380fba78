import { isUuid, normaliseOrderNumber, orderIdOf } from '#kernel';
import { CliError } from './cli-error.js';

/** An order by its id or by its number, however it was typed. @throws CliError */
export function orderIdFrom(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  const number = normaliseOrderNumber(text);
  if (number === undefined) throw new CliError(`${JSON.stringify(text)} is neither an order id nor an order number (a character may be mistyped).`);
  return orderIdOf(number);
}
