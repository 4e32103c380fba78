import { describe, expect, it } from '@jest/globals';
import { holdsCardNumber } from './payment.requests.js';

describe('what looks like the number of a card (A44)', () => {
  it.each(['4242424242424242', '4242 4242 4242 4242', 'Visa 4242-4242-4242-4242', '378282246310005', 'tok_4242424242424242', '6011.1111.1111.1117 exp 12/29', '4242 4242 4242 4242 123'])('is seen in %s', (text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });

  it.each(['tok_2xYz81kq', 'Visa ending 4242', '4242424242424245', '123456789012', 'gift 2026-01-05 12:00'])('is not seen in %s', (text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });
});
