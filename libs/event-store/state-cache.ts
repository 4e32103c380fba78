import type { Refusal } from '#kernel';

/** What is remembered of an executed command: enough to answer its repetition. */
export interface ExecutedCommand {
  readonly fingerprint: string;
  readonly firstRevision: bigint;
  readonly lastRevision: bigint;
  /** Of its last event. */
  readonly position: bigint;
}

export interface RefusedCommand {
  readonly fingerprint: string;
  readonly refusal: Refusal;
  readonly revision: bigint | undefined;
  readonly position: bigint | undefined;
}

/** An aggregate as folded so far. Only ever behind the log, never beside it: what is in here was read or acknowledged. */
export interface Folded<State> {
  state: State;
  revision: bigint | undefined;
  position: bigint | undefined;
  prevHash: string;
  /** By command id: every command that this stream holds (an expected revision alone does not find a repetition). */
  readonly commands: Map<string, ExecutedCommand>;
  /** Loaded when first needed. */
  refusals: KnownRefusals | undefined;
}

export interface KnownRefusals {
  revision: bigint | undefined;
  prevHash: string;
  readonly byCommand: Map<string, RefusedCommand>;
}

/** The least recently used go first; long histories weigh more. */
export class StateCache {
  readonly #entries = new Map<string, { readonly folded: Folded<unknown>; readonly weight: number }>();
  #weight = 0;

  /** @param capacity in commands held over all streams */
  constructor(private readonly capacity: number) {}

  get<State>(stream: string): Folded<State> | undefined {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return undefined;
    this.#entries.delete(stream);
    this.#entries.set(stream, entry);
    // A stream belongs to one aggregate, and so to one type of state.
    return entry.folded as Folded<State>;
  }

  set(stream: string, folded: Folded<unknown>): void {
    this.delete(stream);
    const weight = 1 + folded.commands.size + (folded.refusals?.byCommand.size ?? 0);
    this.#entries.set(stream, { folded, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.capacity || oldest === stream) return;
      this.#entries.delete(oldest);
      this.#weight -= entry.weight;
    }
  }

  delete(stream: string): void {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return;
    this.#entries.delete(stream);
    this.#weight -= entry.weight;
  }

  get size(): number {
    return this.#entries.size;
  }
}
