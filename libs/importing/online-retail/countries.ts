/** The invoices' country names as ISO 3166-1 alpha-2; ZZ and EU are the codes kept for "unknown" and the Union. */
const COUNTRIES: Readonly<Record<string, string>> = {
  Australia: 'AU', Austria: 'AT', Bahrain: 'BH', Belgium: 'BE', Brazil: 'BR', Canada: 'CA', 'Channel Islands': 'JE', Cyprus: 'CY',
  'Czech Republic': 'CZ', Denmark: 'DK', EIRE: 'IE', 'European Community': 'EU', Finland: 'FI', France: 'FR', Germany: 'DE', Greece: 'GR',
  'Hong Kong': 'HK', Iceland: 'IS', Ireland: 'IE', Israel: 'IL', Italy: 'IT', Japan: 'JP', Lebanon: 'LB', Lithuania: 'LT', Malta: 'MT',
  Netherlands: 'NL', Norway: 'NO', Poland: 'PL', Portugal: 'PT', RSA: 'ZA', 'Saudi Arabia': 'SA', Singapore: 'SG', Spain: 'ES', Sweden: 'SE',
  Switzerland: 'CH', 'United Arab Emirates': 'AE', 'United Kingdom': 'GB', Unspecified: 'ZZ', USA: 'US',
};

export const countryCodeOf = (name: string): string | undefined => (Object.hasOwn(COUNTRIES, name) ? COUNTRIES[name] : undefined);

export const COUNTRY_CODES: readonly string[] = [...new Set(Object.values(COUNTRIES))];
