import { describe, expect, it } from '@jest/globals';
import { atLeast, type Session } from '../http.js';
import { createOrder, eventsOf, seenBy, type HistoryEntry, type Scene } from '../scene.js';

interface Grid {
  readonly orders: readonly { readonly orderId: string; readonly agentId: string; readonly locked: boolean }[];
}

const userOf = async (session: Session): Promise<string> => (await session.get<{ readonly id: string }>('/api/users/me')).body.id;

export function calls(scene: () => Scene): void {
  describe('a call', () => {
    it('is parked, and its order waits in the grid, unlocked, for the agent who had it (A30)', async () => {
      const { ann, storeId } = scene();
      const created = await createOrder(scene());
      const { orderId } = created.body;
      const started = await ann.command('/api/calls', { storeId, orderId });
      const { callId } = started.body as unknown as { readonly callId: string };
      await ann.command(`/api/orders/${orderId}/lock`, {}, { ...seenBy(created), 'docket-correlation-id': callId });
      expect((await ann.post('/api/calls', { storeId })).body).toMatchObject({ code: 'call-already-active', rule: 'A30' });

      const parked = await ann.command('/api/calls/current/park');
      const grid = await ann.get<Grid>(`/api/pending-orders?agentId=${await userOf(ann)}`, atLeast(parked));
      expect(grid.body.orders.find((order) => order.orderId === orderId)).toMatchObject({ locked: false, agentId: await userOf(ann) });
      const events = await eventsOf(scene(), orderId);
      expect(events.slice(-3).map(({ type, metadata }) => ({ type, call: (metadata as { readonly correlationId?: string } | undefined)?.correlationId }))).toEqual([
        { type: 'OrderLocked', call: callId },
        { type: 'OrderParked', call: callId },
        { type: 'OrderUnlocked', call: callId },
      ]);
      expect((await ann.get('/api/calls/current')).body).toEqual({});
    });

    it('is transferred to somebody from the list, whose the order is from then on (A31)', async () => {
      const { ann, bob, supervisor, storeId } = scene();
      const { orderId } = (await createOrder(scene())).body;
      await ann.command('/api/calls', { storeId, orderId });
      const targets = await ann.get<{ readonly agents: readonly { readonly userId: string }[] }>('/api/calls/transfer-targets');
      const [annId, bobId, sueId] = await Promise.all([userOf(ann), userOf(bob), userOf(supervisor)]);
      expect(targets.body.agents.map(({ userId }) => userId)).toEqual(expect.arrayContaining([bobId, sueId]));
      expect(targets.body.agents.map(({ userId }) => userId)).not.toContain(annId);
      expect((await ann.post('/api/calls/current/transfer', { toAgentId: await userOf(scene().stranger) })).body).toMatchObject({ code: 'agent-not-active', rule: 'A31' });

      const transferred = await ann.command('/api/calls/current/transfer', { toAgentId: bobId });
      const grid = await bob.get<Grid>(`/api/pending-orders?agentId=${bobId}`, atLeast(transferred));
      expect(grid.body.orders.map((order) => order.orderId)).toContain(orderId);
      const history = await bob.get<{ readonly entries: readonly HistoryEntry[] }>(`/api/orders/${orderId}/history?limit=1`, atLeast(transferred));
      expect(history.body.entries[0]?.title).toBe('Call transferred, order saved as pending');
    });

    it('is voided with its order, and an order that was placed refuses it (A32)', async () => {
      const { ann, supervisor, storeId } = scene();
      const created = await createOrder(scene());
      await ann.command('/api/calls', { storeId });
      await ann.command(`/api/orders/${created.body.orderId}/submit`, {}, seenBy(created));
      expect((await ann.post('/api/calls/current/void', { orderId: created.body.orderId, reasonCode: 'test-order' })).body).toMatchObject({ code: 'order-not-pending' });
      expect((await ann.post('/api/calls/current/park', {})).body).toMatchObject({ code: 'call-without-order', rule: 'A30' });
      const elsewhere = { storeId: `${storeId}-other` };
      expect((await scene().stranger.post('/api/calls', { ...elsewhere, customerId: created.body.orderId })).body).toMatchObject({ code: 'customer-unknown', rule: 'A6' });
      const other = (await createOrder(scene())).body;
      const key = { 'idempotency-key': `void-${other.orderId}` };
      const voided = await ann.command('/api/calls/current/void', { orderId: other.orderNumber, reasonCode: 'test-order' }, key);
      expect(voided.body).toMatchObject({ orderId: other.orderId, orderOutcome: 'done' });
      expect((await ann.get(`/api/orders/${other.orderId}`, atLeast(voided))).body).toMatchObject({ status: 'voided', ended: { reasonCode: 'test-order' } });
      expect((await ann.command('/api/calls/current/void', { orderId: other.orderNumber, reasonCode: 'test-order' }, key)).body.repeated).toBe(true);
      expect((await ann.post('/api/calls/current/end', {})).body).toMatchObject({ code: 'call-not-active' });
      const refused = `/api/agents/${await userOf(ann)}/call-refusals?rerun=true`;
      expect((await ann.get(refused)).status).toBe(403);
      const { refusals } = (await supervisor.get<{ readonly refusals: readonly object[] }>(refused)).body;
      expect(refusals.at(-1)).toMatchObject({ command: { type: 'EndCall' }, refusal: { code: 'call-not-active', rule: 'A30' }, rerun: { same: true } });
    });
  });
}
