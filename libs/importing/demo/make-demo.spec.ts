import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import type { PriceAndTaxPort } from '#catalogue';
import { createExecutor, createDocketCodec, parseStoredType, type CommandExecutor } from '#event-store';
import { createInMemoryEventStore, createInMemorySubjectKeys } from '#testing';
import { makeDemo, type DemoOptions } from './make-demo.js';
import { SCENARIOS } from './scenarios.js';

const agent = (id: string): Actor => ({ id, role: 'csr' });
const ORDERS = 160;

const PENCE: Readonly<Record<string, number>> = { MUG: 780, POT: 2_950, TEA: 395, TOWEL: 990, BOOK: 1_800 };
const prices: PriceAndTaxPort = {
  quote: ({ sku }) =>
    Promise.resolve({ kind: 'quoted', sku, description: sku.toLowerCase(), quote: { unitPriceMinor: PENCE[sku] ?? 0, taxClass: 'standard', taxBasisPoints: 2_000, source: 'catalogue:1' } }),
  taxRates: () => Promise.resolve({ standard: 2_000 }),
};

describe('the demo', () => {
  const store = createInMemoryEventStore();
  const keys = createInMemorySubjectKeys();
  const fingerprintKey = Buffer.alloc(32, 7);
  const executorOfNewProcess = (): CommandExecutor =>
    createExecutor({ store, codec: createDocketCodec(keys), keys, fingerprintKey, policyVersion: 'test', clock: { now: () => '2026-05-04T09:00:00.000Z' } });
  const options = (more: Partial<DemoOptions> = {}): DemoOptions => ({
    executor: executorOfNewProcess(),
    prices,
    skus: Object.keys(PENCE),
    storeId: 'demo',
    agents: [agent('ann'), agent('bob')],
    supervisor: { id: 'sue', role: 'supervisor' },
    carrier: { id: 'carrier', role: 'integration' },
    orders: ORDERS,
    now: Date.parse('2026-05-04T09:00:00Z'),
    ...more,
  });
  const streams = new Map<string, string[]>();
  const currencies = new Set<string>();
  const countries = new Set<string>();
  const actors = new Set<string>();
  const customerKinds = new Set<string>();

  const interrupted = new AbortController();
  let first: Promise<unknown>;

  beforeAll(async () => {
    first = makeDemo(options({ signal: interrupted.signal, onProgress: (done) => done === 40 && interrupted.abort(new Error('stopped')) }));
    await first.catch(() => undefined);
    await makeDemo(options());
    for await (const { stream, type, data, metadata } of store.readAll()) {
      if (type.startsWith('$')) continue;
      streams.set(stream, [...(streams.get(stream) ?? []), parseStoredType(type).type]);
      actors.add((metadata as { actor: Actor }).actor.id);
      if (type !== 'OrderCreated') continue;
      const created = data as { currency: string; customer: { kind: string }; shipTo: { country: string } };
      currencies.add(created.currency);
      customerKinds.add(created.customer.kind);
      countries.add(created.shipTo.country);
    }
  });
  const types = (): ReadonlySet<string> => new Set([...streams.values()].flat());

  it('goes on where an interrupted one ended', async () => {
    await expect(first).rejects.toThrow('stopped');
    expect([...streams.keys()].filter((stream) => stream.startsWith('order-'))).toHaveLength(ORDERS);
  });

  it('makes nothing twice, also with other prices and another hour', async () => {
    const before = store.appendCount;
    const dearer: PriceAndTaxPort = {
      quote: ({ sku }) => Promise.resolve({ kind: 'quoted', sku, description: sku, quote: { unitPriceMinor: 9_900, taxClass: 'standard', taxBasisPoints: 0, source: 'catalogue:2' } }),
      taxRates: () => Promise.resolve({ standard: 0 }),
    };
    const { made } = await makeDemo(options({ now: Date.parse('2026-05-05T09:00:00Z'), prices: dearer }));
    expect([made, store.appendCount]).toEqual([0, before]);
  });

  it('meets no rule that refuses, and shows every scenario', () => {
    expect(ORDERS).toBeGreaterThanOrEqual(SCENARIOS.reduce((sum, { weight }) => sum + weight, 0));
  });

  it.each(['OrderLocked', 'OrderLockTakenOver', 'OrderVoided', 'OrderCancelled', 'OrderLineCancelled', 'OrderSuspended', 'OrderResumed', 'OrderHoldApplied', 'OrderHoldResolved', 'OrderAddressChanged', 'OrderDeliveryRecorded', 'OrderReshipped', 'OrderReturnRecorded', 'OrderAppeased', 'OrderCommentAdded', 'OrderChargeAdded', 'CustomerRegistered'])(
    'holds orders with %s',
    (type) => {
      expect(types()).toContain(type);
    },
  );

  it('holds several countries, currencies and agents, registered customers and guests', () => {
    expect(countries.size).toBeGreaterThan(5);
    expect(currencies).toEqual(new Set(['GBP', 'EUR', 'USD', 'JPY', 'KWD']));
    expect(actors).toEqual(new Set(['ann', 'bob', 'sue', 'carrier']));
    expect(customerKinds).toEqual(new Set(['registered', 'guest']));
  });
});
