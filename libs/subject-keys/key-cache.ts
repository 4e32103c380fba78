import type { KeyLookup } from './subject-keys.port.js';

export type CachedKey = Exclude<KeyLookup, { readonly kind: 'missing' }>;

/** Keys in memory: the least recently used go first, and none stays longer than its time, so that erasures reach every process. */
export class KeyCache {
  readonly #entries = new Map<string, { readonly value: CachedKey; readonly until: number }>();

  constructor(private readonly options: { readonly size: number; readonly ttlMs: number; readonly now: () => number }) {}

  get(subjectId: string): CachedKey | undefined {
    const entry = this.#entries.get(subjectId);
    if (entry === undefined) return undefined;
    this.#entries.delete(subjectId);
    if (entry.until <= this.options.now()) return undefined;
    this.#entries.set(subjectId, entry);
    return entry.value;
  }

  set(subjectId: string, value: CachedKey): void {
    this.#entries.delete(subjectId);
    this.#entries.set(subjectId, { value, until: this.options.now() + this.options.ttlMs });
    if (this.#entries.size <= this.options.size) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  delete(subjectId: string): void {
    this.#entries.delete(subjectId);
  }
}
