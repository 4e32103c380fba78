/** An expected outcome that is not success: which rule refused, told so that a program and a person can read it. */
export interface Refusal<Code extends string = string> {
  /** Stable kebab-case code, for example `order-already-shipped`. */
  readonly code: Code;
  /** The row of the rule in the features table, for example `A25`. */
  readonly rule: string;
  /** One plain sentence, without personal data. */
  readonly message: string;
  /** Figures a client needs to explain or repair: bounds, ids, states. Never personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Decision<Event, Code extends string = string> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal<Code> };

export const accept = <Event>(...events: readonly Event[]): Decision<Event, never> => ({ kind: 'accepted', events });

export const refuse = <Code extends string>(
  rule: string,
  code: Code,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): Decision<never, Code> => ({
  kind: 'refused',
  refusal: details === undefined ? { code, rule, message } : { code, rule, message, details },
});

/** What every stored event is before it meets the envelope: a type and its payload. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** What every command is: its name and its own fields. Ids, prices and times arrive in it; deciders make none. */
export interface DomainCommand {
  readonly type: string;
}

/**
 * The one skeleton of every aggregate. `evolve` never throws; `decide` does no I/O, reads no clock and draws no
 * random number: all of that arrives in the command or its context.
 */
export interface Decider<State, Command extends DomainCommand, Event extends DomainEvent, Code extends string = string> {
  /** Stream category, without a dash: the stream is `<category>-<uuid>`. */
  readonly category: string;
  readonly initialState: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State, context: DecisionContext): Decision<Event, Code>;
}

/** Who decides when: the only outside facts a decider may look at besides the command. */
export interface DecisionContext {
  /** UUIDv5 of actor and idempotency key; ids that a command creates are derived from it. */
  readonly commandId: string;
  /** ISO 8601 UTC, milliseconds: the time the decision counts from. */
  readonly now: string;
  readonly actor: Actor;
}

export type Role = 'csr' | 'supervisor' | 'auditor' | 'analyst' | 'administrator' | 'integration' | 'system';

export interface Actor {
  readonly id: string;
  readonly role: Role;
}
