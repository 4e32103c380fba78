import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTcpProxy, type TcpProxy } from '#testing';
import { eventually } from '../e2e/eventually.js';
import { spawnExtra, startExtra, type ExtraProcess } from '../e2e/extra-process.js';
import { atLeast, Session } from '../e2e/http.js';
import { createOrder, eventsOf, setScene, type Scene } from '../e2e/scene.js';
import { System } from '../e2e/system.js';

let system: System;
let scene: Scene;
let proxy: TcpProxy;
let api: ExtraProcess;
/** Ann, at the API whose link to the event store can be broken. */
let ann: Session;

/** The connection string with another host and port. */
function through(url: string, port: number): string {
  const parsed = new URL(url);
  parsed.hostname = '127.0.0.1';
  parsed.port = String(port);
  return parsed.toString();
}

beforeAll(async () => {
  system = await System.start();
  scene = await setScene(system);
  const { hostname, port } = new URL(system.runInfo().eventStoreUrl);
  proxy = await startTcpProxy({ host: hostname, port: Number(port === '' ? 2113 : port) });
  api = await startExtra(system, 'api', { EVENTSTORE_URL: through(system.runInfo().eventStoreUrl, proxy.port) });
  ann = new Session(`http://127.0.0.1:${String(api.ready.port)}`, scene.ann.token);
}, 60_000);

afterAll(async () => {
  await api.stop();
  await proxy.close();
  await system.dispose();
}, 60_000);

const comment = (text: string): object => ({ text, visibility: 'internal' });

describe('the link between API and event store', () => {
  it('cut: commands answer 503 soon, queries go on, and it recovers by itself (case 33)', async () => {
    const created = await createOrder(scene);
    const path = `/api/orders/${created.body.orderId}`;
    await ann.command(`${path}/comments`, comment('before'));
    proxy.cut();
    const started = performance.now();
    const refused = await ann.post(`${path}/comments`, comment('while it is cut'));
    expect({ status: refused.status, soon: performance.now() - started < 11_000 }).toEqual({ status: 503, soon: true });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await ann.get(path)).status).toBe(200);
    expect((await fetch(`${ann.baseUrl}/health/live`)).status).toBe(200);
    proxy.restore();
    await eventually('commands work again', async () => (await ann.post(`${path}/comments`, comment('after'))).status === 200, 20_000);
  }, 60_000);

  it('losing answers: the same request again finds what it did, once (case 34)', async () => {
    const created = await createOrder(scene);
    const path = `/api/orders/${created.body.orderId}/comments`;
    await ann.command(path, comment('warm'));
    const key = { 'idempotency-key': randomUUID() };
    proxy.dropAnswers();
    const lost = ann.post(path, comment('lost'), key);
    await eventually('it was appended all the same', async () => (await eventsOf(scene, created.body.orderId)).length === created.body.events.length + 2);
    const answer = await lost;
    expect([200, 503]).toContain(answer.status);
    proxy.restore();
    const again = await eventually('an answer', async () => {
      const reply = await ann.post(path, comment('lost'), key);
      return reply.status === 200 && reply;
    }, 20_000);
    expect(again.body.repeated).toBe(true);
    expect(await eventsOf(scene, created.body.orderId)).toHaveLength(created.body.events.length + 2);
  }, 60_000);

  it('half-open: noticed within thirty seconds, and recovered from (case 35)', async () => {
    const created = await createOrder(scene);
    const path = `/api/orders/${created.body.orderId}/comments`;
    await eventually('the link works', async () => (await ann.post(path, comment('before'))).status === 200, 20_000);
    proxy.freeze();
    const started = performance.now();
    expect((await ann.post(path, comment('into the void'))).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(30_000);
    proxy.restore();
    await eventually('commands work again', async () => (await ann.post(path, comment('after'))).status === 200, 20_000);
  }, 90_000);
});

describe('an API that is killed', () => {
  it.each([
    ['before the append has done nothing, and the retry does it once (case 1)', 'before-append', false],
    ['after the append has done it, and the retry through another process does not do it again (case 2)', 'after-append', true],
  ])('%s', async (_, failpoint, done) => {
    const created = await createOrder(scene);
    const path = `/api/orders/${created.body.orderId}/comments`;
    const doomed = await startExtra(system, 'api', { DOCKET_CRASH_AT: failpoint });
    const key = { 'idempotency-key': randomUUID() };
    await expect(new Session(`http://127.0.0.1:${String(doomed.ready.port)}`, scene.ann.token).post(path, comment('once'), key)).rejects.toThrow();
    expect((await doomed.exited).signal).toBe('SIGKILL');
    const before = await eventsOf(scene, created.body.orderId);
    expect(before).toHaveLength(created.body.events.length + (done ? 1 : 0));
    const retried = await scene.ann.post(path, comment('once'), key);
    // A process that had the order in memory cannot tell; that it is done once holds anyhow.
    expect(retried.status).toBe(200);
    if (!done) expect(retried.body).toMatchObject({ repeated: false });
    expect(await eventsOf(scene, created.body.orderId)).toHaveLength(created.body.events.length + 1);
  }, 60_000);
});

describe('two projectors', () => {
  it('one works and one stands by; when the first is gone the other goes on from there (case 28)', async () => {
    const second = await startExtra(system, 'projector');
    try {
      const created = await createOrder(scene);
      expect((await scene.ann.get(`/api/orders/${created.body.orderId}`, atLeast(created))).status).toBe(200);
      // The supervisor will start a third; whoever takes over, nothing may be missing or there twice.
      await system.killPart('projector');
      const written = await scene.ann.command(`/api/orders/${created.body.orderId}/comments`, comment('after the take-over'));
      const read = await eventually('the take-over', async () => {
        const reply = await scene.ann.get<{ readonly revision: number | string }>(`/api/orders/${created.body.orderId}`, atLeast(written));
        return reply.status === 200 && reply;
      }, 30_000);
      expect(Number(read.body.revision)).toBe(Number(written.body.revision));
    } finally {
      await second.stop();
    }
    expect(await system.docket(['rebuild', '--all', '--check'])).toMatchObject({ code: 0 });
  }, 90_000);

  it('a projector that is pointed at another log refuses, says why, and touches nothing (case 52)', async () => {
    const other = await System.start({ env: { EVENTSTORE_URL: undefined } });
    try {
      const foreignOrder = await createOrder(await setScene(other));
      const lost = spawnExtra(system, 'projector', { EVENTSTORE_URL: other.runInfo().eventStoreUrl });
      await eventually('it says why', () => lost.output().includes('docket rebuild') && lost.output().includes('log'), 30_000);
      expect((await lost.exited).code).toBe(1);
      expect((await scene.ann.get(`/api/orders/${foreignOrder.body.orderId}`)).status).toBe(404);
      const created = await createOrder(scene);
      await eventually('the right one goes on', async () => (await scene.ann.get(`/api/orders/${created.body.orderId}`, atLeast(created))).status === 200, 30_000);
    } finally {
      await other.dispose();
    }
  }, 120_000);
});
