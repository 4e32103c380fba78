import { isAmount, isCurrency, isPersonal } from '#kernel';

/**
 * Compact structural checks for stored payloads. A check says nothing when the value is well formed, and the path to
 * the first member that is not (`''` for the value itself) otherwise; paths are only built on failure, so that reading
 * a log allocates nothing. Members that a check does not know are let pass: a later writer may have added them.
 */
export type Check = (value: unknown) => string | undefined;

const WRONG = '';

const when = (holds: (value: unknown) => boolean): Check => (value) => (holds(value) ? undefined : WRONG);

export const text = when((value) => typeof value === 'string' && value !== '');
export const anyText = when((value) => typeof value === 'string');
export const pieces = when((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1);
export const seconds = pieces;
export const basisPoints = when((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
export const amount = when((value) => typeof value === 'number' && value >= 0 && isAmount(value));
export const currency = when((value) => typeof value === 'string' && isCurrency(value));

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const instant = when((value) => typeof value === 'string' && INSTANT.test(value));

export const oneOf = (...words: readonly string[]): Check => when((value) => typeof value === 'string' && words.includes(value));

/** A member that may be absent; where it stands it is well formed, never null. */
export interface Optional {
  readonly optional: Check;
}

export const optional = (check: Check): Optional => ({ optional: check });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export function object(members: Readonly<Record<string, Check | Optional>>): Check {
  const names = Object.keys(members);
  const list = Object.values(members).map((member) =>
    typeof member === 'function' ? { check: member, mayLack: false } : { check: member.optional, mayLack: true },
  );
  return (value) => {
    if (!isRecord(value)) return WRONG;
    for (const [at, { check, mayLack }] of list.entries()) {
      const name = names[at] ?? '';
      const member = value[name];
      if (member === undefined && mayLack) continue;
      const wrong = check(member);
      if (wrong !== undefined) return `.${name}${wrong}`;
    }
    return undefined;
  };
}

export const listOf =
  (item: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return WRONG;
    for (let at = 0; at < value.length; at += 1) {
      const wrong = item(value[at]);
      if (wrong !== undefined) return `[${String(at)}]${wrong}`;
    }
    return undefined;
  };

/** One of several shapes, told apart by a member that names it. */
export function tagged(tag: string, shapes: Readonly<Record<string, Check>>): Check {
  const known = new Map(Object.entries(shapes));
  return (value) => {
    if (!isRecord(value)) return WRONG;
    const name = value[tag];
    const shape = typeof name === 'string' ? known.get(name) : undefined;
    return shape === undefined ? `.${tag}` : shape(value);
  };
}

/** What can identify a person: its subject always stands there, what it holds only while it is known. */
export const personalOf =
  (inner: Check): Check =>
  (value) => {
    if (!isPersonal(value)) return WRONG;
    if (text(value.subjectId) !== undefined) return '.subjectId';
    if (value.is !== 'known') return undefined;
    const wrong = inner(value.value);
    return wrong === undefined ? undefined : `.value${wrong}`;
  };
