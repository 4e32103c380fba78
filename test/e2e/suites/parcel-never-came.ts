import { describe, expect, it } from '@jest/globals';
import { atLeast } from '../http.js';
import { newOrder } from '../orders.js';
import { freshMark, inTurn, seenBy, type HistoryEntry, type OrderView, type Scene } from '../scene.js';

/** Six white mugs and six teapots: more than a representative may give back alone. */
const SKUS = ['MUG-WHT', 'POT-06'];

export function parcelNeverCame(scene: () => Scene): void {
  describe('the parcel that never came', () => {
    it('is late, cannot be stopped, is sent again, and is made up for by two people (A26, A41, A42, A55)', async () => {
      const { ann, supervisor, carrier, storeId } = scene();
      const created = await ann.command('/api/orders', newOrder({ storeId, mark: freshMark(), skus: SKUS, quantity: 6 }));
      const { orderId } = created.body;
      const path = `/api/orders/${orderId}`;
      const [mug, pot] = (await ann.get<OrderView>(path, atLeast(created))).body.lines.map(({ lineId }) => lineId);
      const shipped = await inTurn(created, [
        [ann, 'submit', {}],
        [ann, 'confirm', {}],
        [ann, 'release', {}],
        [carrier, 'shipments', { externalId: `parcel-${orderId}`, lines: [{ lineId: mug, quantity: 6 }, { lineId: pot, quantity: 6 }], carrier: 'DHL', trackingNumber: 'JD0001', expectedOn: '2026-01-05' }],
      ]);
      const shipmentId = shipped.body.created?.shipmentId ?? '';
      const parcel = `${path}/shipments/${shipmentId}`;

      const report = { externalId: `late-${orderId}`, exceptionCode: 'weather', expectedOn: '2026-01-09', note: 'Snow on the pass' };
      const late = await carrier.command(`${parcel}/exceptions`, report);
      expect((await carrier.command(`${parcel}/exceptions`, report)).body.events).toEqual([]);
      expect(await carrier.post(`${parcel}/exceptions`, { ...report, expectedOn: '2026-01-10' })).toMatchObject({ status: 409, body: { code: 'external-id-already-recorded' } });
      expect(await ann.post(`${parcel}/exceptions`, report)).toMatchObject({ status: 403 });

      const early = await carrier.post(`${parcel}/stop/refuse`, { externalId: `no-${orderId}`, reasonCode: 'out-for-delivery' });
      expect(early).toMatchObject({ status: 409, body: { code: 'delivery-stop-not-requested', rule: 'A26' } });
      const asked = await ann.command(`${parcel}/stop`, { reasonCode: 'no-longer-wanted', note: 'She bought elsewhere' }, seenBy(late));
      expect(await ann.post(`${parcel}/stop`, { reasonCode: 'no-longer-wanted' }, seenBy(asked))).toMatchObject({ status: 409, body: { code: 'delivery-stop-already-requested', rule: 'A26' } });
      const refused = await carrier.command(`${parcel}/stop/refuse`, { externalId: `no-${orderId}`, reasonCode: 'out-for-delivery' });
      const standing = (await ann.get<OrderView>(path, atLeast(refused))).body;
      expect(standing.shipments).toMatchObject([
        { shipmentId, expectedOn: '2026-01-09', exceptions: [{ exceptionCode: 'weather', note: report.note }], stops: [{ reasonCode: 'no-longer-wanted', refused: { reasonCode: 'out-for-delivery' } }] },
      ]);

      expect(await ann.post(`${path}/reship`, { lineId: mug, quantity: 7, reasonCode: 'never-received' }, seenBy(refused))).toMatchObject({
        status: 409,
        body: { code: 'quantity-exceeds-reshippable', rule: 'A42', details: { greatest: 6 } },
      });
      const again = await ann.command(`${path}/reship`, { lineId: mug, quantity: 6, reasonCode: 'never-received' }, seenBy(refused));

      const grant = { scope: { kind: 'order' }, offer: { kind: 'amount', amountMinor: 6_000, on: 'this-order' }, reasonCode: 'never-received', note: 'A birthday was missed' };
      const tooMuch = await ann.post(`${path}/appease`, grant, seenBy(again));
      expect(tooMuch).toMatchObject({ status: 409, body: { code: 'appeasement-needs-approval', rule: 'A55', details: { grantedMinor: 6_000, limitMinor: 5_000 } } });
      const waiting = await ann.command(`${path}/appeasement-requests`, grant, seenBy(again));
      const request = `${path}/appeasement-requests/${waiting.body.created?.appeasementId ?? ''}`;
      expect(await ann.post(`${request}/approve`, {}, seenBy(waiting))).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
      const before = (await ann.get<OrderView & { readonly totals: { readonly totalMinor: number } }>(path, atLeast(waiting))).body;
      const granted = await supervisor.command(`${request}/approve`, {}, seenBy(waiting));
      expect(await supervisor.post(`${request}/decline`, {}, seenBy(granted))).toMatchObject({ status: 409, body: { code: 'appeasement-not-requested', rule: 'A55' } });

      const own = await supervisor.command(`${path}/appeasement-requests`, { ...grant, offer: { kind: 'gift-card', amountMinor: 500 } }, seenBy(granted));
      const ownRequest = `${path}/appeasement-requests/${own.body.created?.appeasementId ?? ''}`;
      expect(await supervisor.post(`${ownRequest}/approve`, {}, seenBy(own))).toMatchObject({ status: 409, body: { code: 'approver-is-the-agent', rule: 'G3' } });
      const last = await supervisor.command(`${ownRequest}/decline`, { note: 'That is enough' }, seenBy(own));

      const [sue, agent] = await Promise.all([supervisor, ann].map(async (user) => (await user.get<{ readonly id: string }>('/api/users/me')).body.id));
      const end = (await ann.get<OrderView>(path, atLeast(last))).body;
      expect(end).toMatchObject({
        totals: { totalMinor: before.totals.totalMinor - 6_000 },
        appeasements: [{ creditedMinor: 6_000, reasonCode: 'never-received', note: grant.note, approvedBy: sue }],
        appeasementRequests: [{ by: agent, approved: { by: sue } }, { by: sue, declined: { note: 'That is enough' } }],
        lines: [{ shipped: 6 }, { shipped: 6 }, { sku: 'MUG-WHT', ordered: 6, open: 6 }],
      });
      const history = await ann.get<{ readonly entries: readonly HistoryEntry[] }>(`${path}/history?order=oldest&limit=100`, atLeast(last));
      expect(history.body.entries.map(({ type }) => type).slice(-8)).toEqual([
        'OrderShipmentExceptionRecorded',
        'OrderDeliveryStopRequested',
        'OrderDeliveryStopRefused',
        'OrderReshipped',
        'OrderAppeasementRequested',
        'OrderAppeased',
        'OrderAppeasementRequested',
        'OrderAppeasementDeclined',
      ]);
    });
  });
}
