/**
 * One 256-bit key per person, kept apart from the log. Destroying it erases the person everywhere at once.
 * Keys are durable before the append that uses them; a destroyed key leaves a tombstone and is never issued again.
 */
export type KeyLookup =
  | { readonly kind: 'key'; readonly keyId: string; readonly key: Buffer }
  | { readonly kind: 'erased' }
  /** No key and no tombstone: an alarm, never to be taken for an erasure. */
  | { readonly kind: 'missing' };

export interface SubjectKeys {
  /** Keys to seal with; made, and durable, for subjects that have none. @throws SubjectErasedError */
  obtain(subjectIds: readonly string[]): Promise<ReadonlyMap<string, { readonly keyId: string; readonly key: Buffer }>>;
  /** Keys to read with; answers from a short-lived cache. @throws KeysUnavailable when the key store is out of reach */
  lookUp(subjectIds: readonly string[]): Promise<ReadonlyMap<string, KeyLookup>>;
  /** Destroys the key and leaves the tombstone; true when there was a living key. */
  destroy(subjectId: string): Promise<boolean>;
  /** Forgets cached keys: after an erasure was read from the log. */
  invalidate(subjectId: string): void;
}

export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export class SubjectErasedError extends Error {
  override readonly name = 'SubjectErasedError';
  constructor(readonly subjectId: string) {
    super(`subject ${subjectId} was erased and cannot be written about again`);
  }
}
