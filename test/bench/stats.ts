export interface Latencies {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles of a list of milliseconds; the list is sorted in place. */
export function latenciesOf(ms: number[]): Latencies {
  ms.sort((a, b) => a - b);
  const at = (share: number): number => ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? Number.NaN;
  return { count: ms.length, p50: at(0.5), p99: at(0.99), max: ms.at(-1) ?? Number.NaN };
}

export const median = (figures: readonly number[]): number => {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Runs `work(i)` for i in 0..total with so many at once; per-call milliseconds and calls per second. */
export async function drive(total: number, atOnce: number, work: (index: number, lane: number) => Promise<void>): Promise<{ readonly perSecond: number; readonly latency: Latencies }> {
  const ms: number[] = [];
  let next = 0;
  const started = performance.now();
  const lane = async (number: number): Promise<void> => {
    for (let index = next++; index < total; index = next++) {
      const from = performance.now();
      await work(index, number);
      ms.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, number) => lane(number)));
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: total / seconds, latency: latenciesOf(ms) };
}

export function given<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`missing: ${what}`);
  return value;
}

/** A benchmark that does not check its result is not one. */
export function verify(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the benchmark's result is wrong: ${what}`);
}
