import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../e2e/eventually.js';
import { atLeast, type Answered, type Reply, type Session } from '../e2e/http.js';
import { createOrder, eventsOf, setScene, type Scene } from '../e2e/scene.js';
import { System, type Part } from '../e2e/system.js';

let system: System;
let scene: Scene;

beforeAll(async () => {
  system = await System.start();
  scene = await setScene(system);
}, 60_000);

afterAll(async () => {
  await system.dispose();
}, 60_000);

/** What a careful client does: the same request with the same key until it is answered for good. */
async function untilAnswered(by: Session, path: string, body: object, key: string): Promise<Reply<Answered>> {
  return eventually(
    `an answer to ${path}`,
    async () => {
      const reply = await by.post(path, body, { 'idempotency-key': key });
      return reply.status < 500 && reply.status !== 401 && reply;
    },
    45_000,
  );
}

const embeddedStoreOnly = process.env.EVENTSTORE_URL === undefined;

describe('kill -9 under load', () => {
  const parts: readonly Part[] = embeddedStoreOnly ? ['api', 'projector', 'event-store', 'postgres'] : ['api', 'projector', 'postgres'];

  it.each(parts)('of the %s loses nothing that was answered and does nothing twice (cases 1, 2, 3, 6, 7, 38, 42)', async (part) => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => createOrder(scene)));
    const load = new AbortController();
    const sent: { readonly orderId: string; readonly key: string; readonly answer: Reply<Answered> }[] = [];
    const working = orders.map(async ({ body: { orderId } }) => {
      while (!load.signal.aborted) {
        const key = randomUUID();
        sent.push({ orderId, key, answer: await untilAnswered(scene.ann, `/api/orders/${orderId}/comments`, { text: key, visibility: 'internal' }, key) });
      }
    });
    await eventually('the load runs', () => sent.length > 20);
    await system.killPart(part);
    const soFar = sent.length;
    await eventually('it goes on afterwards', () => sent.length > soFar + 40, 45_000);
    load.abort();
    await Promise.all(working);
    await system.ready();

    expect(sent.map(({ answer }) => answer.status).filter((status) => status !== 200)).toEqual([]);
    for (const { body } of orders) {
      const mine = sent.filter(({ orderId }) => orderId === body.orderId);
      const events = await eventually('the events', async () => eventsOf(scene, body.orderId));
      expect(events.map(({ revision }) => Number(revision))).toEqual(events.map((_, index) => index));
      expect(events.slice(body.events.length).map(({ id }) => id)).toEqual(mine.map(({ answer }) => answer.body.events[0]?.id));
    }
    const last = sent.at(-1)?.answer;
    if (last === undefined) throw new Error('nothing was sent');
    const path = `/api/orders/${last.body.orderId}/history?limit=100`;
    const history = await eventually('the history', async () => {
      const reply = await scene.ann.get<{ readonly entries: readonly { readonly eventId: string }[] }>(path, atLeast(last));
      return reply.status === 200 && reply;
    });
    const ids = history.body.entries.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(ids.length);
  }, 120_000);

  it('leaves rows that equal a fold of the log, and whole chains', async () => {
    expect(await system.docket(['rebuild', '--all', '--check'])).toMatchObject({ code: 0 });
    expect(await system.docket(['verify'])).toMatchObject({ code: 0 });
  }, 60_000);

  it('in a rebuild leaves the live rows serving, and the next one ends well (case 8)', async () => {
    const created = await createOrder(scene);
    const rebuilding = system.docketProcess(['rebuild', '--all']);
    await eventually('the rebuild works', () => rebuilding.output().length > 0 || rebuilding.child.exitCode !== null);
    process.kill(rebuilding.pid, 'SIGKILL');
    await rebuilding.exited;
    expect((await scene.ann.get(`/api/orders/${created.body.orderId}`, atLeast(created))).status).toBe(200);
    expect(await system.docket(['rebuild', '--all'])).toMatchObject({ code: 0 });
    expect(await system.docket(['rebuild', '--all', '--check'])).toMatchObject({ code: 0 });
  }, 90_000);
});
