import type { LaneWork } from './lane.js';

/** From when a projector got the right to work until it loses it or ends. */
export interface Term {
  /** Identity of the log that is read: a position means nothing in another. */
  readonly logIdentity: string;
  /** Greater than that of any term before; what an earlier one still wants to write must be refused. */
  readonly epoch: bigint;
  /** Aborts with the term. */
  readonly signal: AbortSignal;
}

/** On its way through the log for one term. */
export interface Following extends LaneWork {
  /** After the last batch: what runs beside the reading ends. */
  end(): Promise<void>;
}

/** Somebody besides the read models who goes through the log in order, with a checkpoint of their own. */
export interface Follower {
  /** @returns undefined when it stopped for good and says so elsewhere */
  begin(term: Term): Promise<Following | undefined>;
}
