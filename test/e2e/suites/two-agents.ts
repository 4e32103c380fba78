import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atLeast, ifMatch } from '../http.js';
import { createOrder, eventsOf, seenBy, type OrderView, type Scene } from '../scene.js';

const numbersOf = (events: readonly { readonly revision: number | string }[]): readonly number[] => events.map(({ revision }) => Number(revision));

export function twoAgents(scene: () => Scene): void {
  describe('two agents on one order', () => {
    it('a lock keeps the other out until a supervisor takes it over', async () => {
      const { ann, bob, supervisor } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const locked = await ann.command(`${path}/lock`, {}, seenBy(created));
      const refused = await bob.post(`${path}/submit`, {}, seenBy(locked));
      expect(refused).toMatchObject({ status: 409, body: { code: expect.stringMatching(/lock/) } });
      const freed = await supervisor.command(`${path}/take-over-and-unlock`, {}, seenBy(locked));
      expect(freed.body.events.map(({ type }) => type)).toEqual(['OrderLockTakenOver', 'OrderUnlocked']);
      expect((await bob.command(`${path}/submit`, {}, seenBy(freed))).status).toBe(200);
    });

    it('refuses the second of two who saw the same and were strict about it (412)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const answers = await Promise.all([ann, bob].map((agent) => agent.post(`${path}/submit`, {}, { ...ifMatch(created), 'idempotency-key': randomUUID() })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect(answers.find(({ status }) => status === 412)?.body.code).toBe('stale-revision');
    });

    it('lets commands that commute both happen, and explains the difference to those that do not', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      await ann.command(`${path}/comments`, { text: 'Asked for gift wrap.', visibility: 'internal' });
      const submitted = await bob.command(`${path}/submit`, {}, seenBy(created));
      expect(submitted.status).toBe(200);
      const move = { shipTo: { country: 'GB', address: { recipient: 'Ada', line1: '2 New Street', city: 'Leeds', postcode: 'LS1 1AA' } } };
      const moved = await ann.get<OrderView>(path, atLeast(submitted));
      await ann.command(`${path}/change-address`, move, seenBy(moved));
      const late = await bob.post(`${path}/change-address`, { shipTo: { ...move.shipTo, address: { ...move.shipTo.address, city: 'York' } } }, seenBy(moved));
      expect(late.status).toBe(409);
    });

    it('says 428 when nothing was said about what was seen (case 27)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      expect(await ann.post(`/api/orders/${created.body.orderId}/cancel`, { reasonCode: 'customer-request' })).toMatchObject({ status: 428, body: { code: 'revision-required' } });
    });

    it('keeps every one of fifty comments sent at once, each exactly once (case 24)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? ann : bob).command(`${path}/comments`, { text: `note ${String(index)}`, visibility: 'internal' })),
      );
      const before = created.body.events.length;
      const events = await eventsOf(scene(), created.body.orderId);
      expect(numbersOf(events)).toEqual(events.map((_, index) => index));
      expect(events).toHaveLength(before + 50);
      expect(new Set(answers.flatMap(({ body }) => body.events.map(({ id }) => id)))).toEqual(new Set(events.slice(before).map(({ id }) => id)));
    });
  });

  describe('a key', () => {
    it('sent twenty times at once executes once (case 25)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const key = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(Array.from({ length: 20 }, () => ann.post(`/api/orders/${created.body.orderId}/comments`, { text: 'once', visibility: 'internal' }, key)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.flatMap(({ body }) => body.events.map(({ id }) => id))).size).toBe(1);
      expect(answers.filter(({ body }) => !body.repeated)).toHaveLength(1);
      expect(await eventsOf(scene(), created.body.orderId)).toHaveLength(created.body.events.length + 1);
    });

    it('gives the same order again when a creation is repeated', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const mark = `Twice${randomUUID().slice(0, 8)}`;
      const first = await createOrder(scene(), { mark, headers: key });
      const again = await createOrder(scene(), { mark, headers: key });
      expect(again.body).toMatchObject({ orderId: first.body.orderId, orderNumber: first.body.orderNumber, repeated: true });
    });

    it('with another body is refused (case 26)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const key = { 'idempotency-key': randomUUID() };
      await ann.command(`/api/orders/${created.body.orderId}/comments`, { text: 'one', visibility: 'internal' }, key);
      const other = await ann.post(`/api/orders/${created.body.orderId}/comments`, { text: 'two', visibility: 'internal' }, key);
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    });
  });
}
