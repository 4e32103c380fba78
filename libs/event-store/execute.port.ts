import type { Actor, Decider, DomainCommand, DomainEvent, Origin, RecordedEvent, Refusal } from '#kernel';

/** What the caller had seen when deciding to act (settled 3.1). */
export type Seen =
  /** `If-Match`: any change since refuses the command (412). */
  | { readonly kind: 'exact'; readonly revision: bigint }
  /** `Docket-Seen-Revision`: done if what happened since commutes with it, otherwise a three-way difference (409). */
  | { readonly kind: 'commuting'; readonly revision: bigint }
  | { readonly kind: 'not-needed' };

export interface CommandRequest<Command extends DomainCommand> {
  /** UUID of the aggregate: the stream is `<category>-<id>`. */
  readonly aggregateId: string;
  /** What is asked; its ids, prices and subjects were looked up before. */
  readonly command: Command;
  readonly commandId: string;
  readonly actor: Actor;
  /** The stores the actor may touch; an order of another store does not exist for them. */
  readonly storeScope: readonly string[] | 'all';
  readonly storeId: string;
  readonly onBehalfOf?: string;
  readonly correlationId: string;
  /** Id of the event that led to the command; without it the command is its own cause. */
  readonly causationId?: string;
  readonly reasonCode?: string;
  readonly origin: Origin;
  /** Business time for imports; otherwise the time of recording. */
  readonly occurredAt?: string;
  /**
   * What the caller sent, where the command also carries what was looked up (prices, limits): by it "same key, other
   * payload" is told. Without it the whole command counts.
   */
  readonly payload?: unknown;
  readonly seen: Seen;
}

export type CommandOutcome<Event extends DomainEvent = DomainEvent> =
  | {
      readonly kind: 'done';
      readonly revision: bigint;
      readonly position: bigint;
      readonly events: readonly RecordedEvent<Event>[];
      /** The command had been executed before: this is the first answer again. */
      readonly repeated: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly revision: bigint | undefined; readonly position: bigint | undefined }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'stale'; readonly seen: bigint; readonly actual: bigint }
  | { readonly kind: 'conflict'; readonly seen: bigint; readonly actual: bigint; readonly since: readonly RecordedEvent<Event>[] }
  /** The same command id came with another payload. */
  | { readonly kind: 'key-reused' }
  /** Lost the race for the stream too often. */
  | { readonly kind: 'busy' };

/** What the executor must know of an aggregate besides its decider. */
export interface AggregateRules<State, Command extends DomainCommand, Event extends DomainEvent> {
  readonly decider: Decider<State, Command, Event>;
  /** Whose order it is; undefined before the aggregate exists. */
  storeIdOf(state: State): string | undefined;
  /**
   * Whether the command makes the aggregate. Where it is given, any other command on what does not exist is answered
   * `not-found`; without it, a refusal whose code ends in `-not-found` is.
   */
  creates?(command: Command): boolean;
  /** Whether the command may follow these events although its sender had not seen them. */
  commutes(command: Command, since: readonly Event[]): boolean;
}

/** Load → look for the command id → decide → append with expected revision; retried while others win the race. */
export interface CommandExecutor {
  execute<State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    request: CommandRequest<Command>,
  ): Promise<CommandOutcome<Event>>;
  /**
   * Several commands of one aggregate as one append: all or nothing; used by imports and the demo. Only what exceeds
   * a megabyte goes in several appends, cut between commands, each of which a retry finds done. Commands already
   * executed are passed over. `seen` is not looked at, refusals are not kept.
   */
  executeAll<State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    requests: readonly CommandRequest<Command>[],
  ): Promise<CommandOutcome<Event>>;
  /** The folded state as it stands, never older than the call. */
  load<State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    aggregateId: string,
  ): Promise<{ readonly state: State; readonly revision: bigint | undefined; readonly position: bigint | undefined }>;
  /**
   * The state as this process last knew it, without asking the store; loaded if it does not know it. Only for what
   * never changes about an aggregate, and never to refuse by.
   */
  recall<State, Command extends DomainCommand, Event extends DomainEvent>(rules: AggregateRules<State, Command, Event>, aggregateId: string): Promise<State>;
}
