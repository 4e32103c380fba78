import type { CommandContext, DomainCommand, RecordedEvent, Refusal } from '#kernel';
import { KeysUnavailable, SubjectErasedError, type SubjectKeys } from '#subject-keys';
import { GENESIS_HASH } from './chain.js';
import { createCodec, type Codec } from './codec.js';
import { StoreUnavailable, type EventStorePort } from './event-store.port.js';
import { UnstorableData } from './sealing.js';
import type { Folded, KnownRefusals } from './state-cache.js';

/** A command that `decide` refused, kept apart from the aggregate's stream: it must not move its revision or chain. */
export interface OrderCommandRefused {
  readonly type: 'OrderCommandRefused';
  readonly data: {
    readonly category: string;
    readonly aggregateId: string;
    /** As it was asked; personal fields sealed. */
    readonly command: DomainCommand;
    readonly refusal: Refusal;
    /** Revision of the aggregate that it was decided on; absent before the first event. */
    readonly revision?: number;
    readonly position?: string;
    /** The time it was decided at. */
    readonly now: string;
  };
}

export const refusalStreamOf = (aggregateId: string): string => `refusal-${aggregateId}`;

export const createRefusalCodec = (keys: SubjectKeys): Codec<OrderCommandRefused> =>
  createCodec<OrderCommandRefused>({
    eventVersions: { OrderCommandRefused: 1 },
    categories: ['refusal'],
    keys,
    validate: (_, data) => ('refusal' in data && 'command' in data && 'now' in data && 'aggregateId' in data ? undefined : 'a member is missing'),
  });

/** Before the first one. */
export const noRefusals = (): KnownRefusals => ({ revision: undefined, prevHash: GENESIS_HASH, byCommand: new Map() });

export interface RefusalLog {
  load(aggregateId: string): Promise<KnownRefusals>;
  /** Keeps a refusal; a refusal that cannot be kept stays a refusal. */
  keep(folded: Folded<unknown>, refused: OrderCommandRefused['data'], context: CommandContext): Promise<void>;
  /** Every kept refusal of an aggregate, oldest first. */
  read(aggregateId: string): AsyncIterable<RecordedEvent<OrderCommandRefused>>;
}

export function createRefusalLog(store: EventStorePort, keys: SubjectKeys): RefusalLog {
  const codec = createRefusalCodec(keys);

  async function* read(aggregateId: string): AsyncGenerator<RecordedEvent<OrderCommandRefused>> {
    for await (const stored of store.readStream(refusalStreamOf(aggregateId))) {
      const [decoded] = await codec.decode([stored], { whenUnavailable: 'show' });
      if (decoded?.kind === 'event') yield decoded.recorded;
    }
  }

  const load = async (aggregateId: string): Promise<KnownRefusals> => {
    const known = noRefusals();
    for await (const recorded of read(aggregateId)) remember(known, recorded);
    return known;
  };

  const append = async (known: KnownRefusals, refused: OrderCommandRefused['data'], context: CommandContext): Promise<boolean> => {
    const { toAppend, recorded, lastHash } = await codec.encode([{ type: 'OrderCommandRefused', data: refused }], {
      stream: refusalStreamOf(refused.aggregateId),
      firstRevision: known.revision === undefined ? 0n : known.revision + 1n,
      prevHash: known.prevHash,
      context,
    });
    const outcome = await store.append(refusalStreamOf(refused.aggregateId), known.revision ?? 'no-stream', toAppend);
    const [event] = recorded;
    if (outcome.kind !== 'appended' || event === undefined) return false;
    remember(known, event);
    known.prevHash = lastHash;
    return true;
  };

  return {
    read,
    load,
    async keep(folded, refused, context) {
      try {
        folded.refusals ??= await load(refused.aggregateId);
        if (folded.refusals.byCommand.has(context.commandId)) return;
        if (await append(folded.refusals, refused, context)) return;
        folded.refusals = await load(refused.aggregateId);
        if (!folded.refusals.byCommand.has(context.commandId)) await append(folded.refusals, refused, context);
      } catch (error) {
        // Whatever is unknown now is read again when it is next needed.
        folded.refusals = undefined;
        const expected = error instanceof StoreUnavailable || error instanceof KeysUnavailable || error instanceof SubjectErasedError || error instanceof UnstorableData;
        if (!expected) throw error;
      }
    },
  };
}

function remember(known: KnownRefusals, { event, metadata, revision }: Omit<RecordedEvent<OrderCommandRefused>, 'position'>): void {
  known.revision = revision;
  known.prevHash = metadata.hash;
  known.byCommand.set(metadata.commandId, {
    fingerprint: metadata.fingerprint,
    refusal: event.data.refusal,
    revision: event.data.revision === undefined ? undefined : BigInt(event.data.revision),
    position: event.data.position === undefined ? undefined : BigInt(event.data.position),
  });
}
