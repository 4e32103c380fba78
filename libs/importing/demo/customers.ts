import { subjectIdOf } from '#kernel';

const SYSTEM = 'demo';
/** Customers come back: so many of them for every hundred orders. */
const CUSTOMERS_PER_HUNDRED = 40;

const MARKETS: readonly { readonly country: string; readonly currency: string; readonly weight: number }[] = [
  { country: 'GB', currency: 'GBP', weight: 8 },
  { country: 'DE', currency: 'EUR', weight: 3 },
  { country: 'FR', currency: 'EUR', weight: 3 },
  { country: 'IE', currency: 'EUR', weight: 2 },
  { country: 'NL', currency: 'EUR', weight: 1 },
  { country: 'ES', currency: 'EUR', weight: 1 },
  { country: 'IT', currency: 'EUR', weight: 1 },
  { country: 'US', currency: 'USD', weight: 3 },
  { country: 'JP', currency: 'JPY', weight: 2 },
  { country: 'KW', currency: 'KWD', weight: 1 },
];

const DEALT = MARKETS.flatMap((market) => Array.from({ length: market.weight }, () => market));

export interface DemoCustomer {
  /** By it the same name and address are made each time. */
  readonly reference: string;
  readonly subjectId: string;
  readonly isGuest: boolean;
  readonly country: string;
  readonly currency: string;
}

/** Who placed the n-th order: every fourth one a guest. */
export function customerOf(n: number, storeId: string): DemoCustomer {
  const isGuest = n % 4 === 3;
  // A stride without common divisor spreads a customer's orders over the whole demo.
  const block = Math.floor(n / 100) * CUSTOMERS_PER_HUNDRED;
  const number = isGuest ? n : block + ((n * 7) % CUSTOMERS_PER_HUNDRED);
  const reference = `${SYSTEM}:${isGuest ? 'guest' : 'customer'}:${String(number)}`;
  const { country, currency } = DEALT[(number * 11) % DEALT.length] ?? { country: 'GB', currency: 'GBP' };
  return { reference, subjectId: subjectIdOf(`${SYSTEM}:${storeId}`, reference), isGuest, country, currency };
}
