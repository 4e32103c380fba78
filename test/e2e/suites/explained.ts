import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atLeast, type Session } from '../http.js';
import { newOrder } from '../orders.js';
import { createOrder, eventsOf, freshMark, inTurn, seenBy, type OrderView, type Scene } from '../scene.js';

interface Action {
  readonly operation: string;
  readonly allowed: boolean;
  readonly bounds?: { readonly lines?: readonly { readonly lineId: string; readonly greatest?: number }[] };
  readonly limits?: readonly { readonly amountMinor: number; readonly currency: string; readonly kind?: string; readonly lineId?: string; readonly chargeId?: string }[];
  readonly refusal?: { readonly code: string; readonly rule: string };
  readonly since?: { readonly type: string; readonly revision: number };
  readonly who?: { readonly roles: readonly string[]; readonly agentIds: readonly string[] };
}

interface Preview {
  readonly would: string;
  readonly events: readonly { readonly type: string; readonly title: string }[];
  readonly totals: { readonly before: { readonly totalMinor: number }; readonly after: { readonly totalMinor: number } };
  readonly refusal?: { readonly code: string };
}

interface Difference {
  readonly fields: readonly { readonly field: string; readonly seen?: unknown; readonly now?: unknown; readonly meant?: unknown; readonly clash: boolean }[];
  readonly since: readonly { readonly title: string; readonly actorId: string }[];
  readonly reapply: { readonly possible: boolean };
  readonly now: number;
}

export function explained(scene: () => Scene): void {
  describe('what can be done with an order', () => {
    it('is what is then accepted, and what is not is then refused by the guard that was named (D13)', async () => {
      const { ann, supervisor } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const submitted = await inTurn(created, [[ann, 'submit', {}], [ann, 'holds', { holdType: 'fraud-check', scope: { kind: 'order' } }]]);
      const weaker = { holdType: 'payment-check', scope: { kind: 'order' }, effects: ['ship'] };
      expect(await ann.post(`${path}/holds`, weaker, seenBy(submitted))).toMatchObject({ status: 409, body: { code: 'hold-effects-too-few', rule: 'A50' } });
      const { body } = await ann.get<{ readonly revision: number; readonly actions: readonly Action[] }>(`${path}/actions`);
      expect(body.revision).toBe(submitted.body.revision);
      const action = (operation: string): Action | undefined => body.actions.find((each) => each.operation === operation);
      expect(action('confirmOrder')).toMatchObject({ allowed: false, refusal: { code: 'order-on-hold', rule: 'A50' }, since: { type: 'OrderHoldApplied' } });
      expect(await ann.post(`${path}/confirm`, {}, seenBy(submitted))).toMatchObject({ status: 409, body: { code: 'order-on-hold' } });
      expect(action('lockOrder')).toMatchObject({ allowed: false, refusal: { code: 'order-not-pending' }, since: { type: 'OrderSubmitted' }, who: { roles: [] } });
      expect(action('resolveOrderHold')).toMatchObject({ allowed: false, refusal: { code: 'hold-not-yours-to-resolve' }, who: { roles: ['supervisor'] } });
      expect(action('recordShipment')).toMatchObject({ allowed: false, refusal: { code: 'not-allowed' } });
      const cancellable = action('cancelOrderLine')?.bounds?.lines ?? [];
      expect(cancellable.map(({ greatest }) => greatest)).toEqual([3, 3]);
      expect((await supervisor.get<{ readonly actions: readonly Action[] }>(`${path}/actions`)).body.actions.find(({ operation }) => operation === 'resolveOrderHold')).toMatchObject({ allowed: true });
    });

    it('tells how far one may go alone: up to there it is done, beyond it a second person is asked (D13, G3)', async () => {
      const { ann, supervisor } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const limitsOf = async (by: Session, operation: string): Promise<Action['limits']> => (await by.get<{ readonly actions: readonly Action[] }>(`${path}/actions`)).body.actions.find((each) => each.operation === operation)?.limits;
      const [first] = (await limitsOf(ann, 'addOrderCharge'))?.filter(({ kind, lineId }) => kind === 'discount' && lineId === undefined) ?? [];
      const discount = { kind: 'discount', category: 'goodwill', name: 'Goodwill', reasonCode: 'goodwill' };
      const given = first?.amountMinor ?? 0;
      expect(first).toMatchObject({ currency: 'GBP', beyond: 'second-person', askedWith: 'requestOrderCharge' });
      expect(await ann.post(`${path}/charges`, { ...discount, amountMinor: given + 1 }, seenBy(created))).toMatchObject({ status: 409, body: { code: 'discount-needs-approval' } });
      const done = await ann.command(`${path}/charges`, { ...discount, amountMinor: given }, seenBy(created));
      const left = (await limitsOf(ann, 'addOrderCharge'))?.filter(({ kind }) => kind === 'discount').map(({ amountMinor }) => amountMinor);
      expect(new Set(left)).toEqual(new Set([0]));
      expect((await limitsOf(ann, 'changeOrderCharge'))?.[0]).toMatchObject({ chargeId: done.body.created?.chargeId, amountMinor: given });
      expect((await limitsOf(supervisor, 'changeOrderCharge'))?.[0]?.amountMinor).toBeGreaterThan(given);
    });

    it('can be asked for what it would do, and nothing happens', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const order = await ann.get<OrderView>(path, atLeast(created));
      const [line] = order.body.lines;
      const before = await eventsOf(scene(), created.body.orderId);
      const ask = (body: object): Promise<{ readonly status: number; readonly body: Preview }> => ann.post<Preview>(`${path}/preview`, body);

      const cancelling = await ask({ operation: 'cancelOrderLine', part: line?.lineId, body: { quantity: 3, reasonCode: 'customer-request' } });
      expect(cancelling).toMatchObject({ status: 200, body: { would: 'done', events: [{ type: 'OrderLineCancelled', title: expect.stringMatching(/^3 pieces of .* cancelled$/) }] } });
      expect(cancelling.body.totals.after.totalMinor).toBeLessThan(cancelling.body.totals.before.totalMinor);
      expect(await ask({ operation: 'cancelOrderLine', part: line?.lineId, body: { quantity: 4, reasonCode: 'customer-request' } })).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'quantity-exceeds-open' } } });
      expect(await ask({ operation: 'cancelOrderLine', part: line?.lineId, body: { quantity: 1, reasonCode: 'no-such-reason' } })).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'reason-unknown' } } });
      expect(await ask({ operation: 'recordDelivery', part: randomUUID(), body: { externalId: 'x' } })).toMatchObject({ status: 403 });
      expect(await ask({ operation: 'cancelOrderLine', body: { quantity: 1, reasonCode: 'customer-request' } })).toMatchObject({ status: 400 });
      expect(await ask({ operation: 'addOrderCharge', body: { kind: 'charge', amount: 1 } })).toMatchObject({ status: 400 });
      expect(await eventsOf(scene(), created.body.orderId)).toEqual(before);

      const done = await ann.command(`${path}/lines/${line?.lineId ?? ''}/cancel`, { quantity: 3, reasonCode: 'customer-request' }, seenBy(created));
      const after = await ann.get<{ readonly totals: { readonly totalMinor: number } }>(path, atLeast(done));
      expect(after.body.totals.totalMinor).toBe(cancelling.body.totals.after.totalMinor);
    });

    it('can be asked for what taking a command back would do, or applying what somebody staged', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const [first] = (await ann.get<OrderView>(path, atLeast(created))).body.lines;
      const removing = await ann.post<Preview>(`${path}/preview`, { operation: 'removeOrderLine', part: first?.lineId });
      expect(removing.body.events).toMatchObject([{ title: `${scene().skus[0] ?? ''} removed` }]);
      const locked = await ann.command(`${path}/lock`, {}, seenBy(created));
      await ann.command(`${path}/edits`, { kind: 'change-quantity', lineId: first?.lineId, quantity: 5 });
      const { body: staged } = await bob.get<{ readonly proposals: readonly { readonly editId: string }[] }>(`${path}/proposals`);
      const applying = { operation: 'applyProposedEdit', part: staged.proposals[0]?.editId };
      expect(await bob.post<Preview>(`${path}/preview`, applying)).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'order-locked-by-another' } } });
      const would = await ann.post<Preview>(`${path}/preview`, applying);
      expect(would).toMatchObject({ status: 200, body: { would: 'done', events: [{ type: 'OrderLineQuantityChanged' }] } });
      const applied = await ann.command(`${path}/proposals/${applying.part ?? ''}/apply`, {}, seenBy(locked));
      const undoing = { operation: 'undoOrderCommand', body: { commandId: applied.body.commandId } };
      const back = await ann.post<Preview>(`${path}/preview`, undoing);
      expect(back).toMatchObject({ status: 200, body: { would: 'done', totals: { before: would.body.totals.after, after: would.body.totals.before } } });
      expect(await ann.post<Preview>(`${path}/preview`, { operation: 'undoOrderCommand', body: { commandId: created.body.commandId } })).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'not-reversible' } } });
      expect((await eventsOf(scene(), created.body.orderId)).at(-1)?.type).toBe('OrderLineQuantityChanged');
    });

    it('can be asked for what a new order would come to, and what of it cannot be ordered', async () => {
      const { ann, supervisor, storeId, skus } = scene();
      const body = { ...newOrder({ storeId, mark: freshMark(), skus: skus.slice(0, 2), quantity: 3 }) };
      const asked = await ann.post<Preview>('/api/orders/preview', { operation: 'createOrder', body });
      const created = await ann.command('/api/orders', body);
      const { body: order } = await ann.get<OrderView & { readonly totals: unknown }>(`/api/orders/${created.body.orderId}`, atLeast(created));
      expect(asked).toMatchObject({ status: 200, body: { would: 'done', events: [{ type: 'OrderCreated' }, { type: 'OrderLineAdded' }, { type: 'OrderLineAdded' }], totals: { before: { totalMinor: 0 }, after: order.totals }, unavailable: [] } });
      expect(created.body.created?.lineIds).toEqual(order.lines.map(({ lineId }) => lineId));
      const missing = { ...body, lines: [{ sku: 'no-such-thing', quantity: 1 }, { sku: skus[0], quantity: 1 }] };
      expect(await ann.post('/api/orders/preview', { operation: 'createOrder', body: missing })).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'sku-unknown' }, unavailable: [{ sku: 'no-such-thing', quantity: 1, because: 'sku-unknown' }] } });
      expect(await ann.post('/api/orders/preview', { operation: 'submitCart', body })).toMatchObject({ status: 400 });

      const path = `/api/orders/${created.body.orderId}`;
      expect(await ann.post(`${path}/preview`, { operation: 'copyOrder' })).toMatchObject({ status: 200, body: { would: 'refused', refusal: { code: 'order-not-confirmed' } } });
      await inTurn(created, [[ann, 'submit', {}], [supervisor, 'confirm', {}]]);
      expect(await ann.post(`${path}/preview`, { operation: 'copyOrder' })).toMatchObject({ status: 200, body: { would: 'done', newOrder: { totals: { before: { totalMinor: 0 }, after: order.totals }, unavailable: [] } } });

      const registered = await ann.command('/api/customers', { storeId, contact: { name: 'Ada' } });
      const { customerId } = registered.body as unknown as { readonly customerId: string };
      await ann.command(`/api/customers/${customerId}/carts/${storeId}/lock`, { currency: 'GBP' });
      const checkout = { operation: 'submitCart', cart: { customerId, storeId }, body: { contact: { name: 'Ada' }, shipTo: { country: 'GB', address: { recipient: 'Ada', line1: '1 Long Lane', city: 'Leeds' } } } };
      expect(await ann.post('/api/orders/preview', checkout)).toMatchObject({ status: 200, body: { would: 'refused', refusal: { rule: 'C5' } } });
      await ann.command(`/api/customers/${customerId}/carts/${storeId}/lines`, { sku: skus[0], quantity: 2 });
      const cart = await ann.post<Preview>('/api/orders/preview', checkout);
      expect(cart).toMatchObject({ status: 200, body: { would: 'done', events: [{ type: 'OrderCreated' }, { type: 'OrderLineAdded' }] } });
      expect(cart.body.totals.after.totalMinor).toBeGreaterThan(0);
    });

    it('loses nothing between two agents who cancel different lines at once (D4)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const { body: order } = await ann.get<OrderView>(path, atLeast(created));
      const cancel = [ann, bob].map((agent, index) => {
        const line = order.lines[index]?.lineId ?? '';
        return (headers: Readonly<Record<string, string>>) => agent.post(`${path}/lines/${line}/cancel`, { quantity: 2, reasonCode: 'customer-request' }, { ...headers, 'idempotency-key': randomUUID() });
      });
      const answers = await Promise.all(cancel.map((send) => send(seenBy(created))));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const late = answers.findIndex(({ status }) => status === 409);
      const difference = answers[late]?.body.details as unknown as Difference;
      const [mine, theirs] = [order.lines[late]?.lineId ?? '', order.lines[1 - late]?.lineId ?? ''];
      expect(difference.fields).toEqual(expect.arrayContaining([
        { field: `lines.${mine}.open`, seen: 3, now: 3, meant: 1, clash: false },
        { field: `lines.${theirs}.open`, seen: 3, now: 1, meant: 3, clash: false },
      ]));
      expect(difference.since).toMatchObject([{ title: expect.stringMatching(/^2 pieces of .* cancelled$/), actorId: expect.any(String) }]);
      expect(difference.reapply).toEqual({ possible: true });
      const again = await cancel[late]?.({ 'docket-seen-revision': String(difference.now) });
      expect(again?.status).toBe(200);
      const { body: both } = await ann.get<OrderView>(path, again === undefined ? {} : atLeast(again));
      expect(both.lines.map(({ cancelled }) => cancelled)).toEqual([2, 2]);
    });

    it('puts a removed line back as it was, while later work stands (D11)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const { body: order } = await ann.get<OrderView>(path, atLeast(created));
      const [first, second] = order.lines.map(({ lineId }) => lineId);
      const wrapped = await ann.command(`${path}/change-gift-options`, { lineId: first, wrap: true }, seenBy(created));
      const { body: before } = await ann.get<OrderView>(path, atLeast(wrapped));
      const removed = await ann.command(`${path}/lines/${first ?? ''}/remove`, {}, seenBy(wrapped));
      const { body: without } = await ann.get<OrderView>(path, atLeast(removed));
      expect(without).toMatchObject({ lines: [{ lineId: second }], removedLines: [{ line: { lineId: first } }] });
      await bob.command(`${path}/comments`, { text: 'She wants it after all.' });
      const undone = await bob.command(`${path}/undo`, { commandId: removed.body.commandId });
      expect(undone.body.events.map(({ type }) => type)).toEqual(['OrderLineRestored']);
      const { body: after } = await ann.get<OrderView>(path, atLeast(undone));
      expect(after.lines.find(({ lineId }) => lineId === first)).toEqual(before.lines.find(({ lineId }) => lineId === first));
      expect(after).toMatchObject({ totals: before.totals });
      const again = await ann.command(`${path}/lines/${first ?? ''}/remove`, {}, seenBy(undone));
      const restored = await ann.command(`${path}/lines/${first ?? ''}/restore`, {}, seenBy(again));
      expect((await ann.get<OrderView>(path, atLeast(restored))).body).toMatchObject({ totals: before.totals });
      expect((await ann.post(`${path}/lines/${first ?? ''}/restore`, {}, seenBy(restored))).body).toMatchObject({ code: 'line-not-removed', rule: 'D11' });
    });

    it('takes no change of an amount back that is more than one may give (A52, D11)', async () => {
      const { ann, supervisor } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const goodsMinor = (await ann.get<OrderView & { readonly totals: { readonly goodsMinor: number } }>(path, atLeast(created))).body.totals.goodsMinor;
      const charge = { kind: 'charge', name: 'Engraving', amountMinor: goodsMinor, category: 'personalisation', reasonCode: 'customer-request' };
      const charged = await supervisor.command(`${path}/charges`, charge, seenBy(created));
      const change = { name: 'Engraving', amountMinor: 10, category: 'personalisation', reasonCode: 'mistake' };
      const lowered = await supervisor.command(`${path}/charges/${charged.body.created?.chargeId ?? ''}/change`, change, seenBy(charged));
      const refused = await ann.post(`${path}/undo`, { commandId: lowered.body.commandId }, { 'idempotency-key': randomUUID() });
      expect(refused).toMatchObject({ status: 409, body: { code: 'charge-needs-approval', rule: 'A52' } });
      const undone = await supervisor.command(`${path}/undo`, { commandId: lowered.body.commandId });
      expect(undone.body.events.map(({ type }) => type)).toEqual(['OrderChargeChanged']);
      expect((await ann.get<OrderView>(path, atLeast(undone))).body).toMatchObject({ charges: [{ amountMinor: goodsMinor }] });
    });

    it('puts back a discount that was taken off, within what one may give (A52, D11)', async () => {
      const { ann } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const given = await ann.command(`${path}/charges`, { kind: 'discount', name: 'Regular', amountMinor: 10, category: 'goodwill', reasonCode: 'goodwill' }, seenBy(created));
      const { body: before } = await ann.get<OrderView>(path, atLeast(given));
      const chargeId = given.body.created?.chargeId ?? '';
      const off = await ann.command(`${path}/charges/${chargeId}/remove`, { reasonCode: 'mistake' }, seenBy(given));
      const undone = await ann.command(`${path}/undo`, { commandId: off.body.commandId });
      expect(undone.body.events.map(({ type }) => type)).toEqual(['OrderChargeRestored']);
      expect((await ann.get<OrderView>(path, atLeast(undone))).body).toMatchObject({ totals: before.totals, charges: before.charges });
      const again = await ann.command(`${path}/charges/${chargeId}/remove`, { reasonCode: 'mistake' }, seenBy(undone));
      const restored = await ann.command(`${path}/charges/${chargeId}/restore`, {}, seenBy(again));
      expect((await ann.get<OrderView>(path, atLeast(restored))).body).toMatchObject({ totals: before.totals });
    });

    it('can be undone while later work stands, once, or says what depends on it (D11)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const { body: order } = await ann.get<OrderView>(path, atLeast(created));
      const [first, second] = order.lines.map(({ lineId }) => lineId);
      const wrong = await ann.command(`${path}/lines/${first ?? ''}/change-quantity`, { quantity: 30 }, seenBy(created));
      await bob.command(`${path}/lines/${second ?? ''}/change-quantity`, { quantity: 1 }, seenBy(wrong));
      await bob.command(`${path}/comments`, { text: 'One is enough.' });
      const key = { 'idempotency-key': randomUUID() };
      const undone = await ann.command(`${path}/undo`, { commandId: wrong.body.commandId }, key);
      expect((await ann.command(`${path}/undo`, { commandId: wrong.body.commandId }, key)).body).toEqual({ ...undone.body, repeated: true });
      expect(await ann.post(`${path}/undo`, { commandId: created.body.commandId }, key)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
      expect(undone.body.events.map(({ type }) => type)).toEqual(['OrderLineQuantityChanged']);
      const { body: after } = await ann.get<OrderView>(path, atLeast(undone));
      expect(after.lines.map(({ ordered }) => ordered)).toEqual([3, 1]);
      expect(await bob.post(`${path}/undo`, { commandId: wrong.body.commandId })).toMatchObject({ status: 409, body: { code: 'already-undone', rule: 'D11' } });

      const changed = await ann.command(`${path}/lines/${first ?? ''}/change-quantity`, { quantity: 4 }, seenBy(undone));
      const submitted = await bob.command(`${path}/submit`, {}, seenBy(changed));
      const late = await ann.post(`${path}/undo`, { commandId: changed.body.commandId });
      expect(late).toMatchObject({ status: 409, body: { code: 'undo-blocked', details: { by: [{ type: 'OrderSubmitted', title: 'Order submitted', commandId: submitted.body.commandId }] } } });
      expect(await ann.post(`${path}/undo`, { commandId: submitted.body.commandId })).toMatchObject({ status: 409, body: { code: 'not-reversible', details: { why: 'begun', instead: 'cancelOrder' } } });
      expect(await ann.post(`${path}/undo`, { commandId: randomUUID() })).toMatchObject({ status: 404 });
    });

    it('that cancelled the order can be undone until money goes back: the order stands where it stood, in the grid too (C4)', async () => {
      const { ann, bob } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const reinstating = async (): Promise<unknown> => (await ann.get<{ readonly actions: readonly Action[] }>(`${path}/actions`)).body.actions.find(({ operation }) => operation === 'reinstateOrder');
      expect(await reinstating()).toMatchObject({ allowed: false, refusal: { code: 'order-not-cancelled', rule: 'C4' } });
      const cancelled = await ann.command(`${path}/cancel`, { reasonCode: 'customer-request' }, seenBy(created));
      expect((await ann.get<OrderView>(path, atLeast(cancelled))).body.status).toBe('cancelled');
      expect(await reinstating()).toMatchObject({ allowed: true });
      await bob.command(`${path}/comments`, { text: 'She meant the other order.' });
      const undone = await ann.command(`${path}/undo`, { commandId: cancelled.body.commandId });
      expect(undone.body.events.map(({ type }) => type)).toEqual(['OrderReinstated']);
      const { body: after } = await ann.get<OrderView & { readonly totals: unknown }>(path, atLeast(undone));
      expect(after).toMatchObject({ status: 'pending', lines: [{ open: 3, cancelled: 0 }, { open: 3, cancelled: 0 }], commentCount: 1 });
      const grid = await ann.get<{ readonly orders: readonly { readonly orderId: string }[] }>('/api/pending-orders?limit=100', atLeast(undone));
      expect(grid.body.orders.map(({ orderId }) => orderId)).toContain(created.body.orderId);

      const again = await bob.command(`${path}/cancel`, { reasonCode: 'customer-request' }, seenBy(undone));
      const back = await bob.command(`${path}/reinstate`, { note: 'Twice the same mistake.' }, seenBy(again));
      expect(await bob.post(`${path}/reinstate`, {}, { ...seenBy(back), 'idempotency-key': randomUUID() })).toMatchObject({ status: 409, body: { code: 'order-not-cancelled', rule: 'C4' } });
    });

    it('is kept when it was refused, and refused again by the same rule when it is run again (D2)', async () => {
      const { ann, auditor, system } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const codes = [
        (await ann.post(`${path}/confirm`, {}, { ...seenBy(created), 'idempotency-key': randomUUID() })).body.code,
        (await ann.post(`${path}/unlock`, {}, { ...seenBy(created), 'idempotency-key': randomUUID() })).body.code,
      ];
      await inTurn(created, [[ann, 'submit', {}], [ann, 'confirm', {}]]);
      expect((await ann.get(`${path}/refusals`)).status).toBe(403);
      const { body } = await auditor.get<{ readonly refusals: readonly { readonly refusal: { readonly code: string }; readonly rerun: { readonly same: boolean } }[] }>(`${path}/refusals?rerun=true`);
      expect(body.refusals).toMatchObject(codes.map((code) => ({ refusal: { code }, revision: created.body.revision, policyVersion: expect.any(String), rerun: { same: true, outcome: { kind: 'refused', refusal: { code } } } })));
      const told = await system.docket(['refusals', created.body.orderNumber, '--rerun']);
      expect(told).toMatchObject({ code: 0 });
      expect(told.output).toMatch(/ConfirmOrder by csr [^]*order-not-submitted[^]*refused again by the same rule[^]*2 refusals; 0 would be answered otherwise today/);
    });
  });
}
