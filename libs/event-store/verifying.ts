import { GENESIS_HASH, isEnvelope, matchesItsHash } from './chain.js';
import type { EventStorePort, StoredEvent } from './event-store.port.js';

/**
 * - `malformed`: the envelope is not one.
 * - `changed`: the event is not what its own hash says (its place, its payload or its envelope were altered).
 * - `out-of-line`: it does not follow the event before it: something was removed, inserted or exchanged here.
 * - `truncated`: the stream ends before a signed head.
 * - `rewritten`: the event at a signed head is another one.
 */
export type ChainFaultKind = 'malformed' | 'changed' | 'out-of-line' | 'truncated' | 'rewritten';

/** The first event at which a proof fails. */
export interface ChainFault {
  readonly kind: ChainFaultKind;
  readonly stream: string;
  readonly revision: bigint;
  readonly position?: bigint;
  readonly eventId?: string;
}

export interface ChainHead {
  readonly stream: string;
  readonly revision: bigint;
  readonly hash: string;
}

/** Where a chain stands: what the next event must build upon. */
interface Link {
  readonly revision: bigint;
  readonly hash: string;
}

const BEFORE_THE_FIRST: Link = { revision: -1n, hash: GENESIS_HASH };

function checkLink(event: StoredEvent, before: Link): Link | ChainFault {
  const fault = (kind: ChainFaultKind): ChainFault => ({ kind, stream: event.stream, revision: event.revision, position: event.position, eventId: event.id });
  if (!event.isJson || !isEnvelope(event.metadata)) return fault('malformed');
  const { hash, prevHash } = event.metadata;
  if (typeof hash !== 'string' || !matchesItsHash(event, event.metadata)) return fault('changed');
  if (event.revision !== before.revision + 1n || prevHash !== before.hash) return fault('out-of-line');
  return { revision: event.revision, hash };
}

const isFault = (result: Link | ChainFault): result is ChainFault => 'kind' in result;

export type StreamVerdict =
  | { readonly ok: true; readonly events: number; readonly head: ChainHead | undefined }
  | { readonly ok: false; readonly fault: ChainFault };

/** Checks one stream from its first event, and its end against a signed head if there is one. */
export async function verifyStream(store: Pick<EventStorePort, 'readStream'>, stream: string, signed?: ChainHead): Promise<StreamVerdict> {
  let link = BEFORE_THE_FIRST;
  let events = 0;
  for await (const event of store.readStream(stream)) {
    const result = checkLink(event, link);
    if (isFault(result)) return { ok: false, fault: result };
    link = result;
    events += 1;
    if (signed?.revision === link.revision && signed.hash !== link.hash) {
      return { ok: false, fault: { kind: 'rewritten', stream, revision: link.revision, position: event.position, eventId: event.id } };
    }
  }
  if (signed !== undefined && link.revision < signed.revision) return { ok: false, fault: { kind: 'truncated', stream, revision: link.revision + 1n } };
  return { ok: true, events, head: events === 0 ? undefined : { stream, ...link } };
}

/** Streams whose last link is kept in memory; others are looked up again. */
const LINKS_KEPT = 20_000;

export interface LogVerdict {
  readonly events: number;
  readonly streams: number;
  readonly foreign: number;
  /** The first bad event of each damaged stream, in the order of the log; at most a hundred. */
  readonly faults: readonly ChainFault[];
}

/** More are not looked for. */
export const MOST_FAULTS = 100;

/**
 * Checks every chain in one pass over `$all`, in flat memory.
 * @param categories stream categories that carry chains
 */
export async function verifyLog(
  store: Pick<EventStorePort, 'readAll' | 'readStream'>,
  categories: ReadonlySet<string>,
  onProgress: (events: number) => void = () => undefined,
): Promise<LogVerdict> {
  const links = new Map<string, Link>();
  const damaged = new Set<string>();
  const faults: ChainFault[] = [];
  let events = 0;
  let streams = 0;
  let foreign = 0;
  for await (const event of store.readAll()) {
    if (!categories.has(categoryOf(event.stream))) {
      foreign += 1;
      continue;
    }
    events += 1;
    if (events % 10_000 === 0) onProgress(events);
    if (damaged.has(event.stream)) continue;
    const known = links.get(event.stream);
    links.delete(event.stream);
    if (known === undefined) streams += event.revision === 0n ? 1 : 0;
    const before = known ?? (event.revision === 0n ? BEFORE_THE_FIRST : await linkBefore(store, event));
    const result = before === undefined ? checkLink(event, BEFORE_THE_FIRST) : checkLink(event, before);
    if (isFault(result)) {
      faults.push(result);
      damaged.add(event.stream);
      if (faults.length >= MOST_FAULTS) break;
      continue;
    }
    links.set(event.stream, result);
    if (links.size > LINKS_KEPT) {
      const oldest = links.keys().next();
      if (!oldest.done) links.delete(oldest.value);
    }
  }
  return { events, streams, foreign, faults };
}

/** The link that a forgotten stream ended with: it was checked when it was passed. */
async function linkBefore(store: Pick<EventStorePort, 'readStream'>, event: StoredEvent): Promise<Link | undefined> {
  for await (const before of store.readStream(event.stream, { from: event.revision - 1n, maxCount: 1 })) {
    if (before.revision === event.revision - 1n && isEnvelope(before.metadata) && typeof before.metadata.hash === 'string') {
      return { revision: before.revision, hash: before.metadata.hash };
    }
  }
  return undefined;
}

/** Stream categories whose events carry chains. */
export const CHAINED_CATEGORIES: ReadonlySet<string> = new Set(['order', 'customer', 'subject', 'refusal']);

export const categoryOf = (stream: string): string => stream.slice(0, Math.max(stream.indexOf('-'), 0));

/** The streams that began at or before a position, each once, in the order of the log. */
export async function* streamsOf(store: Pick<EventStorePort, 'readAll'>, categories: ReadonlySet<string>, until: bigint | undefined): AsyncGenerator<string> {
  for await (const event of store.readAll()) {
    if (until === undefined || event.position > until) return;
    if (event.revision === 0n && categories.has(categoryOf(event.stream))) yield event.stream;
  }
}
