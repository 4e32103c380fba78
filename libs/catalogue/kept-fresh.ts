import { inTime } from '#kernel';

export interface KeptFreshOptions<T> {
  readonly nowMs: () => number;
  readonly maxAgeMs: number;
  readonly timeoutMs: number;
  /** Given what is known, so that it may come back unchanged. */
  readonly load: (known: T | undefined) => Promise<T>;
}

/**
 * One value from the database, loaded again when it is older than `maxAgeMs`. While the database is out of reach the
 * last known value goes on: commands must not need it (case 43).
 */
export class KeptFresh<T> {
  private known: { readonly value: T; readonly askedAtMs: number } | undefined;
  private underway: Promise<T> | undefined;

  constructor(private readonly options: KeptFreshOptions<T>) {}

  /** @throws Error when nothing was ever loaded and nothing can be loaded */
  get(): Promise<T> {
    const { known } = this;
    if (known !== undefined && Math.abs(this.options.nowMs() - known.askedAtMs) < this.options.maxAgeMs) return Promise.resolve(known.value);
    return this.reload();
  }

  /** Asks the database although the value may be fresh, but not again within a tenth of `maxAgeMs`. */
  reload(): Promise<T> {
    const { known } = this;
    if (known !== undefined && Math.abs(this.options.nowMs() - known.askedAtMs) < this.options.maxAgeMs / 10) return Promise.resolve(known.value);
    return this.renew();
  }

  /** Asks the database at once: something was changed from here. */
  renew(): Promise<T> {
    this.underway ??= this.load().finally(() => {
      this.underway = undefined;
    });
    return this.underway;
  }

  private async load(): Promise<T> {
    const { known } = this;
    const askedAtMs = this.options.nowMs();
    try {
      const value = await inTime(this.options.timeoutMs, this.options.load(known?.value));
      this.known = { value, askedAtMs };
      return value;
    } catch (error) {
      if (known === undefined) throw error;
      this.known = { value: known.value, askedAtMs: this.options.nowMs() };
      return known.value;
    }
  }
}
