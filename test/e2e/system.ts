import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';
import { descendantsOf, freePort, isAlive, run, type RunningProcess } from './processes.js';

/** From `test/e2e` and from `dist/test/e2e` alike. */
export const root = [resolve(import.meta.dirname, '../..'), resolve(import.meta.dirname, '../../..')].find((folder) => existsSync(join(folder, 'bin/docket.js'))) ?? '.';

export type Part = 'postgres' | 'event-store' | 'projector' | 'api';

const COMMAND_OF: Readonly<Record<Part, RegExp>> = {
  postgres: /postgres(\.exe)?["']? .*-D /,
  'event-store': /embedded-eventstore\/main\.js/,
  projector: /apps\/projector\/main\.js/,
  api: /apps\/api\/main\.js/,
};

export interface SystemOptions {
  /** Data folder to go on with; a new one otherwise. */
  readonly home?: string;
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** What a running instance publishes in its data folder. */
export interface RunInfo {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
}

/** All processes as `npm start` runs them, on a data folder and a port of their own. */
export class System {
  private constructor(
    readonly home: string,
    readonly port: number,
    readonly env: NodeJS.ProcessEnv,
    readonly supervisor: RunningProcess,
    private readonly options: SystemOptions,
  ) {}

  get baseUrl(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Starts and waits until the first request can be answered. @throws Error with the output when it ends before */
  static async start(options: SystemOptions = {}): Promise<System> {
    const home = options.home ?? newHome(options.uid, options.gid);
    const port = options.port ?? (await freePort());
    const env = environmentOf(home, port, options.env);
    const owner = options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid };
    const supervisor = run(process.execPath, [join(root, 'bin/docket.js'), 'start'], { cwd: root, env, ...owner });
    const system = new System(home, port, env, supervisor, options);
    await system.ready();
    return system;
  }

  /** Until the API says that everything behind it answers, and the supervisor has published where. */
  async ready(withinMs = 60_000): Promise<void> {
    let ended: string | undefined;
    void this.supervisor.exited.then(({ code, signal }) => {
      ended = `docket start ended with ${String(code ?? signal)}:\n${this.supervisor.output()}`;
    });
    const answer = await eventually(
      `ready at ${this.baseUrl}\n${this.supervisor.output()}`,
      async () => ended ?? ((await fetch(`${this.baseUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) })).ok && existsSync(this.#runInfoFile) && 'ready'),
      withinMs,
    );
    if (answer !== 'ready') throw new Error(answer);
  }

  runInfo(): RunInfo {
    return JSON.parse(readFileSync(this.#runInfoFile, 'utf8')) as RunInfo;
  }

  get #runInfoFile(): string {
    return join(this.home, 'run.json');
  }

  /** Process ids of one part; none while it is being restarted. */
  pidsOf(part: Part): readonly number[] {
    const found = descendantsOf(this.supervisor.pid).filter(({ command }) => COMMAND_OF[part].test(command));
    const ids = new Set(found.map(({ pid }) => pid));
    return found.filter(({ parent }) => !ids.has(parent)).map(({ pid }) => pid);
  }

  /** Kills a part without warning and waits until the supervisor has put another in its place. */
  async killPart(part: Part): Promise<void> {
    const [pid] = this.pidsOf(part);
    if (pid === undefined) throw new Error(`no ${part} runs`);
    process.kill(pid, 'SIGKILL');
    await eventually(`another ${part}`, () => this.pidsOf(part).some((other) => other !== pid), 30_000);
  }

  signalPart(part: Part, signal: NodeJS.Signals): void {
    for (const pid of this.pidsOf(part)) process.kill(pid, signal);
  }

  /** `docket <args>` beside the running system. */
  docketProcess(args: readonly string[], input?: string, env: NodeJS.ProcessEnv = {}): RunningProcess {
    const owner = this.options.uid === undefined ? {} : { uid: this.options.uid, gid: this.options.gid ?? this.options.uid };
    return run(process.execPath, [join(root, 'bin/docket.js'), ...args], { cwd: root, env: { ...this.env, ...env }, ...owner, ...(input === undefined ? {} : { input }) });
  }

  /** `docket <args>`, waited for. */
  async docket(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<{ readonly code: number | null; readonly output: string }> {
    const command = this.docketProcess(args, input, env);
    const { code } = await command.exited;
    return { code, output: command.output() };
  }

  /** Ctrl-C, and everything that it leaves behind: nothing, if all is well. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<{ readonly code: number | null; readonly orphans: readonly string[] }> {
    const below = descendantsOf(this.supervisor.pid);
    this.supervisor.child.kill(signal);
    const { code } = await this.supervisor.exited;
    const orphans = below.filter(({ pid }) => isAlive(pid)).map(({ command }) => command);
    return { code, orphans };
  }

  /** The power cut: every process of the system at once. */
  async crash(): Promise<void> {
    const pids = [this.supervisor.pid, ...descendantsOf(this.supervisor.pid).map(({ pid }) => pid)];
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
    }
    await eventually('every process gone', () => pids.every((pid) => !isAlive(pid)));
  }

  /** Stops what runs and removes the data folder. */
  async dispose(): Promise<void> {
    if (isAlive(this.supervisor.pid)) await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A data folder that every user of the machine may reach: a temporary folder of root is closed to PostgreSQL. */
export function newHome(uid?: number, gid?: number): string {
  const home = mkdtempSync(join(tmpdir(), 'docket-e2e-'));
  chmodSync(home, 0o755);
  if (uid !== undefined) chownSync(home, uid, gid ?? uid);
  return home;
}

/**
 * Rate limits are raised in the open: one test sends what a whole call centre would. With EVENTSTORE_URL set, every
 * system of the run uses that log; PostgreSQL and everything else is its own.
 */
export function environmentOf(home: string, port: number, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  delete inherited.DATABASE_URL;
  delete inherited.NODE_OPTIONS;
  // The same again when a system is started on a folder that has keys.
  const masterKey = createHash('sha256').update(home).digest('base64');
  const shared = inherited.EVENTSTORE_URL === undefined ? {} : { DOCKET_MASTER_KEY: masterKey, DOCKET_ALLOW_INSECURE_EVENTSTORE: '1' };
  return { ...inherited, ...shared, DOCKET_HOME: home, HOST: '127.0.0.1', PORT: String(port), DOCKET_DEMO: '0', DOCKET_RATE_LIMIT: '1000000', DOCKET_SIGN_IN_LIMIT: '1000000', ...more };
}
