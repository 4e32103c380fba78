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

/** The next events after a position, read by themselves: for a read model that is not where the others are. */
export async function readBatch(store: EventStorePort, codec: Codec<DocketEvent>, after: bigint, size: number): Promise<Batch | undefined> {
  const stored: StoredEvent[] = [];
  const options = after < 0n ? { maxCount: size } : { from: after, maxCount: size + 1 };
  for await (const event of store.readAll(options)) {
    if (event.position > after) stored.push(event);
  }
  return decodeBatch(codec, stored);
}
