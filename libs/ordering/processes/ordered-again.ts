import { orderIdOf, type RecordedEvent } from '#kernel';
import type { CartEventOf } from '../cart/cart.events.js';
import type { OrderEventOf } from '../order/order.events.js';
import type { Process, Reaction } from './process.js';

/** What copies name as their `source.system`. */
export const COPY = 'copy';

/**
 * What was made of an order leaves its trace there, in the name of who made it: copies (A59), and what went from it into
 * a cart (A24). The copy or the cart comes first and names the order, so that nothing is told that did not happen.
 */
export const orderedAgain: Process<OrderEventOf<'OrderCreated'> | CartEventOf<'CartLinesAdded'>> = {
  name: 'ordered-again',
  follows: ['OrderCreated', 'CartLinesAdded'],
  react(happened) {
    const id = sourceOf(happened);
    return id === undefined ? [] : [{ kind: 'send', as: 'actor', to: 'order', id, command: traceOf(happened) }];
  },
};

type Made = RecordedEvent<OrderEventOf<'OrderCreated'> | CartEventOf<'CartLinesAdded'>>;

function sourceOf({ event }: Made): string | undefined {
  if (event.type === 'CartLinesAdded') return event.data.fromOrderId;
  const { source } = event.data;
  return source?.system === COPY ? orderIdOf(source.reference) : undefined;
}

function traceOf({ event, id, stream }: Made): Extract<Reaction, { readonly kind: 'send' }>['command'] {
  if (event.type === 'OrderCreated') return { type: 'RecordCopy', copyOrderId: stream.slice('order-'.length), copyOrderNumber: event.data.orderNumber };
  return { type: 'RecordReorder', reorderId: id, cartId: stream.slice('cart-'.length), items: event.data.lines.map(({ sku, quantity }) => ({ sku, quantity })) };
}
