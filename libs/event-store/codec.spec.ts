import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, newId, personal, type CommandContext, type Personal } from '#kernel';
import { createInMemorySubjectKeys } from '#testing';
import { GENESIS_HASH } from './chain.js';
import { createCodec, type Codec, type CodecOptions, type Decoded } from './codec.js';
import type { EventToAppend, StoredEvent } from './event-store.port.js';

interface Note {
  readonly type: 'NoteTaken';
  readonly data: { readonly title: string; readonly body?: Personal<string>; readonly more?: unknown };
}

const STREAM = `order-${newId()}`;

const context = (more: Partial<CommandContext> = {}): CommandContext => ({
  commandId: newId(),
  fingerprint: 'f'.repeat(64),
  actor: { id: 'anna', role: 'csr' },
  storeId: 'S1',
  correlationId: 'c-1',
  causationId: 'c-1',
  policyVersion: 'test',
  occurredAt: '2026-01-02T03:04:05.678Z',
  recordedAt: '2026-01-02T03:04:05.678Z',
  origin: 'api',
  ...more,
});

const setUp = (options: Partial<CodecOptions> = {}): { readonly codec: Codec<Note>; readonly keys: ReturnType<typeof createInMemorySubjectKeys> } => {
  const keys = createInMemorySubjectKeys();
  return { keys, codec: createCodec<Note>({ eventVersions: { NoteTaken: 1 }, categories: ['order'], validate: () => undefined, keys, ...options }) };
};

/** As the log gives them back: through JSON text. */
const stored = (events: readonly EventToAppend[], more: Partial<StoredEvent> = {}): readonly StoredEvent[] =>
  events.map((event, index) => ({
    id: event.id,
    type: event.type,
    stream: STREAM,
    revision: BigInt(index),
    position: BigInt(index + 1),
    isJson: true,
    data: JSON.parse(JSON.stringify(event.data)),
    metadata: JSON.parse(JSON.stringify(event.metadata)),
    ...more,
  }));

const encode = async (codec: Codec<Note>, ...notes: readonly Note['data'][]): Promise<readonly EventToAppend[]> => {
  const events = notes.map((data): Note => ({ type: 'NoteTaken', data }));
  return (await codec.encode(events, { stream: STREAM, firstRevision: 0n, prevHash: GENESIS_HASH, context: context() })).toAppend;
};

const decodeOne = async (codec: Codec<Note>, event: StoredEvent | undefined, whenUnavailable: 'show' | 'throw' = 'throw'): Promise<Decoded<Note>> => {
  const [decoded] = await codec.decode([event!], { whenUnavailable });
  return decoded!;
};

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0'));

describe('the codec', () => {
  it('gives back what it was given, whatever the text, and stores it in canonical form without the person (case 68)', async () => {
    const { codec } = setUp();
    await fc.assert(
      fc.asyncProperty(wellFormed, wellFormed, async (title, body) => {
        const canary = `canary-${body}`;
        const [event] = await encode(codec, { title, body: personal('s1', canary) });
        for (const part of [event!.data, event!.metadata]) expect(JSON.stringify(part)).toBe(canonicalJson(part));
        expect(JSON.stringify(event)).not.toContain('canary-');
        const decoded = await decodeOne(codec, stored([event!])[0]);
        expect(decoded).toMatchObject({ kind: 'event', recorded: { event: { type: 'NoteTaken', data: { title, body: personal('s1', canary) } } } });
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, unknown]>([
    ['NUL', 'a\0b'],
    ['half a surrogate pair', '\ud800'],
    ['a bigint', 1n],
    ['not a number', Number.NaN],
    ['a function', () => 1],
    ['a key that is a number', { '1': 'x' }],
    ['a key that is ours', { $enc: 1 }],
    ['a polluting key', JSON.parse('{"__proto__":{"polluted":1}}')],
    ['a megabyte', 'x'.repeat(1_000_001)],
  ])('refuses %s before anything is sent (cases 67, 68, 69, 76)', async (_, more) => {
    const { codec } = setUp();
    await expect(encode(codec, { title: 't', more })).rejects.toMatchObject({ name: 'UnstorableData' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('tells erased, missing and unreachable keys apart', async () => {
    const missing: string[] = [];
    const { codec, keys } = setUp({ onMissingKey: (subjectId) => missing.push(subjectId) });
    const [event] = stored(await encode(codec, { title: 't', body: personal('s1', 'secret') }));
    const body = async (whenUnavailable: 'show' | 'throw'): Promise<unknown> => {
      const decoded = await decodeOne(codec, event, whenUnavailable);
      return decoded.kind === 'event' ? decoded.recorded.event.data.body : decoded;
    };
    keys.setReachable(false);
    expect(await body('show')).toEqual({ subjectId: 's1', is: 'unavailable' });
    await expect(body('throw')).rejects.toMatchObject({ name: 'KeysUnavailable' });
    keys.setReachable(true);
    keys.lose('s1');
    expect(await body('throw')).toEqual({ subjectId: 's1', is: 'unavailable' });
    expect(missing).toEqual(['s1']);
    await keys.destroy('s1');
    expect(await body('throw')).toEqual({ subjectId: 's1', is: 'erased' });
    expect(missing).toEqual(['s1']);
  });

  it('carries an erased field on as erased, and never overwrites one that is out of reach', async () => {
    const { codec } = setUp();
    const [event] = stored(await encode(codec, { title: 't', body: { subjectId: 's1', is: 'erased' } }));
    expect(await decodeOne(codec, event)).toMatchObject({ recorded: { event: { data: { body: { subjectId: 's1', is: 'erased' } } } } });
    await expect(encode(codec, { title: 't', body: { subjectId: 's1', is: 'unavailable' } })).rejects.toMatchObject({ name: 'KeysUnavailable' });
  });

  it('does not open a ciphertext in another place than its own', async () => {
    const { codec } = setUp();
    const [first, second] = await encode(codec, { title: '1', body: personal('s1', 'one') }, { title: '2', body: personal('s1', 'two') });
    const { body } = first!.data as Note['data'];
    // Somebody who can rewrite the log can make the hashes fit again; the seal they cannot.
    const moved = { ...(second!.data as Note['data']), body };
    const forged = await rehashed({ ...second!, data: moved }, 1n);
    expect(await decodeOne(codec, { ...stored([forged])[0]!, revision: 1n })).toMatchObject({ kind: 'poison', reason: 'broken-seal' });
  });

  it('takes damaged events for poison, and names no value (case 20)', async () => {
    const { codec } = setUp({ validate: (_, data) => ((data as Note['data']).title === 'bad' ? 'title' : undefined) });
    const [event, bad] = stored(await encode(codec, { title: 't' }, { title: 'bad' }));
    const cases: readonly [Partial<StoredEvent>, string][] = [
      [{ data: { title: 'other' } }, 'hash-mismatch'],
      [{ revision: 5n }, 'hash-mismatch'],
      [{ id: newId() }, 'hash-mismatch'],
      [{ data: '{broken', isJson: true }, 'malformed'],
      [{ data: new Uint8Array([1, 2]), isJson: false }, 'malformed'],
      [{ metadata: undefined }, 'malformed'],
      [{ metadata: new Uint8Array([1]) }, 'malformed'],
    ];
    for (const [change, reason] of cases) expect(await decodeOne(codec, { ...event!, ...change })).toMatchObject({ kind: 'poison', reason });
    expect(await decodeOne(codec, bad)).toMatchObject({ kind: 'poison', reason: 'invalid-payload', detail: 'title' });
  });

  it('verifies an untouched event whatever the order in which its keys come back', async () => {
    const { codec } = setUp();
    const [event] = stored(await encode(codec, { title: 't', more: { a: 1, b: 2 } }));
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)]))
        : value;
    expect(await decodeOne(codec, { ...event!, data: reversed(event!.data), metadata: reversed(event!.metadata) })).toMatchObject({ kind: 'event' });
  });

  it('passes over what is not ours, and stops at what is newer than it', async () => {
    const { codec } = setUp();
    const [event] = stored(await encode(codec, { title: 't' }));
    expect(await decodeOne(codec, { ...event!, type: '$metadata', stream: '$$x' })).toMatchObject({ kind: 'foreign' });
    expect(await decodeOne(codec, { ...event!, stream: 'cart-1' })).toMatchObject({ kind: 'foreign' });
    const wider = createCodec<Note>({ eventVersions: { NoteTaken: 3 }, categories: ['order'], validate: () => undefined, keys: createInMemorySubjectKeys() });
    const [newer] = stored(await encode(wider, { title: 't' }));
    expect(newer!.type).toBe('NoteTaken.v3');
    expect(await decodeOne(codec, newer)).toMatchObject({ kind: 'newer-version', type: 'NoteTaken', version: 3, known: 1 });
    const other = createCodec<Note>({ eventVersions: { NoteTaken: 1 }, categories: ['order'], validate: () => undefined, keys: createInMemorySubjectKeys() });
    const [unknown] = stored(await encode(other, { title: 't' }));
    const narrow = createCodec({ eventVersions: { Else: 1 }, categories: ['order'], validate: () => undefined, keys: createInMemorySubjectKeys() });
    expect((await narrow.decode([unknown!], { whenUnavailable: 'throw' }))[0]).toMatchObject({ kind: 'unknown-type', type: 'NoteTaken' });
  });

  it('reads old versions through the chain of upcasters, and leaves the stored event as it is (case 18)', async () => {
    const keys = createInMemorySubjectKeys();
    const v1 = createCodec<Note>({ eventVersions: { NoteTaken: 1 }, categories: ['order'], validate: () => undefined, keys });
    const v2 = createCodec<Note>({ eventVersions: { NoteTaken: 2 }, categories: ['order'], validate: () => undefined, keys });
    const [old] = stored(await encode(v1, { title: 'first', body: personal('s1', 'who') }));
    const [middle] = stored(await encode(v2, { title: 'second' }));
    const before = structuredClone(old);
    const upcasters = {
      NoteTaken: {
        1: (data: object) => ({ ...data, heading: (data as Note['data']).title }),
        2: (data: object) => ({ ...data, version: 3 }),
      },
    };
    const v3 = createCodec<Note>({ eventVersions: { NoteTaken: 3 }, categories: ['order'], validate: () => undefined, keys, upcasters });
    expect(await decodeOne(v3, old)).toMatchObject({ recorded: { event: { type: 'NoteTaken', data: { heading: 'first', version: 3, body: { is: 'known', value: 'who' } } } } });
    expect(await decodeOne(v3, middle)).toMatchObject({ recorded: { event: { data: { title: 'second', version: 3 } } } });
    expect(old).toEqual(before);
    expect(await decodeOne(createCodec<Note>({ eventVersions: { NoteTaken: 3 }, categories: ['order'], validate: () => undefined, keys }), old)).toMatchObject({ kind: 'poison' });
  });

  it('looks the keys up once for a batch', async () => {
    const { codec, keys } = setUp();
    const events = stored(await encode(codec, ...Array.from({ length: 10 }, (_, index) => ({ title: 't', body: personal(`s${String(index)}`, 'x') }))));
    let lookUps = 0;
    const counting = createCodec<Note>({
      eventVersions: { NoteTaken: 1 },
      categories: ['order'],
      validate: () => undefined,
      keys: { ...keys, lookUp: (ids) => ((lookUps += 1), keys.lookUp(ids)) },
    });
    await counting.decode(events, { whenUnavailable: 'throw' });
    expect(lookUps).toBe(1);
  });
});

/** An event with its hash made to fit again, as somebody without any key could do it. */
async function rehashed(event: EventToAppend, revision: bigint): Promise<EventToAppend> {
  const { eventHash } = await import('./chain.js');
  const rest = { ...(event.metadata as Record<string, unknown>) };
  delete rest.hash;
  const hash = eventHash({ stream: STREAM, revision, id: event.id, type: event.type }, canonicalJson(event.data), canonicalJson(rest));
  return { ...event, metadata: { ...rest, hash } };
}
