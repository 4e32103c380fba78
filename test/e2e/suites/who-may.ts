import { describe, expect, it } from '@jest/globals';
import { Session } from '../http.js';
import { createOrder, seenBy, type Scene } from '../scene.js';

export function whoMay(scene: () => Scene): void {
  describe('who may', () => {
    it('do anything at all: nobody without a sign-in, nor with a wrong password', async () => {
      const nobody = new Session(scene().system.baseUrl, undefined);
      expect((await nobody.get('/api/pending-orders')).status).toBe(401);
      expect(await nobody.post('/api/auth/sign-in', { userName: 'ann', password: 'not the password' })).toMatchObject({ status: 401, body: { code: expect.any(String) } });
    });

    it('see an order: nobody of another store, by id, number, search, history, events or command (case 63)', async () => {
      const { stranger } = scene();
      const created = await createOrder(scene());
      const { orderId, orderNumber } = created.body;
      for (const path of [`/api/orders/${orderId}`, `/api/orders/${orderNumber}`, `/api/orders/${orderId}/history`]) {
        expect({ path, status: (await stranger.get(path)).status }).toEqual({ path, status: 404 });
      }
      const search = await stranger.get<{ readonly orders: readonly unknown[] }>(`/api/orders?orderNumber=${orderNumber}`);
      expect(search).toMatchObject({ status: 200, body: { orders: [] } });
      const grid = await stranger.get<{ readonly total: number }>('/api/pending-orders');
      expect(grid).toMatchObject({ status: 200, body: { total: 0 } });
      expect((await stranger.post(`/api/orders/${orderId}/comments`, { text: 'hello', visibility: 'internal' })).status).toBe(404);
      expect((await stranger.post(`/api/orders/${orderId}/cancel`, { reasonCode: 'customer-request' }, seenBy(created))).status).toBe(404);
    });

    it('act: no auditor, and no representative for a carrier (case 64)', async () => {
      const { auditor, ann } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      expect((await auditor.post(`${path}/comments`, { text: 'x', visibility: 'internal' })).status).toBe(403);
      expect((await ann.get(`${path}/events`)).status).toBe(403);
    });

    it('sign in: nobody who was disabled, and what they still hold ends soon', async () => {
      const { system } = scene();
      const { addUser, signIn, PASSWORD } = await import('../users.js');
      await addUser(system, { userName: 'leaver', role: 'csr', stores: [scene().storeId] });
      await signIn(system, 'leaver');
      expect((await system.docket(['user', 'disable', 'leaver'])).code).toBe(0);
      const again = await new Session(system.baseUrl, undefined).post('/api/auth/sign-in', { userName: 'leaver', password: PASSWORD });
      expect(again.status).toBe(401);
    });
  });
}
