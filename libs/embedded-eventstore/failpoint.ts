/** Where `DOCKET_CRASH_AT` can end the process, as a power cut would: the fault tests name these points. */
export type Failpoint = 'store-before-commit' | 'store-after-commit';

const chosen = process.env.DOCKET_CRASH_AT;

export function failpoint(name: Failpoint): void {
  if (chosen === name) process.kill(process.pid, 'SIGKILL');
}
