/** Places where a test may have the process die: `DOCKET_CRASH_AT=after-append`. */
export type Failpoint = 'before-append' | 'after-append' | 'after-gateway-answer';

/** Dies as `kill -9` would, when this is the point that was named; does nothing in production. */
export function failpoint(name: Failpoint): void {
  if (process.env.DOCKET_CRASH_AT === name) process.kill(process.pid, 'SIGKILL');
}
