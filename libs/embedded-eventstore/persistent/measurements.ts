const REMEMBERED = 1_000;

/** How many messages were handed out, how fast, and how long they took to be acknowledged. */
export class Measurements {
  #total = 0;
  #totalBefore = 0;
  readonly #since = Date.now();
  readonly #latencies: number[] = [];

  handedOut(): void {
    this.#total += 1;
  }

  acknowledged(milliseconds: number): void {
    this.#latencies[this.#latencies.length < REMEMBERED ? this.#latencies.length : this.#total % REMEMBERED] = milliseconds;
  }

  get total(): number {
    return this.#total;
  }

  get averagePerSecond(): number {
    return Math.round(this.#total / Math.max((Date.now() - this.#since) / 1_000, 1));
  }

  /** Since the last call. */
  takeCount(): number {
    const count = this.#total - this.#totalBefore;
    this.#totalBefore = this.#total;
    return count;
  }

  /** Milliseconds by the names that the real node gives them. */
  get latencies(): readonly (readonly [name: string, milliseconds: number])[] {
    const sorted = [...this.#latencies].sort((one, other) => one - other);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const mean = sorted.length === 0 ? 0 : sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
    const shares = [0.9, 0.95, 0.99, 0.995, 0.999].map((share) => [`${String(Number((share * 100).toFixed(1)))}%`, at(share)] as const);
    const quintiles = [1, 2, 3, 4, 5].map((fifth) => [`Quintile ${String(fifth)}`, at(fifth / 5)] as const);
    return [['Mean', Math.round(mean)], ['Median', at(0.5)], ['Fastest', at(0)], ...quintiles, ...shares, ['Highest', at(1)]];
  }
}
