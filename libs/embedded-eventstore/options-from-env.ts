import { readFileSync } from 'node:fs';
import type { EventStoreOptions, TlsOptions } from './event-store-options.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The options as the process is given them: DATABASE_URL, HOST, PORT, EVENTSTORE_TLS_CERT and EVENTSTORE_TLS_KEY (files),
 * EVENTSTORE_ADMIN_PASSWORD, EVENTSTORE_ADVERTISED_HOST, EVENTSTORE_MAX_APPEND_SIZE, EVENTSTORE_PREPARE_TIMEOUT_MS and EVENTSTORE_COMMIT_TIMEOUT_MS (a write is one step here: the shorter counts), DOCKET_ALLOW_INSECURE_EVENTSTORE.
 * An empty value counts as absent.
 *
 * @throws Error naming the variable that cannot be used
 */
export function optionsFromEnv(env: Env): EventStoreOptions {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const databaseUrl = given('DATABASE_URL');
  if (databaseUrl === undefined) throw new Error('DATABASE_URL is not set: the event store keeps its log in PostgreSQL.');
  const host = given('HOST');
  const advertisedHost = given('EVENTSTORE_ADVERTISED_HOST');
  const adminPassword = given('EVENTSTORE_ADMIN_PASSWORD');
  const maxAppendSize = given('EVENTSTORE_MAX_APPEND_SIZE');
  const timeouts = ['EVENTSTORE_PREPARE_TIMEOUT_MS', 'EVENTSTORE_COMMIT_TIMEOUT_MS'].map(given).filter((text) => text !== undefined);
  const tls = tlsFrom(given('EVENTSTORE_TLS_CERT'), given('EVENTSTORE_TLS_KEY'));
  return {
    databaseUrl,
    port: Number(given('PORT') ?? 0),
    allowInsecure: given('DOCKET_ALLOW_INSECURE_EVENTSTORE') === '1',
    ...(host !== undefined && { host }),
    ...(advertisedHost !== undefined && { advertisedHost }),
    ...(adminPassword !== undefined && { adminPassword }),
    ...(maxAppendSize !== undefined && { maxAppendSize: Number(maxAppendSize) }),
    ...(timeouts.length > 0 && { writeTimeoutMs: Math.min(...timeouts.map(Number)) }),
    ...(tls !== undefined && { tls }),
  };
}

function tlsFrom(certificate: string | undefined, key: string | undefined): TlsOptions | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) throw new Error('TLS needs both a certificate (EVENTSTORE_TLS_CERT) and its key (EVENTSTORE_TLS_KEY).');
  return { certificate: contents('EVENTSTORE_TLS_CERT', certificate), key: contents('EVENTSTORE_TLS_KEY', key) };
}

function contents(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause: error });
  }
}
