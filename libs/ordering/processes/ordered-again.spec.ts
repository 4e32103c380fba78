import { describe, expect, it } from '@jest/globals';
import { orderIdOf, type RecordedEvent } from '#kernel';
import { createOrder, tell } from '#testing';
import { orderDecider } from '../order/order.decider.js';
import { COPY, orderedAgain } from './ordered-again.js';

type Followed = Parameters<typeof orderedAgain.react>[0];

const reactions = (happened: Pick<RecordedEvent, 'event' | 'id' | 'stream'>) => orderedAgain.react(happened as unknown as Followed);
const created = (source?: { readonly system: string; readonly reference: string }) => {
  const [event] = tell(orderDecider, [createOrder(source && { source })]).news;
  if (event === undefined) throw new Error('the order was not created');
  return { event, id: 'e1', stream: 'order-o2' };
};
const added = (fromOrderId?: string) => ({
  event: { type: 'CartLinesAdded', data: { lines: [{ lineId: 'l1', sku: 'TEA', description: 'Tea', quantity: 2 }], ...(fromOrderId !== undefined && { fromOrderId }) } },
  id: 'e2',
  stream: 'cart-c1',
});

describe('what was made of an order leaves its trace there, in the name of who made it', () => {
  it('a copy (A59)', () => {
    expect(reactions(created({ system: COPY, reference: 'D-12345-67890' }))).toEqual([
      { kind: 'send', as: 'actor', to: 'order', id: orderIdOf('D-12345-67890'), command: { type: 'RecordCopy', copyOrderId: 'o2', copyOrderNumber: 'D-00000-00000' } },
    ]);
  });

  it('what went into the cart (A24)', () => {
    expect(reactions(added('o1'))).toEqual([
      { kind: 'send', as: 'actor', to: 'order', id: 'o1', command: { type: 'RecordReorder', reorderId: 'e2', cartId: 'c1', items: [{ sku: 'TEA', quantity: 2 }] } },
    ]);
  });

  it('nothing, where nothing was made of one', () => {
    expect([created(), created({ system: 'online-retail', reference: '536365' }), added()].flatMap(reactions)).toEqual([]);
  });
});
