/** How far everything is settled, and how many messages that makes since the group was loaded. */
export interface Reached {
  readonly at: bigint | undefined;
  readonly settled: number;
  readonly skipped: number;
}

/**
 * What was handed in and is not settled yet, in the order of the source: a checkpoint may name the last place with
 * nothing unsettled before it. Holds unsettled messages only, however long one of them stays so.
 */
export class Progress {
  /** By number of the message: the place just before it. */
  readonly #unsettled = new Map<number, bigint | undefined>();
  #number = 0;
  #skipped = 0;
  #last: bigint | undefined;

  /** @returns the number to settle it by */
  add(at: bigint): number {
    this.#number += 1;
    this.#unsettled.set(this.#number, this.#last);
    this.#last = at;
    return this.#number;
  }

  /** A record that the group does not deliver. */
  skip(at: bigint): void {
    this.#skipped += 1;
    this.#last = at;
  }

  settle(number: number): void {
    this.#unsettled.delete(number);
  }

  get reached(): Reached {
    for (const [number, before] of this.#unsettled) return { at: before, settled: number - 1, skipped: this.#skipped };
    return { at: this.#last, settled: this.#number, skipped: this.#skipped };
  }
}
