import { Client } from 'pg';
import { createEventStoreClient } from '#event-store';
import type { Settings } from '#settings';
import { CliError } from '../cli-error.js';

const PATIENCE_MS = 5_000;
/** Nothing that PostgreSQL 15 lacks is used, and less was never tried. */
const OLDEST_POSTGRES = 15;

/**
 * Asks the parts of yours that the settings name, before anything is begun with them.
 *
 * @throws CliError naming the variable and what is wrong behind it; never the password
 */
export async function requireGivenParts({ databaseUrl, eventStoreUrl }: Pick<Settings, 'databaseUrl' | 'eventStoreUrl'>, patienceMs = PATIENCE_MS): Promise<void> {
  if (databaseUrl !== undefined) await requireDatabase(databaseUrl, patienceMs);
  if (eventStoreUrl !== undefined) await requireEventStore(eventStoreUrl, patienceMs);
}

async function requireDatabase(databaseUrl: string, patienceMs: number): Promise<void> {
  if (!URL.canParse(databaseUrl)) throw new CliError('DATABASE_URL is no URL: postgresql://user:password@host:port/database, with special characters of the password as %XX.');
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: patienceMs });
  client.on('error', () => undefined);
  let version: number;
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly version: string }>(`SELECT current_setting('server_version_num') AS version`);
    version = Math.floor(Number(rows[0]?.version) / 10_000);
  } catch (error) {
    throw new CliError(`DATABASE_URL: ${databaseFault(error, new URL(databaseUrl))}`);
  } finally {
    await client.end().catch(() => undefined);
  }
  if (version < OLDEST_POSTGRES) throw new CliError(`DATABASE_URL: PostgreSQL there is of version ${String(version)}; Docket needs ${String(OLDEST_POSTGRES)} or later.`);
}

function databaseFault(error: unknown, { host, username, pathname }: URL): string {
  const [code, message] = faultOf(error);
  switch (code) {
    case '28P01':
    case '28000':
      return `PostgreSQL at ${host} does not let user ${decodeURIComponent(username)} in: user, password or its pg_hba.conf.`;
    case '3D000':
      return `PostgreSQL at ${host} has no database ${decodeURIComponent(pathname.slice(1))}; create it first.`;
    case '57P03':
      return `PostgreSQL at ${host} is starting or stopping just now; try again.`;
    default:
      return `no PostgreSQL answers at ${host} (${code ?? message}).`;
  }
}

async function requireEventStore(eventStoreUrl: string, patienceMs: number): Promise<void> {
  const where = eventStoreUrl.replace(/^[^/]*\/\//, '').replace(/^.*@/, '').replace(/[/?].*$/, '');
  let store: ReturnType<typeof createEventStoreClient>;
  try {
    store = createEventStoreClient({ connectionString: eventStoreUrl, readTimeoutMs: patienceMs });
  } catch {
    throw new CliError('EVENTSTORE_URL cannot be read: esdb://user:password@host:port, with special characters of the password as %XX.');
  }
  try {
    await store.identity();
  } catch (error) {
    throw new CliError(`EVENTSTORE_URL: ${eventStoreFault(error, where, patienceMs)}`);
  } finally {
    await store.close();
  }
}

function eventStoreFault(error: unknown, where: string, patienceMs: number): string {
  const words = causesOf(error).join(' ');
  if (/access[- ]denied|unauthenticated|permission/i.test(words)) return `the event store at ${where} does not let this user read: user, password, or what the user may.`;
  if (/certificate|self[- ]signed|issuer|SSL|TLS|EPROTO|wrong version number/i.test(words)) return `the event store at ${where} and this machine do not agree on TLS: its certificate, or tls=false where it speaks none.`;
  return `no event store answers at ${where} within ${String(patienceMs / 1_000)} s.`;
}

interface Fault {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly Fault[];
}

/** An error's code and message; of several attempts at one address those of the first. */
function faultOf(error: unknown): readonly [code: string | undefined, message: string] {
  const fault = error as Fault;
  const { code, message } = fault.errors?.[0] ?? fault;
  return [code, message ?? String(error)];
}

function causesOf(error: unknown): readonly string[] {
  return error instanceof Error ? [error.name, error.message, ...causesOf(error.cause)] : [];
}
