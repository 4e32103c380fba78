import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '../log-record.js';
import { Consumer } from './consumer.js';
import { messageOf, type Message } from './message.js';
import { strategyNamed } from './strategy.js';

const consumer = (slots = 100): Consumer => new Consumer({ deliver: () => undefined, drop: () => undefined }, { slots, userName: 'system', connectionName: 'c' });

const record = (stream: string, more: Partial<LogRecord> = {}): LogRecord => ({
  position: 1,
  stream,
  revision: 0n,
  id: 'id',
  type: 'Counted',
  isJson: true,
  created: 0n,
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
  ...more,
});

const of = (stream: string, more: Partial<LogRecord> = {}): Message => messageOf({ event: record(stream, more), link: undefined }, 1);

const fill = (one: Consumer): void => {
  while (one.hasRoom) one.hand(of('x'), () => undefined);
};

describe('who gets the next message', () => {
  it('RoundRobin: each in turn, whoever is full is passed over', () => {
    const [a, b, c] = [consumer(), consumer(0), consumer()];
    const pick = strategyNamed('RoundRobin');
    expect([1, 2, 3].map(() => pick(of('x'), [a, b, c]))).toEqual([a, c, a]);
  });

  it('DispatchToSingle: the first as long as it has room', () => {
    const [a, b] = [consumer(2), consumer()];
    const pick = strategyNamed('DispatchToSingle');
    expect(pick(of('x'), [a, b])).toBe(a);
    fill(a);
    expect(pick(of('x'), [a, b])).toBe(b);
  });

  it.each(['RoundRobin', 'DispatchToSingle', 'Pinned', 'PinnedByCorrelation'] as const)('%s: nobody without room', (name) => {
    expect(strategyNamed(name)(of('x'), [consumer(0), consumer(0)])).toBeUndefined();
  });

  it('Pinned: always the same for one stream, all of them for many, and nobody else while that one is full', () => {
    const consumers = [consumer(), consumer(), consumer()];
    const pick = strategyNamed('Pinned');
    const chosen = Array.from({ length: 60 }, (_, index) => pick(of(`s-${String(index)}`), consumers));
    expect(new Set(chosen).size).toBe(3);
    expect(Array.from({ length: 60 }, (_, index) => pick(of(`s-${String(index)}`), consumers))).toEqual(chosen);
    const owner = pick(of('s-0'), consumers);
    if (owner !== undefined) fill(owner);
    expect(pick(of('s-0'), consumers)).toBeUndefined();
  });

  it('Pinned: who goes gives his streams away, the others keep theirs', () => {
    const consumers = [consumer(), consumer(), consumer()];
    const pick = strategyNamed('Pinned');
    const streams = Array.from({ length: 30 }, (_, index) => `s-${String(index)}`);
    const before = streams.map((stream) => pick(of(stream), consumers));
    const after = streams.map((stream) => pick(of(stream), consumers.slice(1)));
    for (const [index, owner] of before.entries()) if (owner !== consumers[0]) expect(after[index]).toBe(owner);
  });

  it('Pinned: a link goes where the stream of its event goes', () => {
    const consumers = [consumer(), consumer(), consumer()];
    const pick = strategyNamed('Pinned');
    for (const stream of ['a', 'b', 'c', 'd']) {
      expect(pick(of('$ce-x', { type: '$>', data: Buffer.from(`3@${stream}`) }), consumers)).toBe(pick(of(stream), consumers));
    }
  });

  it('PinnedByCorrelation: by the correlation id, by the stream where there is none', () => {
    const consumers = [consumer(), consumer(), consumer(), consumer()];
    const pick = strategyNamed('PinnedByCorrelation');
    const metadata = Buffer.from(JSON.stringify({ $correlationId: 'one' }));
    expect(new Set(Array.from({ length: 20 }, (_, index) => pick(of(`s-${String(index)}`, { metadata }), consumers))).size).toBe(1);
    expect(new Set(Array.from({ length: 20 }, (_, index) => pick(of(`s-${String(index)}`, { metadata: Buffer.from('null') }), consumers))).size).toBeGreaterThan(1);
  });
});
