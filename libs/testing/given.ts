import { commandIdOf, type Actor, type Decider, type Decision, type DecisionContext, type DomainCommand, type DomainEvent, type Refusal } from '#kernel';

/** One command with who asks for it and when; what is left out is filled in, each time the same. */
export interface Asked<Command extends DomainCommand> {
  readonly command: Command;
  readonly by?: Actor;
  /** ISO 8601 UTC. */
  readonly at?: string;
  /** The idempotency key; without it every step has one of its own. */
  readonly key?: string;
}

export interface Told<State, Event, Code extends string> {
  readonly state: State;
  /** All events since the beginning. */
  readonly events: readonly Event[];
  /** What the last command led to. */
  readonly decision: Decision<Event, Code>;
  /** Events of the last command; none when it was refused. */
  readonly news: readonly Event[];
  readonly refusal: Refusal<Code> | undefined;
}

export const ANNA: Actor = { id: 'anna', role: 'csr' };
export const BEN: Actor = { id: 'ben', role: 'csr' };
export const SUE: Actor = { id: 'sue', role: 'supervisor' };
export const WAREHOUSE: Actor = { id: 'warehouse', role: 'integration' };

const START = Date.parse('2026-01-05T09:00:00.000Z');

/** The `step`-th minute of the day that stories are told on. */
export const minute = (step: number): string => new Date(START + step * 60_000).toISOString();

export const contextOf = (asked: Asked<DomainCommand>, step: number): DecisionContext => {
  const actor = asked.by ?? ANNA;
  return { commandId: commandIdOf(actor.id, asked.key ?? `step-${String(step)}`), now: asked.at ?? minute(step), actor };
};

/**
 * Commands in a row on one aggregate, each decided on what the earlier ones left.
 * @throws Error when any but the last is refused: a story that went another way than its teller thinks.
 */
export function tell<State, Command extends DomainCommand, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  steps: readonly Asked<Command>[],
): Told<State, Event, Code> {
  let state = decider.initialState;
  let decision: Decision<Event, Code> = { kind: 'accepted', events: [] };
  const events: Event[] = [];
  for (const [step, asked] of steps.entries()) {
    if (decision.kind === 'refused') throw new Error(`step ${String(step - 1)}: ${decision.refusal.code}: ${decision.refusal.message}`);
    decision = decider.decide(asked.command, state, contextOf(asked, step));
    if (decision.kind === 'refused') continue;
    for (const event of decision.events) state = decider.evolve(state, event);
    events.push(...decision.events);
  }
  const refusal = decision.kind === 'refused' ? decision.refusal : undefined;
  return { state, events, decision, news: decision.kind === 'accepted' ? decision.events : [], refusal };
}
