import { Inject, Injectable } from '@nestjs/common';
import type { StoredEvent, WriteSide } from '#event-store';
import type { RecordedEvent } from '#kernel';
import type { DocketEvent, OrderEvent } from '#ordering';
import { WRITE_SIDE } from '../http/ports.js';
import { problem } from '../http/problem.js';

export type RecordedOrderEvent = RecordedEvent<OrderEvent>;

/** An order's events straight from the log: for auditors, and for the order as it once stood. */
@Injectable()
export class OrderStream {
  constructor(@Inject(WRITE_SIDE) private readonly writeSide: Pick<WriteSide, 'store' | 'codec'>) {}

  /** In order. @throws ProblemError when an event cannot be read: half a history is no history */
  async read(orderId: string): Promise<readonly RecordedOrderEvent[]> {
    const stored: StoredEvent[] = [];
    for await (const event of this.writeSide.store.readStream(`order-${orderId}`)) stored.push(event);
    const decoded = await this.writeSide.codec.decode(stored, { whenUnavailable: 'show' });
    return decoded.map((item) => {
      if (item.kind !== 'event' || !isOrderEvent(item.recorded)) throw problem('internal-error', { detail: 'The history of this order cannot be read; it was reported.' });
      return item.recorded;
    });
  }
}

const isOrderEvent = (recorded: RecordedEvent<DocketEvent>): recorded is RecordedOrderEvent => recorded.event.type.startsWith('Order');
