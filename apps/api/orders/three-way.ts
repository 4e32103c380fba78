import type { DecisionContext, RecordedEvent } from '#kernel';
import { evolveOrder, NO_ORDER, threeWayDifference, type FieldDifference, type OrderCommand, type OrderEvent, type OrderState, type ThreeWayDifference } from '#ordering';
import { describeEvent, type DescribedDetail } from '#projections';
import { readable, readableEvent, type OrderEventWith } from '../http/readable.js';

/** What somebody did meanwhile, in words. */
interface Words {
  readonly id: string;
  readonly revision: number;
  readonly actorId: string;
  readonly recordedAt: string;
  readonly title: string;
  readonly details: readonly DescribedDetail[];
}

/** What was seen, what is now, what was meant. */
export interface ThreeWay {
  readonly seen: number;
  readonly now: number;
  readonly since: readonly OrderEventWith<Words>[];
  readonly fields: readonly FieldDifference[];
  readonly reapply: ThreeWayDifference['reapply'];
  /** The body as it was sent. */
  readonly meant: unknown;
}

/** What words about events go by: removed lines are called what they were called. */
export const surroundings = (order: OrderState) => ({
  ...(order.status !== 'none' && { currency: order.currency }),
  skuOf(lineId: string): string | undefined {
    if (order.status === 'none') return undefined;
    const named = (each: { readonly lineId: string }): boolean => each.lineId === lineId;
    return (order.lines.find(named) ?? order.removedLines?.find(named)?.line)?.sku;
  },
});

const fold = (events: readonly RecordedEvent<OrderEvent>[]): OrderState => events.reduce<OrderState>((state, { event }) => evolveOrder(state, event), NO_ORDER);

/** The body of a 409 `order-changed`: enough for a client to show it, and to send the command again (settled 3.1). */
export function threeWay(history: readonly RecordedEvent<OrderEvent>[], seen: bigint, command: OrderCommand, context: DecisionContext, meant: unknown, meantBy?: DecisionContext): ThreeWay {
  const [before, since] = [history.filter(({ revision }) => revision <= seen), history.filter(({ revision }) => revision > seen)];
  const now = fold(history);
  const { fields, reapply } = threeWayDifference(command, fold(before), now, context, meantBy);
  const around = surroundings(now);
  return {
    seen: Number(seen),
    now: Number(history.at(-1)?.revision ?? seen),
    since: since.map(({ event, id, revision, metadata }) =>
      readableEvent(event, { id, revision: Number(revision), actorId: metadata.actor.id, recordedAt: metadata.recordedAt, ...describeEvent({ event }, around) } satisfies Words),
    ),
    fields: readable(fields),
    reapply,
    meant,
  };
}
