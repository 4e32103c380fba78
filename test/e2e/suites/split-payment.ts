import { describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { atLeast } from '../http.js';
import { newOrder } from '../orders.js';
import { eventsOf, freshMark, inTurn, seenBy, type OrderView, type Scene } from '../scene.js';

interface Inquiry {
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly outstandingMinor: number;
  readonly refundDueMinor: number;
  readonly open: readonly { readonly action: string; readonly methodId: string; readonly amountMinor: number; readonly attempt: number }[];
  readonly transactions: readonly { readonly externalId: string; readonly outcome: string; readonly methodId: string; readonly amountMinor: number }[];
}

type OrderWithTotals = OrderView & { readonly totals: { readonly totalMinor: number } };

export function splitPayment(scene: () => Scene): void {
  describe('the split payment with a late capture', () => {
    it('is charged to a gift card and a card by itself; what the late capture brings too much is given back (A43, A44, A46)', async () => {
      const { ann, carrier, storeId } = scene();
      const created = await ann.command('/api/orders', newOrder({ storeId, mark: freshMark(), skus: ['MUG-WHT', 'POT-06'], quantity: 2 }));
      const { orderId } = created.body;
      const path = `/api/orders/${orderId}`;
      const order = (await ann.get<OrderWithTotals>(path, atLeast(created))).body;
      const [mug, pot] = order.lines.map(({ lineId }) => lineId);
      const { totalMinor } = order.totals;

      const number = await ann.post(`${path}/payment-methods`, { kind: 'card', token: '4242424242424242' }, seenBy(created));
      expect(number).toMatchObject({ status: 400, body: { code: 'card-number-refused', rule: 'A44' } });
      const withGift = await ann.command(`${path}/payment-methods`, { kind: 'gift-card', token: 'tok_gift_0001', limitMinor: 2_000 }, seenBy(created));
      const gift = withGift.body.created?.methodId ?? '';
      const withCard = await ann.command(`${path}/payment-methods`, { kind: 'card', token: 'tok_test_late', label: 'Visa ending 4242' }, seenBy(withGift));
      const card = withCard.body.created?.methodId ?? '';
      const early = await ann.post(`${path}/submit`, {}, seenBy(withCard));
      expect(early).toMatchObject({ status: 409, body: { code: 'payment-not-covered', rule: 'C1', details: { coveredMinor: 0, totalMinor } } });
      const tooMuch = await ann.post(`${path}/allocations`, { allocations: [{ methodId: gift, amountMinor: totalMinor }] }, seenBy(withCard));
      expect(tooMuch).toMatchObject({ status: 409, body: { code: 'allocation-exceeds-limit', rule: 'A44' } });
      const onCard = totalMinor - 2_000;
      const allocations = [{ methodId: gift, amountMinor: 2_000 }, { methodId: card, amountMinor: onCard }];
      const placed = await inTurn(withCard, [[ann, 'allocations', { allocations }], [ann, 'submit', {}]]);

      const once = (what: string, holds: (inquiry: Inquiry) => boolean): Promise<Inquiry> =>
        eventually(what, async () => {
          const { body } = await ann.get<Inquiry>(`${path}/payments`);
          return holds(body) && body;
        });
      // The card's provider answers nothing at first, and what it did when it is asked again.
      const waiting = await once('the gift card is authorized', ({ transactions }) => transactions.length > 0);
      expect(waiting.transactions).toMatchObject([{ outcome: 'authorized', methodId: gift, amountMinor: 2_000 }]);
      const authorized = await once('both are authorized', ({ authorizedMinor }) => authorizedMinor === totalMinor);
      expect(authorized).toMatchObject({ capturedMinor: 0, outstandingMinor: totalMinor, open: [] });
      const then = await ann.get<Inquiry>(`${path}/payments`);
      const now = await ann.get<OrderView>(path);
      const lower = await ann.post(`${path}/payment-methods/${gift}/change`, { limitMinor: 1_999 }, seenBy(now));
      expect(lower).toMatchObject({ status: 409, body: { code: 'limit-below-charged', rule: 'A44', details: { leastMinor: 2_000 } } });

      // What she saw is the order as she placed it: that it was authorized since keeps her from nothing (D4).
      const parcel = await inTurn(placed, [
        [ann, 'confirm', {}],
        [ann, 'release', {}],
        [carrier, 'shipments', { externalId: `p-${orderId}`, lines: [{ lineId: mug, quantity: 2 }, { lineId: pot, quantity: 2 }] }],
      ]);
      const shipment = { shipmentId: parcel.body.created?.shipmentId };
      const invoiced = await carrier.command(`${path}/invoices`, shipment, seenBy(parcel));
      expect(await carrier.post(`${path}/invoices`, shipment, seenBy(await ann.get(path, atLeast(invoiced))))).toMatchObject({ status: 409, body: { code: 'shipment-already-invoiced', rule: 'A46' } });
      const capturing = await once('the gift card is captured, the card not yet', ({ capturedMinor, open }) => capturedMinor === 2_000 && open.length === 1);
      expect(capturing.open).toMatchObject([{ action: 'capture', methodId: card, amountMinor: onCard, attempt: 1 }]);
      // A piece comes back while the capture is on its way: it brings in more than the order comes to by then.
      await carrier.command(`${path}/returns`, { externalId: `back-${orderId}`, lineId: mug, quantity: 1, creditedMinor: 900 });

      const end = await once('all is settled', ({ refundedMinor, open }) => refundedMinor > 0 && open.length === 0);
      expect(end).toMatchObject({ capturedMinor: totalMinor, refundedMinor: 900, outstandingMinor: 0, refundDueMinor: 0 });
      expect(end.transactions.map(({ outcome, methodId, amountMinor }) => [outcome, methodId, amountMinor])).toEqual([
        ['authorized', gift, 2_000],
        ['authorized', card, onCard],
        ['captured', gift, 2_000],
        ['captured', card, onCard],
        ['refunded', card, 900],
      ]);
      const types = (await eventsOf(scene(), orderId)).map(({ type }) => type);
      expect(types.filter((type) => type === 'OrderPaymentChased')).toHaveLength(3);

      // A copy that is dropped again: what was set aside for it is let go, by itself and once.
      const copy = await ann.command(`${path}/copy`);
      const copyPath = `/api/orders/${copy.body.orderId}`;
      const withWallet = await ann.command(`${copyPath}/payment-methods`, { kind: 'wallet', token: 'tok_wallet_0001' }, seenBy(copy));
      const due = (await ann.get<OrderWithTotals>(copyPath, atLeast(withWallet))).body.totals.totalMinor;
      const wallet = withWallet.body.created?.methodId;
      await inTurn({ ...copy, headers: withWallet.headers }, [[ann, 'allocations', { allocations: [{ methodId: wallet, amountMinor: due }] }], [ann, 'submit', {}]]);
      const ofCopy = (what: string, holds: (inquiry: Inquiry) => boolean): Promise<Inquiry> =>
        eventually(what, async () => {
          const { body } = await ann.get<Inquiry>(`${copyPath}/payments`);
          return holds(body) && body;
        });
      await ofCopy('the wallet is authorized', ({ authorizedMinor }) => authorizedMinor === due);
      // A discount by mistake, undone after part of the money was let go for it: that is set aside anew (D11).
      const goodwill = { kind: 'discount', category: 'goodwill', name: 'Regular', amountMinor: 100, reasonCode: 'goodwill' };
      const mistaken = await ann.command(`${copyPath}/charges`, goodwill, seenBy(await ann.get(copyPath)));
      const less = await ofCopy('part of it is let go', ({ transactions }) => transactions.length > 1);
      const taken = due - less.authorizedMinor;
      expect(taken).toBeGreaterThan(0);
      await ann.command(`${copyPath}/undo`, { commandId: mistaken.body.commandId });
      await ofCopy('all of it is authorized again', ({ authorizedMinor }) => authorizedMinor === due);
      await ann.command(`${copyPath}/cancel`, { reasonCode: 'customer-request' }, seenBy(await ann.get(copyPath)));
      const letGo = await ofCopy('it is let go', ({ authorizedMinor }) => authorizedMinor === 0);
      expect(letGo).toMatchObject({ outstandingMinor: 0, open: [] });
      expect(letGo.transactions.map(({ outcome, methodId, amountMinor }) => [outcome, methodId, amountMinor])).toEqual([
        ['authorized', wallet, due],
        ['voided', wallet, taken],
        ['authorized', wallet, taken],
        ['voided', wallet, due],
      ]);

      // The provider tells by another way what it told before, and what cannot be.
      const told = { externalId: end.transactions.at(-1)?.externalId, outcome: 'refunded', methodId: card, amountMinor: 900 };
      expect((await carrier.command(`${path}/payments`, told)).body.events).toEqual([]);
      const beyond = await carrier.post(`${path}/payments`, { ...told, externalId: `more-${orderId}`, amountMinor: totalMinor });
      expect(beyond).toMatchObject({ status: 409, body: { code: 'refund-exceeds-collected', rule: 'A43' } });
      const invoices = await ann.get<{ readonly invoices: readonly unknown[] }>(`${path}/invoices`);
      expect(invoices.body.invoices).toEqual([expect.objectContaining({ ...shipment, totalMinor, creditedMinor: 900, collectedMinor: totalMinor - 900, balanceMinor: 0 })]);

      // What is charged after all was invoiced is invoiced alone; the balances are what is outstanding.
      const extra = await ann.command(`${path}/charges`, { kind: 'charge', category: 'handling', name: 'Gift box', amountMinor: 100, reasonCode: 'personalisation' }, seenBy(await ann.get(path)));
      const alone = await carrier.command(`${path}/invoices`, {}, seenBy(extra));
      const both = await ann.get<{ readonly invoices: readonly { readonly balanceMinor: number }[] }>(`${path}/invoices`, atLeast(alone));
      expect(both.body.invoices).toMatchObject([{ ...shipment, totalMinor }, { lines: [], charges: [{ kind: 'charge', netMinor: 100, taxMinor: 20 }], totalMinor: 120 }]);
      expect(both.body.invoices.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0)).toBe(120);
      expect(await carrier.post(`${path}/invoices`, {}, seenBy(await ann.get(path, atLeast(alone))))).toMatchObject({ status: 409, body: { code: 'nothing-to-invoice', rule: 'A46' } });

      // Money as it stood, byte for byte (D1).
      const again = await ann.get<Inquiry>(`${path}/payments?asOf=${encodeURIComponent(then.headers.get('docket-position') ?? '')}`);
      expect({ text: again.text, etag: again.headers.get('etag') }).toEqual({ text: then.text, etag: then.headers.get('etag') });
      expect((await ann.get<{ readonly invoices: readonly unknown[] }>(`${path}/invoices?atRevision=0`)).body.invoices).toEqual([]);
      expect(await ann.get(`${path}/payments?asOf=never`)).toMatchObject({ status: 400, body: { code: 'invalid-position' } });
    });
  });
}
