export interface TlsOptions {
  /** PEM: the certificate of the store's address, and what leads up to its authority. */
  readonly certificate: string | Buffer;
  /** PEM. */
  readonly key: string | Buffer;
}

export interface EventStoreOptions {
  /** The database that holds the log, PostgreSQL 15+. One event store writes to it at a time. */
  readonly databaseUrl: string;
  /** Where to listen; 127.0.0.1 when not given. Beyond loopback only with `tls` and `adminPassword`. */
  readonly host?: string;
  /** 0 or not given: any free one. */
  readonly port?: number;
  /** What clients are told to connect to; `host` when not given. */
  readonly advertisedHost?: string;
  /** With it every call needs the credentials of an account of the store; without it everybody may do everything. */
  readonly tls?: TlsOptions;
  /** Password of `admin` from now on. Without it the one it had; at first, on loopback, the well-known `changeit`. */
  readonly adminPassword?: string;
  /** Listen beyond loopback without TLS or password all the same: anybody who reaches the port can read and write all. */
  readonly allowInsecure?: boolean;
  /** Bytes of data that one append may hold; 1 MiB when not given. */
  readonly maxAppendSize?: number;
  /** Milliseconds after which a write is answered with a time-out, whatever becomes of it; looked for once a second. 10 s when not given. */
  readonly writeTimeoutMs?: number;
  /** Whether clients learn of BatchAppend; without it they append call by call. Given unless false. */
  readonly advertiseBatchAppend?: boolean;
  readonly log?: (message: string, error?: unknown) => void;
}

const MEBIBYTE = 1024 * 1024;
const LARGEST_MESSAGE = 16 * MEBIBYTE;

export type CheckedOptions = Required<Omit<EventStoreOptions, 'tls' | 'adminPassword'>> & Pick<EventStoreOptions, 'tls' | 'adminPassword'> & { readonly isLocal: boolean };

/** @throws Error naming what cannot be used, and the remedy */
export function checkOptions(options: EventStoreOptions): CheckedOptions {
  const { host = '127.0.0.1', port = 0, maxAppendSize = MEBIBYTE, writeTimeoutMs = 10_000, allowInsecure = false, tls, adminPassword } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`The port ${String(port)} is none: it must be a whole number from 0 to 65535.`);
  if (!Number.isInteger(maxAppendSize) || maxAppendSize < 1 || maxAppendSize > LARGEST_MESSAGE) {
    throw new Error(`The greatest size of an append, ${String(maxAppendSize)}, must be from 1 to ${String(LARGEST_MESSAGE)} bytes.`);
  }
  if (!Number.isInteger(writeTimeoutMs) || writeTimeoutMs < 1) throw new Error(`The time-out of writes, ${String(writeTimeoutMs)}, must be a whole number of milliseconds, 1 or more.`);
  if (adminPassword === '') throw new Error('The password of admin is empty.');
  const isLocal = isLoopback(host);
  if (!isLocal && !allowInsecure && (tls === undefined || adminPassword === undefined)) {
    throw new Error(
      `The event store does not listen on ${host} without TLS and a password of admin: whoever reaches the port could read and write all. ` +
        'Give a certificate with its key and the password, listen on 127.0.0.1, or say that the network is yours alone (allow insecure).',
    );
  }
  return {
    databaseUrl: options.databaseUrl,
    host,
    port,
    advertisedHost: options.advertisedHost ?? host,
    allowInsecure,
    maxAppendSize,
    writeTimeoutMs,
    advertiseBatchAppend: options.advertiseBatchAppend ?? true,
    log: options.log ?? (() => undefined),
    isLocal,
    ...(tls !== undefined && { tls }),
    ...(adminPassword !== undefined && { adminPassword }),
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
