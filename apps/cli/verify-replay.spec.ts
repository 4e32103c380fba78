import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocketCodec, GENESIS_HASH, type HeadSigner } from '#event-store';
import { commandIdOf, orderIdOf, personal, type CommandContext } from '#kernel';
import type { DocketEvent } from '#ordering';
import { createInMemoryEventStore, createInMemorySubjectKeys, story, type InMemoryEventStore, type InMemorySubjectKeys } from '#testing';
import { asJson, asText, standing } from './replay-text.js';
import { parseUntil, replay, type ReplayedEvent } from './replaying.js';
import { verifyWith } from './verify.command.js';

const NUMBER = 'OR-536365';
const ORDER = orderIdOf(NUMBER);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signer: HeadSigner = { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), sign: (bytes) => sign(null, bytes, privateKey) };

let store: InMemoryEventStore;
let keys: InMemorySubjectKeys;
let folder: string;
let printed: string[];

const createdFor = (subjectId: string): DocketEvent => ({
  type: 'OrderCreated',
  data: {
    orderNumber: NUMBER,
    storeId: 'UK',
    currency: 'GBP',
    channel: 'phone',
    customer: { kind: 'guest' },
    contact: personal(subjectId, { name: 'Wilhelmina Canary' }),
    shipTo: { country: 'GB', address: personal(subjectId, { recipient: 'Wilhelmina Canary', line1: '1 Long Lane', city: 'Leeds' }) },
    paymentTerms: 'on-account',
  },
});

const events: readonly DocketEvent[] = [
  createdFor('s-1'),
  { type: 'OrderCommentAdded', data: { commentId: 'c-1', text: personal('s-1', 'Please call Wilhelmina'), visibility: 'internal' } },
  { type: 'OrderVoided', data: { reasonCode: 'mistake' } },
];

const contextAt = (index: number): CommandContext => ({
  commandId: commandIdOf('anna', String(index)),
  fingerprint: 'f',
  actor: { id: 'anna', role: 'csr' },
  storeId: 'UK',
  correlationId: 'c',
  causationId: 'c',
  policyVersion: 'p',
  occurredAt: `2026-01-0${String(index + 1)}T10:00:00.000Z`,
  recordedAt: `2026-01-0${String(index + 1)}T10:00:00.000Z`,
  origin: 'api',
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docket-verify-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function append(orderId: string, happened: readonly DocketEvent[]): Promise<void> {
  const stream = `order-${orderId}`;
  const codec = createDocketCodec(keys);
  let prevHash = GENESIS_HASH;
  for (const [index, event] of happened.entries()) {
    const encoded = await codec.encode([event], { stream, firstRevision: BigInt(index), prevHash, context: contextAt(index) });
    prevHash = encoded.lastHash;
    await store.append(stream, index === 0 ? 'no-stream' : BigInt(index - 1), encoded.toAppend);
  }
}

beforeEach(async () => {
  store = createInMemoryEventStore();
  keys = createInMemorySubjectKeys();
  printed = [];
  await append(ORDER, events);
});

const verify = (options: { readonly against?: string; readonly exportHeads?: string; readonly publicKey?: string } = {}, order?: string): ReturnType<typeof verifyWith> =>
  verifyWith(store, { options, signer: async () => Promise.resolve(signer), print: (line) => printed.push(line), ...(order !== undefined && { order }) });

const replayed = async (at?: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const step of replay({ store, codec: createDocketCodec(keys) }, ORDER, parseUntil(at))) lines.push(asText(step), asJson(step));
  return lines;
};

describe('docket verify', () => {
  it('finds the log whole, and an order by its number as it was typed', async () => {
    expect(await verify()).toEqual([]);
    expect(printed).toEqual(['3 events in 1 chains: every chain holds.', 'The money of 1 orders adds up: every order balances.']);
    expect(await verify({}, ' or-536365')).toEqual([]);
    expect(printed.at(-2)).toMatch(/3 events, the chain holds; head [0-9a-f]{64}/);
    expect(printed.at(-1)).toMatch(/its money adds up/);
    await expect(verify({}, 'OR-999')).rejects.toThrow(/no order/);
    await expect(verify({}, 'D-00000-00001')).rejects.toThrow(/neither an order id nor an order number/);
  });

  it('names the first bad event, and signs nothing that is damaged', async () => {
    store.tamper(`order-${ORDER}`, 1n, (text) => ({ ...text, data: text.data.replace('internal', 'customer') }));
    expect(await verify()).toMatchObject([{ kind: 'changed', revision: 1n }]);
    expect(printed.join('\n')).toMatch(/BAD {2}order-.* at revision 1 .*was changed/);
    await expect(verify({ exportHeads: join(folder, 'never') })).rejects.toThrow(/No heads were written/);
  });

  it('proves the money of every order, whoever was forgotten, and names the order and the event where it does not add up', async () => {
    for (const { name, events: lived } of story()) await append(name, lived);
    await keys.destroy('s-1');
    expect(await verify()).toEqual([]);
    const refund: DocketEvent = { type: 'OrderRefundIssued', data: { transactionId: 'x-1', externalId: 'ex-1', methodId: 'm-1', amountMinor: 500 } };
    await append('unpaid', [createdFor('s-2'), refund]);
    const fault = { kind: 'money', stream: 'order-unpaid', revision: 1n, type: 'OrderRefundIssued', because: 'refunded-more-than-collected' };
    expect(await verify()).toMatchObject([fault]);
    expect(printed.at(-1)).toMatch(/^BAD {2}order-unpaid at revision 1 .*OrderRefundIssued: more was given back/);
    expect(await verify({ exportHeads: join(folder, 'sound.ndjson') })).toMatchObject([fault]);
    store.tamper('order-unpaid', 0n, (text) => ({ ...text, data: text.data.replace('phone', 'web') }));
    expect(await verify()).toMatchObject([{ kind: 'changed', stream: 'order-unpaid' }]);
  });

  it('shows by signed heads what a chain alone cannot: a log that ends too early', async () => {
    const file = join(folder, 'heads.ndjson');
    await verify({ exportHeads: file });
    expect(await verify({ against: file, publicKey: signer.publicKey })).toEqual([]);
    store = createInMemoryEventStore();
    expect(await verify({ against: file })).toMatchObject([{ kind: 'truncated', stream: `order-${ORDER}`, revision: 0n }]);
    await expect(verify({ against: join(folder, 'none') })).rejects.toThrow(/cannot be read/);
  });
});

describe('docket replay', () => {
  it('tells every step with who, when and the proof, the same each time', async () => {
    const first = await replayed();
    expect(first).toHaveLength(6);
    expect(first[0]).toContain('anna (csr)');
    expect(first[0]).toContain('contact.name: Wilhelmina Canary');
    expect(first[4]).toMatch(/OrderVoided[^]*reasonCode: mistake[^]*proof: event .* hash [0-9a-f]{64}/);
    expect(first[4]).toContain('OrderVoided: Order voided');
    expect(JSON.parse(first[3] ?? '')).toMatchObject({ revision: '1', type: 'OrderCommentAdded', meaning: 'Internal comment', proof: 'holds' });
    expect(await replayed()).toEqual(first);
  });

  it('ends with the order as it stands after the last step', async () => {
    const steps: ReplayedEvent[] = [];
    for await (const step of replay({ store, codec: createDocketCodec(keys) }, ORDER, parseUntil('1'))) steps.push(step);
    expect(standing(steps)).toBe('Order OR-536365 as of #1: pending, 0 lines, total 0.00 GBP.');
  });

  it('stops at a revision or at a time', async () => {
    const all = await replayed();
    expect(await replayed('1')).toEqual(all.slice(0, 4));
    expect(await replayed('2026-01-01T10:00:00Z')).toEqual(all.slice(0, 2));
    expect(await replayed('2026-01-02')).toEqual(all.slice(0, 2));
    expect(await replayed('2025-01-01')).toEqual([]);
    for (const none of ['yesterday', '2026-01-02T10:00:00', '2026-13-01']) expect(() => parseUntil(none)).toThrow(/--at takes/);
  });

  it('shows an erased person as erased, and still proves every event', async () => {
    await keys.destroy('s-1');
    const lines = (await replayed()).join('\n');
    expect(lines).not.toContain('Wilhelmina');
    expect(lines).toContain('text: [erased]');
    expect(lines).not.toContain('NO PROOF');
  });

  it('says which event cannot be proven', async () => {
    store.tamper(`order-${ORDER}`, 1n, (text) => ({ ...text, metadata: text.metadata.replace('anna', 'otto') }));
    const lines = await replayed();
    expect(lines[2]).toContain('NO PROOF');
    expect(lines[4]).toContain('NO PROOF');
    expect(lines[0]).not.toContain('NO PROOF');
  });
});
