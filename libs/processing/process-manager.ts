import type { CommandExecutor, Decoded, EventStorePort, StoredEvent } from '#event-store';
import { systemClock, type Clock, type RecordedEvent, type Refusal } from '#kernel';
import type { Addressed, DocketEvent, PaymentGateway, Process, Reaction, TimerReaction } from '#ordering';
import { faultText, mayPass, NewerEvent, type Batch, type Follower, type Following, type Term } from '#projecting';
import type { Pool } from 'pg';
import { createAsk, type Ask } from './asking.js';
import { Checkpoints, type Checkpoint, type DeadLetter, type TimerChange } from './checkpoints.js';
import { createSend, type Message, type Send } from './sending.js';
import { Timers } from './timers.js';

export interface ProcessManagerOptions {
  readonly process: Process;
  readonly pool: Pool;
  readonly store: Pick<EventStorePort, 'readAll'>;
  readonly executor: CommandExecutor;
  /** Whom a process asks that asks. */
  readonly gateway?: PaymentGateway;
  readonly clock?: Clock;
  readonly log?: (message: string, details: object) => void;
}

/** So many events without a reaction, and the checkpoint is moved all the same. */
const MOST_UNSAVED = 1_000;

/**
 * Takes a process through the log: its commands are sent, then the checkpoint is moved with its timers. Whatever
 * happens in between, the same commands are sent again with the same ids, and done once (case 10).
 */
export function createProcessManager(options: ProcessManagerOptions): Follower {
  const { process, pool, store, executor, gateway, clock = systemClock, log = () => undefined } = options;
  const checkpoints = new Checkpoints(pool, process.name);
  const send = createSend(executor, process.name);
  const ask = createAsk(gateway);
  return {
    async begin(term) {
      const checkpoint = await checkpoints.take(term.epoch);
      const mismatch = await mismatchOf(checkpoint, term, store);
      if (mismatch !== undefined) {
        log('a process does not start', { process: process.name, because: mismatch });
        await checkpoints.stop(mismatch);
        return undefined;
      }
      const parked = await checkpoints.parkedStreams();
      return new Running({ process, checkpoints, send, ask, parked, term, position: checkpoint.position, timers: new Timers({ checkpoints, send, clock, log }), log });
    },
  };
}

/** A process never starts over by itself: in another log its position means nothing (settled 6.4). */
async function mismatchOf({ position, lastEventId, logIdentity }: Checkpoint, term: Term, store: Pick<EventStorePort, 'readAll'>): Promise<string | undefined> {
  if (position < 0n) return undefined;
  if (logIdentity !== term.logIdentity) return `LogMismatch: it went through log ${logIdentity ?? 'unknown'}, this is ${term.logIdentity}`;
  for await (const event of store.readAll({ from: position, maxCount: 1 })) {
    if (event.position === position && event.id === lastEventId) return undefined;
  }
  return `LogMismatch: the event that it saw last does not stand at ${String(position)} any more`;
}

interface RunningOptions {
  readonly process: Process;
  readonly checkpoints: Checkpoints;
  readonly send: Send;
  readonly ask: Ask;
  readonly timers: Timers;
  /** Streams of which an event could not be read; grows. */
  readonly parked: Set<string>;
  readonly term: Term;
  readonly position: bigint;
  readonly log: (message: string, details: object) => void;
}

class Running implements Following {
  readonly name: string;
  readonly position: bigint;
  readonly #follows: ReadonlySet<string>;
  readonly #timing: Promise<void>;
  #unsaved = 0;

  constructor(private readonly options: RunningOptions) {
    this.name = options.process.name;
    this.position = options.position;
    this.#follows = new Set(options.process.follows);
    this.#timing = options.timers.run(options.term.signal);
  }

  async take({ decoded, last }: Batch, from: bigint): Promise<void> {
    const { checkpoints, term, timers } = this.options;
    const changes: TimerChange[] = [];
    const letters: DeadLetter[] = [];
    let reactions = 0;
    for (const item of decoded) {
      if (term.signal.aborted) return;
      if (item.stored.position <= from) continue;
      const reacted = this.#readable(item, letters);
      if (reacted === undefined) continue;
      for (const [index, reaction] of this.options.process.react(reacted).entries()) {
        reactions += 1;
        if (reaction.kind === 'send') await this.#deliver(reaction, reacted, String(index), item.stored, letters);
        else if (reaction.kind === 'ask') changes.push(...(await this.#ask(reaction, reacted, index, item.stored, letters)));
        else changes.push(timerChange(reaction, reacted));
      }
    }
    this.#unsaved += decoded.length;
    if (reactions === 0 && letters.length === 0 && this.#unsaved < MOST_UNSAVED) return;
    await checkpoints.advance({ to: last.position, lastEventId: last.id, timers: changes, letters }, term);
    this.#unsaved = 0;
    if (changes.length > 0) timers.changed();
  }

  giveUp(because: string): Promise<void> {
    return this.options.checkpoints.stop(because);
  }

  end(): Promise<void> {
    return this.#timing;
  }

  /** The event, if it is one to react to. What was imported or made for the demo leads to nothing (settled 1.4). */
  #readable(item: Decoded<DocketEvent>, letters: DeadLetter[]): RecordedEvent | undefined {
    const { stored } = item;
    const { parked, log } = this.options;
    const type = item.kind === 'event' ? item.recorded.event.type : typeOf(stored);
    if (!this.#follows.has(type) || item.kind === 'foreign') return undefined;
    if (item.kind === 'event' && !parked.has(stored.stream)) return isHistory(item.recorded) ? undefined : item.recorded;
    if (item.kind === 'newer-version') throw new NewerEvent(`${type} of version ${String(item.version)}: this program knows version ${String(item.known)}`);
    parked.add(stored.stream);
    const reason = item.kind === 'poison' ? `unreadable: ${item.reason}` : 'unreadable: an earlier event of this stream is';
    log('an event leads nowhere', { process: this.name, position: String(stored.position), reason });
    letters.push(letterOf(stored, reason));
    return undefined;
  }

  async #deliver(reaction: Extract<Reaction, { kind: 'send' }>, happened: RecordedEvent, index: string, stored: StoredEvent, letters: DeadLetter[]): Promise<void> {
    const message = { ...messageOf(reaction, happened), ...(reaction.as === 'actor' && { actor: happened.metadata.actor }) };
    const refusal = await this.#sent(message, `${happened.id}:${index}`, stored, letters);
    if (refusal === undefined) return;
    const { process, log } = this.options;
    log('a command was refused', { process: this.name, command: reaction.command.type, order: reaction.id, code: refusal.code });
    for (const [at, addressed] of (process.refused?.(happened, refusal) ?? []).entries()) {
      await this.#sent(messageOf(addressed, happened), `${happened.id}:${index}:refused:${String(at)}`, stored, letters);
    }
  }

  /** @returns the refusal: asked again after a crash, a refused command meets the one that was kept */
  async #sent(message: Message, key: string, stored: StoredEvent, letters: DeadLetter[]): Promise<Refusal | undefined> {
    const delivery = await this.options.send(message, key);
    if (delivery.kind === 'delivered') return undefined;
    if (delivery.kind === 'refused') return delivery.refusal;
    const { type } = message.addressed.command;
    this.options.log('a command led nowhere', { process: this.name, command: type, because: delivery.because });
    letters.push(letterOf(stored, `undeliverable: ${type}: ${delivery.because}`));
    return undefined;
  }

  /** Asked again after a crash, the other side answers as before; each answer is sent with an id of its own. */
  async #ask(reaction: Extract<Reaction, { kind: 'ask' }>, happened: RecordedEvent, index: number, stored: StoredEvent, letters: DeadLetter[]): Promise<readonly TimerChange[]> {
    try {
      const commands = await this.options.ask(reaction.question);
      for (const [at, command] of commands.entries()) {
        await this.#deliver({ kind: 'send', as: 'system', to: 'order', id: reaction.id, command }, happened, `${String(index)}:${String(at)}`, stored, letters);
      }
      return commands.length === 0 && reaction.otherwise !== undefined ? [timerChange(reaction.otherwise, happened)] : [];
    } catch (error) {
      if (mayPass(error)) throw error;
      this.options.log('a question led nowhere', { process: this.name, because: faultText(error) });
      letters.push(letterOf(stored, `unanswerable: ${faultText(error)}`));
      return [];
    }
  }
}

const typeOf = ({ type }: StoredEvent): string => type.replace(/[.]v\d+$/, '');

const isHistory = ({ metadata: { origin } }: RecordedEvent): boolean => origin === 'import' || origin === 'demo';

const letterOf = ({ id, position, stream, type }: StoredEvent, reason: string): DeadLetter => ({ eventId: id, position, stream, type, reason });

function timerChange(reaction: TimerReaction | Extract<Reaction, { kind: 'cancel-timer' }>, happened: RecordedEvent): TimerChange {
  if (reaction.kind === 'cancel-timer') return { kind: 'cancel', timer: reaction.timer };
  return { kind: 'set', timer: reaction.timer, dueAt: reaction.dueAt, message: messageOf(reaction, happened) };
}

function messageOf({ to, id, command, reasonCode }: Addressed, { id: causationId, metadata }: RecordedEvent): Message {
  return {
    addressed: { to, id, command, ...(reasonCode !== undefined && { reasonCode }) },
    causationId,
    correlationId: metadata.correlationId,
    storeId: metadata.storeId,
  };
}
