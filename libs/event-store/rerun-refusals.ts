import type { DomainCommand, DomainEvent, RecordedEvent, Refusal } from '#kernel';
import type { Codec } from './codec.js';
import type { EventStorePort } from './event-store.port.js';
import type { AggregateRules } from './execute.port.js';
import { StreamUnreadable } from './folding.js';
import type { OrderCommandRefused, RefusalLog } from './refusals.js';

/** A kept refusal and what the same command comes to today on the state that it was decided on. */
export interface RerunRefusal {
  readonly refused: RecordedEvent<OrderCommandRefused>;
  readonly now: { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'accepted' };
  /** The same guard refuses. False means that the rules have changed since (compare the policy version). */
  readonly same: boolean;
}

/** Decides every kept refusal of an aggregate again, each at its own revision; appends nothing. */
export async function* rerunRefusals<State, Command extends DomainCommand, Event extends DomainEvent>(
  { store, codec, refusals }: { readonly store: Pick<EventStorePort, 'readStream'>; readonly codec: Codec; readonly refusals: RefusalLog },
  rules: AggregateRules<State, Command, Event>,
  aggregateId: string,
): AsyncGenerator<RerunRefusal> {
  for await (const refused of refusals.read(aggregateId)) {
    const { command, refusal, revision, now } = refused.event.data;
    const state = await stateAt({ store, codec }, rules, aggregateId, revision);
    const { commandId, actor } = refused.metadata;
    // What was refused had been one of the aggregate's commands.
    const verdict = rules.decider.decide(command as Command, state, { commandId, now, actor });
    const same = verdict.kind === 'refused' && verdict.refusal.code === refusal.code;
    yield { refused, now: verdict.kind === 'refused' ? { kind: 'refused', refusal: verdict.refusal } : { kind: 'accepted' }, same };
  }
}

async function stateAt<State, Command extends DomainCommand, Event extends DomainEvent>(
  { store, codec }: { readonly store: Pick<EventStorePort, 'readStream'>; readonly codec: Codec },
  rules: AggregateRules<State, Command, Event>,
  aggregateId: string,
  revision: number | undefined,
): Promise<State> {
  let state = rules.decider.initialState;
  if (revision === undefined) return state;
  const stream = `${rules.decider.category}-${aggregateId}`;
  for await (const stored of store.readStream(stream, { maxCount: revision + 1 })) {
    const [decoded] = await codec.decode([stored], { whenUnavailable: 'show' });
    if (decoded?.kind !== 'event') throw new StreamUnreadable(`${stream} at revision ${String(stored.revision)}: ${decoded?.kind ?? 'nothing'}`);
    // The category decides which events a stream holds.
    state = rules.decider.evolve(state, decoded.recorded.event as Event);
  }
  return state;
}
