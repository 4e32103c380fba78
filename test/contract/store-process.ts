import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTestDatabase, type TestDatabase } from '#testing';

const MAIN = join(import.meta.dirname, '../../dist/libs/embedded-eventstore/main.js');

/** The event store as a process of its own, so that it can be killed; `npm run build` made it. */
export class StoreProcess {
  #child: ChildProcess | undefined;
  #port = 0;

  private constructor(private readonly database: TestDatabase) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<StoreProcess> {
    const store = new StoreProcess(await createTestDatabase('log'));
    await store.start(env);
    return store;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${String(this.#port)}?tls=false`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** On the port that it had before. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = spawn(process.execPath, [MAIN], { env: { ...process.env, DATABASE_URL: this.database.url, HOST: '127.0.0.1', PORT: String(this.#port), ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      this.#port = (JSON.parse(line) as { readonly port: number }).port;
      return;
    }
    throw new Error('the event store ended before it was ready');
  }

  /** @returns by which signal it ended */
  async ended(): Promise<NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#child?.kill(signal);
    await this.ended();
  }

  async dispose(): Promise<void> {
    await this.kill();
    await this.database.drop();
  }
}
