import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually.js';
import { atLeast, type CommandAnswer, type Reply } from '../http.js';
import { newOrder } from '../orders.js';
import { freshMark, inTurn, type HistoryEntry, type OrderView, type Scene } from '../scene.js';

interface CartView {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly lock?: { readonly agentId: string };
}

const CONTACT = { name: 'Ada Lovelace', email: 'ada@example.net' };
const SHIP_TO = { country: 'GB', address: { recipient: 'Ada Lovelace', line1: '1 Long Lane', city: 'London', postcode: 'EC1A 9HF' } };

/** A customer of the scene's store, and an order of theirs. */
async function customerWithOrder({ ann, storeId, skus }: Scene): Promise<{ readonly cart: string; readonly customerId: string; readonly created: Reply<CommandAnswer> }> {
  const registered = await ann.command('/api/customers', { storeId, contact: CONTACT });
  const { customerId } = registered.body as unknown as { readonly customerId: string };
  const body = { ...newOrder({ storeId, mark: freshMark(), skus: skus.slice(0, 2), quantity: 3 }), customer: { kind: 'registered', customerId } };
  return { customerId, cart: `/api/customers/${customerId}/carts/${storeId}`, created: await ann.command('/api/orders', body) };
}

export function copies(scene: () => Scene): void {
  describe('ordering again', () => {
    it('adds the items to the cart, unless anyone has locked it; the cart becomes an order, once (A24)', async () => {
      const { ann, bob, stranger, skus } = scene();
      const { cart, created } = await customerWithOrder(scene());
      const reorder = `/api/orders/${created.body.orderId}/reorder`;
      await ann.command(`${cart}/lock`, { currency: 'GBP' });
      expect((await ann.post(reorder)).body).toMatchObject({ code: 'cart-locked', rule: 'A24' });
      const asked = await ann.get<{ readonly actions: readonly { readonly operation: string }[] }>(`/api/orders/${created.body.orderId}/actions`);
      expect(asked.body.actions.find(({ operation }) => operation === 'reorderOrder')).toMatchObject({ allowed: false, refusal: { code: 'cart-locked', rule: 'A24' } });
      expect((await ann.post(`/api/orders/${created.body.orderId}/preview`, { operation: 'reorderOrder' })).body).toMatchObject({ would: 'refused', refusal: { code: 'cart-locked', rule: 'A24' } });
      expect((await scene().auditor.get(`${cart}/refusals?rerun=true`)).body).toMatchObject({ refusals: [{ command: { type: 'ReorderIntoCart' }, refusal: { code: 'cart-locked' }, rerun: { same: true } }] });
      const added = await ann.command(`${cart}/lines`, { sku: skus[2], quantity: 4 });
      const { body: held } = await ann.get<CartView & { readonly lines: readonly { readonly lineId: string }[] }>(cart);
      await bob.command(`${cart}/take-over`, {});
      expect((await ann.post(`${cart}/lines/${held.lines[0]?.lineId ?? ''}/change`, { quantity: 1 })).body).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09' });
      await bob.command(`${cart}/lines/${held.lines[0]?.lineId ?? ''}/change`, { quantity: 1 });
      const taken = await ann.command(`${cart}/take-over`, {});
      expect([added, taken].map(({ body }) => body.events.map(({ type }) => type))).toEqual([['CartLinesAdded'], ['CartTakenOver']]);
      expect((await bob.post(`${cart}/lines`, { sku: skus[2], quantity: 1 })).body).toMatchObject({ code: 'cart-locked-by-another', rule: 'A09' });
      await ann.command(`${cart}/unlock`);
      const key = { 'idempotency-key': randomUUID() };
      await bob.command(reorder, {}, key);
      expect((await bob.command(reorder, {}, key)).body.repeated).toBe(true);
      expect((await bob.get<CartView>(cart)).body.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([[skus[2], 1], [skus[0], 3], [skus[1], 3]]);
      expect((await stranger.get(cart)).status).toBe(404);
      const traced = await eventually('the order tells that it was ordered again', async () => {
        const { body } = await ann.get<OrderView & { readonly reorders?: readonly object[] }>(`/api/orders/${created.body.orderId}`);
        return body.reorders;
      });
      expect(traced).toEqual([expect.objectContaining({ items: [{ sku: skus[0], quantity: 3 }, { sku: skus[1], quantity: 3 }] })]);

      const submit = { 'idempotency-key': randomUUID() };
      const [first, second] = await Promise.all([1, 2].map(() => bob.command(`${cart}/submit`, { contact: CONTACT, shipTo: SHIP_TO }, submit)));
      const third = await bob.command(`${cart}/submit`, { contact: CONTACT, shipTo: SHIP_TO }, submit);
      expect(new Set([first, second, third].map((reply) => reply?.body.orderId)).size).toBe(1);
      const order = await bob.get<OrderView>(`/api/orders/${third.body.orderId}`, atLeast(third));
      expect(order.body.lines.map(({ sku, ordered }) => [sku, ordered])).toEqual([[skus[2], 1], [skus[0], 3], [skus[1], 3]]);
      expect((await bob.get<CartView>(cart)).body.lines).toEqual([]);
      expect((await bob.post(`${cart}/submit`, { contact: CONTACT, shipTo: SHIP_TO })).body).toMatchObject({ code: 'cart-empty', rule: 'C5' });
    });

    it('copies a confirmed order into a new pending one that says where it comes from (A59)', async () => {
      const { ann } = scene();
      const { created } = await customerWithOrder(scene());
      const copy = `/api/orders/${created.body.orderId}/copy`;
      expect((await ann.post(copy)).body).toMatchObject({ code: 'order-not-confirmed', rule: 'A59', details: { status: 'pending' } });
      await inTurn(created, [[ann, 'submit', {}], [ann, 'confirm', {}]]);
      const key = { 'idempotency-key': randomUUID() };
      const copied = await ann.command(copy, {}, key);
      expect(copied.status).toBe(201);
      expect((await ann.command(copy, {}, key)).body).toMatchObject({ orderId: copied.body.orderId, repeated: true });
      const [source, target] = await Promise.all([created.body.orderId, copied.body.orderId].map((id) => ann.get<OrderView>(`/api/orders/${id}`, atLeast(copied))));
      expect(target?.body).toMatchObject({ status: 'pending', copiedFrom: { orderId: created.body.orderId, orderNumber: created.body.orderNumber }, source: { system: 'copy', reference: created.body.orderNumber }, customer: source?.body.customer });
      const history = await eventually('the source tells of its copy', async () => {
        const { body } = await ann.get<{ readonly entries: readonly HistoryEntry[] }>(`/api/orders/${created.body.orderId}/history`);
        const told = body.entries.filter(({ type }) => type === 'OrderCopied');
        return told.length > 0 && told;
      });
      expect(history).toMatchObject([{ title: 'Copied into a new order', details: [{ label: 'Order', to: copied.body.orderNumber }] }]);
      expect(target?.body.lines.map(({ sku, ordered }) => [sku, ordered])).toEqual(source?.body.lines.map(({ sku, ordered }) => [sku, ordered]));
    });
  });
}
