import { describe, expect, it } from '@jest/globals';
import { CopyPlan, differenceIn, type Due } from './copy-plan.js';
import type { RawRecord } from './raw-log.js';

const record = (stream: string, revision: bigint, data = '{}', more: Partial<RawRecord> = {}): RawRecord => ({
  id: `id of ${stream}@${String(revision)}`,
  type: stream.startsWith('$$') ? '$metadata' : 'Counted',
  stream,
  revision,
  position: 1n,
  isJson: true,
  data: Buffer.from(data),
  metadata: new Uint8Array(),
  ...more,
});

const due = (...records: readonly RawRecord[]): readonly string[] => {
  const plan = new CopyPlan();
  return records.flatMap((each) => [...plan.due(each)]).map(({ how, stream, revision }) => `${how} ${stream}@${String(revision)}`);
};

describe('what a copy must hold', () => {
  it('is every record of an ordinary stream, and its settings', () => {
    expect(due(record('a', 0n), record('$$a', 0n), record('a', 1n))).toEqual(['as-it-is a@0', 'as-it-is $$a@0', 'as-it-is a@1']);
  });

  it('is nothing of system streams, whose records are counted', () => {
    const plan = new CopyPlan();
    const records = [record('$users', 0n), record('$$$users', 0n), record('$users', 1n), record('$persistentSubscriptionConfig', 0n)];
    expect(records.flatMap((each) => [...plan.due(each)])).toEqual([]);
    expect([...plan.leftOut]).toEqual([['$users', 2], ['$$$users', 1], ['$persistentSubscriptionConfig', 1]]);
  });

  it('holds the places of events that were scavenged', () => {
    expect(due(record('a', 2n), record('a', 4n))).toEqual(['gap a@0', 'gap a@1', 'as-it-is a@2', 'gap a@3', 'as-it-is a@4']);
  });

  it('ends a stream as the source does', () => {
    expect(due(record('a', 0n), record('a', 2n ** 63n - 1n, '', { type: '$streamDeleted' }))).toEqual(['as-it-is a@0', 'tombstone a@9223372036854775807']);
  });

  it('knows which settings the store writes by itself: those after a deleted stream was written again', () => {
    const deletion = '{ "$tb" : 9223372036854775807 }';
    expect(due(record('a', 0n), record('$$a', 0n, deletion), record('a', 1n), record('a', 2n), record('$$a', 1n, '{"$tb":1}'), record('$$a', 2n, '{"$tb":1}'))).toEqual([
      'as-it-is a@0',
      'as-it-is $$a@0',
      'as-it-is a@1',
      'as-it-is a@2',
      'recreation $$a@1',
      'as-it-is $$a@2',
    ]);
  });

  it('takes a deletion back when the settings do', () => {
    expect(due(record('$$a', 0n, '{"$tb":9223372036854775807}'), record('$$a', 1n, '{"$tb":3}'), record('a', 0n), record('$$a', 2n)).at(-1)).toBe('as-it-is $$a@2');
  });
});

describe('what stands in a copy', () => {
  const wanted: Due = { ...record('a', 1n, '{"n":1}', { metadata: Buffer.from('{}') }), how: 'as-it-is' };

  it('may be the same under another position', () => {
    expect(differenceIn(wanted, { ...wanted, position: 99n })).toBeUndefined();
  });

  it.each<[string, Partial<RawRecord>]>([
    ['a@2 stands where a@1 belongs', { revision: 2n }],
    ['b@1 stands where a@1 belongs', { stream: 'b' }],
    ['a@1 is Counted there and Other here', { type: 'Other' }],
    ['a@1 has another id', { id: 'x' }],
    ['a@1 has another content type', { isJson: false }],
    ['a@1 holds other data', { data: Buffer.from('{"n": 1}') }],
    ['a@1 holds other metadata', { metadata: Buffer.from('{ }') }],
  ])('is told apart: %s', (difference, change) => {
    expect(differenceIn(wanted, { ...wanted, ...change })).toBe(difference);
  });

  it('is compared as JSON where the store wrote it itself', () => {
    const own: Due = { ...record('$$a', 1n, '{"$tb":1}'), how: 'recreation' };
    expect(differenceIn(own, { ...own, id: 'x', data: Buffer.from('{\n  "$tb": 1\n}') })).toBeUndefined();
    expect(differenceIn(own, { ...own, data: Buffer.from('{"$tb":2}') })).toBe('$$a@1 says something else');
  });
});
