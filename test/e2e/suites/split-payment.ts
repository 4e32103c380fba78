import { describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { atLeast, type CommandAnswer, type Reply } from '../http.js';
import { newOrder } from '../orders.js';
import { freshMark, inTurn, seenBy, type OrderView, type Scene } from '../scene.js';

interface Inquiry {
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly outstandingMinor: number;
  readonly refundDueMinor: number;
  readonly open: readonly { readonly paymentId: string; readonly action: string; readonly methodId: string; readonly amountMinor: number }[];
  readonly transactions: readonly { readonly outcome: string; readonly amountMinor: number }[];
}

type Question = Inquiry['open'][number];

const OUTCOMES = { authorize: 'authorized', capture: 'captured', refund: 'refunded' } as const;

export function splitPayment(scene: () => Scene): void {
  describe('the split payment with a late capture', () => {
    it('is asked for by itself, over a gift card and a card; what is captured too late is given back (A43, A44, A46)', async () => {
      const { ann, carrier, storeId } = scene();
      const created = await ann.command('/api/orders', newOrder({ storeId, mark: freshMark(), skus: ['MUG-WHT', 'POT-06'], quantity: 2 }));
      const { orderId } = created.body;
      const path = `/api/orders/${orderId}`;
      const order = (await ann.get<OrderView & { readonly totals: { readonly totalMinor: number } }>(path, atLeast(created))).body;
      const [mug, pot] = order.lines.map(({ lineId }) => lineId);
      const { totalMinor } = order.totals;

      const number = await ann.post(`${path}/payment-methods`, { kind: 'card', token: '4242424242424242' }, seenBy(created));
      expect(number).toMatchObject({ status: 400, body: { code: 'card-number-refused', rule: 'A44' } });
      const withGift = await ann.command(`${path}/payment-methods`, { kind: 'gift-card', token: 'tok_gift_0001', limitMinor: 2_000 }, seenBy(created));
      const gift = withGift.body.created?.methodId ?? '';
      const withCard = await ann.command(`${path}/payment-methods`, { kind: 'card', token: 'tok_card_0001', label: 'Visa ending 4242' }, seenBy(withGift));
      const card = withCard.body.created?.methodId ?? '';
      const early = await ann.post(`${path}/submit`, {}, seenBy(withCard));
      expect(early).toMatchObject({ status: 409, body: { code: 'payment-not-covered', rule: 'C1', details: { coveredMinor: 0, totalMinor } } });
      const tooMuch = await ann.post(`${path}/allocations`, { allocations: [{ methodId: gift, amountMinor: totalMinor }] }, seenBy(withCard));
      expect(tooMuch).toMatchObject({ status: 409, body: { code: 'allocation-exceeds-limit', rule: 'A44' } });
      const allocations = [{ methodId: gift, amountMinor: 2_000 }, { methodId: card, amountMinor: totalMinor - 2_000 }];
      await inTurn(withCard, [[ann, 'allocations', { allocations }], [ann, 'submit', {}]]);

      const inquiry = async (after?: Reply<CommandAnswer>): Promise<Inquiry> => (await ann.get<Inquiry>(`${path}/payments`, after === undefined ? {} : atLeast(after))).body;
      const asked = (action: string, count: number): Promise<readonly Question[]> =>
        eventually(`the gateway is asked to ${action}`, async () => {
          const questions = (await inquiry()).open.filter((question) => question.action === action);
          return questions.length === count && questions;
        });
      const answered = async ({ paymentId, methodId, amountMinor, action }: Question): Promise<Reply<CommandAnswer>> => {
        const fact = { externalId: `psp-${paymentId}`, outcome: OUTCOMES[action as keyof typeof OUTCOMES], methodId, amountMinor, paymentId };
        const told = await carrier.command(`${path}/payments`, fact);
        expect((await carrier.command(`${path}/payments`, fact)).body.events).toEqual([]);
        return told;
      };
      const authorizations = await asked('authorize', 2);
      expect(authorizations.map(({ methodId, amountMinor }) => ({ methodId, amountMinor }))).toEqual(allocations);
      for (const question of authorizations) await answered(question);
      const noted = await ann.command(`${path}/comments`, { text: 'Half of it by gift card', visibility: 'internal' });
      expect(await inquiry(noted)).toMatchObject({ authorizedMinor: totalMinor, capturedMinor: 0, outstandingMinor: totalMinor, open: [] });
      const now = await ann.get<OrderView>(path, atLeast(noted));
      const lower = await ann.post(`${path}/payment-methods/${gift}/change`, { limitMinor: 1_999 }, seenBy(now));
      expect(lower).toMatchObject({ status: 409, body: { code: 'limit-below-charged', rule: 'A44', details: { leastMinor: 2_000 } } });

      const released = await inTurn({ ...created, headers: now.headers }, [[ann, 'confirm', {}], [ann, 'release', {}]]);
      const parcel = await carrier.command(`${path}/shipments`, { externalId: `p-${orderId}`, lines: [{ lineId: mug, quantity: 2 }] }, seenBy(released));
      const shipment = { shipmentId: parcel.body.created?.shipmentId };
      const invoiced = await carrier.command(`${path}/invoices`, shipment, seenBy(parcel));
      expect(await carrier.post(`${path}/invoices`, shipment, seenBy(await ann.get(path, atLeast(invoiced))))).toMatchObject({ status: 409, body: { code: 'shipment-already-invoiced', rule: 'A46' } });
      const invoices = await ann.get<{ readonly invoices: readonly { readonly totalMinor: number; readonly balanceMinor: number }[] }>(`${path}/invoices`, atLeast(invoiced));
      const [invoice] = invoices.body.invoices;
      expect(invoices.body.invoices).toEqual([expect.objectContaining({ shipmentId: shipment.shipmentId, balanceMinor: invoice?.totalMinor })]);

      const [capture] = await asked('capture', 1);
      expect(capture).toMatchObject({ methodId: gift, amountMinor: invoice?.totalMinor });
      // The provider captures the card on its own, late and beyond what the order still comes to.
      const cancelled = await ann.command(`${path}/lines/${pot ?? ''}/cancel`, { quantity: 2, reasonCode: 'customer-request' }, seenBy(await ann.get(path, atLeast(invoiced))));
      if (capture !== undefined) await answered(capture);
      const late = await carrier.command(`${path}/payments`, { externalId: `late-${orderId}`, outcome: 'captured', methodId: card, amountMinor: 1_000 });
      expect(Number(late.body.revision)).toBeGreaterThan(Number(cancelled.body.revision));
      const [refund] = await asked('refund', 1);
      expect(refund).toMatchObject({ methodId: card, amountMinor: 1_000 });
      const beyond = await carrier.post(`${path}/payments`, { externalId: `more-${orderId}`, outcome: 'refunded', methodId: card, amountMinor: 1_001 });
      expect(beyond).toMatchObject({ status: 409, body: { code: 'refund-exceeds-collected', rule: 'A43' } });
      if (refund !== undefined) {
        const end = await inquiry(await answered(refund));
        expect(end).toMatchObject({ capturedMinor: (invoice?.totalMinor ?? 0) + 1_000, refundedMinor: 1_000, outstandingMinor: 0, refundDueMinor: 0, open: [] });
        expect(end.transactions.map(({ outcome }) => outcome)).toEqual(['authorized', 'authorized', 'captured', 'captured', 'refunded']);
      }
    });
  });
}
