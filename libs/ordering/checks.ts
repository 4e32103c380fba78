import { isAmount, isCurrency, isPersonal } from '#kernel';

/**
 * Compact structural checks for stored payloads. A check says nothing when the value is well formed, and the path to
 * the first member that is not (`''` for the value itself) otherwise; paths are only built on failure, so that reading
 * a log allocates nothing. Members that a check does not know are let pass: a later writer may have added them.
 */
export interface Check {
  (value: unknown): string | undefined;
  /** What it asks for, for the catalogue of events. */
  readonly shape: Shape;
}

export type Shape =
  | { readonly kind: 'value'; readonly words: string }
  | { readonly kind: 'object'; readonly members: readonly { readonly name: string; readonly optional: boolean; readonly shape: Shape }[] }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'tagged'; readonly tag: string; readonly shapes: Readonly<Record<string, Shape>> }
  | { readonly kind: 'personal'; readonly inner: Shape };

const WRONG = '';

const when = (words: string, holds: (value: unknown) => boolean): Check =>
  Object.assign((value: unknown) => (holds(value) ? undefined : WRONG), { shape: { kind: 'value', words } as const });

export const text = when('text', (value) => typeof value === 'string' && value !== '');
export const anyText = when('text, may be empty', (value) => typeof value === 'string');
export const yesOrNo = when('`true` or `false`', (value) => typeof value === 'boolean');
export const pieces = when('whole number from 1', (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1);
export const seconds = pieces;
export const count = when('whole number from 0', (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
export const basisPoints = when('basis points, from 0', (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
export const amount = when('minor units, from 0', (value) => typeof value === 'number' && value >= 0 && isAmount(value));
export const currency = when('ISO 4217 code', (value) => typeof value === 'string' && isCurrency(value));

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const instant = when('ISO 8601 UTC, milliseconds', (value) => typeof value === 'string' && INSTANT.test(value));

export const oneOf = (...words: readonly string[]): Check => when(words.map((word) => `\`${word}\``).join(' or '), (value) => typeof value === 'string' && words.includes(value));

/** A member that may be absent; where it stands it is well formed, never null. */
export interface Optional {
  readonly optional: Check;
}

export const optional = (check: Check): Optional => ({ optional: check });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export function object(members: Readonly<Record<string, Check | Optional>>): Check {
  const list = Object.entries(members).map(([name, member]) =>
    typeof member === 'function' ? { name, check: member, optional: false } : { name, check: member.optional, optional: true },
  );
  const check = (value: unknown): string | undefined => {
    if (!isRecord(value)) return WRONG;
    for (const { name, check: checkMember, optional: mayLack } of list) {
      const member = value[name];
      if (member === undefined && mayLack) continue;
      const wrong = checkMember(member);
      if (wrong !== undefined) return `.${name}${wrong}`;
    }
    return undefined;
  };
  const shapes = list.map(({ name, optional: mayLack, check: { shape } }) => ({ name, optional: mayLack, shape }));
  return Object.assign(check, { shape: { kind: 'object', members: shapes } as const });
}

export function listOf(item: Check): Check {
  const check = (value: unknown): string | undefined => {
    if (!Array.isArray(value)) return WRONG;
    for (let at = 0; at < value.length; at += 1) {
      const wrong = item(value[at]);
      if (wrong !== undefined) return `[${String(at)}]${wrong}`;
    }
    return undefined;
  };
  return Object.assign(check, { shape: { kind: 'list', item: item.shape } as const });
}

/** One of several shapes, told apart by a member that names it. */
export function tagged(tag: string, byName: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(byName));
  const check = (value: unknown): string | undefined => {
    if (!isRecord(value)) return WRONG;
    const name = value[tag];
    const checkShape = typeof name === 'string' ? known.get(name) : undefined;
    return checkShape === undefined ? `.${tag}` : checkShape(value);
  };
  const shapes = Object.fromEntries([...known].map(([name, { shape }]) => [name, shape]));
  return Object.assign(check, { shape: { kind: 'tagged', tag, shapes } as const });
}

/** What can identify a person: its subject always stands there, what it holds only while it is known. */
export function personalOf(inner: Check): Check {
  const check = (value: unknown): string | undefined => {
    if (!isPersonal(value)) return WRONG;
    if (text(value.subjectId) !== undefined) return '.subjectId';
    if (value.is !== 'known') return undefined;
    const wrong = inner(value.value);
    return wrong === undefined ? undefined : `.value${wrong}`;
  };
  return Object.assign(check, { shape: { kind: 'personal', inner: inner.shape } as const });
}
