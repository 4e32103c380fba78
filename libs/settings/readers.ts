/** Reads one variable; undefined when it is absent or cannot be used. */
export type Read = <T>(name: string, parse: (value: string) => T) => T | undefined;

export const text = (value: string): string => value;

export const whole =
  (least: number, greatest: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > greatest) {
      throw new RangeError(`is "${value}"; it must be a whole number from ${least} to ${greatest}`);
    }
    return number;
  };

export const port = whole(0, 65_535);

export function flag(value: string): boolean {
  if (value !== '0' && value !== '1') throw new RangeError(`is "${value}"; it must be 0 or 1`);
  return value === '1';
}

/** The least that protects anything; what it may be made of is told where it is used. */
const SHORTEST_KEY = 16;

/** A complaint never repeats the value. */
export function masterKey(value: string): string {
  if (value.length < SHORTEST_KEY) throw new RangeError('is too short: supply 32 random bytes as Base64, for example from: openssl rand -base64 32');
  return value;
}

/** Connection strings hold passwords, so a complaint never repeats the value. */
export const url =
  (protocols: readonly string[]) =>
  (value: string): string => {
    if (!protocols.some((protocol) => value.toLowerCase().startsWith(`${protocol}//`))) {
      throw new RangeError(`must begin with ${protocols.slice(0, 2).map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  };

/** True for names and addresses that never leave this machine. */
export function loopback(host: string): boolean {
  return /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/i.test(host);
}
