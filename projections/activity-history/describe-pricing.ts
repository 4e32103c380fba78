import { shown } from '#kernel';
import type { ChargeScope, ChargesTaxedAnew, ChargeTerms, DocketEvent, Fulfilment, GiftOptions, TaxedAnew } from '#ordering';
import { amount, fact, lineName, note, percent, said, scopeOf, type Described, type DescribedDetail, type Surroundings } from './wording.js';

type PricingEvent = Extract<
  DocketEvent,
  {
    type:
      | 'OrderLineVariantChanged'
      | 'OrderGiftOptionsChanged'
      | 'OrderFulfilmentChanged'
      | 'OrderTaxExemptionGranted'
      | 'OrderTaxExemptionRevoked'
      | 'OrderChargeAdded'
      | 'OrderChargeRequested'
      | 'OrderChargeDeclined'
      | 'OrderChargeChanged'
      | 'OrderChargeChangeRequested'
      | 'OrderChargeRemoved'
      | 'OrderChargeRestored';
  }
>;

/** Words for what changes what is sold, how it gets there, and what it costs besides its price. */
export function describePricing(event: PricingEvent, around: Surroundings): Described {
  switch (event.type) {
    case 'OrderLineVariantChanged': {
      const { from, to, quote, taxed } = event.data;
      return said(`${from.sku} changed to ${to.sku}`, [{ label: 'Product', from: from.description, to: to.description }], fact('Unit price', amount(quote.unitPriceMinor, around)), fact('Tax', percent(quote.taxBasisPoints)), taxedAnew(taxed, around));
    }
    case 'OrderGiftOptionsChanged': {
      const { scope, from, to } = event.data;
      return said('Gift options changed', fact('On', onWhat(scope, around)), [{ label: 'Gift wrap', from: yesOrNo(from), to: yesOrNo(to) }], cards(from, to));
    }
    case 'OrderFulfilmentChanged': {
      const { lines, to } = event.data;
      const lineIds = lines.map(({ lineId }) => lineId);
      return said(to.kind === 'ship' ? 'To be shipped' : 'To be fetched at a store', fact('Lines', scopeOf({ kind: 'lines', lineIds }, around)), [
        { label: 'Fulfilment', from: [...new Set(lines.map(({ from }) => wayOf(from)))].join(', '), to: wayOf(to) },
      ]);
    }
    case 'OrderTaxExemptionGranted':
      return said('Exempted from tax', fact('Certificate', shown(event.data.certificate, (value) => value)), note(event.data.note));
    case 'OrderTaxExemptionRevoked':
      return said('Tax exemption revoked', note(event.data.note));
    case 'OrderChargeAdded': {
      const { kind, name, category, scope, amountMinor, perUnitMinor, taxBasisPoints, reasonCode, approvedBy } = event.data;
      return said(
        `${kind === 'charge' ? 'Charge' : 'Discount'} added: ${name}`,
        fact('Category', category),
        fact('On', onWhat(scope, around)),
        fact('Amount', amount(amountMinor, around)),
        fact('Each piece', perUnitMinor === undefined ? undefined : amount(perUnitMinor, around)),
        fact('Tax', percent(taxBasisPoints)),
        fact('Reason', reasonCode),
        fact('Approved by', approvedBy),
        note(event.data.note),
      );
    }
    case 'OrderChargeRequested': {
      const { kind, name, category, scope, amountMinor, perUnit, reasonCode } = event.data;
      return said(
        `${kind === 'charge' ? 'Charge' : 'Discount'} waits for approval: ${name}`,
        fact('Category', category),
        fact('On', onWhat(scope, around)),
        fact(perUnit === true ? 'Each piece' : 'Amount', amount(amountMinor, around)),
        fact('Reason', reasonCode),
        note(event.data.note),
      );
    }
    case 'OrderChargeDeclined':
      return said('Charge or discount, or its change, declined', note(event.data.note));
    case 'OrderChargeChanged': {
      const { from, to, scope, reasonCode, approvedBy } = event.data;
      return said(`${to.name} changed`, fact('On', onWhat(scope, around)), changesOf(from, to, around), fact('Reason', reasonCode), fact('Approved by', approvedBy), note(event.data.note));
    }
    case 'OrderChargeChangeRequested': {
      const { from, to, scope, reasonCode } = event.data;
      return said(`Change of ${from.name} waits for approval`, fact('On', onWhat(scope, around)), changesOf(from, to, around), fact('Reason', reasonCode), note(event.data.note));
    }
    case 'OrderChargeRestored': {
      const { kind, scope, amountMinor } = event.data;
      return said(`${kind === 'charge' ? 'Charge' : 'Discount'} put back`, fact('On', onWhat(scope, around)), fact('Amount', amount(amountMinor, around)));
    }
    case 'OrderChargeRemoved': {
      const { kind, scope, amountMinor, reasonCode } = event.data;
      return said(`${kind === 'charge' ? 'Charge' : 'Discount'} removed`, fact('On', onWhat(scope, around)), fact('Amount', amount(amountMinor, around)), fact('Reason', reasonCode), note(event.data.note));
    }
  }
}

const onWhat = (scope: ChargeScope, around: Surroundings): string => (scope.kind === 'order' ? 'the whole order' : lineName(scope.lineId, around));

const yesOrNo = ({ wrap }: GiftOptions): string => (wrap ? 'yes' : 'no');

function cards(from: GiftOptions, to: GiftOptions): readonly DescribedDetail[] {
  const [before, now] = [from, to].map(({ message }) => shown(message, (value) => value));
  return before === now ? [] : [{ label: 'Card', from: before ?? 'none', to: now ?? 'none' }];
}

const wayOf = (fulfilment: Fulfilment): string => (fulfilment.kind === 'ship' ? 'shipped' : `fetched at ${fulfilment.storeCode}`);

function changesOf(from: ChargeTerms, to: ChargeTerms, around: Surroundings): readonly DescribedDetail[] {
  const each = ({ perUnitMinor }: ChargeTerms): string => (perUnitMinor === undefined ? '' : ` (${amount(perUnitMinor, around)} each piece)`);
  const all: readonly (readonly [label: string, text: (terms: ChargeTerms) => string])[] = [
    ['Name', ({ name }) => name],
    ['Category', ({ category }) => category],
    ['Amount', (terms) => amount(terms.amountMinor, around) + each(terms)],
    ['Tax', ({ taxBasisPoints }) => percent(taxBasisPoints)],
  ];
  return all.map(([label, text]) => ({ label, from: text(from), to: text(to) })).filter((change) => change.from !== change.to);
}

/** Line by line what is taxed otherwise now (A49, A52). */
export const taxedAnew = (taxed: (ChargesTaxedAnew & Partial<TaxedAnew>) | undefined, around: Surroundings): readonly DescribedDetail[] => [
  ...(taxed?.lines ?? []).map(({ lineId, from, to }) => ({ label: `Tax on ${lineName(lineId, around)}`, from: percent(from), to: percent(to) })),
  ...(taxed?.charges ?? []).map(({ from, to }) => ({ label: 'Tax on a charge', from: percent(from), to: percent(to) })),
];
