/** What PostgreSQL calls what went wrong, if it was PostgreSQL. */
function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'driverError' in error ? sqlState(error.driverError) : undefined;
}

/** Told by our own parts. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['KeysUnavailable', 'StoreUnavailable']);
/** How the driver tells that a connection broke or could not be had. */
const LOST_CONNECTION = /^(Connection terminated|timeout exceeded|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after|Driver not Connected)/i;

const PASSING_CLASSES = ['08', '40', '53', '55', '57', '58'];

/**
 * Whether waiting may help: a cut connection, a deadlock, a full disk, a restart. What is left is the fault of an
 * event or of a program, and repeats itself. Never skips an event because of the database (cases 6, 12, 42).
 */
export function mayPass(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return error instanceof Error && (OUT_OF_REACH.has(error.name) || LOST_CONNECTION.test(error.message));
  return PASSING_CLASSES.some((start) => state.startsWith(start)) || /^E[A-Z]+$/.test(state);
}

/** Without values: messages of PostgreSQL may quote data, and data may be personal. */
export function faultText(error: unknown): string {
  const state = sqlState(error);
  const name = error instanceof Error ? error.name : 'Error';
  return state === undefined ? name : `${name} (${state})`;
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
