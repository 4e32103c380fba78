import { randomUUID } from 'node:crypto';
import type { LogWriter } from '../log-writer.js';
import { standingOf } from '../stream-reading.js';
import { LogUnavailable } from '../write-request.js';
import { CONFIG_STREAM, CONFIG_TYPE, readConfig, writeConfig } from './config.js';
import { Group, type GroupParts } from './group.js';
import { doesNotExist, dropped, exists, noGroups } from './grpc/refusals.js';
import { checkpointStream, groupKey, parkedStream, placeOf, sourceName, type GroupEntry, type GroupSettings, type Source } from './settings.js';

const TICK_MS = 1_000;

/** All groups of this store: kept in a stream of the log, as the real node keeps them. */
export class PersistentSubscriptions {
  #groups = new Map<string, Group>();
  /** Changes of the groups, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: GroupParts) {}

  async open(): Promise<void> {
    await this.#load();
    this.#timer = setInterval(() => {
      for (const group of this.#groups.values()) group.tick();
    }, TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#endAll();
  }

  /** @throws StatusError */
  find(source: string, group: string): Group {
    const found = this.#groups.get(groupKey(source, group));
    if (found === undefined) throw doesNotExist(source, group);
    return found;
  }

  /** @param source undefined: of all. @throws StatusError when a source has none */
  list(source: string | undefined): readonly Group[] {
    const all = [...this.#groups.values()];
    if (source === undefined) return all;
    const found = all.filter(({ entry }) => sourceName(entry.source) === source);
    if (found.length === 0) throw noGroups(source);
    return found;
  }

  /** @throws StatusError, LogUnavailable */
  create(source: Source, group: string, settings: GroupSettings, by: string): Promise<void> {
    return this.#change(async () => {
      const name = sourceName(source);
      const key = groupKey(name, group);
      if (this.#groups.has(key)) throw exists(name, group);
      await this.#forget(key);
      await this.#put({ source, group, settings, begins: await this.#resolve(source, settings.start) }, by);
    });
  }

  /** Every setting is replaced; the checkpoint stays, and so does where the group began unless that changes. */
  update(source: string, group: string, settings: GroupSettings, by: string): Promise<void> {
    return this.#change(async () => {
      const { entry } = this.find(source, group);
      const begins = settings.start === entry.settings.start ? entry.begins : await this.#resolve(entry.source, settings.start);
      await this.#put({ ...entry, settings, begins }, by);
    });
  }

  /** A group created anew begins afresh. */
  remove(source: string, group: string, by: string): Promise<void> {
    return this.#change(async () => {
      const removed = this.find(source, group);
      await this.#save([...this.#groups.values()].filter((each) => each !== removed).map(({ entry }) => entry), by);
      this.#groups.delete(removed.key);
      removed.end(dropped(source, group));
      await this.#forget(removed.key);
    });
  }

  /** Every reader is dropped; the groups go on from what is kept. */
  restart(): Promise<void> {
    return this.#change(async () => {
      this.#endAll();
      await this.#load();
    });
  }

  async #load(): Promise<void> {
    const last = await this.parts.log.reader.lastOfStream(CONFIG_STREAM);
    const entries = last === undefined ? [] : readConfig(last.data).values();
    this.#groups = new Map();
    for (const entry of entries) {
      try {
        const group = new Group(entry, this.parts);
        this.#groups.set(group.key, group);
      } catch (error) {
        this.parts.report(`the persistent subscription ${entry.group} cannot be loaded`, error);
      }
    }
  }

  async #put(entry: GroupEntry, by: string): Promise<void> {
    const group = new Group(entry, this.parts);
    const before = this.#groups.get(group.key);
    const groups = new Map(this.#groups).set(group.key, group);
    await this.#save([...groups.values()].map((each) => each.entry), by);
    this.#groups = groups;
    before?.end(dropped(sourceName(entry.source), entry.group));
  }

  async #save(entries: readonly GroupEntry[], by: string): Promise<void> {
    const record = { id: randomUUID(), type: CONFIG_TYPE, isJson: true, data: writeConfig(entries, by), metadata: new Uint8Array() };
    await write(this.parts.writer, { kind: 'append', stream: CONFIG_STREAM, expected: 'any', records: [record] });
  }

  /** What an earlier group of that name left. */
  async #forget(key: string): Promise<void> {
    for (const stream of [checkpointStream(key), parkedStream(key)]) {
      const standing = await standingOf(this.parts.log, stream);
      if (standing.kind === 'readable') await write(this.parts.writer, { kind: 'delete', stream, expected: 'any' });
    }
  }

  async #resolve(source: Source, start: string): Promise<bigint> {
    const place = placeOf(start);
    if (place !== undefined) return place;
    const { log } = this.parts;
    if (source.kind === 'all') return BigInt(log.tail.last + 1);
    return ((await log.heads.read([source.stream])).get(source.stream)?.last ?? -1n) + 1n;
  }

  #endAll(): void {
    for (const group of this.#groups.values()) group.end(dropped(sourceName(group.entry.source), group.entry.group));
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => undefined);
    return done;
  }
}

async function write(writer: LogWriter, request: Parameters<LogWriter['write']>[0]): Promise<void> {
  const outcome = await writer.write(request);
  if (outcome.kind !== 'written') throw new LogUnavailable(`The stream ${request.stream} cannot be written.`);
}
