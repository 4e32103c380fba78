import { describe, expect, it } from '@jest/globals';
import { holdEffects } from './hold-effects.js';

const FRAUD = { code: 'fraud-check', effects: ['confirm', 'release', 'ship'] } as const;
const STOCK = { code: 'stock-check', effects: ['release', 'ship'] } as const;

describe('what a hold stops (A50)', () => {
  it('is what the list says of its type, unless said', () => {
    expect(holdEffects(STOCK, undefined)).toEqual(['release', 'ship']);
  });

  it('can be more, and all of it named', () => {
    expect(holdEffects(STOCK, ['ship', 'confirm', 'release'])).toEqual(['confirm', 'release', 'ship']);
    expect(holdEffects(STOCK, ['ship', 'release'])).toEqual(['release', 'ship']);
  });

  it.each([[['ship' as const]], [[]]])('is never less: %j', (effects) => {
    expect(() => holdEffects(FRAUD, effects)).toThrow(
      expect.objectContaining({ status: 409, code: 'hold-effects-too-few', extras: expect.objectContaining({ rule: 'A50', details: { holdType: 'fraud-check', effects: FRAUD.effects } }) }),
    );
  });
});
