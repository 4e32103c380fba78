import type { Actor, DomainEvent } from './decider.js';

/** Where an event came from. Processes never mail or refund for what was imported or made for the demo. */
export type Origin = 'api' | 'import' | 'demo' | 'process';

/** The facts about a command that every event it causes carries; nothing in here is personal data. */
export interface CommandContext {
  /** UUIDv5(actor id, idempotency key). */
  readonly commandId: string;
  /** Keyed fingerprint (HMAC-SHA-256, hex) of the payload: the same id with another payload is refused. */
  readonly fingerprint: string;
  readonly actor: Actor;
  readonly storeId: string;
  /** The customer for whom the actor acts, if any. */
  readonly onBehalfOf?: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly reasonCode?: string;
  /** Version of the rules that decided. */
  readonly policyVersion: string;
  /** Business time, ISO 8601 UTC. For live commands the same as `recordedAt`. */
  readonly occurredAt: string;
  /** The API's clock, ISO 8601 UTC. As-of questions are answered by it. Never the store's `created`. */
  readonly recordedAt: string;
  readonly origin: Origin;
}

/** Metadata as stored beside an event's data. */
export interface EventMetadata extends CommandContext {
  readonly schemaVersion: number;
  /** Index of the event within its command and stream, from 0. */
  readonly index: number;
  /** How many events of the same append come after this one: readers show all of them or none. Absent of the last. */
  readonly more?: number;
  /** Hash (SHA-256, hex) of the previous event of the stream; 64 zeros before the first. */
  readonly prevHash: string;
  /** Hash of this event over what is stored, `prevHash` included. */
  readonly hash: string;
}

/** An event as it is read back: decoded, decrypted, upcast, with its place in the log. */
export interface RecordedEvent<Event extends DomainEvent = DomainEvent> {
  readonly event: Event;
  /** UUIDv5(commandId : stream : index). */
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Position in `$all`: grows with every event, never repeats. */
  readonly position: bigint;
  readonly metadata: EventMetadata;
}
