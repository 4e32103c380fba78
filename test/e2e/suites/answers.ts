import { describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { atLeast, Session } from '../http.js';
import { promised } from '../promised.js';
import { createOrder, seenBy, type OrderView, type Scene } from '../scene.js';
import { PASSWORD } from '../users.js';

const SLOT = { startsAt: '2040-01-08T09:00:00Z', endsAt: '2040-01-08T12:00:00Z' };
const LATER = { startsAt: '2040-01-09T09:00:00Z', endsAt: '2040-01-09T12:00:00Z' };

/** Every answer that any test gets is held to the contract (`promised.ts`); here are those that no story needs. */
export function answers(scene: () => Scene): void {
  describe('an answer', () => {
    it('is held to the contract: anything more, less or else than it promises is seen', async () => {
      const { system, ann } = scene();
      const contract = await promised(system.baseUrl);
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const { body: order } = await ann.get<OrderView>(path, atLeast(created));
      const as = (body: object, { status = 200, contentType = 'application/json; charset=utf-8', address = path } = {}): string | undefined =>
        contract?.wrongWith({ method: 'GET', path: address, status, contentType, text: JSON.stringify(body) });
      const { lines, ...without } = order;
      expect(as(order)).toBeUndefined();
      expect(as(without)).toContain("required property 'lines'");
      expect(as({ ...order, colour: 'blue' })).toContain('"additionalProperty":"colour"');
      expect(as({ ...order, status: 'lost' })).toContain('/status');
      expect(as({ ...order, lines: lines.map((line) => ({ ...line, open: 1.5 })) })).toContain('/lines/0/open must be integer');
      expect(as({ ...order, orderedAt: 'yesterday' })).toContain('/orderedAt');
      expect(as(order, { status: 201 })).toContain('no status of it');
      expect(as(order, { status: 404 })).toContain('of another kind');
      expect(as({ title: 'No' }, { status: 404, contentType: 'application/problem+json' })).toContain("required property 'code'");
      expect(as({ orderId: order.orderId, events: [{ type: 'OrderLost' }] }, { address: `${path}/events` })).toContain('/events/0');
    });

    it('keeps the contract where no story looks', async () => {
      const { system, ann, carrier, storeId, skus } = scene();
      const nobody = new Session(system.baseUrl, undefined);
      const { body } = await nobody.post<{ readonly refreshToken: string }>('/api/auth/sign-in', { userName: 'ann', password: PASSWORD });
      const refreshed = await nobody.post<{ readonly refreshToken: string }>('/api/auth/refresh', { refreshToken: body.refreshToken });
      const left = await nobody.post('/api/auth/sign-out', { refreshToken: refreshed.body.refreshToken });
      const health = await Promise.all(['/health/live', '/health/ready', '/metrics'].map((path) => nobody.get(path)));
      expect([refreshed, left, ...health].map(({ status }) => status)).toEqual([200, 204, 200, 200, 200]);

      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const [line, other] = (await ann.get<OrderView>(path, atLeast(created))).body.lines.map(({ lineId }) => lineId);
      const arranged = await ann.command(`${path}/appointments`, { scope: { kind: 'line', lineId: line }, service: 'installation', slot: SLOT }, seenBy(created));
      const moved = await ann.command(`${path}/appointments/${arranged.body.created?.appointmentId ?? ''}/reschedule`, { reasonCode: 'customer-not-home', slot: LATER }, seenBy(arranged));
      const paid = await ann.command(`${path}/payment-methods`, { kind: 'card', token: 'tok_test_0001', limitMinor: 90_000 }, seenBy(moved));
      const limited = await ann.command(`${path}/payment-methods/${paid.body.created?.methodId ?? ''}/change`, { limitMinor: 80_000 }, seenBy(paid));
      const removed = await ann.command(`${path}/lines/${other ?? ''}/remove`, {}, seenBy(limited));
      const locked = await ann.command(`${path}/lock`, { leaseSeconds: 10 }, seenBy(removed));
      await eventually('the second half of the lease', async () => (await ann.post(`${path}/renew-lock`, { leaseSeconds: 600 }, seenBy(locked))).status === 200);

      const { customerId } = (await ann.command('/api/customers', { storeId, contact: { name: 'Ada Lovelace' } })).body as unknown as { readonly customerId: string };
      const cart = `/api/customers/${customerId}/carts/${storeId}`;
      await ann.command(`${cart}/lock`, { currency: 'GBP' });
      await ann.command(`${cart}/lines`, { sku: skus[0], quantity: 1 });
      const held = await ann.get<{ readonly lines: readonly { readonly lineId: string }[] }>(cart);
      await ann.command(`${cart}/lines/${held.body.lines[0]?.lineId ?? ''}/remove`);
      expect((await ann.get<{ readonly lines: readonly unknown[] }>(cart)).body.lines).toEqual([]);
      expect((await carrier.get(cart)).status).toBe(403);
    });
  });
}
