import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type LogFile } from '../parts/log-file.js';

export interface DemoRun {
  stop(patienceMs: number): Promise<void>;
}

/** Makes the demo data in the background, once; what is missing at its end is made at the next start. */
export function runDemo(command: readonly string[], env: Readonly<Record<string, string>>, log: LogFile, show: (line: string) => void): DemoRun {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, { detached: true, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', log.open()] });
  let stopping = false;
  child.stdin?.on('error', () => undefined);
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => show(line));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      show(`demo data cannot be made: ${error.message}`);
      resolve();
    });
    child.once('close', (code, signal) => {
      if (code !== 0 && !stopping) show(`demo data is not complete (${log.lastWords() ?? signal ?? `code ${code ?? '?'}`}); the next start goes on with it`);
      resolve();
    });
  });
  return {
    stop: async (patienceMs) => {
      stopping = true;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(impatience);
    },
  };
}
