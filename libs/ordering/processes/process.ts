import type { DomainEvent, RecordedEvent, Refusal } from '#kernel';
import type { OrderCommand } from '../order/order.commands.js';
import type { PaymentQuestion } from '../order/order.payment-events.js';

/** A command, and the aggregate that it is sent to. */
export interface Addressed {
  readonly to: 'order';
  /** UUID of the aggregate. */
  readonly id: string;
  /** Holds no personal data: it may wait in a table until its time has come. */
  readonly command: OrderCommand;
  readonly reasonCode?: string;
}

/** Sends it, as the process itself, when the time has come; takes the place of the timer of the same name. */
export type TimerReaction = { readonly kind: 'set-timer'; readonly timer: string; /** ISO 8601 UTC. */ readonly dueAt: string } & Addressed;

/** What comes of an event. */
export type Reaction =
  /** In whose name: `actor` is whoever caused the event, `system` the process itself. */
  | ({ readonly kind: 'send'; readonly as: 'actor' | 'system' } & Addressed)
  | TimerReaction
  | { readonly kind: 'cancel-timer'; readonly timer: string }
  /** Asks the payment gateway, and tells the order `id` what it answers; `otherwise`, when no answer comes. */
  | { readonly kind: 'ask'; readonly id: string; readonly question: PaymentQuestion; readonly otherwise?: TimerReaction };

/**
 * A process manager: what an event leads to elsewhere. Pure, and asked again about the same event after a crash, so it
 * looks at nothing but the event. Its commands get ids from the event's id, and so are done once.
 */
export interface Process<Event extends DomainEvent = DomainEvent> {
  /** Kebab case; the identity under which its checkpoint is kept. */
  readonly name: string;
  /** The only types of events that it is asked about. */
  readonly follows: readonly Event['type'][];
  react(happened: RecordedEvent<Event>): readonly Reaction[];
  /** What is sent, as the process itself, when a rule refuses a command of its; without it a refusal is an answer like another. */
  refused?(happened: RecordedEvent<Event>, refusal: Refusal): readonly Addressed[];
}
