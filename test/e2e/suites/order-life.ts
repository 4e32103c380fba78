import { describe, expect, it } from '@jest/globals';
import { atLeast } from '../http.js';
import { createOrder, eventsOf, freshMark, inTurn, seenBy, type HistoryEntry, type OrderView, type Scene } from '../scene.js';

export function orderLife(scene: () => Scene): void {
  describe("an order's life, over HTTP", () => {
    it('goes from the first call to the return, and every part of it can be read at once', async () => {
      const { ann, supervisor, carrier } = scene();
      const created = await createOrder(scene());
      expect(created.status).toBe(201);
      const { orderId } = created.body;
      const order = async (after: typeof created): Promise<OrderView> => (await ann.get<OrderView>(`/api/orders/${orderId}`, atLeast(after))).body;
      const pending = await order(created);
      expect(pending.status).toBe('pending');
      const [first, second] = pending.lines.map(({ lineId }) => lineId);

      const held = await inTurn(created, [
        [ann, 'lock', {}],
        [ann, 'comments', { text: 'The customer asks for a call before delivery.', visibility: 'internal' }],
        [ann, `lines/${first ?? ''}/change-quantity`, { quantity: 5 }],
        [ann, 'submit', {}],
        [ann, 'holds', { holdType: 'address-check', scope: { kind: 'order' }, effects: ['confirm', 'release', 'ship'] }],
      ]);
      const stopped = await supervisor.post(`/api/orders/${orderId}/confirm`, {}, seenBy(held));
      expect(stopped).toMatchObject({ status: 409, body: { code: expect.stringMatching(/hold/), rule: expect.any(String) } });

      const shipped = await inTurn(held, [
        [supervisor, `holds/${held.body.created?.holdId ?? ''}/resolve`, { resolutionCode: 'checked' }],
        [ann, 'confirm', {}],
        [ann, 'change-address', { shipTo: { country: 'GB', address: { recipient: 'Ada', line1: '2 New Street', city: 'Leeds', postcode: 'LS1 1AA' } } }],
        [ann, `lines/${second ?? ''}/cancel`, { quantity: 1, reasonCode: 'customer-request' }],
        [ann, 'release', {}],
        [carrier, 'shipments', { externalId: `parcel-${orderId}`, lines: [{ lineId: first, quantity: 5 }, { lineId: second, quantity: 2 }], carrier: 'DHL', trackingNumber: `JD${freshMark()}` }],
      ]);
      const delivered = await inTurn(shipped, [
        [carrier, `shipments/${shipped.body.created?.shipmentId ?? ''}/delivery`, { externalId: `door-${orderId}` }],
        [ann, 'reship', { lineId: first, quantity: 1, reasonCode: 'damaged' }],
        [supervisor, 'appease', { scope: { kind: 'order' }, offer: { kind: 'percentage', basisPoints: 1_000, on: 'this-order' }, reasonCode: 'late-delivery' }],
        [carrier, 'returns', { externalId: `back-${orderId}`, lineId: second, quantity: 1, creditedMinor: 100 }],
      ]);

      const end = await order(delivered);
      expect(end.lines.slice(0, 2)).toMatchObject([
        { ordered: 5, open: 0, cancelled: 0, shipped: 5, returned: 0 },
        { ordered: 3, open: 0, cancelled: 1, shipped: 2, returned: 1 },
      ]);
      const tooLate = await ann.post(`/api/orders/${orderId}/cancel`, { reasonCode: 'customer-request' }, seenBy(delivered));
      expect(tooLate).toMatchObject({ status: 409, body: { code: 'order-already-shipped', rule: 'A25' } });

      const events = await eventsOf(scene(), orderId);
      expect(events.map(({ revision }) => Number(revision))).toEqual(events.map((_, index) => index));
      const history = await ann.get<{ readonly entries: readonly HistoryEntry[] }>(`/api/orders/${orderId}/history?limit=100&order=oldest`, atLeast(delivered));
      expect(history.body.entries.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    });

    it('shows the order as it stood at any revision, the same each time', async () => {
      const { ann, auditor } = scene();
      const created = await createOrder(scene());
      const { orderId, orderNumber } = created.body;
      await inTurn(created, [[ann, 'submit', {}], [ann, 'suspend', { reasonCode: 'fraud-alert' }]]);
      const then = Number((created.headers.get('etag') ?? '').replaceAll('"', ''));
      const asOf = await auditor.get<OrderView>(`/api/orders/${orderId}?atRevision=${String(then)}`);
      expect(asOf.body).toMatchObject({ orderNumber, status: 'pending' });
      expect((await auditor.get(`/api/orders/${orderId}?atRevision=${String(then)}`)).text).toBe(asOf.text);

      const replay = await scene().system.docket(['replay', orderNumber]);
      expect(replay).toMatchObject({ code: 0, output: expect.stringContaining('OrderSuspended') });
      expect((await scene().system.docket(['replay', orderId])).output).toBe(replay.output);
    });

    it('is found by everything that a caller can say, never more than twenty at once', async () => {
      const { ann } = scene();
      const mark = freshMark();
      const created = await createOrder(scene(), { mark });
      const { orderId, orderNumber } = created.body;
      const spoken = orderNumber.toLowerCase().replaceAll('-', ' ');
      for (const criteria of [`orderNumber=${encodeURIComponent(spoken)}`, `name=${mark}`, `email=${mark.toLowerCase()}@example.net`, `name=ada%20${mark}&city=london`]) {
        const found = await ann.get<{ readonly orders: readonly { readonly orderId: string }[]; readonly truncated: boolean }>(`/api/orders?${criteria}`, atLeast(created));
        expect({ criteria, status: found.status, orders: found.body.orders.map((order) => order.orderId) }).toEqual({ criteria, status: 200, orders: [orderId] });
      }
      const many = await ann.get<{ readonly orders: readonly unknown[] }>('/api/orders?city=london', atLeast(created));
      expect(many.body.orders.length).toBeLessThanOrEqual(20);
    });
  });
}
