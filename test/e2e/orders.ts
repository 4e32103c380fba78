/** A guest's order as a client sends it. `mark` makes the person's fields unlike anybody else's. */
export interface NewOrder {
  readonly storeId: string;
  readonly mark: string;
  readonly skus?: readonly string[];
  readonly quantity?: number;
  readonly country?: string;
  readonly currency?: string;
}

export const personOf = (mark: string): { readonly name: string; readonly email: string; readonly phone: string; readonly postcode: string; readonly city: string } => {
  const digits = String(Array.from(mark).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 100_000_000, 7)).padStart(8, '0');
  return { name: `Ada ${mark}`, email: `${mark.toLowerCase()}@example.net`, phone: `+4470${digits}`, postcode: `N${digits.slice(0, 3)} ${digits.slice(3, 6)}`, city: 'London' };
};

/** The body of `createOrder`. */
export function newOrder({ storeId, mark, skus = [], quantity = 1, country = 'GB', currency = 'GBP' }: NewOrder): object {
  const { name, email, phone, postcode, city } = personOf(mark);
  return {
    storeId,
    currency,
    channel: 'phone',
    customer: { kind: 'guest' },
    contact: { name, email, phone },
    shipTo: { country, address: { recipient: name, line1: `${String(mark.length)} Canary Row`, city, postcode } },
    lines: skus.map((sku) => ({ sku, quantity })),
  };
}
