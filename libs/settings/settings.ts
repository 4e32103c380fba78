import { resolve } from 'node:path';
import { flag, loopback, masterKey, port, text, url, whole, type Read } from './readers.js';

/** What an administrator can set, read once at start. `docs/operations.md` lists the variables. */
export interface Settings {
  /** DOCKET_HOME: the data folder, absolute. */
  readonly home: string;
  /** HOST and PORT of the API; port 0: any free one. */
  readonly host: string;
  readonly port: number;
  /** DATABASE_URL; undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** EVENTSTORE_URL; undefined: the embedded event store. */
  readonly eventStoreUrl: string | undefined;
  /** DOCKET_MASTER_KEY; `resolveMasterKey` says what holds without it. */
  readonly masterKey: string | undefined;
  /** DOCKET_DEMO: number of demo orders; 0: no demo data at all. A database or log of one's own gets none that was not asked for. */
  readonly demoOrders: number;
  /** Users whose passwords everybody knows come with the demo data, where only this machine can reach them. */
  readonly demoUsers: boolean;
  /** DOCKET_RATE_LIMIT: requests that one client may send in a minute. */
  readonly rateLimitPerMinute: number;
  /** DOCKET_SIGN_IN_LIMIT: attempts to sign in that one client may make in a minute. */
  readonly signInLimitPerMinute: number;
  /** DOCKET_BODY_LIMIT_BYTES: greatest body of a request. */
  readonly bodyLimitBytes: number;
  /** DOCKET_ACCESS_TOKEN_SECONDS and DOCKET_REFRESH_TOKEN_SECONDS: lives of the two tokens; the second lasts a shift. */
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** DOCKET_OIDC_ISSUER and what belongs to it; undefined: local users only. */
  readonly oidc: OidcSettings | undefined;
  /** DOCKET_DATABASE_CONNECTIONS: greatest number of connections to the database, for each process. */
  readonly databaseConnections: number;
  /** DOCKET_LOG_LEVEL */
  readonly logLevel: LogLevel;
  /** HEALTH_PORT: where the projector answers /health and /metrics; undefined: nowhere. */
  readonly healthPort: number | undefined;
  /** Not for production: everything embedded and the API on loopback only. */
  readonly isLocal: boolean;
}

/** An OIDC issuer whose access tokens are good here. */
export interface OidcSettings {
  /** Exactly as in its tokens. */
  readonly issuer: string;
  /** DOCKET_OIDC_AUDIENCE: what its tokens for Docket name as their audience. */
  readonly audience: string;
  /** DOCKET_OIDC_ROLE_CLAIM, DOCKET_OIDC_STORES_CLAIM, DOCKET_OIDC_NAME_CLAIM: a dot goes one level down. */
  readonly claims: { readonly role: string; readonly stores: string; readonly name: string };
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Some variables have values that cannot be used; the message names each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const DEMO_ORDERS = 500;

/**
 * @param env usually `process.env`; an empty value counts as absent
 * @throws SettingsError naming every variable that cannot be used
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const read: Read = (name, parse) => {
    const value = env[name]?.trim();
    if (value === undefined || value === '') return undefined;
    try {
      return parse(value);
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'cannot be used'}`);
      return undefined;
    }
  };

  const host = read('HOST', text) ?? '127.0.0.1';
  const databaseUrl = read('DATABASE_URL', url(['postgres:', 'postgresql:']));
  const eventStoreUrl = read('EVENTSTORE_URL', url(['esdb:', 'esdb+discover:', 'kurrentdb:', 'kurrentdb+discover:', 'kdb:', 'kdb+discover:']));
  const allowInsecure = read('DOCKET_ALLOW_INSECURE_EVENTSTORE', flag) ?? false;
  if (eventStoreUrl !== undefined && !allowInsecure && isInsecureBeyondLoopback(eventStoreUrl)) {
    problems.push(
      'EVENTSTORE_URL names an event store on another machine without TLS, so that anybody on the way can read and alter the log. ' +
        'Use TLS, or set DOCKET_ALLOW_INSECURE_EVENTSTORE=1 if the network between them is yours alone.',
    );
  }
  const issuer = read('DOCKET_OIDC_ISSUER', issuerUrl);
  const audience = read('DOCKET_OIDC_AUDIENCE', text);
  const claims = {
    role: read('DOCKET_OIDC_ROLE_CLAIM', text) ?? 'role',
    stores: read('DOCKET_OIDC_STORES_CLAIM', text) ?? 'stores',
    name: read('DOCKET_OIDC_NAME_CLAIM', text) ?? 'name',
  };
  if (issuer !== undefined && audience === undefined) problems.push('DOCKET_OIDC_AUDIENCE is missing: without it a token for any other service of the issuer would be good here.');
  const isEmbedded = databaseUrl === undefined && eventStoreUrl === undefined;
  const demo = read('DOCKET_DEMO', whole(0, 100_000)) ?? (isEmbedded ? 1 : 0);
  const settings: Settings = {
    home: resolve(read('DOCKET_HOME', text) ?? '.docket'),
    host,
    port: read('PORT', port) ?? 3000,
    databaseUrl,
    eventStoreUrl,
    masterKey: read('DOCKET_MASTER_KEY', masterKey),
    demoOrders: demo === 1 ? DEMO_ORDERS : demo,
    demoUsers: demo > 0 && loopback(host),
    rateLimitPerMinute: read('DOCKET_RATE_LIMIT', whole(1, 1_000_000_000)) ?? 1_200,
    signInLimitPerMinute: read('DOCKET_SIGN_IN_LIMIT', whole(1, 1_000_000_000)) ?? 30,
    bodyLimitBytes: read('DOCKET_BODY_LIMIT_BYTES', whole(1_024, 16_777_216)) ?? 524_288,
    accessTokenSeconds: read('DOCKET_ACCESS_TOKEN_SECONDS', whole(10, 86_400)) ?? 600,
    refreshTokenSeconds: read('DOCKET_REFRESH_TOKEN_SECONDS', whole(60, 2_592_000)) ?? 43_200,
    oidc: issuer !== undefined && audience !== undefined ? { issuer, audience, claims } : undefined,
    databaseConnections: read('DOCKET_DATABASE_CONNECTIONS', whole(2, 500)) ?? 20,
    logLevel: read('DOCKET_LOG_LEVEL', logLevel) ?? 'info',
    healthPort: read('HEALTH_PORT', port),
    isLocal: isEmbedded && loopback(host),
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function logLevel(value: string): LogLevel {
  const found = LOG_LEVELS.find((level) => level === value);
  if (found === undefined) throw new RangeError(`is "${value}"; it must be one of ${LOG_LEVELS.join(', ')}`);
  return found;
}

function issuerUrl(value: string): string {
  if (!URL.canParse(value)) throw new RangeError('must be a URL');
  const { protocol, hostname } = new URL(value);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback(hostname))) throw new RangeError('must begin with https://');
  return value;
}

function isInsecureBeyondLoopback(connectionString: string): boolean {
  const [, rest = ''] = connectionString.split('://');
  const [authority = '', query = ''] = rest.split('?');
  const insecure = /(^|&)tls=false(&|$)/i.test(query);
  const hosts = (authority.split('/')[0] ?? '').replace(/^.*@/, '').split(',');
  return insecure && hosts.some((each) => !loopback(each.replace(/:\d+$/, '')));
}
