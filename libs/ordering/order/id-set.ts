/**
 * Ids that only ever grow in number, shared between the states of a fold: adding one copies at most a chunk, so an
 * order of ten thousand comments folds as fast, per event, as one of ten.
 */
export class IdSet implements Iterable<string> {
  static readonly empty = new IdSet([], []);

  private constructor(
    private readonly full: readonly ReadonlySet<string>[],
    private readonly recent: readonly string[],
  ) {}

  has(id: string): boolean {
    return this.recent.includes(id) || this.full.some((chunk) => chunk.has(id));
  }

  with(id: string): IdSet {
    if (this.recent.length < CHUNK) return new IdSet(this.full, [...this.recent, id]);
    return new IdSet([...this.full, new Set(this.recent)], [id]);
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const chunk of this.full) yield* chunk;
    yield* this.recent;
  }
}

const CHUNK = 64;
