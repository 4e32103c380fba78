import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atLeast } from '../http.js';
import { newOrder } from '../orders.js';
import { freshMark, inTurn, seenBy, type OrderView, type Scene } from '../scene.js';

interface Part {
  readonly figure: string;
  readonly lineId?: string;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

interface Amended extends OrderView {
  readonly totals: { readonly taxMinor: number; readonly totalMinor: number };
  readonly recalculations: readonly { readonly command: string; readonly rule: string; readonly beforeMinor: number; readonly afterMinor: number; readonly parts: readonly Part[] }[];
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, { figure, beforeMinor, afterMinor }) => total + (['discounts', 'credits'].includes(figure) ? -1 : 1) * (afterMinor - beforeMinor), 0);

export function amendments(scene: () => Scene): void {
  describe('a confirmed order that is changed', () => {
    it('is re-priced at each step, and each step is explained line by line (A45, A48, A52, A53, A56, A57, A63)', async () => {
      const { ann, supervisor, storeId } = scene();
      const mark = freshMark();
      const created = await ann.command('/api/orders', newOrder({ storeId, mark, skus: ['MUG-WHT', 'POT-06'], quantity: 3 }));
      const path = `/api/orders/${created.body.orderId}`;
      const pending = await ann.get<OrderView>(path, atLeast(created));
      const [mug, pot] = pending.body.lines.map(({ lineId }) => lineId);
      const confirmed = await inTurn(created, [[ann, 'submit', {}], [ann, 'confirm', {}]]);

      const wrong = await ann.post(`${path}/lines/${mug ?? ''}/change-variant`, { sku: 'POT-02' }, seenBy(confirmed));
      expect(wrong).toMatchObject({ status: 409, body: { code: 'variant-of-another-product', rule: 'A53' } });
      const charged = await inTurn(confirmed, [
        [ann, `lines/${mug ?? ''}/change-variant`, { sku: 'mug-blu' }],
        [ann, 'change-gift-options', { lineId: mug, wrap: true, message: `Happy birthday, ${mark}` }],
        [ann, 'change-fulfilment', { kind: 'pickup', storeCode: 'york-stonegate', lineIds: [pot] }],
        [ann, 'charges', { kind: 'charge', category: 'personalisation', name: 'Engraving', lineId: mug, amountMinor: 150, per: 'unit', reasonCode: 'personalisation' }],
      ]);
      const chargeId = charged.body.created?.chargeId ?? '';
      const refusals: readonly (readonly [string, object, object])[] = [
        ['change-fulfilment', { kind: 'pickup', storeCode: 'atlantis' }, { status: 409, body: { code: 'pickup-store-unknown', rule: 'A56' } }],
        ['change-fulfilment', { kind: 'pickup', storeCode: 'dublin-grafton' }, { status: 409, body: { code: 'pickup-store-abroad', rule: 'A56' } }],
        ['change-fulfilment', { kind: 'pickup' }, { status: 400 }],
        ['charges', { kind: 'discount', category: 'gift-wrap', name: 'x', amountMinor: 1, reasonCode: 'goodwill' }, { status: 409, body: { code: 'charge-category-unknown', rule: 'A52' } }],
        ['charges', { kind: 'discount', category: 'goodwill', name: 'Half off', amountMinor: 5_000, reasonCode: 'goodwill' }, { status: 409, body: { code: 'discount-needs-approval', rule: 'A52' } }],
        ['charges', { kind: 'charge', category: 'handling', name: 'By hand', amountMinor: 6_000, reasonCode: 'personalisation' }, { status: 409, body: { code: 'charge-needs-approval', rule: 'A52' } }],
        ['charges', { kind: 'discount', category: 'goodwill', name: 'Half off', amountMinor: 1, reasonCode: 'goodwill', approvedBy: randomUUID() }, { status: 400 }],
        ['charges', { kind: 'charge', category: 'handling', name: 'No reason', amountMinor: 1 }, { status: 400 }],
        [`charges/${chargeId}/change`, { amountMinor: 150, reasonCode: 'price-error' }, { status: 409, body: { code: 'charge-unchanged', rule: 'A52' } }],
        [`charges/${randomUUID()}/remove`, { reasonCode: 'mistake' }, { status: 409, body: { code: 'charge-not-found', rule: 'A52' } }],
        ['tax-exemption/revoke', {}, { status: 409, body: { code: 'tax-exemption-not-granted', rule: 'A57' } }],
      ];
      for (const [what, body, answer] of refusals) expect(await ann.post(`${path}/${what}`, body, seenBy(charged))).toMatchObject(answer);

      const sue = await supervisor.get<{ readonly id: string }>('/api/users/me');
      const repriced = await inTurn(charged, [
        [ann, `lines/${mug ?? ''}/change-quantity`, { quantity: 4 }],
        [ann, `charges/${chargeId}/change`, { amountMinor: 120, reasonCode: 'price-error', note: 'As advertised' }],
      ]);
      const halfOff = { kind: 'discount', category: 'goodwill', name: 'Half off', amountMinor: 5_000, reasonCode: 'goodwill' };
      const asked = await ann.command(`${path}/charge-requests`, halfOff, seenBy(repriced));
      const request = `charge-requests/${asked.body.created?.chargeId ?? ''}`;
      expect(await ann.post(`${path}/${request}/approve`, {}, seenBy(asked))).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
      const own = await supervisor.command(`${path}/charge-requests`, halfOff, seenBy(asked));
      const ownRequest = `charge-requests/${own.body.created?.chargeId ?? ''}`;
      expect(await supervisor.post(`${path}/${ownRequest}/approve`, {}, seenBy(own))).toMatchObject({ status: 409, body: { code: 'approver-is-the-agent', rule: 'G3' } });
      const changed = await inTurn(own, [[supervisor, `${ownRequest}/decline`, { note: 'Once is enough' }], [supervisor, `${request}/approve`, {}]]);
      const discount = `charges/${changed.body.created?.chargeId ?? ''}`;
      const more = { amountMinor: 5_200, reasonCode: 'goodwill', note: 'Chipped as well' };
      expect(await ann.post(`${path}/${discount}/change`, more, seenBy(changed))).toMatchObject({ status: 409, body: { code: 'discount-needs-approval' } });
      const waiting = await ann.command(`${path}/${discount}/change-requests`, more, seenBy(changed));
      expect(await ann.post(`${path}/${discount}/change-requests`, more, seenBy(waiting))).toMatchObject({ status: 409, body: { code: 'charge-change-waits', rule: 'A52' } });
      const { body: waits } = await ann.get<Amended>(path, atLeast(waiting));
      expect(waits).toMatchObject({ charges: [{}, { amountMinor: 5_000 }], chargeRequests: [{}, {}, { amountMinor: 5_200, changes: { amountMinor: 5_000 }, note: 'Chipped as well' }] });
      const granted = await supervisor.command(`${path}/${request}/approve`, {}, seenBy(waiting));
      const [mugPrice, potPrice] = [780, 2_950];
      const net = 4 * (mugPrice + 120) + 3 * potPrice - 5_200;
      const taxed = await ann.get<Amended>(path, atLeast(granted));
      const tax = (net * 20) / 100;
      expect(taxed.body).toMatchObject({
        totals: { totalMinor: net + tax },
        lines: [
          { sku: 'MUG-BLU', ordered: 4, gift: { wrap: true, message: `Happy birthday, ${mark}` } },
          { sku: 'POT-06', fulfilment: { kind: 'pickup', storeCode: 'york-stonegate' } },
        ],
        charges: [{ chargeId, amountMinor: 480, perUnitMinor: 120, changed: { note: 'As advertised' } }, { kind: 'discount', amountMinor: 5_200, approvedBy: sue.body.id, changed: { approvedBy: sue.body.id } }],
        chargeRequests: [{ amountMinor: 5_000, approved: { by: sue.body.id } }, { by: sue.body.id, declined: { note: 'Once is enough' } }, { amountMinor: 5_200, approved: { by: sue.body.id } }],
      });

      const exempt = await inTurn(granted, [[ann, 'tax-exemption', { certificate: `EX-${mark}`, note: 'A charity' }], [ann, `${discount}/remove`, { reasonCode: 'mistake' }]]);
      const order = await ann.get<Amended>(path, atLeast(exempt));
      expect(order.body).toMatchObject({ totals: { taxMinor: 0, totalMinor: net + 5_200 }, taxExemption: { certificate: `EX-${mark}` } });
      const { recalculations } = order.body;
      expect(recalculations.map(({ command }) => command)).toEqual([
        'AddOrderLine', 'AddOrderLine', 'AddOrderCharge', 'ChangeOrderLineQuantity', 'ChangeOrderCharge', 'ApproveOrderCharge', 'ApproveOrderCharge', 'GrantOrderTaxExemption', 'RemoveOrderCharge',
      ]);
      for (const { beforeMinor, afterMinor, parts } of recalculations) expect(sum(parts)).toBe(afterMinor - beforeMinor);
      expect(recalculations.at(-1)?.afterMinor).toBe(order.body.totals.totalMinor);
      expect(recalculations.at(-2)).toMatchObject({ rule: 'A57', parts: expect.arrayContaining([{ figure: 'tax', lineId: pot, beforeMinor: (3 * potPrice * 20) / 100, afterMinor: 0 }]) });
      const again = await inTurn(exempt, [[ann, 'tax-exemption/revoke', { note: 'It had run out' }]]);
      expect((await ann.get<Amended>(path, atLeast(again))).body.totals.taxMinor).toBe(((net + 5_200) * 20) / 100);
    });
  });
}
