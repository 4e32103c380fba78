import { isDay } from '#kernel';

/** What is wrong with a document, and where: `lines[2].quantity`. */
export class Misfit extends Error {
  override readonly name = 'Misfit';

  constructor(path: string, expected: string) {
    super(`${path === '' ? 'the line' : path}: ${expected}`);
  }
}

export type Read<T> = (value: unknown, path: string) => T;

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

export const text =
  (most: number, pattern?: RegExp, expected?: string): Read<string> =>
  (value, path) => {
    if (typeof value !== 'string' || value.trim() === '' || value.length > most || CONTROL.test(value)) throw new Misfit(path, `must be a text of 1 to ${String(most)} characters`);
    if (pattern && !pattern.test(value)) throw new Misfit(path, expected ?? 'has not the form expected');
    return value;
  };

export const integer =
  (least: number, most: number): Read<number> =>
  (value, path) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw new Misfit(path, `must be a whole number from ${String(least)} to ${String(most)}`);
  };

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Read<T> =>
  (value, path) => {
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw new Misfit(path, `must be one of ${allowed.join(', ')}`);
    return found;
  };

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An ISO 8601 time with its offset, as milliseconds since 1970; days that no calendar has are refused. */
export const instant =
  (latest: number): Read<number> =>
  (value, path) => {
    const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (day === undefined || Number.isNaN(at) || !isDay(day)) throw new Misfit(path, 'must be an ISO 8601 time with its offset, for example 2011-01-04T10:00:00Z');
    if (at > latest || at < Date.UTC(1990)) throw new Misfit(path, 'must lie between 1990 and now');
    return at;
  };

export const list =
  <T>(item: Read<T>, least: number, most: number): Read<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) throw new Misfit(path, `must be a list of ${String(least)} to ${String(most)} entries`);
    return value.map((each: unknown, index) => item(each, `${path}[${String(index)}]`));
  };

export const optional =
  <T>(read: Read<T>): Read<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : read(value, path);

export const withDefault =
  <T>(read: Read<T>, fallback: T): Read<T> =>
  (value, path) =>
    value === undefined ? fallback : read(value, path);

type Fields<T> = { readonly [Key in keyof T]-?: Read<T[Key]> };

/** An object with these members and no others: a misspelt member must not be lost in silence. */
export const object =
  <T extends object>(fields: { readonly [Key in keyof T]-?: Read<T[Key] | undefined> }): Read<T> =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misfit(path, 'must be an object');
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    for (const key of Object.keys(value)) if (!Object.hasOwn(fields, key)) throw new Misfit(at(key.slice(0, 60)), 'is no member that is known here');
    const members: Record<string, unknown> = {};
    for (const [key, read] of Object.entries(fields as Fields<Record<string, unknown>>)) {
      const member = read(Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined, at(key));
      if (member !== undefined) members[key] = member;
    }
    return members as T;
  };
