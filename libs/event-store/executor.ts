import { systemClock, type Clock, type DomainCommand, type DomainEvent, type RecordedEvent, type Refusal } from '#kernel';
import { SubjectErasedError, type SubjectKeys } from '#subject-keys';
import type { Codec, Encoded } from './codec.js';
import { consider, needsFreshState, type Decided, type Step } from './considering.js';
import { StoreUnavailable, type EventStorePort } from './event-store.port.js';
import type { AggregateRules, CommandExecutor, CommandOutcome, CommandRequest } from './execute.port.js';
import { createStreamReading, emptyFold, foldIn } from './folding.js';
import { createRefusalLog, noRefusals } from './refusals.js';
import { KeyedQueue } from './semaphore.js';
import { StateCache, type ExecutedCommand, type Folded } from './state-cache.js';
import { createSureAppend } from './sure-append.js';

export interface ExecutorOptions {
  readonly store: EventStorePort;
  readonly codec: Codec;
  readonly keys: SubjectKeys;
  /** Key of the payload fingerprints; the same for ever, or repeated commands are taken for others. */
  readonly fingerprintKey: Buffer;
  /** Version of the rules that decide; written beside every event. */
  readonly policyVersion: string;
  readonly clock?: Clock;
  /** How many commands the cached streams may hold together. */
  readonly cacheSize?: number;
  /**
   * Set it where several processes may get the same command (replicas of the API). A store answers a repeated append
   * as it answered the first, so each append is then read back before its bytes are built upon: one read more.
   */
  readonly severalWriters?: boolean;
  /** Pause before the first repeated sending of an append; doubles. */
  readonly resendPauseMs?: number;
}

/** Lost races before a command is answered `busy`. */
const MOST_ATTEMPTS = 12;
/** One append may hold a mebibyte. */
const MOST_BYTES = 950_000;

const SUBJECT_ERASED: Refusal = {
  code: 'subject-erased',
  rule: 'D9',
  message: 'The person this is about was erased; nothing more can be written about them.',
};

export function createExecutor(options: ExecutorOptions): CommandExecutor {
  const { store, codec, fingerprintKey, policyVersion, clock = systemClock } = options;
  const cache = new StateCache(options.cacheSize ?? 300_000);
  const queue = new KeyedQueue();
  const reading = createStreamReading(store, codec);
  const refusals = createRefusalLog(store, options.keys);
  const append = createSureAppend({
    store,
    giveUpAfterMs: 4_000,
    pauseMs: options.resendPauseMs ?? 100,
    sendings: 3,
    readBack: options.severalWriters ?? false,
  });

  /** A state of which some is unknown, or of nothing, is not kept. */
  const keep = (stream: string, folded: Folded<unknown>, complete: boolean): void => {
    if (complete && folded.revision !== undefined) cache.set(stream, folded);
    else cache.delete(stream);
  };

  /** One command's way, or that of several together. Runs alone for its stream within this process. */
  const run = async <State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    aggregateId: string,
    requests: readonly CommandRequest<Command>[],
    alone: boolean,
  ): Promise<CommandOutcome<Event>> => {
    const stream = `${rules.decider.category}-${aggregateId}`;
    const cached = cache.get<State>(stream);
    let folded = cached ?? emptyFold(rules.decider.initialState);
    let fromCache = cached !== undefined;
    const progress = { fresh: false };
    let complete = true;

    const loadRefusals = async (): Promise<void> => {
      if (alone) folded.refusals ??= await refusals.load(aggregateId);
    };
    const refresh = async (): Promise<readonly RecordedEvent<Event>[]> => {
      try {
        const [read] = await Promise.all([reading.catchUp(rules, stream, folded), loadRefusals()]);
        complete &&= read.complete;
        progress.fresh = true;
        keep(stream, folded, complete);
        return read.news;
      } catch (error) {
        cache.delete(stream);
        throw error;
      }
    };
    /** Undefined when another was faster. @throws StoreUnavailable when it is unknown whether it was written */
    const write = async (encoded: readonly Encoded<Event>[]): Promise<readonly RecordedEvent<Event>[] | undefined> => {
      const written: RecordedEvent<Event>[] = [];
      for (const chunk of chunks(encoded)) {
        const outcome = await append(stream, folded.revision ?? 'no-stream', chunk.flatMap((part) => part.toAppend));
        if (outcome.kind === 'wrong-revision') return undefined;
        const { position } = outcome;
        if (outcome.doubtful || position === undefined) {
          // The log may hold the bytes of an earlier sending, or of another process.
          const ids = new Set(chunk.flatMap((part) => part.recorded.map((event) => event.id)));
          const mine = (await refresh()).filter((event) => ids.has(event.id));
          if (mine.length < ids.size) throw new StoreUnavailable(`the append to ${stream} was confirmed and is not in the log`);
          written.push(...mine);
          continue;
        }
        // What is executed together keeps no refusals: of what it creates there are none, and no other process writes any.
        if (folded.revision === undefined && !alone && options.severalWriters !== true) folded.refusals ??= noRefusals();
        for (const event of chunk.flatMap((part) => part.recorded)) {
          const recorded = { ...event, position };
          foldIn(rules, folded, recorded);
          written.push(recorded);
        }
        keep(stream, folded, complete);
      }
      return written;
    };

    if (fromCache) await loadRefusals();
    else await refresh();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const consideration = { fingerprintKey, policyVersion, recordedAt: clock.now(), reading, alone };
      let step = await consider(rules, stream, folded, requests, consideration);
      if (!progress.fresh && needsFreshState(step)) {
        await refresh();
        step = await consider(rules, stream, folded, requests, consideration);
      }
      if (step.kind !== 'append') {
        if (step.kind === 'refused' && alone) await keepRefusal(folded, rules.decider.category, aggregateId, requests[0]?.command, step);
        return answer(stream, folded, step);
      }
      try {
        const written = await write(await encodeAll(codec, stream, folded, step.decided));
        const last = written?.at(-1);
        if (written && last) return { kind: 'done', revision: last.revision, position: last.position, events: written, repeated: false };
        if (attempt > 1) await pauseAfterLoss(attempt);
      } catch (error) {
        cache.delete(stream);
        if (!(error instanceof SubjectErasedError)) throw error;
        if (!fromCache) return { kind: 'refused', refusal: SUBJECT_ERASED, revision: folded.revision, position: folded.position };
        // The state still knows somebody who was erased since: read it again without them.
        fromCache = false;
        folded = emptyFold(rules.decider.initialState);
      }
      await refresh();
    }
    return { kind: 'busy' };
  };

  const keepRefusal = async (
    folded: Folded<unknown>,
    category: string,
    aggregateId: string,
    command: DomainCommand | undefined,
    { refusal, decision, context }: Extract<Step<DomainEvent>, { kind: 'refused' }>,
  ): Promise<void> => {
    if (command === undefined) return;
    const at = {
      ...(folded.revision !== undefined && { revision: Number(folded.revision) }),
      ...(folded.position !== undefined && { position: String(folded.position) }),
    };
    await refusals.keep(folded, { category, aggregateId, command, refusal, now: decision.now, ...at }, context);
  };

  const answer = async <Event extends DomainEvent>(
    stream: string,
    { revision, position }: Folded<unknown>,
    step: Exclude<Step<Event>, { kind: 'append' }>,
  ): Promise<CommandOutcome<Event>> => {
    switch (step.kind) {
      case 'repeated': {
        const { first, last } = extent(step.commands);
        const events = await reading.events<Event>(stream, first, Number(last.lastRevision - first) + 1);
        return { kind: 'done', revision: last.lastRevision, position: last.position, events, repeated: true };
      }
      case 'nothing-new':
        return revision === undefined || position === undefined ? { kind: 'not-found' } : { kind: 'done', revision, position, events: [], repeated: false };
      case 'refused-before':
        return { kind: 'refused', refusal: step.refused.refusal, revision: step.refused.revision, position: step.refused.position };
      case 'refused':
        return { kind: 'refused', refusal: step.refusal, revision, position };
      case 'key-reused':
      case 'not-found':
        return { kind: step.kind };
      case 'stale':
      case 'conflict':
        return step;
    }
  };

  const load = <State, Command extends DomainCommand, Event extends DomainEvent>(rules: AggregateRules<State, Command, Event>, aggregateId: string) => {
    const stream = `${rules.decider.category}-${aggregateId}`;
    return queue.run(stream, async () => {
      const folded = cache.get<State>(stream) ?? emptyFold(rules.decider.initialState);
      try {
        const { complete } = await reading.catchUp(rules, stream, folded);
        keep(stream, folded, complete);
      } catch (error) {
        cache.delete(stream);
        throw error;
      }
      const { state, revision, position } = folded;
      return { state, revision, position };
    });
  };

  return {
    execute: (rules, request) => queue.run(`${rules.decider.category}-${request.aggregateId}`, () => run(rules, request.aggregateId, [request], true)),

    executeAll: async (rules, requests) => {
      const aggregateId = requests[0]?.aggregateId;
      if (aggregateId === undefined || requests.some((request) => request.aggregateId !== aggregateId)) {
        throw new RangeError('commands that are executed together concern one aggregate');
      }
      return queue.run(`${rules.decider.category}-${aggregateId}`, () => run(rules, aggregateId, requests, false));
    },

    recall: async <State, Command extends DomainCommand, Event extends DomainEvent>(rules: AggregateRules<State, Command, Event>, aggregateId: string) => {
      const known = cache.get<State>(`${rules.decider.category}-${aggregateId}`);
      return known?.revision === undefined ? (await load(rules, aggregateId)).state : known.state;
    },

    load,
  };
}

/** Of several that lose against each other again and again, chance lets one go first. */
const pauseAfterLoss = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));

function extent(commands: readonly ExecutedCommand[]): { readonly first: bigint; readonly last: ExecutedCommand } {
  const [one] = commands;
  if (one === undefined) throw new RangeError('a repetition has at least one command');
  let first = one.firstRevision;
  let last = one;
  for (const command of commands) {
    if (command.firstRevision < first) first = command.firstRevision;
    if (command.lastRevision > last.lastRevision) last = command;
  }
  return { first, last };
}

async function encodeAll<Event extends DomainEvent>(codec: Codec, stream: string, folded: Folded<unknown>, decided: readonly Decided<Event>[]): Promise<readonly Encoded<Event>[]> {
  const encoded: Encoded<Event>[] = [];
  let { prevHash } = folded;
  let firstRevision = folded.revision === undefined ? 0n : folded.revision + 1n;
  let following = decided.reduce((sum, { events }) => sum + events.length, 0);
  for (const { context, events } of decided) {
    following -= events.length;
    const part = await codec.encode(events, { stream, firstRevision, prevHash, context, following });
    encoded.push(part);
    prevHash = part.lastHash;
    firstRevision += BigInt(events.length);
  }
  return encoded;
}

/** As few appends as the store's limit allows; the events of one command stay together. */
function chunks<Event extends DomainEvent>(encoded: readonly Encoded<Event>[]): readonly (readonly Encoded<Event>[])[] {
  const result: Encoded<Event>[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const part of encoded) {
    if (bytes + part.bytes > MOST_BYTES) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(part);
    bytes += part.bytes;
  }
  return result;
}
