import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { isPersonal, type Personal } from '#kernel';
import { KeysUnavailable, type KeyLookup } from '#subject-keys';

/** A personal field as the log holds it. `c` is the ciphertext followed by its 16-byte tag; both Base64. */
export interface SealedField {
  readonly $enc: 1;
  readonly c: string;
  /** Id of the key. */
  readonly k: string;
  readonly n: string;
  /** Id of the person under whose key it is. */
  readonly s: string;
}

/** Where a field stands; bound to its ciphertext, so that it cannot be moved to another event or field. */
export interface SealedPlace {
  readonly stream: string;
  readonly id: string;
  readonly storedType: string;
}

export interface SealingKey {
  readonly keyId: string;
  readonly key: Buffer;
}

/** Data that the log cannot hold exactly: found before anything is sent. */
export class UnstorableData extends Error {
  override readonly name = 'UnstorableData';
}

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;

const NONCE_BYTES = 12;
let noncePool = Buffer.alloc(0);

export function randomNonce(): Buffer {
  if (noncePool.length < NONCE_BYTES) noncePool = randomFillSync(Buffer.alloc(NONCE_BYTES * 256));
  const nonce = noncePool.subarray(0, NONCE_BYTES);
  noncePool = noncePool.subarray(NONCE_BYTES);
  return nonce;
}

const boundTo = (place: SealedPlace, path: string): Buffer => Buffer.from(`${place.stream}|${place.id}|${place.storedType}|${path}`, 'utf8');

/** The subjects whose keys are needed to store this. */
export function subjectsToSeal(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isPersonal(value)) {
    if (value.is === 'known') found.add(value.subjectId);
    return;
  }
  for (const item of Object.values(value)) subjectsToSeal(item, found);
}

/**
 * A copy with sorted keys, no `undefined` members and every personal field sealed: printing it gives RFC 8785 text.
 * @throws UnstorableData for what JSON, PostgreSQL or the canonical form cannot carry
 * @throws KeysUnavailable when a field's own value is out of reach: it must not be overwritten by its absence
 */
export function sealedCopy(
  value: unknown,
  place: SealedPlace,
  keys: ReadonlyMap<string, SealingKey>,
  nonce: () => Buffer,
  path = '',
): unknown {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed() || value.includes('\0')) throw new UnstorableData(`a string at ${path || 'the top'} holds NUL or half a character`);
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new UnstorableData(`the number at ${path || 'the top'} is not finite`);
      return value;
    case 'boolean':
      return value;
    case 'object':
      break;
    default:
      throw new UnstorableData(`a ${typeof value} at ${path || 'the top'} cannot be stored`);
  }
  if (value === null) return null;
  if (isPersonal(value)) return seal(value, place, keys, nonce, path);
  if (Array.isArray(value)) return value.map((item, index) => sealedCopy(item, place, keys, nonce, `${path}${path && '.'}${String(index)}`));
  const record = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    // Objects print such keys first whatever the order; `__proto__` is no plain member; `$enc` is ours.
    if (/^(?:\d+|__proto__|\$enc)$/.test(key) || !key.isWellFormed() || key.includes('\0')) throw new UnstorableData(`the key ${JSON.stringify(key)} cannot be stored`);
    copy[key] = sealedCopy(member, place, keys, nonce, path ? `${path}.${key}` : key);
  }
  return copy;
}

function seal(
  field: Personal<unknown>,
  place: SealedPlace,
  keys: ReadonlyMap<string, SealingKey>,
  nonce: () => Buffer,
  path: string,
): SealedField | { readonly $enc: 1; readonly s: string } {
  if (field.is === 'erased') return { $enc: 1, s: field.subjectId };
  if (field.is === 'unavailable') throw new KeysUnavailable(`the value of ${path} is out of reach`);
  const key = keys.get(field.subjectId);
  if (key === undefined) throw new KeysUnavailable(`no key for subject ${field.subjectId}`);
  const n = nonce();
  const cipher = createCipheriv(CIPHER, key.key, n);
  cipher.setAAD(boundTo(place, path));
  // Inside the ciphertext order does not matter, but what JSON would drop or bend is refused here too.
  const text = JSON.stringify(sealedCopy(field.value, place, keys, nonce, path));
  const c = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
  return { $enc: 1, c, k: key.keyId, n: n.toString('base64'), s: field.subjectId };
}

interface SealedOrErased extends Partial<Omit<SealedField, '$enc' | 's'>> {
  readonly $enc: unknown;
  readonly s: string;
}

const isSealed = (value: object): value is SealedOrErased => '$enc' in value && 's' in value && typeof value.s === 'string';

/** The subjects whose keys are needed to read this. */
export function subjectsToOpen(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isSealed(value)) {
    if (value.c !== undefined) found.add(value.s);
    return;
  }
  for (const item of Object.values(value)) subjectsToOpen(item, found);
}

/** Thrown for ciphertext that its key does not open: it was changed, or moved from another place. */
export class BrokenSeal extends Error {
  override readonly name = 'BrokenSeal';
}

/**
 * The value with its sealed fields opened; what holds none is returned as it is, nothing is changed in place.
 * `keys` undefined means that the key store is out of reach. @throws BrokenSeal
 */
export function openedCopy(
  value: unknown,
  place: SealedPlace,
  keys: ReadonlyMap<string, KeyLookup> | undefined,
  onMissingKey: (subjectId: string) => void,
  path = '',
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSealed(value)) return open(value, place, keys, onMissingKey, path);
  if (Array.isArray(value)) return value.map((item, index) => openedCopy(item, place, keys, onMissingKey, `${path}${path && '.'}${String(index)}`));
  let copy: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(value)) {
    const opened = openedCopy(member, place, keys, onMissingKey, path ? `${path}.${key}` : key);
    if (opened === member) continue;
    copy ??= { ...value };
    copy[key] = opened;
  }
  return copy ?? value;
}

function open(
  field: SealedOrErased,
  place: SealedPlace,
  keys: ReadonlyMap<string, KeyLookup> | undefined,
  onMissingKey: (subjectId: string) => void,
  path: string,
): Personal<unknown> {
  const subjectId = field.s;
  if (field.c === undefined) return { subjectId, is: 'erased' };
  if (field.$enc !== 1 || typeof field.c !== 'string' || typeof field.n !== 'string') throw new BrokenSeal(`${path} is not sealed in a known way`);
  if (keys === undefined) return { subjectId, is: 'unavailable' };
  const found = keys.get(subjectId);
  if (found?.kind === 'erased') return { subjectId, is: 'erased' };
  if (found?.kind !== 'key' || found.keyId !== field.k) {
    onMissingKey(subjectId);
    return { subjectId, is: 'unavailable' };
  }
  try {
    const sealed = Buffer.from(field.c, 'base64');
    const decipher = createDecipheriv(CIPHER, found.key, Buffer.from(field.n, 'base64'), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(place, path));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const text = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return { subjectId, is: 'known', value: JSON.parse(text) as unknown };
  } catch {
    throw new BrokenSeal(`${path} does not open with its key`);
  }
}
