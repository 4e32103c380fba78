import { describe, expect, it } from '@jest/globals';
import { atLeast } from '../http.js';
import { createOrder, freshMark, inTurn, type OrderView, type Scene } from '../scene.js';

export function rebuilding(scene: () => Scene): void {
  describe('a rebuild under load', () => {
    it('fails no read, loses no write, and ends equal to the log', async () => {
      const { ann, system } = scene();
      const mark = freshMark();
      const known = await createOrder(scene(), { mark });
      const paths = [`/api/orders/${known.body.orderId}`, `/api/orders/${known.body.orderId}/history`, `/api/orders?name=${mark}`, '/api/pending-orders'];
      const load = new AbortController();
      const failures: string[] = [];
      let reads = 0;
      const reading = (async (): Promise<void> => {
        while (!load.signal.aborted) {
          for (const path of paths) {
            const reply = await ann.get(path, atLeast(known));
            reads += 1;
            if (reply.status !== 200 || !reply.text.includes(known.body.orderId)) failures.push(`${path}: ${String(reply.status)} ${reply.text.slice(0, 200)}`);
          }
        }
      })();
      const written: string[] = [];
      const writing = (async (): Promise<void> => {
        while (!load.signal.aborted) {
          const created = await createOrder(scene());
          await inTurn(created, [[ann, 'submit', {}], [ann, 'suspend', { reasonCode: 'fraud-alert' }]]);
          written.push(created.body.orderId);
        }
      })();
      const rebuilt = await system.docket(['rebuild', '--all']);
      load.abort();
      await Promise.all([reading, writing]);
      expect(rebuilt).toMatchObject({ code: 0 });
      expect(failures).toEqual([]);
      expect(reads).toBeGreaterThan(paths.length);
      expect(written.length).toBeGreaterThan(0);
      const last = await ann.command(`/api/orders/${known.body.orderId}/comments`, { text: 'after the rebuild', visibility: 'internal' });
      for (const orderId of written) {
        expect((await ann.get<OrderView>(`/api/orders/${orderId}`, atLeast(last))).body.orderId).toBe(orderId);
      }
      expect(await system.docket(['rebuild', '--all', '--check'])).toMatchObject({ code: 0 });
      expect(await system.docket(['verify'])).toMatchObject({ code: 0 });
    }, 300_000);
  });
}
