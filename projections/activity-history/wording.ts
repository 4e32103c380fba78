import { formatMinor, shown, type MinorUnits, type Personal } from '#kernel';
import type { AppeasementOffer, Contact, LineQuantity, LineScope, Place } from '#ordering';

/** One line under a title: a fact, or what it was before and after. */
export interface DescribedDetail {
  readonly label: string;
  readonly from?: string;
  readonly to?: string;
}

/** An event in words. */
export interface Described {
  readonly title: string;
  readonly details: readonly DescribedDetail[];
}

/** What an event leaves open because an earlier one said it: the order's currency, the SKUs of its lines. */
export interface Surroundings {
  readonly currency?: string;
  readonly skuOf?: (lineId: string) => string | undefined;
}

export const said = (title: string, ...details: readonly (readonly DescribedDetail[])[]): Described => ({ title, details: details.flat() });

export const fact = (label: string, to: string | undefined): readonly DescribedDetail[] => (to === undefined ? [] : [{ label, to }]);

export const pieces = (count: number): string => (count === 1 ? '1 piece' : `${String(count)} pieces`);

export const percent = (basisPoints: number): string => `${formatMinor(basisPoints, 'EUR').replace(/\.?0+$/, '')}%`;

/** "12.50 GBP"; without a known currency the minor units as they stand. */
export const amount = (minor: MinorUnits, { currency }: Surroundings): string =>
  currency === undefined ? `${String(minor)} minor units` : `${formatMinor(minor, currency)} ${currency}`;

export const lineName = (lineId: string, { skuOf }: Surroundings): string => skuOf?.(lineId) ?? lineId;

export const quantities = (lines: readonly LineQuantity[], around: Surroundings): string =>
  lines.map(({ lineId, quantity }) => `${String(quantity)} × ${lineName(lineId, around)}`).join(', ');

export const scopeOf = (scope: LineScope, around: Surroundings): string =>
  scope.kind === 'order' ? 'the whole order' : scope.lineIds.map((lineId) => lineName(lineId, around)).join(', ');

export const note = (text: Personal<string> | undefined): readonly DescribedDetail[] => fact('Note', shown(text, (value) => value));

export const personName = (contact: Personal<Contact>): string | undefined => shown(contact, ({ name }) => name);

export const placeText = ({ country, address }: Place): string => {
  const known = shown(address, ({ recipient, line1, line2, city, region, postcode }) =>
    [recipient, line1, line2, city, region, postcode].filter((part) => part !== undefined).join(', '),
  );
  return `${known ?? ''}, ${country}`;
};

export function offerText(offer: AppeasementOffer, around: Surroundings): string {
  switch (offer.kind) {
    case 'percentage':
      return `${percent(offer.basisPoints)} off ${offer.on === 'this-order' ? 'this order' : 'a future order'}`;
    case 'amount':
      return `${amount(offer.amountMinor, around)} off ${offer.on === 'this-order' ? 'this order' : 'a future order'}`;
    case 'coupon':
      return `coupon ${offer.code}`;
    case 'gift-card':
      return `gift card of ${amount(offer.amountMinor, around)}`;
  }
}
