import type { Codec, Decoded, EventStorePort, StoredEvent } from '#event-store';
import type { DocketEvent } from '#ordering';

/** A run of the log, decoded once for every read model. Never empty. */
export interface Batch {
  readonly decoded: readonly Decoded<DocketEvent>[];
  readonly last: StoredEvent;
}

export async function decodeBatch(codec: Codec<DocketEvent>, stored: readonly StoredEvent[]): Promise<Batch | undefined> {
  const last = stored.at(-1);
  if (last === undefined) return undefined;
  return { decoded: await codec.decode(stored, { whenUnavailable: 'throw' }), last };
}

/** Batches that follow one another, as one. */
export function joined(batches: readonly Batch[]): Batch | undefined {
  const last = batches.at(-1);
  return last === undefined || batches.length === 1 ? last : { decoded: batches.flatMap(({ decoded }) => decoded), last: last.last };
}

/**
 * The next events after a position, read by themselves: for a read model that is not where the others are. About `size`
 * of them: the last append is read to its end.
 */
export async function readBatch(store: EventStorePort, codec: Codec<DocketEvent>, after: bigint, size: number): Promise<Batch | undefined> {
  const stored = await readAfter(store, after, size);
  for (let last = stored.at(-1); last !== undefined && moreAfter(last) > 0; ) {
    const rest = await readAfter(store, last.position, moreAfter(last));
    const own = rest.findIndex((event, index) => !continues(index === 0 ? last : rest[index - 1], event));
    stored.push(...(own < 0 ? rest : rest.slice(0, own)));
    last = own < 0 && rest.length > 0 ? rest.at(-1) : undefined;
  }
  return decodeBatch(codec, stored);
}

async function readAfter(store: EventStorePort, after: bigint, size: number): Promise<StoredEvent[]> {
  const stored: StoredEvent[] = [];
  const options = after < 0n ? { maxCount: size } : { from: after, maxCount: size + 1 };
  for await (const event of store.readAll(options)) {
    if (event.position > after) stored.push(event);
  }
  return stored;
}

/**
 * How many of the events that have arrived may be shown together: about `most`, and never some of an append without the
 * others. One whose end has not arrived is left for later, unless it is `overdue`.
 */
export function wholeAppends(arrived: readonly StoredEvent[], most: number, overdue: boolean): number {
  let count = Math.min(arrived.length, most);
  while (count > 0 && count < arrived.length && continues(arrived[count - 1], arrived[count])) count += 1;
  const last = arrived[count - 1];
  if (overdue || count < arrived.length || last === undefined || moreAfter(last) === 0) return count;
  do count -= 1;
  while (count > 0 && continues(arrived[count - 1], arrived[count]));
  return count;
}

/** How many events of its append an event says come after it. */
function moreAfter({ metadata }: StoredEvent): number {
  const more = typeof metadata === 'object' && metadata !== null && 'more' in metadata ? metadata.more : 0;
  return typeof more === 'number' && Number.isSafeInteger(more) && more > 0 ? more : 0;
}

/** Whether an event belongs to the append of the one before it. */
const continues = (one: StoredEvent | undefined, next: StoredEvent | undefined): boolean =>
  one !== undefined && next !== undefined && moreAfter(one) > 0 && next.stream === one.stream && next.revision === one.revision + 1n;
