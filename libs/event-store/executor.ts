import { createHmac } from 'node:crypto';
import { canonicalJson, systemClock, type Clock, type CommandContext, type DecisionContext, type DomainCommand, type DomainEvent, type RecordedEvent, type Refusal } from '#kernel';
import { KeysUnavailable, SubjectErasedError, type SubjectKeys } from '#subject-keys';
import { GENESIS_HASH } from './chain.js';
import type { Codec, Encoded } from './codec.js';
import type { EventStorePort, StoredEvent } from './event-store.port.js';
import { StoreUnavailable } from './event-store.port.js';
import type { AggregateRules, CommandExecutor, CommandOutcome, CommandRequest } from './execute.port.js';
import { createRefusalLog } from './refusals.js';
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

/** A stream holds what this program cannot read, so nothing can be decided on it. Names place and kind, no data. */
export class StreamUnreadable extends Error {
  override readonly name = 'StreamUnreadable';
}

/** Lost races before a command is answered `busy`. */
const MOST_ATTEMPTS = 12;
const DECODE_BATCH = 500;
/** One append may hold a mebibyte. */
const MOST_BYTES = 950_000;

interface Decided<Event extends DomainEvent> {
  readonly context: CommandContext;
  readonly events: readonly Event[];
}

/** What the folded state says about a request; all but `append` and the proofs need a state that is not stale. */
type Step<Event extends DomainEvent> =
  | { readonly kind: 'append'; readonly decided: readonly Decided<Event>[] }
  | { readonly kind: 'repeated'; readonly commands: readonly ExecutedCommand[] }
  | { readonly kind: 'refused-before'; readonly refusal: Refusal; readonly revision: bigint | undefined; readonly position: bigint | undefined }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'nothing-new' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly decision: DecisionContext; readonly context: CommandContext }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'stale'; readonly seen: bigint; readonly actual: bigint }
  | { readonly kind: 'conflict'; readonly seen: bigint; readonly actual: bigint; readonly since: readonly RecordedEvent<Event>[] };

/** True for ever once seen, however old the state they were seen in. */
const PROOFS: ReadonlySet<Step<DomainEvent>['kind']> = new Set(['repeated', 'refused-before', 'key-reused'] as const);

export function createExecutor(options: ExecutorOptions): CommandExecutor {
  const { store, codec, fingerprintKey, policyVersion, clock = systemClock } = options;
  const cache = new StateCache(options.cacheSize ?? 300_000);
  const queue = new KeyedQueue();
  const refusals = createRefusalLog(store, options.keys);
  const append = createSureAppend({ store, giveUpAfterMs: 4_000, pauseMs: options.resendPauseMs ?? 100, sendings: 3, readBack: options.severalWriters ?? false });

  const fingerprint = (request: CommandRequest<DomainCommand>): string =>
    createHmac('sha256', fingerprintKey).update(canonicalJson(request.payload ?? request.command)).digest('hex');

  /** Reads on from where the state stands; gives what was new. Marks what must not be cached. */
  const catchUp = async <State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    stream: string,
    folded: Folded<State>,
  ): Promise<{ readonly news: readonly RecordedEvent<Event>[]; readonly complete: boolean }> => {
    const news: RecordedEvent<Event>[] = [];
    let complete = true;
    let batch: StoredEvent[] = [];
    const foldBatch = async (): Promise<void> => {
      const decoded = await decodeOrShow(codec, batch);
      complete &&= decoded.complete;
      for (const item of decoded.items) {
        if (item.kind !== 'event') throw new StreamUnreadable(`${stream} holds ${item.kind} at revision ${String(item.stored.revision)}`);
        if (item.recorded.metadata.prevHash !== folded.prevHash) throw new StreamUnreadable(`the chain of ${stream} breaks at revision ${String(item.stored.revision)}`);
        // The category decides which events a stream holds.
        const recorded = item.recorded as RecordedEvent<Event>;
        take(rules, folded, recorded);
        news.push(recorded);
      }
      batch = [];
    };
    for await (const stored of store.readStream(stream, { from: folded.revision === undefined ? 0n : folded.revision + 1n })) {
      batch.push(stored);
      if (batch.length >= DECODE_BATCH) await foldBatch();
    }
    if (batch.length > 0) await foldBatch();
    return { news, complete };
  };

  const empty = <State>(state: State): Folded<State> => ({
    state,
    revision: undefined,
    position: undefined,
    prevHash: GENESIS_HASH,
    commands: new Map(),
    refusals: undefined,
  });

  const keep = (stream: string, folded: Folded<unknown>, complete: boolean): void => {
    if (complete && folded.revision !== undefined) cache.set(stream, folded);
    else cache.delete(stream);
  };

  const readEvents = async <Event extends DomainEvent>(stream: string, from: bigint, count: number): Promise<readonly RecordedEvent<Event>[]> => {
    const stored: StoredEvent[] = [];
    for await (const event of store.readStream(stream, { from, maxCount: count })) stored.push(event);
    const decoded = await decodeOrShow(codec, stored);
    return decoded.items.flatMap((item) => (item.kind === 'event' ? [item.recorded as RecordedEvent<Event>] : []));
  };

  const consider = async <State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    stream: string,
    folded: Folded<State>,
    requests: readonly CommandRequest<Command>[],
    alone: boolean,
  ): Promise<Step<Event>> => {
    let { state } = folded;
    let exists = folded.revision !== undefined;
    const decided: Decided<Event>[] = [];
    const repeated: ExecutedCommand[] = [];
    const recordedAt = clock.now();
    for (const request of requests) {
      const { command, commandId } = request;
      const storeId = rules.storeIdOf(state) ?? request.storeId;
      if (request.storeScope !== 'all' && !request.storeScope.includes(storeId)) return { kind: 'not-found' };
      const print = fingerprint(request);
      const before = folded.commands.get(commandId);
      const refusedBefore = alone ? folded.refusals?.byCommand.get(commandId) : undefined;
      if ((before ?? refusedBefore)?.fingerprint !== undefined && (before ?? refusedBefore)?.fingerprint !== print) return { kind: 'key-reused' };
      if (before) {
        repeated.push(before);
        continue;
      }
      if (refusedBefore) return { kind: 'refused-before', ...refusedBefore };
      const stale = alone ? await unseen(rules, stream, folded, request) : undefined;
      if (stale) return stale;
      const decision: DecisionContext = { commandId, now: request.occurredAt ?? recordedAt, actor: request.actor };
      const verdict = rules.decider.decide(command, state, decision);
      const context = contextOf(request, { storeId, fingerprint: print, recordedAt, policyVersion });
      if (verdict.kind === 'refused') {
        const { refusal } = verdict;
        const missing = !exists && !(rules.creates?.(command) ?? !refusal.code.endsWith('-not-found'));
        return missing ? { kind: 'not-found' } : { kind: 'refused', refusal, decision, context };
      }
      if (verdict.events.length === 0) continue;
      for (const event of verdict.events) state = rules.decider.evolve(state, event);
      exists = true;
      decided.push({ context, events: verdict.events });
    }
    if (decided.length > 0) return { kind: 'append', decided };
    if (repeated.length > 0) return { kind: 'repeated', commands: repeated };
    return exists ? { kind: 'nothing-new' } : { kind: 'not-found' };
  };

  const unseen = async <State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    stream: string,
    folded: Folded<State>,
    { seen, command }: CommandRequest<Command>,
  ): Promise<Step<Event> | undefined> => {
    if (seen.kind === 'not-needed' || seen.revision === folded.revision) return undefined;
    const actual = folded.revision;
    if (actual === undefined) return { kind: 'not-found' };
    if (seen.kind === 'exact' || seen.revision > actual) return { kind: 'stale', seen: seen.revision, actual };
    const since = await readEvents<Event>(stream, seen.revision + 1n, Number(actual - seen.revision));
    const commutes = rules.commutes(command, since.map((recorded) => recorded.event));
    return commutes ? undefined : { kind: 'conflict', seen: seen.revision, actual, since };
  };

  const run = async <State, Command extends DomainCommand, Event extends DomainEvent>(
    rules: AggregateRules<State, Command, Event>,
    aggregateId: string,
    requests: readonly CommandRequest<Command>[],
    alone: boolean,
  ): Promise<CommandOutcome<Event>> => {
    const stream = `${rules.decider.category}-${aggregateId}`;
    let cached = cache.get<State>(stream);
    let folded = cached ?? empty(rules.decider.initialState);
    let fresh = false;
    let complete = true;

    const refresh = async (): Promise<readonly RecordedEvent<Event>[]> => {
      try {
        const [read] = await Promise.all([catchUp(rules, stream, folded), loadRefusals()]);
        complete &&= read.complete;
        fresh = true;
        keep(stream, folded, complete);
        return read.news;
      } catch (error) {
        cache.delete(stream);
        throw error;
      }
    };
    const loadRefusals = async (): Promise<void> => {
      if (alone) folded.refusals ??= await refusals.load(aggregateId);
    };

    if (cached) await loadRefusals();
    else await refresh();
    for (let attempt = 0; attempt < MOST_ATTEMPTS; ) {
      const step = await consider(rules, stream, folded, requests, alone);
      if (step.kind !== 'append' && !fresh && !PROOFS.has(step.kind)) {
        await refresh();
        continue;
      }
      if (step.kind !== 'append') {
        if (step.kind === 'refused' && alone) await keepRefusal(folded, rules.decider.category, aggregateId, requests[0]?.command, step);
        return answer(stream, folded, step);
      }
      let encoded: readonly Encoded<Event>[];
      try {
        encoded = await encodeAll(codec, stream, folded, step.decided);
      } catch (error) {
        if (!(error instanceof SubjectErasedError)) throw error;
        if (!cached) return { kind: 'refused', refusal: SUBJECT_ERASED, revision: folded.revision, position: folded.position };
        // The state still knows somebody who was erased since: read it again without them.
        cached = undefined;
        folded = empty(rules.decider.initialState);
        await refresh();
        continue;
      }
      const written: RecordedEvent<Event>[] = [];
      const race = { lost: false };
      for (const chunk of chunks(encoded)) {
        const outcome = await appendChunk(stream, folded, chunk.flatMap((part) => part.toAppend));
        if (outcome.kind === 'wrong-revision') {
          race.lost = true;
          break;
        }
        if (outcome.doubtful || outcome.position === undefined) {
          const ids = new Set(chunk.flatMap((part) => part.recorded.map((event) => event.id)));
          const mine = (await refresh()).filter((event) => ids.has(event.id));
          if (mine.length < ids.size) throw new StoreUnavailable(`the append to ${stream} was confirmed and is not in the log`);
          written.push(...mine);
          continue;
        }
        for (const part of chunk) {
          for (const event of part.recorded) {
            const recorded = { ...event, position: outcome.position };
            take(rules, folded, recorded);
            written.push(recorded);
          }
        }
        keep(stream, folded, complete);
      }
      if (!race.lost && folded.revision !== undefined && folded.position !== undefined) {
        const last = written.at(-1);
        return { kind: 'done', revision: last?.revision ?? folded.revision, position: last?.position ?? folded.position, events: written, repeated: false };
      }
      attempt += 1;
      if (attempt > 1) await pauseAfterLoss(attempt);
      await refresh();
    }
    return { kind: 'busy' };
  };

  const appendChunk = async (stream: string, folded: Folded<unknown>, events: Parameters<typeof append>[2]): ReturnType<typeof append> => {
    try {
      return await append(stream, folded.revision ?? 'no-stream', events);
    } catch (error) {
      // Whether it stands in the log is unknown: nothing of it may be remembered.
      cache.delete(stream);
      throw error;
    }
  };

  const keepRefusal = (
    folded: Folded<unknown>,
    category: string,
    aggregateId: string,
    command: DomainCommand | undefined,
    { refusal, decision, context }: Extract<Step<DomainEvent>, { kind: 'refused' }>,
  ): Promise<void> => {
    if (command === undefined) return Promise.resolve();
    const at = {
      ...(folded.revision !== undefined && { revision: Number(folded.revision) }),
      ...(folded.position !== undefined && { position: String(folded.position) }),
    };
    return refusals.keep(folded, { category, aggregateId, command, refusal, now: decision.now, ...at }, context);
  };

  const answer = async <Event extends DomainEvent>(
    stream: string,
    folded: Folded<unknown>,
    step: Exclude<Step<Event>, { kind: 'append' }>,
  ): Promise<CommandOutcome<Event>> => {
    const { revision, position } = folded;
    switch (step.kind) {
      case 'repeated': {
        const first = step.commands.reduce((least, { firstRevision }) => (firstRevision < least ? firstRevision : least), step.commands[0]?.firstRevision ?? 0n);
        const last = step.commands.reduce<ExecutedCommand | undefined>((most, each) => (most === undefined || each.lastRevision > most.lastRevision ? each : most), undefined);
        if (last === undefined) return { kind: 'busy' };
        const events = await readEvents<Event>(stream, first, Number(last.lastRevision - first) + 1);
        return { kind: 'done', revision: last.lastRevision, position: last.position, events, repeated: true };
      }
      case 'nothing-new':
        return revision === undefined || position === undefined ? { kind: 'not-found' } : { kind: 'done', revision, position, events: [], repeated: false };
      case 'refused-before':
        return { kind: 'refused', refusal: step.refusal, revision: step.revision, position: step.position };
      case 'refused':
        return { kind: 'refused', refusal: step.refusal, revision, position };
      case 'key-reused':
      case 'not-found':
        return { kind: step.kind };
      case 'stale':
        return { kind: 'stale', seen: step.seen, actual: step.actual };
      case 'conflict':
        return { kind: 'conflict', seen: step.seen, actual: step.actual, since: step.since };
    }
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
    load: (rules, aggregateId) => {
      const stream = `${rules.decider.category}-${aggregateId}`;
      return queue.run(stream, async () => {
        const folded = cache.get<ReturnType<typeof rules.decider.evolve>>(stream) ?? empty(rules.decider.initialState);
        try {
          const { complete } = await catchUp(rules, stream, folded);
          keep(stream, folded, complete);
        } catch (error) {
          cache.delete(stream);
          throw error;
        }
        const { state, revision, position } = folded;
        return { state, revision, position };
      });
    },
  };
}

/** Of several that lose against each other again and again, chance lets one go first. */
const pauseAfterLoss = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));

const SUBJECT_ERASED: Refusal = {
  code: 'subject-erased',
  rule: 'D9',
  message: 'The person this is about was erased; nothing more can be written about them.',
};

function contextOf(
  request: CommandRequest<DomainCommand>,
  facts: Pick<CommandContext, 'storeId' | 'fingerprint' | 'recordedAt' | 'policyVersion'>,
): CommandContext {
  return {
    ...facts,
    commandId: request.commandId,
    actor: request.actor,
    correlationId: request.correlationId,
    causationId: request.commandId,
    occurredAt: request.occurredAt ?? facts.recordedAt,
    origin: request.origin,
    ...(request.onBehalfOf !== undefined && { onBehalfOf: request.onBehalfOf }),
    ...(request.reasonCode !== undefined && { reasonCode: request.reasonCode }),
  };
}

/** Folds one event and remembers the command that it came from. */
function take<State, Command extends DomainCommand, Event extends DomainEvent>(
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

async function encodeAll<Event extends DomainEvent>(codec: Codec, stream: string, folded: Folded<unknown>, decided: readonly Decided<Event>[]): Promise<readonly Encoded<Event>[]> {
  const encoded: Encoded<Event>[] = [];
  let { prevHash } = folded;
  let firstRevision = folded.revision === undefined ? 0n : folded.revision + 1n;
  for (const { context, events } of decided) {
    const part = await codec.encode(events, { stream, firstRevision, prevHash, context });
    encoded.push(part);
    prevHash = part.lastHash;
    firstRevision += BigInt(events.length);
  }
  return encoded;
}

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

/** Decisions do not look into personal fields, so they go on without the keys; such a state is not kept. */
async function decodeOrShow(codec: Codec, stored: readonly StoredEvent[]): Promise<{ readonly items: Awaited<ReturnType<Codec['decode']>>; readonly complete: boolean }> {
  try {
    return { items: await codec.decode(stored, { whenUnavailable: 'throw' }), complete: true };
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    return { items: await codec.decode(stored, { whenUnavailable: 'show' }), complete: false };
  }
}
