/**
 * What the test provider does with a token that begins with `tok_test_` and one of these; with any other it does all that
 * it is asked, within what was authorized and captured before.
 */
export const TEST_TOKENS = {
  declined: 'every authorization is declined: insufficient-funds',
  'capture-declined': 'what was authorized cannot be captured: authorization-expired',
  late: 'each request is done, and answered only when it is asked again',
  lost: 'each request is lost the first time, and done when it is asked again',
  silent: 'nothing is ever done or answered',
  twice: 'every answer is told twice',
} as const;

export type TestToken = keyof typeof TEST_TOKENS;

const PREFIX = 'tok_test_';

/** Longest first: none is taken for another that it begins with. */
const NAMES = (Object.keys(TEST_TOKENS) as TestToken[]).sort((one, other) => other.length - one.length);

export const behaviourOf = (token: string): TestToken | undefined =>
  token.startsWith(PREFIX) ? NAMES.find((name) => token.slice(PREFIX.length).startsWith(name)) : undefined;
