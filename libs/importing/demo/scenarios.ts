/** What happens to a demo order, in business terms; each step is one command. */
export type DemoStep =
  | { readonly do: 'submit' | 'confirm' | 'release' | 'void' | 'suspend' | 'resume' | 'comment' | 'move' | 'cancel' | 'cancel-piece' | 'deliver' | 'return' | 'reship' | 'resolve' | 'unlock' }
  | { readonly do: 'lock'; readonly leaseSeconds: number }
  | { readonly do: 'take-over'; readonly leaseSeconds: number }
  | { readonly do: 'hold'; readonly type: 'fraud-check' | 'payment-check' | 'address-check' | 'stock-check' | 'customer-request' }
  | { readonly do: 'ship'; readonly what: 'first-line' | 'rest' }
  | { readonly do: 'charge'; readonly kind: 'charge' | 'discount' }
  | { readonly do: 'appease'; readonly with: 'amount' | 'percentage' | 'coupon' | 'gift-card' };

export interface Scenario {
  readonly name: string;
  /** How often among all. */
  readonly weight: number;
  /** Still in somebody's hands: placed within the last hours, not weeks ago. */
  readonly isFresh?: true;
  readonly steps: readonly DemoStep[];
}

const SUBMITTED: readonly DemoStep[] = [{ do: 'submit' }];
const CONFIRMED: readonly DemoStep[] = [...SUBMITTED, { do: 'confirm' }];
const RELEASED: readonly DemoStep[] = [...CONFIRMED, { do: 'release' }];
const SHIPPED: readonly DemoStep[] = [...RELEASED, { do: 'ship', what: 'rest' }];
const DELIVERED: readonly DemoStep[] = [...SHIPPED, { do: 'deliver' }];
const SHIFT = 28_800;

/** Every state that an order can be in, as often as a shop on a working day would have it. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'pending', weight: 9, isFresh: true, steps: [] },
  { name: 'pending with a comment', weight: 3, isFresh: true, steps: [{ do: 'comment' }] },
  { name: 'locked', weight: 5, isFresh: true, steps: [{ do: 'lock', leaseSeconds: SHIFT }] },
  { name: 'lock run out', weight: 2, isFresh: true, steps: [{ do: 'lock', leaseSeconds: 900 }, { do: 'comment' }] },
  { name: 'lock taken over', weight: 2, isFresh: true, steps: [{ do: 'lock', leaseSeconds: SHIFT }, { do: 'take-over', leaseSeconds: SHIFT }] },
  { name: 'worked on and unlocked', weight: 2, isFresh: true, steps: [{ do: 'lock', leaseSeconds: SHIFT }, { do: 'charge', kind: 'charge' }, { do: 'unlock' }] },
  { name: 'pending and suspended', weight: 2, steps: [{ do: 'suspend' }, { do: 'comment' }] },
  { name: 'voided', weight: 4, steps: [{ do: 'void' }] },
  { name: 'submitted', weight: 6, steps: SUBMITTED },
  { name: 'held before it is confirmed', weight: 4, steps: [...SUBMITTED, { do: 'hold', type: 'fraud-check' }] },
  { name: 'payment in doubt', weight: 2, steps: [...SUBMITTED, { do: 'hold', type: 'payment-check' }, { do: 'comment' }] },
  { name: 'confirmed', weight: 5, steps: CONFIRMED },
  { name: 'address in doubt', weight: 3, steps: [...CONFIRMED, { do: 'hold', type: 'address-check' }] },
  { name: 'address changed', weight: 3, steps: [...CONFIRMED, { do: 'hold', type: 'address-check' }, { do: 'move' }, { do: 'resolve' }, { do: 'release' }] },
  { name: 'suspended', weight: 3, steps: [...CONFIRMED, { do: 'suspend' }] },
  { name: 'suspended and resumed', weight: 2, steps: [...CONFIRMED, { do: 'suspend' }, { do: 'comment' }, { do: 'resume' }, { do: 'release' }] },
  { name: 'released', weight: 5, steps: RELEASED },
  { name: 'stock in doubt', weight: 2, steps: [...CONFIRMED, { do: 'hold', type: 'stock-check' }] },
  { name: 'held for the customer', weight: 2, steps: [...RELEASED, { do: 'hold', type: 'customer-request' }] },
  { name: 'a piece cancelled', weight: 3, steps: [...RELEASED, { do: 'cancel-piece' }] },
  { name: 'cancelled', weight: 5, steps: [...CONFIRMED, { do: 'cancel' }] },
  { name: 'cancelled after release', weight: 2, steps: [...RELEASED, { do: 'cancel' }] },
  { name: 'shipped in part', weight: 5, steps: [...RELEASED, { do: 'ship', what: 'first-line' }] },
  { name: 'shipped in two parts', weight: 3, steps: [...RELEASED, { do: 'ship', what: 'first-line' }, { do: 'ship', what: 'rest' }] },
  { name: 'shipped', weight: 9, steps: SHIPPED },
  { name: 'discounted and shipped', weight: 3, steps: [{ do: 'charge', kind: 'discount' }, ...SHIPPED] },
  { name: 'delivered', weight: 12, steps: DELIVERED },
  { name: 'returned', weight: 4, steps: [...DELIVERED, { do: 'return' }] },
  { name: 'reshipped', weight: 4, steps: [...DELIVERED, { do: 'comment' }, { do: 'reship' }] },
  { name: 'reshipped and delivered again', weight: 2, steps: [...DELIVERED, { do: 'reship' }, { do: 'ship', what: 'rest' }, { do: 'deliver' }] },
  { name: 'appeased with an amount', weight: 3, steps: [...DELIVERED, { do: 'appease', with: 'amount' }] },
  { name: 'appeased with a percentage', weight: 2, steps: [...SHIPPED, { do: 'appease', with: 'percentage' }] },
  { name: 'appeased with a coupon', weight: 2, steps: [...DELIVERED, { do: 'appease', with: 'coupon' }] },
  { name: 'appeased with a gift card', weight: 1, steps: [...DELIVERED, { do: 'appease', with: 'gift-card' }] },
];

const DEALT: readonly Scenario[] = deal();

/** The scenario of the n-th order: each comes by its weight, well mixed, the same for ever. */
export const scenarioOf = (n: number): Scenario => DEALT[n % DEALT.length] ?? { name: 'pending', weight: 0, steps: [] };

/** Each round deals one of every scenario that is still due, so that a short demo shows every state too. */
function deal(): readonly Scenario[] {
  const dealt: Scenario[] = [];
  for (let round = 0; SCENARIOS.some(({ weight }) => weight > round); round += 1) dealt.push(...SCENARIOS.filter(({ weight }) => weight > round));
  return dealt;
}
