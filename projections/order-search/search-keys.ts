import { normaliseOrderNumber } from '#kernel';
import type { LineView, OrderDetails } from '../order-details/order-details.types.js';
import { ERASED } from '../order-details/personal-text.js';

/** What an order is found by (A19). Never by its billing address. */
export type KeyKind = 'number' | 'name' | 'email' | 'phone' | 'line1' | 'city' | 'region' | 'postcode' | 'country' | 'sku' | 'tracking';

export interface SearchKey {
  readonly kind: KeyKind;
  readonly key: string;
}

const GREATEST = 200;

/** One form of writing for keys and criteria: compatibility forms and case folded, white space single. */
export const normalised = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/gu, ' ').slice(0, GREATEST);

export const words = (text: string): readonly string[] => normalised(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Beginnings of words to search for: what begins another of them says nothing more, and would multiply what is looked through. */
export const beginnings = (text: string): readonly string[] => {
  const said = [...new Set(words(text))];
  return said.filter((word) => !said.some((other) => other !== word && other.startsWith(word)));
};

/** A postcode is the same with and without its blank. */
export const compact = (text: string): string => normalised(text).replaceAll(' ', '');

/** However it is typed or said: without dashes, and with the letters that are taken for digits made digits. */
export const numberKey = (text: string): string => (normaliseOrderNumber(text) ?? text).toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '').slice(0, GREATEST);

/** Reversed, so that a national number is a beginning of the international one. */
export const phoneKey = (text: string): string => Array.from(text.normalize('NFKC').replaceAll(/\D+/g, '').replace(/^0+/, '')).reverse().join('');

/** Kinds that are found of an order whoever ordered it: they stay when the person is erased. */
export const IMPERSONAL_KINDS: readonly KeyKind[] = ['number', 'sku', 'tracking', 'country'];

/** What one line adds. */
export const keysOfLine = ({ sku }: Pick<LineView, 'sku'>): readonly SearchKey[] => [{ kind: 'sku', key: normalised(sku) }];

export function searchKeys({ orderNumber, contact, shipTo, lines, shipments }: OrderDetails): readonly SearchKey[] {
  const keys: SearchKey[] = [];
  const add = (kind: KeyKind, key: string): void => {
    if (key !== '') keys.push({ kind, key });
  };
  add('number', numberKey(orderNumber));
  for (const { kind, key } of lines.flatMap(keysOfLine)) add(kind, key);
  for (const { trackingNumber } of shipments) add('tracking', compact(trackingNumber ?? ''));
  add('country', normalised(shipTo.country));
  if (contact.name === ERASED) return unique(keys);
  const { address } = shipTo;
  for (const word of [...words(contact.name), ...words(address.recipient)]) add('name', word);
  add('email', normalised(contact.email ?? ''));
  for (const phone of [contact.phone, address.phone]) add('phone', phoneKey(phone ?? ''));
  add('line1', normalised(address.line1));
  add('city', normalised(address.city));
  add('region', normalised(address.region ?? ''));
  add('postcode', compact(address.postcode ?? ''));
  return unique(keys);
}

const unique = (keys: readonly SearchKey[]): readonly SearchKey[] => [...new Map(keys.map((key) => [`${key.kind} ${key.key}`, key])).values()];
