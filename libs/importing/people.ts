import { createHash } from 'node:crypto';
import {
  ar, base, cs_CZ, da, de, de_AT, de_CH, el, en, en_AU, en_CA, en_GB, en_HK, en_IE, en_US, en_ZA, es, Faker, fi, fr, fr_BE, he, it, ja, nb_NO, nl, pl,
  pt_BR, pt_PT, sv, type LocaleDefinition,
} from '@faker-js/faker';
import type { Contact, PostalAddress } from '#ordering';

const LOCALES: Readonly<Record<string, LocaleDefinition>> = {
  AT: de_AT, AU: en_AU, BE: fr_BE, BR: pt_BR, CA: en_CA, CH: de_CH, CZ: cs_CZ, DE: de, DK: da, ES: es, FI: fi, FR: fr, GB: en_GB, GR: el, HK: en_HK,
  IE: en_IE, IL: he, IT: it, JE: en_GB, JP: ja, NL: nl, NO: nb_NO, PL: pl, PT: pt_PT, SA: ar, SE: sv, US: en_US, ZA: en_ZA,
};

/** Countries whose addresses have no postcode. */
const WITHOUT_POSTCODE: ReadonlySet<string> = new Set(['AE', 'HK']);

/** Data without names gets them from here: plausible for the country, the same for ever for one reference, nobody real. */
export interface People {
  contactOf(reference: string, country: string): Contact;
  addressOf(reference: string, country: string): PostalAddress;
}

export function createPeople(): People {
  const fakers = new Map<string, Faker>();

  const fakerFor = (country: string, purpose: string, reference: string): Faker => {
    let faker = fakers.get(country);
    if (!faker) {
      const locale = LOCALES[country];
      faker = new Faker({ locale: locale ? [locale, en, base] : [en, base] });
      fakers.set(country, faker);
    }
    faker.seed(createHash('sha256').update(`${purpose}:${reference}`).digest().readUInt32BE(0));
    return faker;
  };

  const nameOf = (reference: string, country: string): { readonly first: string; readonly last: string } => {
    const faker = fakerFor(country, 'name', reference);
    return { first: faker.person.firstName(), last: faker.person.lastName() };
  };

  return {
    contactOf(reference, country) {
      const { first, last } = nameOf(reference, country);
      const faker = fakerFor(country, 'contact', reference);
      // A reserved domain: nobody can ever be written to.
      const email = faker.internet.email({ firstName: first, lastName: last, provider: 'example.com' }).toLowerCase();
      return { name: `${first} ${last}`, email, phone: faker.phone.number({ style: 'international' }) };
    },
    addressOf(reference, country) {
      const { first, last } = nameOf(reference, country);
      const faker = fakerFor(country, 'address', reference);
      const address = { recipient: `${first} ${last}`, line1: faker.location.streetAddress(), city: faker.location.city() };
      return WITHOUT_POSTCODE.has(country) ? address : { ...address, postcode: faker.location.zipCode() };
    },
  };
}
