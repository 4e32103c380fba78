import { describe } from '@jest/globals';
import { resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '#testing';
import { eventually } from '../e2e/eventually.js';
import { freePort, run, type RunningProcess } from '../e2e/processes.js';

/** For what a shared node cannot be asked to go through; skipped where one is under test. */
export const describeEmbedded = process.env.EVENTSTORE_URL === undefined ? describe : describe.skip;

const MAIN = resolve(import.meta.dirname, '../../dist/libs/embedded-eventstore/main.js');

/** An embedded event store in a process of its own, which can be killed and started again at the same address. */
export class KillableStore {
  #process: RunningProcess | undefined;

  private constructor(
    private readonly database: TestDatabase,
    private readonly port: number,
  ) {}

  static async start(): Promise<KillableStore> {
    const store = new KillableStore(await createTestDatabase('log'), await freePort());
    await store.start();
    return store;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${String(this.port)}?tls=false`;
  }

  /** Where it keeps its log. */
  get databaseUrl(): string {
    return this.database.url;
  }

  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const started = run(process.execPath, [MAIN], { env: { ...process.env, DATABASE_URL: this.database.url, PORT: String(this.port), ...env } });
    this.#process = started;
    await eventually('the event store is ready', () => {
      if (started.child.exitCode !== null) throw new Error(started.output());
      return started.output().includes('"ready":true');
    });
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#process?.child.kill(signal);
    await this.#process?.exited;
  }

  /** @returns by which signal it ended */
  async ended(): Promise<NodeJS.Signals | null> {
    await this.#process?.exited;
    return this.#process?.child.signalCode ?? null;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await this.database.drop();
  }
}
