import { randomBytes, randomUUID } from 'node:crypto';
import { KeysUnavailable, SubjectErasedError, type KeyLookup, type SubjectKeys } from '#subject-keys';

/** Subject keys in memory, with switches for what can go wrong with the real ones. */
export interface InMemorySubjectKeys extends SubjectKeys {
  /** While false every call fails with KeysUnavailable. */
  setReachable(reachable: boolean): void;
  /** Removes a key without a tombstone, as a lost backup would. */
  lose(subjectId: string): void;
}

/** @param keyOf fixed keys, for golden files; otherwise random ones */
export function createInMemorySubjectKeys(keyOf?: (subjectId: string) => { readonly keyId: string; readonly key: Buffer }): InMemorySubjectKeys {
  const entries = new Map<string, Exclude<KeyLookup, { readonly kind: 'missing' }>>();
  let reachable = true;
  const mustBeReachable = (): void => {
    if (!reachable) throw new KeysUnavailable('the key store is switched off');
  };
  return {
    async obtain(subjectIds) {
      mustBeReachable();
      const keys = new Map<string, { readonly keyId: string; readonly key: Buffer }>();
      for (const subjectId of subjectIds) {
        const entry = entries.get(subjectId) ?? { kind: 'key', ...(keyOf?.(subjectId) ?? { keyId: randomUUID(), key: randomBytes(32) }) };
        if (entry.kind === 'erased') throw new SubjectErasedError(subjectId);
        entries.set(subjectId, entry);
        keys.set(subjectId, entry);
      }
      return Promise.resolve(keys);
    },
    async lookUp(subjectIds) {
      mustBeReachable();
      return Promise.resolve(new Map<string, KeyLookup>(subjectIds.map((subjectId) => [subjectId, entries.get(subjectId) ?? { kind: 'missing' }])));
    },
    async destroy(subjectId) {
      mustBeReachable();
      const living = entries.get(subjectId)?.kind === 'key';
      entries.set(subjectId, { kind: 'erased' });
      return Promise.resolve(living);
    },
    invalidate: () => undefined,
    setReachable: (value) => {
      reachable = value;
    },
    lose: (subjectId) => {
      entries.delete(subjectId);
    },
  };
}
