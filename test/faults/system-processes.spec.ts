import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/eventually.js';
import { startExtra } from '../e2e/extra-process.js';
import { createOrder, eventsOf, setScene, type Scene } from '../e2e/scene.js';
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

  it('leaves whole chains', async () => {
    expect(await system.docket(['verify'])).toMatchObject({ code: 0 });
  }, 60_000);
});
