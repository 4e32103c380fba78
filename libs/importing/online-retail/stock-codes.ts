/** What a stock code that is no product stands for. */
const SERVICES: readonly (readonly [RegExp, string])[] = [
  [/^(POST|DOT)$/, 'postage'],
  [/^C2$/, 'carriage'],
  [/^m$/i, 'manual'],
  [/^D$/, 'discount'],
  [/^S$/, 'samples'],
  [/^BANK CHARGES$/, 'bank-charges'],
  [/^AMAZONFEE$/, 'marketplace-fee'],
  [/^PADS$/, 'accessories'],
  [/^gift_/i, 'gift-voucher'],
  [/^DCGS/, 'gift-ware'],
];

export type StockCode = { readonly kind: 'product' } | { readonly kind: 'service'; readonly category: string };

const PRODUCT: StockCode = { kind: 'product' };

/** Five digits, sometimes with letters for a variant, are a product; everything else is a service line. */
export function stockCodeOf(sku: string): StockCode {
  if (/^\d{5}/.test(sku)) return PRODUCT;
  return { kind: 'service', category: SERVICES.find(([pattern]) => pattern.test(sku))?.[1] ?? 'other' };
}

/** `85123A` is a variant of the parent product `85123`. */
export function parentSkuOf(sku: string): string | undefined {
  const match = /^(\d{5})[A-Za-z]/.exec(sku);
  return match?.[1];
}
