import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocketCodec, GENESIS_HASH, storedTypeOf, type EventToAppend } from '#event-store';
import { commandIdOf, type CommandContext } from '#kernel';
import { EVENT_VERSIONS, type DocketEvent, type DocketEventType } from '#ordering';
import { createInMemorySubjectKeys } from '#testing';
import { STORED_SAMPLES } from './stored-samples.js';

/** What the log holds of one event, byte for byte, and what it must mean for ever. Never edited once committed. */
interface GoldenFile {
  readonly stream: string;
  readonly stored: { readonly id: string; readonly type: string; readonly data: string; readonly metadata: string };
  readonly decoded: object;
}

const derived = (label: string, length: number): Buffer => createHash('sha256').update(`golden ${label}`).digest().subarray(0, length);

const CATEGORIES = { Order: 'order', Call: 'desk', Draft: 'draft', Cart: 'cart', Customer: 'customer', Subject: 'subject' } as const;

const streamOf = (type: DocketEventType): string => {
  const [, category] = Object.entries(CATEGORIES).find(([prefix]) => type.startsWith(prefix)) ?? [];
  if (category === undefined) throw new Error(`of which stream is ${type}?`);
  return `${category}-00000000-0000-4000-8000-0000000000aa`;
};

const codecFor = (type: string): ReturnType<typeof createDocketCodec> => {
  let nonces = 0;
  const keys = createInMemorySubjectKeys((subjectId) => ({ keyId: '00000000-0000-4000-8000-0000000000ee', key: derived(subjectId, 32) }));
  return createDocketCodec(keys, { nonce: () => derived(`${type} ${String((nonces += 1))}`, 12) });
};

const context: CommandContext = {
  commandId: commandIdOf('anna', 'golden'),
  fingerprint: 'a'.repeat(64),
  actor: { id: 'anna', role: 'csr' },
  storeId: 'UK',
  onBehalfOf: '00000000-0000-4000-8000-00000000000c',
  correlationId: 'correlation-1',
  causationId: 'cause-1',
  reasonCode: 'asked',
  policyVersion: '2026-11',
  occurredAt: '2026-01-02T03:04:05.678Z',
  recordedAt: '2026-01-02T03:04:06.789Z',
  origin: 'api',
};

const encode = async (type: DocketEventType, data: object): Promise<EventToAppend> => {
  const event = { type, data } as DocketEvent;
  const { toAppend } = await codecFor(type).encode([event], { stream: streamOf(type), firstRevision: 0n, prevHash: GENESIS_HASH, context });
  return toAppend[0]!;
};

const fileOf = (type: string, version: number): string => join(import.meta.dirname, `${type}.v${String(version)}.stored.json`);

/** With DOCKET_WRITE_GOLDEN=1 a missing file is made; one that exists is never touched. */
const golden = async (type: DocketEventType, version: number): Promise<GoldenFile> => {
  const file = fileOf(type, version);
  if (!existsSync(file) && process.env.DOCKET_WRITE_GOLDEN === '1') {
    const { id, type: storedType, data, metadata } = await encode(type, STORED_SAMPLES[type]);
    const made: GoldenFile = {
      stream: streamOf(type),
      stored: { id, type: storedType, data: JSON.stringify(data), metadata: JSON.stringify(metadata) },
      decoded: STORED_SAMPLES[type],
    };
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenFile;
};

describe.each(Object.entries(EVENT_VERSIONS) as [DocketEventType, number][])('%s, as it is stored', (type, current) => {
  it.each(Array.from({ length: current }, (_, index) => index + 1))('version %i means for ever what it meant when it was written (case 18)', async (version) => {
    const { stream, stored, decoded } = await golden(type, version);
    const codec = codecFor(type);
    await codec.encode([{ type, data: STORED_SAMPLES[type] } as DocketEvent], { stream, firstRevision: 0n, prevHash: GENESIS_HASH, context });
    const [read] = await codec.decode(
      [{ ...stored, stream, revision: 0n, position: 1n, isJson: true, data: JSON.parse(stored.data), metadata: JSON.parse(stored.metadata) }],
      { whenUnavailable: 'throw' },
    );
    expect(stored.type).toBe(storedTypeOf(type, version));
    expect(read).toMatchObject({ kind: 'event', recorded: { event: { type, data: decoded } } });
  });

  it('is still written byte for byte in the same way', async () => {
    const { stored } = await golden(type, current);
    const { id, type: storedType, data, metadata } = await encode(type, STORED_SAMPLES[type]);
    expect({ id, type: storedType, data: JSON.stringify(data), metadata: JSON.stringify(metadata) }).toEqual(stored);
  });
});
