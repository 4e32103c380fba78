import { beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, newId } from '#kernel';
import { createInMemorySubjectKeys } from '#testing';
import { eventHash, GENESIS_HASH } from './chain.js';
import { createCodec } from './codec.js';
import type { StoredEvent } from './event-store.port.js';
import { compareWithHeads, exportHeads, readHeads, type HeadSigner } from './signed-heads.js';
import { verifyLog, verifyStream, type ChainFault, type ChainHead } from './verifying.js';

const STREAM = `order-${newId()}`;
const OTHER = `order-${newId()}`;
const CATEGORIES = new Set(['order']);

let chain: readonly StoredEvent[] = [];
let other: readonly StoredEvent[] = [];

const makeChain = async (stream: string, length: number): Promise<readonly StoredEvent[]> => {
  const codec = createCodec({ eventVersions: { NoteTaken: 1 }, categories: ['order'], validate: () => undefined, keys: createInMemorySubjectKeys() });
  const context = {
    commandId: newId(), fingerprint: 'f', actor: { id: 'a', role: 'csr' as const }, storeId: 'S', correlationId: 'c', causationId: 'c',
    policyVersion: 'p', occurredAt: 't', recordedAt: 't', origin: 'api' as const,
  };
  const events = Array.from({ length }, (_, index) => ({ type: 'NoteTaken', data: { title: `note ${String(index)}` } }));
  const { toAppend } = await codec.encode(events, { stream, firstRevision: 0n, prevHash: GENESIS_HASH, context });
  return toAppend.map((event, index) => ({ ...event, stream, revision: BigInt(index), position: BigInt(index * 10), isJson: true }));
};

beforeAll(async () => {
  chain = await makeChain(STREAM, 12);
  other = await makeChain(OTHER, 3);
});

/** A log that holds just these events. */
const logOf = (...given: readonly StoredEvent[]): Parameters<typeof exportHeads>[0]['store'] & Parameters<typeof verifyStream>[0] => {
  const events = given.map((event, index) => ({ ...event, position: BigInt(index * 10) }));
  const ofStream = (stream: string): readonly StoredEvent[] => events.filter((event) => event.stream === stream);
  return {
    async *readStream(stream, { from = 0n, maxCount = Number.MAX_SAFE_INTEGER } = {}) {
      yield* ofStream(stream).filter((event) => event.revision >= from).slice(0, maxCount);
    },
    async *readAll() {
      yield* events;
    },
    readLast: async (stream) => Promise.resolve(ofStream(stream).at(-1)),
    head: async () => Promise.resolve(events.at(-1)?.position),
    identity: async () => Promise.resolve('log-1'),
  };
};

const firstFault = async (events: readonly StoredEvent[], signed?: ChainHead): Promise<Pick<ChainFault, 'kind' | 'revision'> | undefined> => {
  const verdict = await verifyStream(logOf(...events), STREAM, signed);
  return verdict.ok ? undefined : { kind: verdict.fault.kind, revision: verdict.fault.revision };
};

/** The events numbered anew, as an insertion or removal in the table would leave them. */
const renumbered = (events: readonly StoredEvent[]): readonly StoredEvent[] => events.map((event, index) => ({ ...event, revision: BigInt(index) }));

const at = fc.integer({ min: 0, max: 11 });

describe('verifying a chain', () => {
  it('finds nothing wrong with what nobody touched', async () => {
    expect(await verifyStream(logOf(...chain), STREAM)).toMatchObject({ ok: true, events: 12, head: { revision: 11n } });
  });

  it('names the event that was changed, whatever was changed in it', async () => {
    const changes: readonly ((event: StoredEvent) => StoredEvent)[] = [
      (event) => ({ ...event, data: { title: 'other' } }),
      (event) => ({ ...event, type: 'NoteTorn' }),
      (event) => ({ ...event, id: newId() }),
      (event) => ({ ...event, metadata: { ...(event.metadata as object), actor: { id: 'b', role: 'csr' } } }),
      (event) => ({ ...event, metadata: { ...(event.metadata as object), recordedAt: 'later' } }),
      (event) => ({ ...event, metadata: { ...(event.metadata as object), hash: 'a'.repeat(64) } }),
      (event) => ({ ...event, metadata: { ...(event.metadata as object), extra: true } }),
    ];
    await fc.assert(
      fc.asyncProperty(at, fc.constantFrom(...changes), async (index, change) => {
        expect(await firstFault(chain.map((event, each) => (each === index ? change(event) : event)))).toEqual({ kind: 'changed', revision: BigInt(index) });
      }),
    );
  });

  it('names the place where an event was removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 10 }), async (index) => {
        const left = chain.filter((_, each) => each !== index);
        expect(await firstFault(left)).toEqual({ kind: 'out-of-line', revision: BigInt(index + 1) });
        expect(await firstFault(renumbered(left))).toEqual({ kind: 'changed', revision: BigInt(index) });
      }),
    );
  });

  it('names the first of two that changed places, and an insertion', async () => {
    await fc.assert(
      fc.asyncProperty(at, at, async (one, two) => {
        fc.pre(one !== two);
        const [low, high] = [Math.min(one, two), Math.max(one, two)];
        const swapped = chain.map((event, each) => (each === low ? chain[high]! : each === high ? chain[low]! : event));
        expect((await firstFault(renumbered(swapped)))?.revision).toBe(BigInt(low));
        const inserted = [...chain.slice(0, low), chain[high]!, ...chain.slice(low)];
        expect((await firstFault(renumbered(inserted)))?.revision).toBe(BigInt(low));
      }),
    );
  });

  it('names the event after one that was rewritten together with its own hash', async () => {
    const rewritten = (event: StoredEvent): StoredEvent => {
      const { hash: _hash, ...envelope } = event.metadata as Readonly<Record<string, unknown>>;
      const data = { title: 'other' };
      return { ...event, data, metadata: { ...envelope, hash: eventHash(event, canonicalJson(data), canonicalJson(envelope)) } };
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 10 }), async (index) => {
        expect(await firstFault(chain.map((event, each) => (each === index ? rewritten(event) : event)))).toEqual({ kind: 'out-of-line', revision: BigInt(index + 1) });
      }),
    );
  });

  it('notices a cut-off end only by a signed head, and a rewritten chain too', async () => {
    const { hash } = chain[11]!.metadata as { readonly hash: string };
    const signed: ChainHead = { stream: STREAM, revision: 11n, hash };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 11 }), async (length) => {
        expect(await firstFault(chain.slice(0, length))).toBeUndefined();
        expect(await firstFault(chain.slice(0, length), signed)).toEqual({ kind: 'truncated', revision: BigInt(length) });
      }),
    );
    expect(await firstFault(await makeChain(STREAM, 12), signed)).toEqual({ kind: 'rewritten', revision: 11n });
    expect(await firstFault(chain, signed)).toBeUndefined();
  });

  it('goes through the whole log, names the first bad event of each damaged stream and passes over foreign ones', async () => {
    const foreign: StoredEvent = { ...chain[0]!, stream: '$users', type: '$UserCreated', metadata: undefined };
    const mixed = [foreign, ...chain.slice(0, 5), ...other, ...chain.slice(5)];
    expect(await verifyLog(logOf(...mixed), CATEGORIES)).toEqual({ events: 15, streams: 2, foreign: 1, faults: [] });
    const damaged = mixed.map((event) => (event.revision === 1n ? { ...event, data: {} } : event));
    const { faults } = await verifyLog(logOf(...damaged), CATEGORIES);
    expect(faults.map(({ stream, revision, kind }) => ({ stream, revision, kind }))).toEqual([
      { stream: STREAM, revision: 1n, kind: 'changed' },
      { stream: OTHER, revision: 1n, kind: 'changed' },
    ]);
  });
});

describe('signed heads', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer: HeadSigner = {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
  const exported = async (): Promise<string> => {
    let text = '';
    for await (const line of exportHeads({ store: logOf(...chain, ...other), categories: CATEGORIES, signer, now: '2026-01-01T00:00:00.000Z' })) text += line;
    return text;
  };
  const faultsAgainst = async (text: string, ...events: readonly StoredEvent[]): Promise<readonly ChainFault[]> => {
    const faults: ChainFault[] = [];
    for await (const fault of compareWithHeads(logOf(...events), readHeads(text, signer.publicKey).heads)) faults.push(fault);
    return faults;
  };

  it('find the end of a stream missing, a whole stream missing, and nothing where all is there and has grown', async () => {
    const text = await exported();
    expect(await faultsAgainst(text, ...chain, ...other)).toEqual([]);
    expect(await faultsAgainst(text, ...chain.slice(0, 7), ...other)).toMatchObject([{ kind: 'truncated', stream: STREAM, revision: 7n }]);
    expect(await faultsAgainst(text, ...chain)).toMatchObject([{ kind: 'truncated', stream: OTHER, revision: 0n }]);
    expect(await faultsAgainst(text, ...chain, ...(await makeChain(OTHER, 3)))).toMatchObject([{ kind: 'rewritten', stream: OTHER, revision: 2n }]);
  });

  it('are not trusted when a line was changed or removed, or another key signed them', async () => {
    const text = await exported();
    const lines = text.trimEnd().split('\n');
    expect(() => readHeads(text.replace('"revision":"11"', '"revision":"10"'), signer.publicKey)).toThrow(/signature/);
    expect(() => readHeads([...lines.slice(0, 1), ...lines.slice(2)].join('\n'), signer.publicKey)).toThrow(/signature/);
    expect(() => readHeads(lines.slice(0, -1).join('\n'), signer.publicKey)).toThrow(/no file of signed heads/);
    const stranger = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(() => readHeads(text, stranger)).toThrow(/signature/);
    expect(() => readHeads(text, 'nonsense')).toThrow(/public key/);
    expect(() => readHeads('garbage', signer.publicKey)).toThrow(/no file of signed heads/);
  });
});
