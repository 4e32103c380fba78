import { GENESIS_HASH, isEnvelope, matchesItsHash, type Codec, type Decoded, type EventStorePort, type StoredEvent } from '#event-store';
import type { RecordedEvent } from '#kernel';
import type { DocketEvent } from '#ordering';
import { describeEvent } from '#projections';
import { CliError } from './cli-error.js';

/** How far an order is replayed: both ends are included. */
export type ReplayUntil = { readonly kind: 'revision'; readonly revision: bigint } | { readonly kind: 'time'; readonly time: string } | { readonly kind: 'now' };

/** `12` is a revision; anything with a year in it is a time by which events had been recorded. @throws CliError */
export function parseUntil(text: string | undefined): ReplayUntil {
  if (text === undefined) return { kind: 'now' };
  if (/^\d{1,15}$/.test(text)) return { kind: 'revision', revision: BigInt(text) };
  // A time without its zone would mean another one on another machine; a day begins in UTC.
  const time = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) throw new CliError(`--at takes a revision (12) or a time with its zone (2026-01-31T12:00:00Z), not ${JSON.stringify(text)}.`);
  return { kind: 'time', time: time.toISOString() };
}

/** One step of an order's life and whether it can be proven. */
export interface ReplayedEvent {
  readonly stored: StoredEvent;
  /** Undefined when the event cannot be read; then `proof` or `kind` says why. */
  readonly recorded: RecordedEvent<DocketEvent> | undefined;
  /** What happened, in the words of the activity history; undefined when the event cannot be read. */
  readonly meaning: string | undefined;
  readonly kind: Decoded['kind'];
  /** `holds`: it is what its hash says and follows the event before it. */
  readonly proof: 'holds' | 'changed' | 'out-of-line';
}

const BATCH = 200;

/** The events of an order in order, each with its proof; the same for ever, but for persons who were erased since. */
export async function* replay(
  { store, codec }: { readonly store: Pick<EventStorePort, 'readStream'>; readonly codec: Codec<DocketEvent> },
  orderId: string,
  until: ReplayUntil,
): AsyncGenerator<ReplayedEvent> {
  const stream = `order-${orderId}`;
  const before = { revision: -1n, hash: GENESIS_HASH };
  const meaningOf = meanings();
  let batch: StoredEvent[] = [];
  const finish = async (): Promise<readonly ReplayedEvent[]> => {
    const decoded = await codec.decode(batch, { whenUnavailable: 'show' });
    batch = [];
    return decoded.map((item) => {
      const recorded = item.kind === 'event' ? item.recorded : undefined;
      return { stored: item.stored, recorded, meaning: recorded && meaningOf(recorded), kind: item.kind, proof: proofOf(item.stored, before) };
    });
  };
  for await (const stored of store.readStream(stream)) {
    if (isBeyond(stored, until)) break;
    batch.push(stored);
    if (batch.length >= BATCH) yield* await finish();
  }
  yield* await finish();
}

/** Later events leave open what earlier ones said: the currency, and the SKUs of the lines. */
function meanings(): (recorded: RecordedEvent<DocketEvent>) => string {
  const skus = new Map<string, string>();
  let currency: string | undefined;
  return (recorded) => {
    const { event } = recorded;
    if (event.type === 'OrderCreated') currency = event.data.currency;
    if (event.type === 'OrderLineAdded') skus.set(event.data.lineId, event.data.sku);
    return describeEvent(recorded, { skuOf: (lineId) => skus.get(lineId), ...(currency !== undefined && { currency }) }).title;
  };
}

function isBeyond(stored: StoredEvent, until: ReplayUntil): boolean {
  switch (until.kind) {
    case 'now':
      return false;
    case 'revision':
      return stored.revision > until.revision;
    case 'time':
      return isEnvelope(stored.metadata) && String(stored.metadata.recordedAt) > until.time;
  }
}

function proofOf(stored: StoredEvent, before: { revision: bigint; hash: string }): ReplayedEvent['proof'] {
  if (!isEnvelope(stored.metadata) || !matchesItsHash(stored, stored.metadata)) return 'changed';
  const follows = stored.revision === before.revision + 1n && stored.metadata.prevHash === before.hash;
  before.revision = stored.revision;
  before.hash = String(stored.metadata.hash);
  return follows ? 'holds' : 'out-of-line';
}
