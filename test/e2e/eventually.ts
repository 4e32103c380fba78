/** Milliseconds between two looks at a condition. */
const LOOK_AGAIN_MS = 25;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until `look` gives a value other than undefined or false. What it throws counts as "not yet" and is told when
 * the time is over. Tests wait on conditions with it, never for a time.
 */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false> | T | undefined | false, withinMs = 15_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${String(withinMs)} ms: ${what} (last: ${last instanceof Error ? last.message : String(last)})`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}
