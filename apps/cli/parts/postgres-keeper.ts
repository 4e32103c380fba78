import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres, type EmbeddedPostgres } from '#embedded-postgres';

export interface PostgresKeeper {
  readonly url: (database: string) => string;
  readonly port: number;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Keeps the embedded PostgreSQL running, on the port of its first start: the others hold its address. */
export async function keepPostgres(dataDir: string, onNotice: (message: string) => void): Promise<PostgresKeeper> {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let server: EmbeddedPostgres | undefined = await startPostgres({ dataDir, log: onNotice });
  const { port, url } = server;

  const keepRunning = async (): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    while (!isStopping()) {
      await server?.exited;
      if (isStopping()) return;
      if (server !== undefined) onNotice('PostgreSQL ended and is started again');
      server = undefined;
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      try {
        server = await startPostgres({ dataDir, port, log: onNotice });
        pause = FIRST_PAUSE_MS;
      } catch (error) {
        onNotice(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const kept = keepRunning();

  return {
    port,
    url,
    stop: async () => {
      stopping.abort();
      await server?.stop();
      await kept;
      // A restart that was under way when the stop came.
      await server?.stop();
    },
  };
}
