import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { basisPointsOf, canonicalJson, formatMinor, MAX_AMOUNT_MINOR, minorDigits, newOrderNumber, normaliseOrderNumber, parseMinor, shareOf, uuidV5 } from './index.js';

describe('canonical JSON (RFC 8785)', () => {
  it('gives the same text for every order of the keys, and survives a parse', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  it('prints the numbers and the key order of the RFC', () => {
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': Number('333333333.33333329'), a: 1e30, b: 4.5, c: 2e-3, d: -0 })).toBe(
      '{"\\r":2,"1":333333333.3333333,"a":1e+30,"b":4.5,"c":0.002,"d":0,"\u20ac":1}',
    );
  });

  it.each([[1n], [Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [() => 1]])('refuses %p', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});

describe('ids', () => {
  it('derives version 5 ids as RFC 9562 does', () => {
    expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('reads an order number back however it is typed, and notices a wrong or swapped character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 9 }), fc.nat(9), (random, at) => {
        const number = newOrderNumber(random);
        const plain = number.replaceAll('-', '');
        expect(normaliseOrderNumber(plain.toLowerCase())).toBe(number);
        const wrong = plain.charAt(at + 1) === '7' ? '8' : '7';
        expect(normaliseOrderNumber(plain.slice(0, at + 1) + wrong + plain.slice(at + 2))).toBeUndefined();
      }),
    );
  });
});

describe('money', () => {
  it('prints and reads every amount in the digits of its currency', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), fc.constantFrom('GBP', 'JPY', 'KWD'), (minor, currency) => {
        expect(parseMinor(formatMinor(minor, currency), currency)).toBe(minor);
      }),
    );
  });

  it.each(['1e3', '0.001', '١٢', '12.', '.5', ' 1', '1,000', '99999999999999', 'NaN', ''])('refuses %p as pounds (case 69)', (text) => {
    expect(parseMinor(text, 'GBP')).toBeUndefined();
  });

  it('rounds a share half away from zero', () => {
    expect(basisPointsOf(125, 2_000)).toBe(25);
    expect(basisPointsOf(5, 1_000)).toBe(1);
    expect(basisPointsOf(-5, 1_000)).toBe(-1);
    expect(() => minorDigits('__proto__')).toThrow(RangeError);
  });

  const anyAmount = fc.integer({ min: -MAX_AMOUNT_MINOR, max: MAX_AMOUNT_MINOR });

  it('takes shares exactly, however great the amount is', () => {
    fc.assert(
      fc.property(anyAmount, fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000_000 }), (minor, part, whole) => {
        expect(shareOf(minor, part, whole)).toBe(Number((BigInt(minor) * BigInt(part)) / BigInt(whole)));
      }),
    );
    fc.assert(
      fc.property(anyAmount, fc.nat(20_000), (minor, basisPoints) => {
        const exact = (BigInt(Math.abs(minor)) * BigInt(basisPoints) + 5_000n) / 10_000n;
        expect(basisPointsOf(minor, basisPoints)).toBe(Number(minor < 0 ? -exact : exact));
      }),
    );
    expect(Object.is(shareOf(-5, 1, 10), 0)).toBe(true);
  });
});
