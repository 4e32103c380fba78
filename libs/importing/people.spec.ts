import { describe, expect, it } from '@jest/globals';
import { COUNTRY_CODES } from './online-retail/countries.js';
import { createPeople } from './people.js';

describe('the people behind data without names', () => {
  const people = createPeople();

  it.each(COUNTRY_CODES)('gives somebody in %s a name and an address', (country) => {
    expect(people.contactOf('17850', country).name).toMatch(/\S \S/);
    expect(JSON.stringify(people.addressOf('17850', country))).not.toMatch(/":"\s*"/);
  });

  it('gives the same person to the same reference for ever, and another to another', () => {
    expect(createPeople().contactOf('17850', 'GB')).toEqual(people.contactOf('17850', 'GB'));
    expect(createPeople().addressOf('17850', 'DE')).toEqual(people.addressOf('17850', 'DE'));
    expect(people.contactOf('17850', 'GB')).not.toEqual(people.contactOf('17851', 'GB'));
  });

  it('can write to nobody real', () => {
    expect(people.contactOf('1', 'FR').email).toMatch(/@example\.com$/);
  });
});
