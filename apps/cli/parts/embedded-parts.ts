import { join, resolve } from 'node:path';
import { type Settings } from '#settings';
import { ensureDatabases, LOG_DATABASE, logDatabaseBeside, READ_MODEL_DATABASE, withDatabase } from './databases.js';
import { openLogFile, type LogFile } from './log-file.js';
import { manageProcess, type ManagedProcess } from './managed-process.js';
import { keepPostgres, type PostgresKeeper } from './postgres-keeper.js';

export interface EmbeddedParts {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  /** Undefined where one of yours is used instead. */
  readonly postgres: PostgresKeeper | undefined;
  readonly eventStore: ManagedProcess | undefined;
  readonly logs: readonly LogFile[];
  /** Event store first, then PostgreSQL. */
  stop(): Promise<void>;
}

export interface EmbeddedPartsOptions {
  readonly onNotice: (message: string) => void;
  /** Program and arguments of the event store; default: the built one. */
  readonly eventStoreCommand?: readonly string[];
  /** Address and port of the embedded event store; default: loopback, any free port. */
  readonly eventStoreEnv?: Readonly<Record<string, string>>;
}

const STOP_PATIENCE_MS = 2_500;

export const builtEventStore = (): readonly string[] => [process.execPath, resolve(import.meta.dirname, '../../../libs/embedded-eventstore/main.js')];

/** Starts what is not given in the settings: PostgreSQL, its two databases, the event store. */
export async function startEmbeddedParts(settings: Settings, options: EmbeddedPartsOptions): Promise<EmbeddedParts> {
  const postgres = settings.databaseUrl === undefined ? await keepPostgres(join(settings.home, 'postgres'), options.onNotice) : undefined;
  let eventStore: ManagedProcess | undefined;
  const log = openLogFile(join(settings.home, 'event-store.log'));
  const stop = async (): Promise<void> => {
    await eventStore?.stop(STOP_PATIENCE_MS);
    log.close();
    await postgres?.stop();
  };
  try {
    const databaseUrl = settings.databaseUrl ?? postgres?.url(READ_MODEL_DATABASE) ?? '';
    const logDatabase = settings.databaseUrl === undefined ? LOG_DATABASE : logDatabaseBeside(settings.databaseUrl);
    const needed = [...(postgres === undefined ? [] : [READ_MODEL_DATABASE]), ...(settings.eventStoreUrl === undefined ? [logDatabase] : [])];
    if (needed.length > 0) await ensureDatabases(postgres?.url('postgres') ?? databaseUrl, needed);
    if (settings.eventStoreUrl !== undefined) return { databaseUrl, eventStoreUrl: settings.eventStoreUrl, postgres, eventStore, logs: [], stop };

    eventStore = manageProcess({
      name: 'event store',
      command: options.eventStoreCommand ?? builtEventStore(),
      env: (earlier) => ({ HOST: '127.0.0.1', PORT: '0', ...options.eventStoreEnv, ...(earlier?.port === undefined ? {} : { PORT: String(earlier.port) }), DATABASE_URL: withDatabase(databaseUrl, logDatabase) }),
      log,
      mustStart: true,
      onNotice: options.onNotice,
    });
    const ready = await eventStore.ready;
    const eventStoreUrl = ready.connectionString ?? `esdb://127.0.0.1:${ready.port ?? 2113}?tls=false`;
    return { databaseUrl, eventStoreUrl, postgres, eventStore, logs: [log], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
