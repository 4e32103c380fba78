import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from './log-record.js';
import { Tail } from './tail.js';

const record = (position: number, stream: string): LogRecord => ({
  position,
  stream,
  revision: 0n,
  id: '00000000-0000-4000-8000-000000000000',
  type: 'Happened',
  isJson: true,
  created: 0n,
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
});

describe('who waits at the end of the log', () => {
  it('is woken by its own stream alone, however many others wait', () => {
    const tail = new Tail(0);
    const woken: number[] = [];
    for (let n = 0; n < 10_000; n += 1) tail.wait(`stream-${String(n)}`, () => woken.push(n));
    tail.publish(Array.from({ length: 100 }, (_, n) => record(n + 1, `other-${String(n)}`)));
    expect(woken).toEqual([]);
    tail.publish([record(101, 'stream-4711'), record(102, 'stream-4711')]);
    expect(woken).toEqual([4_711]);
  });

  it('of the whole log is woken once by each publication', () => {
    const tail = new Tail(0);
    let woken = 0;
    tail.wait(undefined, () => (woken += 1));
    tail.publish([record(1, 'a'), record(2, 'b')]);
    tail.publish([record(3, 'a')]);
    expect(woken).toBe(1);
  });

  it('can go away', () => {
    const tail = new Tail(0);
    let woken = 0;
    tail.wait('a', () => (woken += 1))();
    tail.publish([record(1, 'a')]);
    expect(woken).toBe(0);
  });
});
