import { describe, expect, it } from '@jest/globals';
import { atLeast, type Session } from '../http.js';
import { createOrder, eventsOf, seenBy, type OrderView, type Scene } from '../scene.js';

interface Proposals {
  readonly proposals: readonly {
    readonly editId: string;
    readonly agentId: string;
    readonly edit: { readonly kind: string };
    readonly displaced: boolean;
    readonly conflict: boolean;
    readonly conflictsWith: readonly { readonly type: string }[];
  }[];
}

const proposalsFor = async (session: Session, orderId: string): Promise<Proposals['proposals']> => (await session.get<Proposals>(`/api/orders/${orderId}/proposals`)).body.proposals;

export function takenOver(scene: () => Scene): void {
  describe('the locked order taken over mid-edit', () => {
    it('loses nothing of what the first agent had staged: each edit waits with a flag for conflict, to be applied or dropped (A22, A23, D5)', async () => {
      const { ann, bob, skus } = scene();
      const created = await createOrder(scene());
      const { orderId } = created.body;
      const path = `/api/orders/${orderId}`;
      const [first, second] = (await ann.get<OrderView>(path, atLeast(created))).body.lines.map(({ lineId }) => lineId);
      expect((await ann.post(`${path}/edits`, { kind: 'remove-line', lineId: first })).body).toMatchObject({ code: 'edit-needs-lock', rule: 'A22' });
      const locked = await ann.command(`${path}/lock`, {}, seenBy(created));
      const edits = [
        { kind: 'change-quantity', lineId: first, quantity: 5 },
        { kind: 'change-quantity', lineId: second, quantity: 1 },
        { kind: 'add-line', sku: skus[2], quantity: 2 },
        { kind: 'comment', text: 'Asks for a call before delivery.' },
      ];
      for (const edit of edits) await ann.command(`${path}/edits`, edit);
      expect((await ann.get<OrderView>(path)).body.lines.map(({ ordered }) => ordered)).toEqual([3, 3]);
      expect((await proposalsFor(ann, orderId)).map(({ displaced, conflict }) => ({ displaced, conflict }))).toEqual(edits.map(() => ({ displaced: false, conflict: false })));

      const taken = await bob.command(`${path}/take-over-lock`, {}, seenBy(locked));
      const changed = await bob.command(`${path}/lines/${first ?? ''}/change-quantity`, { quantity: 4 }, seenBy(taken));
      const proposals = await proposalsFor(bob, orderId);
      expect(proposals.map(({ edit, displaced, conflict }) => [edit.kind, displaced, conflict])).toEqual([
        ['change-quantity', true, true],
        ['change-quantity', true, false],
        ['add-line', true, false],
        ['comment', true, false],
      ]);
      expect(proposals[0]?.conflictsWith.map(({ type }) => type)).toEqual(['OrderLineQuantityChanged']);

      const [conflicting, lessOfSecond, added, comment] = proposals.map(({ editId }) => editId);
      // Ann has lost the lock, so she cannot do it; the edit waits on.
      expect((await ann.post(`${path}/proposals/${lessOfSecond ?? ''}/apply`, {}, seenBy(changed))).body).toMatchObject({ code: 'order-locked-by-another' });
      // Nobody applies what they have not seen, and nothing that was done since they saw it is passed over.
      expect(await bob.post(`${path}/proposals/${conflicting ?? ''}/apply`)).toMatchObject({ status: 428 });
      expect(await bob.post(`${path}/proposals/${lessOfSecond ?? ''}/apply`, {}, { 'if-match': '"0"' })).toMatchObject({ status: 412 });
      expect(await bob.post(`${path}/proposals/${conflicting ?? ''}/apply`, {}, { 'docket-seen-revision': String(taken.body.revision) })).toMatchObject({
        status: 409,
        body: { code: 'order-changed', details: { fields: expect.arrayContaining([{ field: `lines.${first ?? ''}.ordered`, seen: 3, now: 4, meant: 5, clash: true }]) } },
      });
      await bob.command(`${path}/proposals/${conflicting ?? ''}/drop`);
      for (const editId of [lessOfSecond, added, comment]) await bob.command(`${path}/proposals/${editId ?? ''}/apply`, {}, { 'docket-seen-revision': String(changed.body.revision) });
      const [again, andAgain] = await Promise.all([1, 2].map(() => bob.command(`${path}/proposals/${added ?? ''}/apply`)));
      expect([again?.body.repeated, andAgain?.body.repeated]).toEqual([true, true]);
      expect(await proposalsFor(bob, orderId)).toEqual([]);

      const order = await bob.get<OrderView>(path, atLeast(again ?? changed));
      expect(order.body.lines.map(({ ordered }) => ordered)).toEqual([4, 1, 2]);
      expect(order.body.comments).toMatchObject([{ text: 'Asks for a call before delivery.' }]);
      const types = (await eventsOf(scene(), orderId)).slice(-3).map(({ type }) => type);
      expect(types).toEqual(['OrderLineQuantityChanged', 'OrderLineAdded', 'OrderCommentAdded']);
    });

    it('applies an edit once, however many apply it at once', async () => {
      const { ann, skus } = scene();
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const locked = await ann.command(`${path}/lock`, {}, seenBy(created));
      await ann.command(`${path}/edits`, { kind: 'add-line', sku: skus[2], quantity: 1 });
      const [proposal] = await proposalsFor(ann, created.body.orderId);
      const answers = await Promise.all(Array.from({ length: 8 }, () => ann.command(`${path}/proposals/${proposal?.editId ?? ''}/apply`, {}, { 'docket-seen-revision': String(locked.body.revision) })));
      expect(answers.map(({ body }) => body.events.map(({ id }) => id))).toEqual(answers.map(() => answers[0]?.body.events.map(({ id }) => id)));
      expect((await eventsOf(scene(), created.body.orderId)).filter(({ type }) => type === 'OrderLineAdded')).toHaveLength(3);
    });
  });
}
