import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { atLeast } from './http.js';
import { newOrder } from './orders.js';
import { runBlocks, shellBlocks } from './shell.js';
import { root, System } from './system.js';
import { signIn } from './users.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Where a newcomer's Docket answers; the test's own has another port. */
const ADDRESS = 'http://127.0.0.1:3000';

describe('the walk in the README', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ env: { DOCKET_DEMO: '12' } });
    await eventually('a few demo orders', async () => {
      const ann = await signIn(system, 'ann', 'docket-demo-ann');
      const { body } = await ann.get<{ readonly total: number }>('/api/pending-orders?locked=false');
      return body.total > 0;
    }, 120_000);
    // In a log that is shared the demo orders may be an earlier Docket's, whose keys are gone: the newest order is ours.
    if (process.env.EVENTSTORE_URL !== undefined) {
      const ann = await signIn(system, 'ann', 'docket-demo-ann');
      const created = await ann.command('/api/orders', newOrder({ storeId: 'demo', mark: 'Walker', skus: ['BASK-WIL'] }));
      await eventually('the read models have come through the log', async () => (await ann.get('/api/pending-orders', atLeast(created))).status === 200, 120_000);
    }
  }, 300_000);

  afterAll(async () => {
    await system.dispose();
  }, 60_000);

  it('stands on the first screen behind the two commands that are enough to start and to test', () => {
    const [first = ''] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '');
    expect(first.split('\n').map((line) => line.replace(/\s+#.*/, '')).filter((line) => line !== '')).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    expect(readme.slice(0, readme.indexOf(first)).split('\n').length).toBeLessThan(15);
  });

  it('finds, holds, cancels and replays an order: every command does what the text says', async () => {
    const blocks = shellBlocks(readme, 'Try it');
    expect(blocks.join('')).toContain(ADDRESS);
    const walk = await runBlocks(blocks.map((block) => block.replaceAll(ADDRESS, system.baseUrl)), root, system.env);
    expect({ code: walk.code, all: walk.code === 0 ? '' : walk.all }).toEqual({ code: 0, all: '' });
    const [, find = '', hold = '', cancel = '', replay = ''] = walk.outputs.map((output) => output.trim());

    const found = JSON.parse(find) as { readonly orders: readonly { readonly orderNumber: string }[] };
    expect(found.orders).toHaveLength(1);
    expect(hold).toBe('');
    const [cancelled = '', ...repeated] = cancel.split('\n');
    expect(JSON.parse(cancelled.replace(/true$/, ''))).toMatchObject({ orderNumber: found.orders[0]?.orderNumber, repeated: false, events: expect.arrayContaining([expect.objectContaining({ type: 'OrderCancelled' })]) });
    expect(cancel.endsWith('true')).toBe(true);
    expect(repeated.length).toBeLessThanOrEqual(1);
    for (const word of ['OrderCancelled', 'OrderHoldApplied', 'pending', 'OrderCreated']) expect(replay).toContain(word);
  }, 120_000);
});
