import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually.js';
import { atLeast, type Reply } from '../http.js';
import { createOrder, freshMark, type OrderView, type Scene } from '../scene.js';

export function freshness(scene: () => Scene): void {
  describe('what was written', () => {
    it('is read at once, two hundred times in a row (case 31)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      for (let note = 0; note < 200; note += 1) {
        const written = await ann.command(`${path}/comments`, { text: `note ${String(note)}`, visibility: 'internal' });
        const read = await ann.get<OrderView>(path, atLeast(written));
        expect({ note, status: read.status, revision: Number(read.body.revision) }).toEqual({ note, status: 200, revision: Number(written.body.revision) });
      }
    });

    it('is waited for while the projector stands still, never answered with what was before', async () => {
      const { ann, system } = scene();
      const before = await createOrder(scene());
      await ann.get(`/api/orders/${before.body.orderId}`, atLeast(before));
      system.signalPart('projector', 'SIGSTOP');
      try {
        const mark = freshMark();
        const written = await createOrder(scene(), { mark });
        const bounded = { ...atLeast(written), 'docket-wait-ms': '300' };
        for (const path of [`/api/orders/${written.body.orderId}`, `/api/orders/${written.body.orderId}/history`, '/api/pending-orders', `/api/orders?name=${mark}`]) {
          const started = performance.now();
          const behind = await ann.get<{ readonly code: string }>(path, bounded);
          expect({ path, status: behind.status, code: behind.body.code, bounded: performance.now() - started < 5_000 }).toEqual({ path, status: 503, code: 'read-model-behind', bounded: true });
        }
        expect((await ann.get(`/api/orders/${before.body.orderId}`)).status).toBe(200);
        const waiting = ann.get<OrderView>(`/api/orders/${written.body.orderId}`, atLeast(written));
        system.signalPart('projector', 'SIGCONT');
        expect(await waiting).toMatchObject({ status: 200, body: { orderId: written.body.orderId } });
      } finally {
        system.signalPart('projector', 'SIGCONT');
      }
    });

    it('cannot be asked for with the position of another log', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const foreign = await ann.get<{ readonly code: string }>('/api/pending-orders', { 'docket-at-least': 'no-such-token' });
      expect(foreign.status).toBe(400);
      expect((await ann.get('/api/pending-orders', atLeast(created))).status).toBe(200);
    });
  });

  describe('a grid that stays live', () => {
    it('hears of each change with the position to read it at, and goes on from where it was', async () => {
      const { ann } = scene();
      const first = await createOrder(scene());
      const heard = await listen(scene(), {}, first, () => createOrder(scene()));
      expect(heard.orderIds).toContain(heard.made.body.orderId);
      const resumed = await listen(scene(), { 'last-event-id': heard.lastId }, heard.made, () => ann.command(`/api/orders/${first.body.orderId}/comments`, { text: `live ${randomUUID()}`, visibility: 'internal' }));
      expect(resumed.orderIds).toContain(first.body.orderId);
    });

    it('is not open to nobody, and tells a stranger nothing', async () => {
      const { stranger, system } = scene();
      expect((await fetch(`${system.baseUrl}/api/changes`)).status).toBe(401);
      const stop = new AbortController();
      const response = await fetch(`${system.baseUrl}/api/changes`, { headers: { authorization: `Bearer ${stranger.token ?? ''}` }, signal: stop.signal });
      const told = collect(response);
      const made = await createOrder(scene());
      await scene().ann.get(`/api/orders/${made.body.orderId}`, atLeast(made));
      stop.abort();
      await told.done;
      expect(told.text()).not.toContain(made.body.orderId);
    });
  });
}

interface Heard<T> {
  readonly orderIds: readonly string[];
  readonly lastId: string;
  readonly made: T;
}

/** Listens to the changes, does something, and waits until the change is told. */
async function listen<T extends Reply<{ readonly orderId: string }>>(scene: Scene, headers: Readonly<Record<string, string>>, _since: Reply<unknown>, doing: () => Promise<T>): Promise<Heard<T>> {
  const stop = new AbortController();
  const response = await fetch(`${scene.system.baseUrl}/api/changes`, {
    headers: { authorization: `Bearer ${scene.ann.token ?? ''}`, accept: 'text/event-stream', ...headers },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const told = collect(response);
  const made = await doing();
  const lastId = await eventually('the change is told', () => {
    const block = told.text().split('\n\n').find((each) => each.includes(made.body.orderId));
    return /^id: ?(.+)$/m.exec(block ?? '')?.[1];
  });
  stop.abort();
  await told.done;
  return { orderIds: [...told.text().matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id), lastId, made };
}

/** Gathers the text of an answer that never ends, until it is aborted. */
function collect(response: Response): { text(): string; readonly done: Promise<void> } {
  let text = '';
  const decoder = new TextDecoder();
  const body = response.body as AsyncIterable<Uint8Array> | null;
  const read = async (): Promise<void> => {
    for await (const part of body ?? []) text += decoder.decode(part, { stream: true });
  };
  return { text: () => text, done: read().catch(() => undefined) };
}
