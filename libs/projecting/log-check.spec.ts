import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '#event-store';
import { createInMemoryEventStore, type InMemoryEventStore } from '#testing';
import type { Generation } from './generations.js';
import { checkLog } from './log-check.js';

/** Each of the three looks by itself: the other two find nothing wrong. */
describe('read models and the log they are connected to', () => {
  let store: InMemoryEventStore;
  let seen: StoredEvent;

  beforeEach(async () => {
    store = createInMemoryEventStore();
    for (let n = 0; n < 3; n += 1) await store.append('order-1', 'any', [{ id: randomUUID(), type: 'Noted', data: {}, metadata: {} }]);
    const last = await store.readLast('order-1');
    if (last === undefined) throw new Error('nothing was written');
    seen = last;
  });

  const check = async (more: Partial<Generation> = {}): Promise<void> => {
    const generation: Generation = {
      projection: 'counter',
      version: 1,
      number: 1,
      schema: 'counter_v1_g1',
      state: 'live',
      position: seen.position,
      lastEventId: seen.id,
      logIdentity: await store.identity(),
      skipped: 0,
      stoppedBecause: undefined,
      ...more,
    };
    await checkLog(store, await store.identity(), [generation]);
  };
  const refusal = (because: string): object => ({ name: 'LogMismatch', message: expect.stringMatching(`^counter: ${because}.*docket rebuild --all$`) });

  it('belong together where the log holds the event that was seen last, or nothing was seen yet (case 52)', async () => {
    await check();
    await check({ position: -1n, lastEventId: undefined, logIdentity: undefined });
  });

  it('do not when the log is another one, though it holds the same events (case 52)', async () => {
    await expect(check({ logIdentity: randomUUID() })).rejects.toMatchObject(refusal('built from log'));
  });

  it('do not when the log ends too early, as one that was restored does (case 52)', async () => {
    await expect(check({ position: seen.position + 1n })).rejects.toMatchObject(refusal(`stands at ${String(seen.position + 1n)}, the log ends at ${String(seen.position)}`));
  });

  it('do not when another event stands where the last one was seen (case 52)', async () => {
    await expect(check({ lastEventId: randomUUID() })).rejects.toMatchObject(refusal(`another event stands at ${String(seen.position)}`));
  });

  it('are all looked at: one that does not belong is enough', async () => {
    const identity = await store.identity();
    const own = { projection: 'counter', position: seen.position, lastEventId: seen.id, logIdentity: identity } as Generation;
    await expect(checkLog(store, identity, [own, { ...own, projection: 'other', lastEventId: randomUUID() }])).rejects.toMatchObject({ name: 'LogMismatch', message: expect.stringMatching(/^other:/) });
  });
});
