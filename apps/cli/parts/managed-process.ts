import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { type LogFile } from './log-file.js';

/** The one JSON line by which a child says that it can be used. */
export interface Ready {
  readonly ready: true;
  readonly port?: number;
  readonly connectionString?: string;
}

export interface ProcessPlan {
  /** For messages: "event store". */
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Asked again before each start, so that a restart can keep the port of the first one. */
  readonly env: (earlier: Ready | undefined) => Readonly<Record<string, string | undefined>>;
  readonly log: LogFile;
  /** Whether an own failure before the first ready line ends everything; else it is tried again. */
  readonly mustStart: boolean;
  readonly onLine?: (line: string) => void;
  readonly onNotice: (message: string) => void;
}

export interface ManagedProcess {
  /** Resolves at the first ready line. @throws CliError with the child's last words */
  readonly ready: Promise<Ready>;
  readonly pid: () => number | undefined;
  /** SIGTERM, after `patienceMs` SIGKILL; never started again. */
  stop(patienceMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const STEADY_AFTER_MS = 10_000;

function asReady(line: string): Ready | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as { readonly ready?: unknown };
    return value.ready === true ? (value as Ready) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps one child running: what dies is started again, after a pause that doubles while it keeps dying. The child
 * ends by itself when its stdin closes, so it outlives neither a stop nor a killed parent.
 */
export function manageProcess(plan: ProcessPlan): ManagedProcess {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let earlier: Ready | undefined;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;

  const runOnce = (onReady: (ready: Ready) => void): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> => {
    const [program = '', ...args] = plan.command;
    // A group of its own: Ctrl-C at the terminal reaches the supervisor only, which stops things in order.
    const running = spawn(program, args, { detached: true, env: { ...process.env, ...plan.env(earlier) }, stdio: ['pipe', 'pipe', plan.log.open()] });
    child = running;
    running.stdin?.on('error', () => undefined);
    if (running.stdout !== null) {
      createInterface({ input: running.stdout }).on('line', (line) => {
        const ready = asReady(line);
        if (ready === undefined) plan.onLine?.(line);
        else onReady(ready);
      });
    }
    return new Promise((resolve) => {
      running.once('error', (error) => {
        plan.onNotice(`the ${plan.name} cannot be started: ${error.message}`);
        resolve({ code: 1, signal: null });
      });
      running.once('close', (code, signal) => resolve({ code, signal }));
    });
  };

  const ready = new Promise<Ready>((resolve, reject) => {
    const keepRunning = async (): Promise<void> => {
      for (let pause = FIRST_PAUSE_MS; !isStopping(); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        const startedAt = Date.now();
        const { code, signal } = await runOnce((line) => {
          earlier = line;
          resolve(line);
        });
        child = undefined;
        if (isStopping()) break;
        if (earlier === undefined && plan.mustStart && signal === null) {
          reject(new CliError(`The ${plan.name} did not start: ${plan.log.lastWords() ?? `it ended with code ${code ?? '?'}`}`));
          return;
        }
        if (Date.now() - startedAt > STEADY_AFTER_MS) pause = FIRST_PAUSE_MS;
        plan.onNotice(`the ${plan.name} ended (${signal ?? `code ${code ?? '?'}`}) and is started again; its words: ${plan.log.path}`);
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
      reject(new CliError(`The ${plan.name} was stopped before it was ready.`));
    };
    ended = keepRunning();
  });
  ready.catch(() => undefined);

  return {
    ready,
    pid: () => child?.pid,
    stop: async (patienceMs) => {
      stopping.abort();
      const running = child;
      running?.kill('SIGTERM');
      const impatience = setTimeout(() => running?.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(impatience);
    },
  };
}
