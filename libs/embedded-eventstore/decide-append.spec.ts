import { describe, expect, it } from '@jest/globals';
import { decideAppend, type KnownIds } from './decide-append.js';
import type { Expected } from './log-record.js';
import { EMPTY_HEAD, readSettings, type StreamHead } from './stream-head.js';

/** A stream that holds events with the ids a, b, c … at 0, 1, 2 … */
function streamOf(ids: string, more: Partial<StreamHead> = {}): { readonly head: StreamHead; readonly known: KnownIds } {
  const at = (revision: bigint) => (ids[Number(revision)] === undefined ? undefined : { id: ids[Number(revision)] ?? '', position: Number(revision) + 100 });
  return {
    head: { ...EMPTY_HEAD, last: BigInt(ids.length) - 1n, ...more },
    known: { at, recent: (id) => (ids.includes(id) ? { revision: BigInt(ids.indexOf(id)), position: ids.indexOf(id) + 100 } : undefined) },
  };
}

const SOFT_DELETED = { settings: readSettings(Buffer.from('{"$tb":9223372036854775807}')), hasMetastream: true };

const decide = (stream: ReturnType<typeof streamOf>, expected: Expected, ids: string): string => {
  const decision = decideAppend(stream.head, expected, Array.from(ids), stream.known);
  if (decision.kind === 'wrong-revision') return `wrong, ${decision.current === undefined ? 'no stream' : String(decision.current)}`;
  return decision.kind === 'idempotent' ? `idempotent, ${String(decision.revision)}` : decision.kind;
};

describe('whether an append is done (eventstore-protocol 1.1, measured 1.1)', () => {
  it.each<[string, ReturnType<typeof streamOf>, Expected, string, string]>([
    ['no stream wanted, none there', streamOf(''), 'no-stream', 'a', 'append'],
    ['no stream wanted, one there', streamOf('ab'), 'no-stream', 'x', 'wrong, 1'],
    ['no stream wanted, the same written before', streamOf('ab'), 'no-stream', 'ab', 'idempotent, 1'],
    ['no stream wanted, its beginning written before', streamOf('abc'), 'no-stream', 'ab', 'idempotent, 1'],
    ['no stream wanted, the first the same and the second not', streamOf('abc'), 'no-stream', 'ax', 'wrong, 2'],
    ['any, nothing there', streamOf(''), 'any', 'a', 'append'],
    ['any, written before', streamOf('abc'), 'any', 'bc', 'idempotent, 2'],
    ['any, the first known and the second new', streamOf('abc'), 'any', 'bx', 'wrong, 2'],
    ['any, the first new and the second known', streamOf('abc'), 'any', 'xb', 'append'],
    ['any, known ids in another order: as the last one stands', streamOf('abc'), 'any', 'cba', 'idempotent, 0'],
    ['a stream wanted, none there', streamOf(''), 'stream-exists', 'a', 'wrong, no stream'],
    ['a stream wanted, its metastream there', streamOf('', { hasMetastream: true }), 'stream-exists', 'a', 'append'],
    ['the last revision', streamOf('ab'), 1n, 'c', 'append'],
    ['the last revision, whatever the ids', streamOf('ab'), 1n, 'a', 'append'],
    ['a revision to come', streamOf('ab'), 2n, 'c', 'wrong, 1'],
    ['a revision of no stream', streamOf(''), 0n, 'a', 'wrong, no stream'],
    ['an earlier revision, the same written after it', streamOf('abc'), 0n, 'bc', 'idempotent, 2'],
    ['an earlier revision, another written after it', streamOf('abc'), 0n, 'x', 'wrong, 2'],
    ['an earlier revision, more than was written', streamOf('abc'), 1n, 'cd', 'wrong, 2'],
    ['softly deleted, a stream wanted', streamOf('ab', SOFT_DELETED), 'stream-exists', 'c', 'deleted'],
    ['softly deleted, no stream wanted', streamOf('ab', SOFT_DELETED), 'no-stream', 'c', 'append'],
    ['softly deleted, what it held sent again', streamOf('ab', SOFT_DELETED), 'no-stream', 'ab', 'idempotent, 1'],
    ['softly deleted, the first the same and the second not', streamOf('ab', SOFT_DELETED), 'no-stream', 'ax', 'wrong, 1'],
    ['softly deleted, its last revision', streamOf('ab', SOFT_DELETED), 1n, 'c', 'append'],
    ['tombstoned', streamOf('ab', { tombstoned: true }), 'any', 'c', 'deleted'],
    ['nothing to append, nothing there', streamOf(''), 'any', '', 'append'],
  ])('%s', (_, stream, expected, ids, decision) => {
    expect(decide(stream, expected, ids)).toBe(decision);
  });
});

describe('settings of a stream', () => {
  it('keep a $tb that JSON numbers cannot hold', () => {
    expect(readSettings(Buffer.from('{ "$tb" : 9223372036854775807 , "$maxCount":3}'))).toMatchObject({ truncateBefore: 2n ** 63n - 1n, maxCount: 3n });
  });

  it.each(['not json', '[]', '{"$maxCount":0}', '{"$maxCount":-1}', '{"$maxCount":"2"}', '{"$tb":1.5}'])('leave out what is none: %s', (json) => {
    expect(readSettings(Buffer.from(json))).toMatchObject({ maxCount: undefined, truncateBefore: undefined });
  });
});
