import type { DomainCommand, DomainEvent, RecordedEvent } from '#kernel';
import { KeysUnavailable } from '#subject-keys';
import { GENESIS_HASH } from './chain.js';
import type { Codec, Decoded } from './codec.js';
import type { EventStorePort, StoredEvent } from './event-store.port.js';
import type { AggregateRules } from './execute.port.js';
import type { Folded } from './state-cache.js';

/** A stream holds what this program cannot read, so nothing can be decided on it. Names place and kind, no data. */
export class StreamUnreadable extends Error {
  override readonly name = 'StreamUnreadable';
}

const DECODE_BATCH = 500;

export const emptyFold = <State>(state: State): Folded<State> => ({
  state,
  revision: undefined,
  position: undefined,
  prevHash: GENESIS_HASH,
  commands: new Map(),
  refusals: undefined,
});

/** Folds one event and remembers the command that it came from. */
export function foldIn<State, Command extends DomainCommand, Event extends DomainEvent>(
  rules: AggregateRules<State, Command, Event>,
  folded: Folded<State>,
  { event, revision, position, metadata }: RecordedEvent<Event>,
): void {
  folded.state = rules.decider.evolve(folded.state, event);
  folded.revision = revision;
  folded.position = position;
  folded.prevHash = metadata.hash;
  const known = folded.commands.get(metadata.commandId);
  folded.commands.set(metadata.commandId, {
    fingerprint: metadata.fingerprint,
    firstRevision: known?.firstRevision ?? revision,
    lastRevision: revision,
    position,
  });
}

export interface StreamReading {
  /**
   * Reads on from where the state stands; gives what was new. `complete` is false when the keys were out of reach: the
   * state will do for deciding, which does not look into personal fields, and is not to be kept. @throws StreamUnreadable
   */
  catchUp<State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    stream: string,
    folded: Folded<State>,
  ): Promise<{ readonly news: readonly RecordedEvent<Event>[]; readonly complete: boolean }>;
  events<Event extends DomainEvent>(stream: string, from: bigint, count: number): Promise<readonly RecordedEvent<Event>[]>;
}

export function createStreamReading(store: EventStorePort, codec: Codec): StreamReading {
  const decode = async (stored: readonly StoredEvent[]): Promise<{ readonly items: readonly Decoded[]; readonly complete: boolean }> => {
    try {
      return { items: await codec.decode(stored, { whenUnavailable: 'throw' }), complete: true };
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) throw error;
      return { items: await codec.decode(stored, { whenUnavailable: 'show' }), complete: false };
    }
  };

  return {
    async catchUp<State, Command extends DomainCommand, Event extends DomainEvent>(
      rules: AggregateRules<State, Command, Event>,
      stream: string,
      folded: Folded<State>,
    ) {
      const news: RecordedEvent<Event>[] = [];
      let complete = true;
      const fold = async (batch: readonly StoredEvent[]): Promise<void> => {
        const decoded = await decode(batch);
        complete &&= decoded.complete;
        for (const item of decoded.items) {
          const at = `${stream} at revision ${String(item.stored.revision)}`;
          if (item.kind !== 'event') throw new StreamUnreadable(`${at}: ${item.kind}${item.kind === 'poison' ? ` (${item.reason})` : ''}`);
          if (item.recorded.metadata.prevHash !== folded.prevHash) throw new StreamUnreadable(`${at}: the chain breaks`);
          // The category decides which events a stream holds.
          const recorded = item.recorded as RecordedEvent<Event>;
          foldIn(rules, folded, recorded);
          news.push(recorded);
        }
      };
      let batch: StoredEvent[] = [];
      for await (const stored of store.readStream(stream, { from: folded.revision === undefined ? 0n : folded.revision + 1n })) {
        batch.push(stored);
        if (batch.length < DECODE_BATCH) continue;
        await fold(batch);
        batch = [];
      }
      if (batch.length > 0) await fold(batch);
      return { news, complete };
    },

    async events<Event extends DomainEvent>(stream: string, from: bigint, count: number) {
      const stored: StoredEvent[] = [];
      for await (const event of store.readStream(stream, { from, maxCount: count })) stored.push(event);
      const { items } = await decode(stored);
      return items.flatMap((item) => (item.kind === 'event' ? [item.recorded as RecordedEvent<Event>] : []));
    },
  };
}
