/**
 * Works on the items of a source, so many at once, in no promised order. The first failure ends it: nothing new is
 * begun, what was begun comes to its end, then the failure is thrown.
 */
export async function concurrently<T>(source: AsyncIterable<T>, limit: number, signal: AbortSignal | undefined, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const item of source) {
      if (failure || signal?.aborted === true) break;
      const task = work(item)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= limit) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure.error;
  signal?.throwIfAborted();
}
