import type { DataSource, QueryRunner } from 'typeorm';
import type { Codec, EventStorePort, StoredEvent } from '#event-store';
import type { DocketEvent } from '#ordering';
import { decodeBatch, wholeAppends, type Batch } from './batch.js';
import { takeEpoch } from './checkpoint.js';
import { faultText, mayPass, pause } from './faults.js';
import type { Follower, Following } from './follower.js';
import { generationWork, type GenerationWork } from './generation-work.js';
import { ensureGenerations, generationsOf, switchToBuilding, type Generation } from './generations.js';
import { Lane, type LaneWork } from './lane.js';
import { checkLog } from './log-check.js';
import { rowsOf, type Projection } from './projection.js';
import { inTransaction } from './transaction.js';

export interface ProjectorOptions {
  readonly store: EventStorePort;
  readonly codec: Codec<DocketEvent>;
  readonly dataSource: DataSource;
  readonly projections: readonly Projection[];
  /** Who else goes through the log while this projector works: process managers. */
  readonly followers?: readonly Follower[];
  /** A person was erased: whoever keeps keys in memory forgets theirs, or a rebuild would show them again. */
  readonly onErased?: (subjectId: string) => void;
  readonly log?: (message: string, details?: object) => void;
}

/** How far somebody is who goes through the log. */
export interface FollowerStatus {
  readonly name: string;
  readonly position: bigint;
  /** What was offered and is not taken in yet, by position. */
  readonly behindBy: bigint;
  readonly fault: string | undefined;
}

export interface ProjectorStatus extends Omit<FollowerStatus, 'name'> {
  readonly projection: string;
  readonly generation: number;
  readonly state: Generation['state'];
}

/** Only one projector writes: its lock, held by a connection of its own. */
const PROJECTOR_LOCK = 3_318_527_106_449;
const BATCH = 1_000;
const LOOK_EVERY_MS = 250;
/** An append comes in one piece. One that was torn (its writer died between two) is not waited for longer. */
const TORN_AFTER_MS = 1_000;

/**
 * Builds every read model from one reading of the log. Several may run: one works, the others stand by. A read model
 * that fails or falls behind leaves the rest alone.
 */
export class Projector {
  #lanes: Lane<GenerationWork>[] = [];
  #followers: Lane<Following>[] = [];
  #offered = -1n;

  constructor(private readonly options: ProjectorOptions) {}

  status(): readonly ProjectorStatus[] {
    return this.#lanes.map((lane) => {
      const { name: projection, ...progress } = this.#progress(lane);
      return { projection, generation: lane.work.generation.number, state: lane.work.generation.state, ...progress };
    });
  }

  /** The same of the followers; empty while another projector works. */
  followers(): readonly FollowerStatus[] {
    return this.#followers.map((lane) => this.#progress(lane));
  }

  #progress({ work, position, fault }: Lane): FollowerStatus {
    return { name: work.name, position, behindBy: this.#offered > position ? this.#offered - position : 0n, fault };
  }

  /** Works, or stands by, until `signal` aborts. @throws LogMismatch; what the log or the database throws is waited out */
  async run(signal: AbortSignal): Promise<void> {
    let belongs = false;
    while (!signal.aborted) {
      try {
        // Also before standing by: with the wrong log it would be no help when it is needed.
        belongs ||= await this.#belongsToLog();
        const lock = await this.#takeLock();
        if (lock === undefined) await pause(LOOK_EVERY_MS, signal);
        else await this.#work(lock, signal).finally(() => this.#giveLock(lock));
      } catch (error) {
        if (!mayPass(error)) throw error;
        this.#log('the projector waits', { fault: faultText(error) });
        await pause(1_000, signal);
      }
    }
  }

  /** @throws LogMismatch */
  async #belongsToLog(): Promise<true> {
    const { store, dataSource } = this.options;
    await checkLog(store, await store.identity(), serving(await generationsOf(dataSource)));
    return true;
  }

  async #takeLock(): Promise<QueryRunner | undefined> {
    const runner = this.options.dataSource.createQueryRunner();
    await runner.connect();
    const rows = await rowsOf<{ taken: boolean }>(runner, 'SELECT pg_try_advisory_lock($1) AS taken', [PROJECTOR_LOCK]).catch(async (error: unknown) => {
      await runner.release();
      throw error;
    });
    if (rows[0]?.taken === true) return runner;
    await runner.release();
    return undefined;
  }

  async #giveLock(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT pg_advisory_unlock($1)', [PROJECTOR_LOCK]).catch(() => undefined);
    await runner.release().catch(() => undefined);
  }

  async #work(lock: QueryRunner, signal: AbortSignal): Promise<void> {
    const { store, dataSource } = this.options;
    const identity = await store.identity();
    const term = new AbortController();
    const end = (): void => {
      term.abort();
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      const generations = await ensureGenerations(dataSource, this.options.projections);
      const live = serving(generations);
      await checkLog(store, identity, live);
      const epoch = await takeEpoch(dataSource);
      this.#offered = live.reduce((least, { position }) => (position < least ? position : least), live[0]?.position ?? -1n);
      this.#log('the projector works', { epoch: String(epoch), from: String(this.#offered) });
      for (const generation of generations) this.#startLane(generation, identity, epoch, end);
      await this.#startFollowers(identity, epoch, term.signal, end);
      await Promise.race([this.#watch(lock, identity, epoch, term.signal, end), this.#read(term.signal)]);
    } finally {
      end();
      signal.removeEventListener('abort', end);
      const followers = this.#followers.map(async (lane) => {
        await lane.stop();
        await lane.work.end();
      });
      await Promise.all([...this.#lanes.map((lane) => lane.stop()), ...followers]);
      this.#lanes = [];
      this.#followers = [];
    }
  }

  async #startFollowers(logIdentity: string, epoch: bigint, signal: AbortSignal, onFenced: () => void): Promise<void> {
    for (const follower of this.options.followers ?? []) {
      const following = await follower.begin({ logIdentity, epoch, signal });
      if (following !== undefined) this.#followers.push(this.#started(following, onFenced));
    }
  }

  #startLane(generation: Generation, logIdentity: string, epoch: bigint, onFenced: () => void): void {
    const projection = this.options.projections.find(({ name }) => name === generation.projection);
    if (projection?.version !== generation.version || generation.stoppedBecause !== undefined) return;
    const { dataSource } = this.options;
    this.#lanes.push(this.#started(generationWork({ dataSource, projection, generation, logIdentity, epoch }), onFenced));
  }

  #started<Work extends LaneWork>(work: Work, onFenced: () => void): Lane<Work> {
    const { store, codec } = this.options;
    const lane = new Lane({
      work,
      store,
      codec,
      offered: () => this.#offered,
      log: (message, details) => {
        this.#log(message, details);
      },
      onFenced,
    });
    lane.start();
    return lane;
  }

  /** Sees to rebuilds that were asked for, and that the lock is still there. */
  async #watch(lock: QueryRunner, identity: string, epoch: bigint, signal: AbortSignal, onFenced: () => void): Promise<void> {
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, signal);
      if (hasEnded(signal)) return;
      const generations = await generationsOf(lock);
      for (const lane of [...this.#lanes]) {
        if (!generations.some(({ projection, number }) => projection === lane.work.name && number === lane.work.generation.number)) await this.#drop(lane);
      }
      for (const generation of generations) {
        const running = this.#lanes.some((lane) => lane.work.name === generation.projection && lane.work.generation.number === generation.number);
        if (running || generation.state !== 'building' || generation.stoppedBecause !== undefined) continue;
        await lock.query('UPDATE projecting.generation SET epoch = $3 WHERE projection = $1 AND number = $2', [generation.projection, generation.number, epoch]);
        this.#startLane(generation, identity, epoch, onFenced);
      }
      for (const lane of this.#lanes.filter(({ work, isLevel }) => work.generation.state === 'building' && isLevel)) await this.#switch(lane, identity, epoch, onFenced);
    }
  }

  async #switch(built: Lane<GenerationWork>, identity: string, epoch: bigint, onFenced: () => void): Promise<void> {
    const name = built.work.name;
    const projection = this.options.projections.find((candidate) => candidate.name === name);
    if (projection === undefined) return;
    const old = this.#lanes.find((lane) => lane.work.name === name && lane !== built);
    if (old !== undefined) await this.#drop(old);
    await this.#drop(built);
    const switched = await inTransaction(this.options.dataSource, (runner) => switchToBuilding(runner, projection));
    const generations = (await generationsOf(this.options.dataSource)).filter((generation) => generation.projection === name);
    for (const generation of generations) this.#startLane(generation, identity, epoch, onFenced);
    if (switched) this.#log('a rebuilt read model is live', { projection: name });
  }

  async #drop(lane: Lane<GenerationWork>): Promise<void> {
    this.#lanes = this.#lanes.filter((other) => other !== lane);
    await lane.stop();
  }

  /** One reading for all: what has arrived while the last batch was taken in makes the next one. */
  async #read(signal: AbortSignal): Promise<void> {
    const { store, codec } = this.options;
    const arrived: StoredEvent[] = [];
    let delivering: Promise<void> | undefined;
    let failure: Error | undefined;
    let torn: NodeJS.Timeout | undefined;
    const deliver = async (overdue: boolean): Promise<void> => {
      for (let whole = wholeAppends(arrived, BATCH, overdue); whole > 0 && !signal.aborted; whole = wholeAppends(arrived, BATCH, false)) {
        const batch = await this.#decoded(codec, arrived.splice(0, whole), signal);
        if (batch !== undefined) await this.#offer(batch);
      }
      // In the same turn as the last look: what arrives after it is delivered by a run of its own.
      delivering = undefined;
      begin(false);
    };
    /** What has arrived is delivered, unless it is the beginning of an append. */
    const begin = (overdue: boolean): void => {
      clearTimeout(torn);
      if (delivering !== undefined || arrived.length === 0 || signal.aborted) return;
      if (wholeAppends(arrived, BATCH, overdue) === 0) {
        torn = setTimeout(begin, TORN_AFTER_MS, true).unref();
        return;
      }
      delivering = deliver(overdue).catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error));
      });
    };
    let newest = this.#offered;
    const after = this.#offered < 0n ? {} : { after: this.#offered };
    for await (const message of store.subscribeAll({ ...after, signal })) {
      if (failure !== undefined) throw failure;
      // Delivered again, whoever may be to blame: it is in a batch already (case 12).
      if (message.kind !== 'event' || message.event.position <= newest) continue;
      newest = message.event.position;
      arrived.push(message.event);
      begin(false);
      if (arrived.length >= 2 * BATCH) await delivering;
    }
    clearTimeout(torn);
    await delivering;
    if (failure !== undefined) throw failure;
  }

  /** Keys out of reach are waited for: nothing is shown without them, and nothing skipped. */
  async #decoded(codec: Codec<DocketEvent>, stored: readonly StoredEvent[], signal: AbortSignal): Promise<Batch | undefined> {
    while (!signal.aborted) {
      try {
        const batch = await decodeBatch(codec, stored);
        for (const item of batch?.decoded ?? []) {
          if (item.kind === 'event' && item.recorded.event.type === 'SubjectErased') this.options.onErased?.(item.recorded.event.data.subjectId);
        }
        return batch;
      } catch (error) {
        if (!mayPass(error)) throw error;
        this.#log('the projector waits for keys', { fault: faultText(error) });
        await pause(500, signal);
      }
    }
    return undefined;
  }

  async #offer(batch: Batch): Promise<void> {
    this.#offered = batch.last.position;
    const waits = [...this.#lanes, ...this.#followers].map((lane) => lane.offer(batch)).filter((wait) => wait !== undefined);
    if (waits.length > 0) await Promise.all(waits);
  }

  #log(message: string, details?: object): void {
    this.options.log?.(message, details);
  }
}

const serving = (generations: readonly Generation[]): readonly Generation[] => generations.filter(({ state, stoppedBecause }) => state === 'live' && stoppedBecause === undefined);

/** Looked at anew: it changes while one waits. */
const hasEnded = (signal: AbortSignal): boolean => signal.aborted;

export const createProjector = (options: ProjectorOptions): Projector => new Projector(options);
