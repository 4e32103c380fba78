import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** What a server says about itself in its data folder. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 1 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : undefined;
  } catch {
    return undefined;
  }
}

function isOn(pid: number, cluster: string): boolean {
  try {
    if (existsSync('/proc/self/cwd')) return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).includes(cluster);
  } catch {
    return false;
  }
}

export const isProcessAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Stops a server whose starter was killed. The process id in its file may meanwhile be anybody's, so the process must
 * stand in this very folder.
 */
export async function stopOrphan(cluster: string, log: (message: string) => void): Promise<void> {
  const file = readPostmasterFile(cluster);
  if (file === undefined || !isOn(file.pid, cluster)) return;
  log(`stopping the PostgreSQL (process ${file.pid}) that an earlier run left behind`);
  await endProcess(file.pid, () => isOn(file.pid, cluster));
}

/** Fast shutdown; if it does not end within ten seconds, an immediate one (the log is replayed at the next start). */
export async function endProcess(pid: number, isRunning: () => boolean): Promise<void> {
  for (const [signal, patienceMs] of [['SIGINT', 10_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const) {
    if (!isRunning()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + patienceMs;
    while (Date.now() < until && isRunning()) await delay(10);
  }
}
