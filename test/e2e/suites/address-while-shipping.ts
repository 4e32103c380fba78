import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atLeast } from '../http.js';
import { createOrder, eventsOf, inTurn, seenBy, type OrderView, type Scene } from '../scene.js';

const MOVE = { shipTo: { country: 'GB', address: { recipient: 'Ada', line1: '2 New Street', city: 'Leeds', postcode: 'LS1 1AA' } }, reasonCode: 'moved' };

interface Priced extends OrderView {
  readonly totals: { readonly goodsMinor: number; readonly totalMinor: number };
  readonly lines: readonly (OrderView['lines'][number] & { readonly netMinor: number; readonly taxMinor: number; readonly quote: { readonly taxBasisPoints: number } })[];
  readonly recalculations: readonly object[];
}

export function addressWhileShipping(scene: () => Scene): void {
  describe('the address changed while the carrier ships', () => {
    /** Released, nothing shipped yet. */
    async function released(skus = scene().skus) {
      const { ann } = scene();
      const created = await createOrder({ ...scene(), skus });
      const path = `/api/orders/${created.body.orderId}`;
      const [first, second] = (await ann.get<OrderView>(path, atLeast(created))).body.lines.map(({ lineId }) => lineId);
      const last = await inTurn(created, [[ann, 'submit', {}], [ann, 'confirm', {}], [ann, 'release', {}]]);
      return { path, orderId: created.body.orderId, first, second, last };
    }

    it('tells the agent which parcel left meanwhile; the rest goes to the new address, the parcel can be turned round (A26, A49, D4)', async () => {
      const { ann, carrier } = scene();
      const { path, orderId, first, second, last } = await released();
      const shipped = await carrier.command(`${path}/shipments`, { externalId: `one-${orderId}`, lines: [{ lineId: first, quantity: 3 }] });
      const unseen = await ann.post(`${path}/change-address`, MOVE, seenBy(last));
      expect(unseen).toMatchObject({ status: 409, body: { code: 'order-changed' } });
      expect(unseen.text).toContain('OrderShipmentRecorded');
      const moved = await ann.command(`${path}/change-address`, MOVE, seenBy(shipped));
      expect((await ann.get<OrderView>(path, atLeast(moved))).body).toMatchObject({ status: 'partially-shipped', shipTo: { address: { city: 'Leeds' } } });

      const parcel = `${path}/shipments/${shipped.body.created?.shipmentId ?? ''}`;
      const asked = await ann.command(`${parcel}/stop`, { reasonCode: 'address-problem' }, seenBy(moved));
      const rest = await carrier.command(`${path}/shipments`, { externalId: `two-${orderId}`, lines: [{ lineId: second, quantity: 3 }] });
      expect(await ann.post(`${path}/change-address`, { ...MOVE, shipTo: { ...MOVE.shipTo, country: 'IE' } }, seenBy(rest))).toMatchObject({ status: 409, body: { code: 'order-already-shipped', rule: 'A25' } });
      expect(asked.body.events).toMatchObject([{ type: 'OrderDeliveryStopRequested' }]);
      const answer = { externalId: `back-${orderId}` };
      const back = await carrier.command(`${parcel}/stop/confirm`, answer);
      expect((await carrier.command(`${parcel}/stop/confirm`, answer)).body.events).toEqual([]);
      expect(await carrier.post(`${parcel}/delivery`, { externalId: `door-${orderId}` })).toMatchObject({ status: 409, body: { code: 'delivery-already-stopped', rule: 'A26' } });
      expect((await ann.get<OrderView>(path, atLeast(back))).body.lines).toMatchObject([
        { shipped: 3, returned: 3 },
        { shipped: 3, returned: 0 },
      ]);
    });

    it('taxes what goes to another country anew, and says so line by line; undone, it is as before (A49, A63)', async () => {
      const { ann } = scene();
      const { path, first, second, last } = await released(['MUG-WHT', 'POT-06']);
      const before = (await ann.get<Priced>(path, atLeast(last))).body;
      const abroad = { ...MOVE, shipTo: { ...MOVE.shipTo, country: 'DE' } };
      const moved = await ann.command(`${path}/change-address`, abroad, seenBy(last));
      const after = (await ann.get<Priced>(path, atLeast(moved))).body;
      expect(after.lines.map(({ quote }) => quote.taxBasisPoints)).toEqual([1_900, 1_900]);
      expect(after.totals).toMatchObject({ goodsMinor: before.totals.goodsMinor, totalMinor: after.lines.reduce((sum, { netMinor }) => sum + netMinor + Math.round((netMinor * 19) / 100), 0) });
      expect(after.recalculations.at(-1)).toMatchObject({
        command: 'ChangeOrderAddress',
        rule: 'A49',
        beforeMinor: before.totals.totalMinor,
        afterMinor: after.totals.totalMinor,
        parts: [first, second].map((lineId, at) => ({ figure: 'tax', lineId, beforeMinor: before.lines[at]?.taxMinor, afterMinor: after.lines[at]?.taxMinor })),
      });
      const undone = await ann.command(`${path}/undo`, { commandId: moved.body.commandId });
      const back = (await ann.get<Priced>(path, atLeast(undone))).body;
      expect([back.totals, back.lines]).toEqual([before.totals, before.lines]);
    });

    it('has one order of things, whoever comes first, when both ask at once', async () => {
      const { ann, carrier } = scene();
      for (let round = 0; round < 5; round += 1) {
        const { path, orderId, first, second, last } = await released();
        const [moved, shipped] = await Promise.all([
          ann.post(`${path}/change-address`, MOVE, { ...seenBy(last), 'idempotency-key': randomUUID() }),
          carrier.command(`${path}/shipments`, { externalId: `all-${orderId}`, lines: [{ lineId: first, quantity: 3 }, { lineId: second, quantity: 3 }] }),
        ]);
        expect(shipped.status).toBe(200);
        const types = (await eventsOf(scene(), orderId)).map(({ type }) => type).slice(-2);
        if (moved.status === 200) expect(types).toEqual(['OrderAddressChanged', 'OrderShipmentRecorded']);
        else {
          expect(moved).toMatchObject({ status: 409, body: { code: expect.stringMatching(/^(order-changed|order-already-shipped)$/) } });
          expect(types.at(-1)).toBe('OrderShipmentRecorded');
          expect(types).not.toContain('OrderAddressChanged');
        }
      }
    });
  });
}
