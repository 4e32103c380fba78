import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '#event-store';
import { KeysUnavailable } from '#subject-keys';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Repeats work while log or keys cannot be reached: an import outlasts their restart. Repeating is safe, commands are executed once. */
export async function patiently<T>(work: () => Promise<T>, patienceMs = 120_000): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof StoreUnavailable || error instanceof KeysUnavailable;
      if (!passing || performance.now() + wait > until) throw error;
      await pause(wait);
    }
  }
}
