import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { eventually } from '../e2e/eventually.js';
import { startExtra } from '../e2e/extra-process.js';
import { atLeast } from '../e2e/http.js';
import { createOrder, eventsOf, inTurn, seenBy, setScene, type Scene } from '../e2e/scene.js';
import { System } from '../e2e/system.js';

let system: System;
let scene: Scene;

beforeAll(async () => {
  system = await System.start();
  scene = await setScene(system);
}, 60_000);

afterAll(async () => {
  await system.dispose();
}, 60_000);

/** What the payment provider has kept. */
async function bank(query: string, methodId: string): Promise<unknown> {
  const pool = new Pool({ connectionString: system.runInfo().databaseUrl, max: 1 });
  try {
    return (await pool.query<Record<string, unknown>>(query, [methodId])).rows;
  } finally {
    await pool.end();
  }
}

describe('a process manager that is killed', () => {
  it.each([
    ['before its command is written sends it afterwards (case 10)', 'before-append'],
    ['after its command is written, and before its checkpoint, sends it again, and it is done once (case 10)', 'after-append'],
  ])('%s', async (_, failpoint) => {
    const { orderId } = (await createOrder(scene)).body;
    await scene.ann.command('/api/calls', { storeId: scene.storeId, orderId });
    // The doomed one stands by and takes over; the supervisor's next projector goes on after it.
    const doomed = await startExtra(system, 'projector', { DOCKET_CRASH_AT: failpoint });
    await system.killPart('projector');
    await scene.ann.command('/api/calls/current/park');
    expect((await doomed.exited).signal).toBe('SIGKILL');
    const parked = async (): Promise<readonly string[]> => (await eventsOf(scene, orderId)).flatMap(({ id, type }) => (type === 'OrderParked' ? [id] : []));
    await eventually('the order is parked', async () => (await parked()).length > 0, 30_000);
    const [id] = await parked();

    // Whatever the next one did about the same event, it has done when a later call's order is parked.
    const later = (await createOrder(scene)).body.orderId;
    await scene.ann.command('/api/calls', { storeId: scene.storeId, orderId: later });
    await scene.ann.command('/api/calls/current/park');
    await eventually('the later order is parked', async () => (await eventsOf(scene, later)).some(({ type }) => type === 'OrderParked'), 30_000);
    expect(await parked()).toEqual([id]);
  }, 120_000);

  it('after the payment gateway did it, and before the log knows, asks again, and the customer is charged once (case 10)', async () => {
    const { ann } = scene;
    const created = await createOrder(scene);
    const path = `/api/orders/${created.body.orderId}`;
    const { totals } = (await ann.get<{ readonly totals: { readonly totalMinor: number } }>(path, atLeast(created))).body;
    const method = await ann.command(`${path}/payment-methods`, { kind: 'card', token: 'tok_visa_4242' }, seenBy(created));
    const methodId = method.body.created?.methodId ?? '';
    const allocated = await inTurn(method, [[ann, 'allocations', { allocations: [{ methodId, amountMinor: totals.totalMinor }] }]]);
    const doomed = await startExtra(system, 'projector', { DOCKET_CRASH_AT: 'after-gateway-answer' });
    await system.killPart('projector');
    await ann.command(`${path}/submit`, {}, seenBy(allocated));
    expect((await doomed.exited).signal).toBe('SIGKILL');
    const atTheBank = (): Promise<unknown> => bank(`SELECT action, outcome, amount_minor::int AS amount, asked > 1 AS again FROM payment_provider.request WHERE reference = $1`, methodId);
    const paid = (): Promise<{ readonly authorizedMinor: number; readonly transactions: readonly object[] }> => ann.get<{ readonly authorizedMinor: number; readonly transactions: readonly object[] }>(`${path}/payments`).then(({ body }) => body);
    await eventually('the order knows of it', async () => (await paid()).authorizedMinor > 0, 30_000);
    expect(await paid()).toMatchObject({ authorizedMinor: totals.totalMinor, transactions: [{ outcome: 'authorized', methodId, amountMinor: totals.totalMinor }] });
    expect(await atTheBank()).toEqual([{ action: 'authorize', outcome: 'done', amount: totals.totalMinor, again: true }]);
  }, 120_000);

  it('leaves whole chains', async () => {
    expect(await system.docket(['verify'])).toMatchObject({ code: 0 });
  }, 60_000);
});
