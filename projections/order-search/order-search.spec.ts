import { describe, expect, it } from '@jest/globals';
import { story } from '#testing';
import { foldEvent } from '../order-details/order-details.fold.js';
import type { OrderDetails } from '../order-details/order-details.types.js';
import type { ProjectedEvent } from '#projecting';
import { keysMayChange } from './order-search.projection.js';
import { searchKeys } from './search-keys.js';

describe('the keys of an order', () => {
  it('change by no event that is taken to leave them alone', () => {
    for (const { orderId, events } of story()) {
      let before: OrderDetails | undefined;
      for (const [index, event] of events.entries()) {
        const at = '2026-01-05T09:00:00.000Z';
        const recorded = { event, stream: `order-${orderId}`, revision: BigInt(index), metadata: { recordedAt: at, occurredAt: at, actor: { id: 'ann', role: 'csr' } } } as unknown as ProjectedEvent;
        const after = foldEvent(before, recorded);
        if (before !== undefined && after !== undefined && !keysMayChange(event.type)) {
          expect({ type: event.type, keys: searchKeys(after) }).toEqual({ type: event.type, keys: searchKeys(before) });
        }
        before = after;
      }
    }
  });
});
