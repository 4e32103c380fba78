import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atLeast } from '../http.js';
import { createOrder, freshMark, inTurn, seenBy, type HistoryEntry, type OrderView, type Scene } from '../scene.js';

interface Hit {
  readonly orderId: string;
  readonly suspended: boolean;
  readonly flagged: boolean;
  readonly alertCount: number;
}

export function fraudAlert(scene: () => Scene): void {
  describe('the fraud alert', () => {
    it('halts an order until it is cleared by whom its type names, and stays listed (A33, A34, A35)', async () => {
      const { ann, supervisor, carrier } = scene();
      const mark = freshMark();
      const created = await createOrder(scene(), { mark });
      const path = `/api/orders/${created.body.orderId}`;
      const submitted = await inTurn(created, [[ann, 'submit', {}]]);

      const finding = { alertType: 'fraud-suspected', externalId: `fraud-${randomUUID()}`, note: 'Three cards in an hour' };
      const raised = await carrier.command(`${path}/alerts`, finding);
      const alertId = raised.body.created?.alertId ?? '';
      expect((await carrier.command(`${path}/alerts`, finding)).body.events).toEqual([]);

      const stopped = await ann.post(`${path}/confirm`, {}, seenBy(raised));
      expect(stopped).toMatchObject({ status: 409, body: { code: 'alerts-uncleared', rule: 'A35', details: { alerts: [{ alertId, alertType: 'fraud-suspected' }] } } });
      const unseen = await ann.post(`${path}/confirm`, {}, seenBy(submitted));
      expect(unseen).toMatchObject({ status: 409, body: { code: 'order-changed' } });

      const suspended = await inTurn(raised, [[ann, 'flag', { reasonCode: 'questionable-activity', note: 'Ring her back' }], [ann, 'suspend', { reasonCode: 'fraud-alert' }]]);
      const found = await ann.get<{ readonly orders: readonly Hit[] }>(`/api/orders?name=${mark}`, atLeast(suspended));
      expect(found.body.orders).toMatchObject([{ orderId: created.body.orderId, suspended: true, flagged: true, alertCount: 1 }]);

      const clearing = { alertIds: [alertId], resolutionCode: 'checked', note: 'The bank vouches for her' };
      const notHers = await ann.post(`${path}/alerts/clear`, clearing, seenBy(suspended));
      expect(notHers).toMatchObject({ status: 403, body: { code: 'alert-not-yours-to-clear', rule: 'A35' } });
      expect(await supervisor.post(`${path}/alerts/clear`, { ...clearing, resolutionCode: 'because' }, seenBy(suspended))).toMatchObject({ status: 409, body: { code: 'resolution-unknown', rule: 'A35' } });
      const cleared = await inTurn(suspended, [[supervisor, 'alerts/clear', clearing], [supervisor, 'resume', {}], [ann, 'unflag', {}], [ann, 'confirm', {}], [ann, 'release', {}]]);

      const order = await ann.get<OrderView>(path, atLeast(cleared));
      expect(order.body).toMatchObject({
        status: 'released',
        alerts: [{ alertId, alertType: 'fraud-suspected', severity: 'alert', note: finding.note, raised: { by: expect.any(String) }, cleared: { resolutionCode: 'checked', note: clearing.note } }],
      });
      const again = await supervisor.post(`${path}/alerts/clear`, clearing, seenBy(cleared));
      expect(again).toMatchObject({ status: 409, body: { code: 'alert-already-cleared', rule: 'A35' } });
      const history = await ann.get<{ readonly entries: readonly HistoryEntry[] }>(`${path}/history?order=oldest`, atLeast(cleared));
      expect(history.body.entries.map(({ title }) => title)).toEqual(expect.arrayContaining(['Alert fraud-suspected raised', 'Flagged for review', 'Alert cleared', 'Flag taken off']));
    });

    it('shows in the grid of pending orders, and is of a type that an administrator defines and retires (C7)', async () => {
      const { ann, supervisor, administrator } = scene();
      const code = `export-${randomUUID().slice(0, 8)}`;
      const type = { code, label: 'Export check', severity: 'warning', clearedBy: ['csr'] };
      expect((await supervisor.post('/api/alert-types', type)).status).toBe(403);
      expect((await administrator.post('/api/alert-types', { ...type, clearedBy: ['nobody'] })).status).toBe(400);
      expect(await administrator.post('/api/alert-types', type)).toMatchObject({ status: 200, body: { code, active: true } });

      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const raised = await supervisor.command(`${path}/alerts`, { alertType: code });
      const grid = await ann.get<{ readonly orders: readonly Hit[] }>(`/api/pending-orders?storeId=${scene().storeId}`, atLeast(raised));
      expect(grid.body.orders).toContainEqual(expect.objectContaining({ orderId: created.body.orderId, alertCount: 1, flagged: false }));

      expect(await administrator.post('/api/lists/retire', { list: 'alert-types', code })).toMatchObject({ status: 200, body: { code, active: false } });
      expect((await administrator.post('/api/lists/retire', { list: 'alert-types', code: 'no-such' })).status).toBe(404);
      expect(await supervisor.post(`${path}/alerts`, { alertType: code })).toMatchObject({ status: 409, body: { code: 'alert-type-unknown', rule: 'A35' } });
      const types = await ann.get<{ readonly alertTypes: readonly { readonly code: string; readonly active: boolean }[] }>('/api/alert-types');
      expect(types.body.alertTypes).toContainEqual({ ...type, active: false });
      const cleared = await ann.command(`${path}/alerts/clear`, { alertIds: [raised.body.created?.alertId], resolutionCode: 'no-longer-needed' }, seenBy(raised));
      expect(cleared.body.events).toMatchObject([{ type: 'OrderAlertsCleared' }]);
    });
  });
}
