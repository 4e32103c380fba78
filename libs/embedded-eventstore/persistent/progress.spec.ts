import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Progress } from './progress.js';

describe('how far a group is', () => {
  it('is nowhere before the first message', () => {
    expect(new Progress().reached).toEqual({ at: undefined, settled: 0, skipped: 0 });
  });

  it('is just before the first that is not settled, whatever came after it', () => {
    const progress = new Progress();
    progress.add(10n);
    const second = progress.add(20n);
    progress.add(30n);
    progress.settle(second);
    expect(progress.reached.at).toBeUndefined();
    progress.settle(1);
    expect(progress.reached).toEqual({ at: 20n, settled: 2, skipped: 0 });
  });

  it('passes over records that are not delivered', () => {
    const progress = new Progress();
    progress.settle(progress.add(1n));
    progress.skip(2n);
    progress.skip(3n);
    expect(progress.reached).toEqual({ at: 3n, settled: 1, skipped: 2 });
    progress.add(4n);
    expect(progress.reached.at).toBe(3n);
  });

  it('never passes an unsettled one, and reaches the end once all are settled, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 20 }, (_, index) => index + 1)), (settled) => {
        const progress = new Progress();
        for (let at = 1n; at <= 20n; at += 1n) progress.add(at);
        for (const number of settled) progress.settle(number);
        const lowestOpen = Array.from({ length: 20 }, (_, index) => index + 1).find((number) => !settled.includes(number));
        expect(progress.reached.at ?? 0n).toBe(lowestOpen === undefined ? 20n : BigInt(lowestOpen - 1));
      }),
    );
  });
});
