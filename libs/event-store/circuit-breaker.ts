import { StoreUnavailable } from './event-store.port.js';

/**
 * Fails at once while the store is known to be down, instead of letting every caller wait for its own deadline.
 * After `retryAfterMs` one call is let through to find out.
 */
export class CircuitBreaker {
  #failures = 0;
  #openUntil = 0;

  constructor(
    private readonly options: { readonly threshold: number; readonly retryAfterMs: number; readonly now: () => number },
  ) {}

  /** @throws StoreUnavailable while open */
  check(): void {
    if (this.#failures < this.options.threshold) return;
    const now = this.options.now();
    if (now < this.#openUntil) throw new StoreUnavailable('the event store is not reachable');
    this.#openUntil = now + this.options.retryAfterMs;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    this.#openUntil = this.options.now() + this.options.retryAfterMs;
  }
}
