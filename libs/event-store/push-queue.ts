/** What pushes: Node's object streams can be told to wait. */
export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Turns a stream that pushes into one that is pulled, in order and in bounded memory: the source is paused while more
 * than `limit` items wait. Cheaper per item than a stream's own iterator, and other sources can put marks in between.
 */
export class PushQueue<Item> {
  #items: Item[] = [];
  #taken = 0;
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  #paused = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly source: Pausable,
    private readonly limit = 512,
  ) {}

  get waiting(): number {
    return this.#items.length - this.#taken;
  }

  push(item: Item): void {
    if (this.#ended || this.#failure) return;
    this.#items.push(item);
    if (!this.#paused && this.waiting > this.limit) {
      this.#paused = true;
      this.source.pause();
    }
    this.#rouse();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#rouse();
  }

  end(): void {
    this.#ended = true;
    this.#rouse();
  }

  /** The next item, in order; undefined after the end. @throws what the source failed with, once all before it is taken */
  async next(): Promise<Item | undefined> {
    for (;;) {
      if (this.#taken < this.#items.length) return this.#take();
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(): Item | undefined {
    const item = this.#items[this.#taken];
    this.#taken += 1;
    if (this.#taken === this.#items.length || this.#taken >= this.limit) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    if (this.#paused && this.waiting <= this.limit / 2) {
      this.#paused = false;
      this.source.resume();
    }
    return item;
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
