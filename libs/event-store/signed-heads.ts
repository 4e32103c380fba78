import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import type { SubjectKeyStore } from '#subject-keys';
import { isEnvelope } from './chain.js';
import type { EventStorePort } from './event-store.port.js';
import { streamsOf, type ChainFault, type ChainHead } from './verifying.js';

/** The key that heads are signed with; its public half is what an auditor keeps. */
export interface HeadSigner {
  /** Base64 of the DER form (SPKI). */
  readonly publicKey: string;
  sign(bytes: Buffer): Buffer;
}

export async function openHeadSigner(keys: Pick<SubjectKeyStore, 'secret'>): Promise<HeadSigner> {
  const der = await keys.secret('heads-ed25519', () => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

const FORMAT = 'docket-heads/1';
const HEADS_AT_ONCE = 16;

/**
 * The heads of all chains as NDJSON: a first line that says what it is, one line `{stream, revision, hash}` each, and
 * a last line with the count and the Ed25519 signature over the SHA-256 of all lines before it.
 */
export async function* exportHeads(options: {
  readonly store: Pick<EventStorePort, 'readAll' | 'readLast' | 'head' | 'identity'>;
  readonly categories: ReadonlySet<string>;
  readonly signer: HeadSigner;
  readonly now: string;
}): AsyncGenerator<string> {
  const { store, categories, signer } = options;
  const digest = createHash('sha256');
  const line = (value: object): string => {
    const text = `${JSON.stringify(value)}\n`;
    digest.update(text);
    return text;
  };
  const position = await store.head();
  yield line({ format: FORMAT, log: await store.identity(), position: String(position ?? 0n), time: options.now, publicKey: signer.publicKey });
  let count = 0;
  for await (const batch of batches(streamsOf(store, categories, position), HEADS_AT_ONCE)) {
    const heads = await Promise.all(batch.map((stream) => store.readLast(stream)));
    for (const head of heads) {
      if (head === undefined || !isEnvelope(head.metadata)) continue;
      count += 1;
      yield line({ stream: head.stream, revision: String(head.revision), hash: head.metadata.hash });
    }
  }
  yield `${JSON.stringify({ count, signature: signer.sign(digest.digest()).toString('base64') })}\n`;
}

async function* batches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The heads file itself is not what it claims to be. */
export class UntrustedHeads extends Error {
  override readonly name = 'UntrustedHeads';
}

export interface HeadsFile {
  readonly log: string;
  readonly position: bigint;
  readonly time: string;
  readonly heads: readonly ChainHead[];
}

/** @param publicKey the key one trusts, not the one in the file. @throws UntrustedHeads */
export function readHeads(text: string, publicKey: string): HeadsFile {
  const lines = text.split('\n').filter((each) => each !== '');
  const trailer = record(lines.at(-1));
  const header = record(lines[0]);
  const signed = Buffer.from(lines.slice(0, -1).map((each) => `${each}\n`).join(''), 'utf8');
  if (header.format !== FORMAT || typeof trailer.signature !== 'string') throw new UntrustedHeads('this is no file of signed heads, or its end is missing');
  if (trailer.count !== lines.length - 2 || !isSignedBy(publicKey, signed, trailer.signature)) {
    throw new UntrustedHeads('the signature of the heads does not fit: the file was changed, or signed with another key');
  }
  return {
    log: textOf(header.log),
    position: BigInt(textOf(header.position)),
    time: textOf(header.time),
    heads: lines.slice(1, -1).map((each) => {
      const head = record(each);
      return { stream: textOf(head.stream), revision: BigInt(textOf(head.revision)), hash: textOf(head.hash) };
    }),
  };
}

function isSignedBy(publicKey: string, bytes: Buffer, signature: string): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw new UntrustedHeads('the public key is none: give the Base64 of its DER form');
  }
  return verify(null, createHash('sha256').update(bytes).digest(), key, Buffer.from(signature, 'base64'));
}

/** Which chains no longer reach, or no longer contain, their signed heads; in the order of the file. */
export async function* compareWithHeads(store: Pick<EventStorePort, 'readStream'>, heads: readonly ChainHead[]): AsyncGenerator<ChainFault> {
  for (let from = 0; from < heads.length; from += HEADS_AT_ONCE) {
    const faults = await Promise.all(heads.slice(from, from + HEADS_AT_ONCE).map((head) => compareWithHead(store, head)));
    for (const fault of faults) if (fault) yield fault;
  }
}

async function compareWithHead(store: Pick<EventStorePort, 'readStream'>, head: ChainHead): Promise<ChainFault | undefined> {
  for await (const event of store.readStream(head.stream, { from: head.revision, maxCount: 1 })) {
    if (event.revision !== head.revision) break;
    const same = isEnvelope(event.metadata) && event.metadata.hash === head.hash;
    return same ? undefined : { kind: 'rewritten', stream: head.stream, revision: head.revision, position: event.position, eventId: event.id };
  }
  let revision = 0n;
  // The first event that is missing, for the message; only on this rare path the stream is walked.
  for await (const event of store.readStream(head.stream)) revision = event.revision + 1n;
  return { kind: 'truncated', stream: head.stream, revision };
}

function record(line: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line ?? '');
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Falls through to the one message for both.
  }
  throw new UntrustedHeads('this is no file of signed heads');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UntrustedHeads('a line of the heads is incomplete');
}
