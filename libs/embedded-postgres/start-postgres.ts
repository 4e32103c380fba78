import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries, type PostgresBinaries } from './binaries.js';
import { clusterOf, prepareDataFolder, type DataFolder } from './data-folder.js';
import { EmbeddedPostgresError, explainFileError, explainOutput } from './embedded-postgres-error.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import { endProcess, readPostmasterFile, stopOrphan } from './postmaster.js';
import { decideRunAs, type RunAs } from './run-as.js';
import { serverSettings } from './server-settings.js';

export interface StartPostgresOptions {
  /** Holds the cluster, its password and its log; made if it does not exist. */
  readonly dataDir: string;
  /** Loopback port; default: the one of the last run if it is free, else any free one. */
  readonly port?: number;
  readonly log?: (message: string) => void;
  /** `false` only for tests: nothing is flushed to the disk. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Connection string of a database, default `postgres`; it holds the password. */
  readonly url: (database?: string) => string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const LOG_LIMIT_BYTES = 10_000_000;
const READY_TIMEOUT_MS = 60_000;

function isPortFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => done(true)));
  });
}

function anyFreePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function choosePort(wanted: number | undefined, folder: DataFolder): Promise<number> {
  if (wanted !== undefined && wanted !== 0) {
    if (await isPortFree(wanted)) return wanted;
    throw new EmbeddedPostgresError('port-taken', `Port ${wanted} of 127.0.0.1 is taken by another program; PostgreSQL cannot listen on it.`);
  }
  const last = existsSync(folder.lastPortFile) ? Number(readFileSync(folder.lastPortFile, 'utf8')) : 0;
  return last > 0 && last < 65_536 && (await isPortFree(last)) ? last : anyFreePort();
}

function openLog(file: string): { readonly fd: number; readonly from: number } {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, from: statSync(file).size };
}

function spawnServer(binaries: PostgresBinaries, folder: DataFolder, runAs: RunAs, port: number, durable: boolean, logFd: number): ChildProcess {
  const settings = serverSettings(port, durable).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [program = '', ...args] = [...runAs.prefix, binaries.postgres, '-D', folder.cluster, ...settings];
  return spawn(program, args, {
    cwd: folder.cluster,
    // A group of its own: Ctrl-C at the terminal reaches the supervisor only, which stops things in order.
    detached: true,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', logFd, logFd],
    ...(runAs.uid === undefined ? {} : { uid: runAs.uid }),
    ...(runAs.gid === undefined ? {} : { gid: runAs.gid }),
  });
}

const BURIAL_ATTEMPTS = 40;
const BURIAL_PAUSE_MS = 250;

async function launch(binaries: PostgresBinaries, folder: DataFolder, runAs: RunAs, options: StartPostgresOptions, lock: FolderLock): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, folder);
    const { fd, from } = openLog(folder.logFile);
    const child = spawnServer(binaries, folder, runAs, port, options.durable !== false, fd);
    closeSync(fd);
    let running = true;
    const exited = new Promise<void>((done) => {
      const end = (): void => {
        running = false;
        done();
      };
      child.once('exit', end);
      child.once('error', end);
    });
    const isReady = (): boolean => {
      const file = readPostmasterFile(folder.cluster);
      return file?.pid === child.pid && file?.ready === true;
    };
    const isRunning = (): boolean => running;
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (isRunning() && !isReady() && Date.now() < deadline) await delay(10);
    if (isRunning() && isReady() && child.pid !== undefined) {
      child.unref();
      writeFileSync(folder.lastPortFile, `${port}\n`, { mode: 0o600 });
      return handleOf(child.pid, port, folder.password, exited, isRunning, lock);
    }
    if (child.pid !== undefined) await endProcess(child.pid, isRunning);
    const output = readFileSync(folder.logFile, 'utf8').slice(from);
    // Somebody took the port between our look and the server's bind.
    if (output.includes('Address already in use') && attempt < 5) continue;
    // A server that was killed is still being buried by the system, or its last child lets go of its memory.
    if (/postmaster\.pid" already exists|shared memory block .* is still in use/.test(output) && attempt < BURIAL_ATTEMPTS) {
      await delay(BURIAL_PAUSE_MS);
      continue;
    }
    throw explainOutput(output, options.dataDir);
  }
}

function handleOf(pid: number, port: number, password: string, exited: Promise<void>, isRunning: () => boolean, lock: FolderLock): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const released = exited.then(() => lock.release());
  return {
    port,
    pid,
    exited,
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
    stop: () =>
      (stopping ??= (async () => {
        await endProcess(pid, isRunning);
        await released;
      })()),
  };
}

/**
 * Starts a real PostgreSQL on a data folder, on loopback, and answers when it takes connections. A server that a
 * killed run left behind is stopped first; a living second start is told so.
 *
 * @throws EmbeddedPostgresError with the cause and the remedy in words
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const log = options.log ?? (() => undefined);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
  const lock = await lockFolder(dataDir);
  if (lock === undefined) {
    throw new EmbeddedPostgresError('already-running', `Another Docket is running on ${dataDir}. Stop it first, or choose another folder with DOCKET_HOME.`);
  }
  try {
    const binaries = findBinaries();
    const cluster = clusterOf(dataDir);
    const runAs = decideRunAs(cluster, binaries.postgres);
    await stopOrphan(cluster, log);
    const folder = await prepareDataFolder(dataDir, binaries, runAs, options.durable !== false);
    return await launch(binaries, folder, runAs, { ...options, dataDir }, lock);
  } catch (error) {
    await lock.release();
    throw explainFileError(error, dataDir);
  }
}
