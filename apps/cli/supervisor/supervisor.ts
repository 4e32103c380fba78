import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FolderLock } from '#embedded-postgres';
import { removeRunInfo, resolveMasterKey, writeRunInfo, type Settings } from '#settings';
import { CliError } from '../cli-error.js';
import { explainFolder, lockHome } from '../data-folder.js';
import { startEmbeddedParts } from '../parts/embedded-parts.js';
import { openLogFile, type LogFile } from '../parts/log-file.js';
import { manageProcess, type ManagedProcess } from '../parts/managed-process.js';
import { banner } from './banner.js';
import { type ChildCommands } from './commands.js';
import { runDemo, type DemoRun } from './demo-run.js';
import { requireFreePort } from './port-check.js';

export interface Supervisor {
  readonly apiUrl: string;
  /** In the order API, projector, event store, PostgreSQL; each has a time limit. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly commands: ChildCommands;
  /** Shows a line to the person at the terminal. */
  readonly show: (line: string) => void;
  /** Aborted when the start is to be given up. */
  readonly signal?: AbortSignal;
}

const API_PATIENCE_MS = 3_000;
const PROJECTOR_PATIENCE_MS = 2_000;
const DEMO_PATIENCE_MS = 500;
const ROTATE_EVERY_MS = 60_000;

/** Everything that runs, in the order of its start; stopped from the end. */
class Running {
  private readonly stops: (() => Promise<void> | void)[] = [];

  add(stop: () => Promise<void> | void): void {
    this.stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}

/** An address that a browser on this machine can open. */
function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host;
  return `http://${name}:${port}`;
}

/**
 * Runs the whole of Docket on one data folder: what dies is started again.
 *
 * @throws CliError, SettingsError or EmbeddedPostgresError with the cause and the remedy in words
 */
export async function supervise(settings: Settings, options: SuperviseOptions): Promise<Supervisor> {
  const startedAt = Date.now();
  const running = new Running();
  try {
    const lock = await requireLock(settings.home);
    running.add(() => lock.release());
    if (settings.port !== 0) await requireFreePort(settings.host, settings.port);
    const { masterKey, file } = resolveMasterKey(settings);
    if (!existsSync(join(settings.home, 'postgres')) && settings.databaseUrl === undefined) options.show(`Making the data folder ${settings.home} …`);

    const parts = await startEmbeddedParts(settings, { onNotice: options.show, eventStoreCommand: options.commands.eventStore });
    running.add(() => parts.stop());
    options.signal?.throwIfAborted();
    const env = {
      ...(settings.demoUsers && { DOCKET_DEMO_USERS: '1' }),
      DATABASE_URL: parts.databaseUrl,
      EVENTSTORE_URL: parts.eventStoreUrl,
      DOCKET_MASTER_KEY: masterKey,
      DOCKET_HOME: settings.home,
      HOST: settings.host,
    };
    const { apiUrl, logs } = await startApplications(settings, options, env, running);

    const { databaseUrl, eventStoreUrl } = parts;
    writeRunInfo(settings.home, { pid: process.pid, databaseUrl, eventStoreUrl, apiUrl });
    running.add(() => removeRunInfo(settings.home));
    keepLogsSmall([...logs, ...parts.logs], running);
    for (const line of banner(settings, apiUrl, Date.now() - startedAt, file)) options.show(line);
    startDemo(settings, options, env, running);
    return { apiUrl, stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw explainFolder(error, settings.home);
  }
}

async function requireLock(home: string): Promise<FolderLock> {
  const lock = await lockHome(home);
  if (lock === undefined) {
    throw new CliError(`Another Docket is running on ${home}. Stop it first, or choose another data folder with DOCKET_HOME.`);
  }
  return lock;
}

async function startApplications(
  settings: Settings,
  options: SuperviseOptions,
  env: Readonly<Record<string, string>>,
  running: Running,
): Promise<{ readonly apiUrl: string; readonly logs: readonly LogFile[] }> {
  const projectorLog = openLogFile(join(settings.home, 'projector.log'));
  const apiLog = openLogFile(join(settings.home, 'api.log'));
  const projector: ManagedProcess = manageProcess({
    name: 'projector',
    command: options.commands.projector,
    env: () => env,
    log: projectorLog,
    mustStart: false,
    onNotice: options.show,
  });
  running.add(() => projector.stop(PROJECTOR_PATIENCE_MS));
  const api = manageProcess({
    name: 'API',
    command: options.commands.api,
    env: (earlier) => ({ ...env, PORT: String(earlier?.port ?? settings.port) }),
    log: apiLog,
    mustStart: true,
    onNotice: options.show,
  });
  running.add(() => api.stop(API_PATIENCE_MS));
  const given = waitOrAbort(api.ready, options.signal);
  const { port } = await given;
  return { apiUrl: addressOf(settings.host, port ?? settings.port), logs: [projectorLog, apiLog] };
}

async function waitOrAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      const abort = (): void => reject(new CliError('Interrupted while starting.', 130));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    }),
  ]);
}

function keepLogsSmall(logs: readonly LogFile[], running: Running): void {
  const timer = setInterval(() => {
    for (const log of logs) log.rotate();
  }, ROTATE_EVERY_MS);
  timer.unref();
  running.add(() => clearInterval(timer));
}

function startDemo(settings: Settings, options: SuperviseOptions, env: Readonly<Record<string, string>>, running: Running): void {
  if (settings.demoOrders === 0 || options.commands.demo === undefined) return;
  // In words: to the child the parts that this one started look like somebody's own.
  const command = [...options.commands.demo, '--orders', String(settings.demoOrders)];
  const demo: DemoRun = runDemo(command, env, openLogFile(join(settings.home, 'demo.log')), options.show);
  running.add(() => demo.stop(DEMO_PATIENCE_MS));
}

