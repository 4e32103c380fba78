import { describe, expect, it } from '@jest/globals';
import type { ProjectedEvent, Queryable } from '#projecting';
import type { OrderDetails } from './order-details.types.js';
import { OrdersAtHand, wholeOrders } from './orders-at-hand.js';

const order = (orderId: string, lines = 0): OrderDetails => ({ orderId, lines: Array.from({ length: lines }), comments: [] }) as unknown as OrderDetails;

const about = (...orderIds: readonly string[]): readonly ProjectedEvent[] => [...orderIds.map((orderId) => ({ stream: `order-${orderId}` })), { stream: 'call-1' }] as unknown as readonly ProjectedEvent[];

/** Rows of orders, and what was asked of them. */
function rows(...kept: readonly OrderDetails[]): Queryable & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    query: (_, [ids] = []) => {
      asked.push(ids);
      return Promise.resolve(kept.filter(({ orderId }) => (ids as readonly string[]).includes(orderId)).map((details) => ({ details })));
    },
  };
}

describe('orders at hand', () => {
  it('are read once, all that are missing together, and not again while they are held', async () => {
    const orders = new OrdersAtHand(wholeOrders('x.orders'));
    const sql = rows(order('a'), order('b'));
    const found = await orders.of(about('a', 'b', 'a', 'new'), sql);
    expect([...found.keys()].sort()).toEqual(['a', 'b']);
    for (const kept of found.values()) orders.put(kept);
    await orders.of(about('a', 'b'), sql);
    expect(sql.asked).toEqual([['a', 'b', 'new']]);
  });

  it('are as they were put last, until they are forgotten', async () => {
    const orders = new OrdersAtHand(wholeOrders('x.orders'));
    const sql = rows(order('a', 1));
    orders.put({ details: order('a', 3) });
    expect((await orders.of(about('a'), sql)).get('a')?.details.lines.length).toBe(3);
    orders.forget('a');
    expect((await orders.of(about('a'), sql)).get('a')?.details.lines.length).toBe(1);
    orders.put({ details: order('a', 3) });
    orders.forgetAll();
    expect((await orders.of(about('a'), sql)).get('a')?.details.lines.length).toBe(1);
  });

  it('are few: those left alone longest make room for large ones', async () => {
    const orders = new OrdersAtHand(wholeOrders('x.orders'));
    const sql = rows();
    for (const orderId of ['a', 'b', 'c']) orders.put({ details: order(orderId, 3_000) });
    orders.put({ details: order('a', 3_000) });
    orders.put({ details: order('d', 3_000) });
    expect([...(await orders.of(about('a', 'b', 'c', 'd'), sql)).keys()].sort()).toEqual(['a', 'c', 'd']);
    orders.put({ details: order('e', 20_000) });
    expect((await orders.of(about('a', 'b', 'c', 'd', 'e'), sql)).size).toBe(0);
  });
});
