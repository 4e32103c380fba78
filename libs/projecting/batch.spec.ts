import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Codec, StoredEvent } from '#event-store';
import type { DocketEvent } from '#ordering';
import { createInMemoryEventStore } from '#testing';
import { readBatch, wholeAppends } from './batch.js';

const codec = { decode: (stored: readonly StoredEvent[]) => Promise.resolve(stored.map((event) => ({ kind: 'foreign', stored: event }))) } as unknown as Codec<DocketEvent>;

/** Events of appends, one word each: its stream and how many of its append follow. */
const arrived = (...words: readonly string[]): readonly StoredEvent[] => {
  const revisions = new Map<string, bigint>();
  return words.map((word, position) => {
    const [stream = '', more] = word.split(':');
    const revision = (revisions.get(stream) ?? -1n) + 1n;
    revisions.set(stream, revision);
    return { id: word, type: 'T', stream, revision, position: BigInt(position), isJson: true, data: {}, metadata: more === undefined ? {} : { more: Number(more) } };
  });
};

describe('what may be shown together', () => {
  it.each<[string, readonly string[], number, number]>([
    ['all of it', ['a', 'b', 'c'], 10, 3],
    ['as much as is asked for', ['a', 'b', 'c'], 2, 2],
    ['an append to its end', ['a', 'b:2', 'b:1', 'b', 'c'], 2, 4],
    ['nothing of an append whose end has not arrived', ['a', 'b:2', 'b:1'], 10, 1],
    ['nothing, when that is all there is', ['b:2', 'b:1'], 10, 0],
    ['nothing of it, although more was asked for', ['a', 'b:2', 'b:1'], 2, 1],
    ['what was torn, once something else has come', ['a:1', 'b'], 10, 2],
    ['what says nothing about its append', ['a', 'a'], 1, 1],
  ])('is %s', (_what, words, most, count) => {
    expect(wholeAppends(arrived(...words), most, false)).toBe(count);
  });

  it('is everything, once it is overdue', () => {
    expect(wholeAppends(arrived('a', 'b:2', 'b:1'), 10, true)).toBe(3);
  });
});

describe('a batch that is read', () => {
  it('ends where an append ends, or where the log does', async () => {
    const store = createInMemoryEventStore();
    const append = (stream: string, ...more: readonly number[]) => store.append(stream, 'any', more.map((count) => ({ id: randomUUID(), type: 'T', data: {}, metadata: count > 0 ? { more: count } : {} })));
    // A log begins with an event of its own.
    const first = (await store.head()) ?? -1n;
    await append('a', 0);
    await append('b', 2, 1, 0);
    await append('c', 3);
    await append('d', 0);
    await append('e', 1);
    const ends: (readonly string[])[] = [];
    for (let after = first; ; ) {
      const batch = await readBatch(store, codec, after, 2);
      if (batch === undefined) break;
      ends.push(batch.decoded.map(({ stored }) => stored.stream));
      after = batch.last.position;
    }
    expect(ends).toEqual([['a', 'b', 'b', 'b'], ['c', 'd'], ['e']]);
  });
});
