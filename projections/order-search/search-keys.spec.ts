import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beginnings, compact, normalised, phoneKey, words } from './search-keys.js';

describe('what an order is found by', () => {
  it('is the same however it is written', () => {
    expect(normalised('  ＺＯＥ   Müller ')).toBe('zoe müller');
    expect(normalised('Mu\u0308ller')).toBe(normalised('Müller'));
    expect(compact('ls1 1aa')).toBe(compact('LS11AA'));
    expect(words("O'Brien-Smith, Ada")).toEqual(['o', 'brien', 'smith', 'ada']);
    expect(words('北京 Ωmega')).toEqual(['北京', 'ωmega']);
  });

  it('is a phone number by its digits: the national form begins the international one, read from its end', () => {
    expect(phoneKey('+44 (0)7700 900123').startsWith(phoneKey('900123'))).toBe(true);
    expect(phoneKey('+447700900123').startsWith(phoneKey('07700 900-123'))).toBe(true);
    expect(phoneKey('no digits')).toBe('');
  });

  it('is each word once, and none that begins another (case 71)', () => {
    expect(beginnings('a a Ada ad LOVE lovelace')).toEqual(['ada', 'lovelace']);
    expect(beginnings('a '.repeat(90))).toEqual(['a']);
  });

  it('does not change when it is brought into its form twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(normalised(normalised(text))).toBe(normalised(text));
        expect(words(words(text).join(' '))).toEqual(words(text));
      }),
    );
  });
});
