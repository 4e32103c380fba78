import { InvalidArgumentError, type Command } from 'commander';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error.js';

export interface EventStoreFlags {
  readonly host: string;
  readonly port?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly adminPasswordFile?: string;
  readonly advertise?: string;
  readonly maxAppendSize?: string;
  readonly writeTimeout?: string;
  readonly allowInsecure?: true;
  readonly data?: string;
}

/** What the event store can be told when it runs alone. */
export function addEventStoreFlags(command: Command): Command {
  return command
    .option('--host <address>', 'address it listens on; beyond this machine only with TLS and a password', '127.0.0.1')
    .option('--port <port>', 'port it listens on; any free one by itself', wholeUpTo(65_535))
    .option('--tls-cert <file>', 'certificate in PEM; with it every call needs the credentials of an account')
    .option('--tls-key <file>', 'the key of the certificate in PEM')
    .option('--admin-password-file <file>', 'file whose first line is the password of admin from now on (or EVENTSTORE_ADMIN_PASSWORD)')
    .option('--advertise <address>', 'address that clients which look for members are told')
    .option('--max-append-size <bytes>', 'bytes of data that one append may hold; 1 MiB by itself', wholeUpTo(16 * 1024 * 1024))
    .option('--write-timeout <ms>', 'after so long a write is answered with a time-out; 10 s by itself', wholeUpTo(3_600_000))
    .option('--allow-insecure', 'listen beyond this machine without TLS and password all the same')
    .option('--data <folder>', 'data folder, instead of DOCKET_HOME');
}

/** The same as the event store's process takes it. @throws CliError when the file of the password cannot be read */
export function eventStoreEnv(flags: EventStoreFlags): Readonly<Record<string, string>> {
  const { host, port, tlsCert, tlsKey, adminPasswordFile, advertise, maxAppendSize, writeTimeout, allowInsecure } = flags;
  return {
    HOST: host,
    ...(port !== undefined && { PORT: port }),
    ...(tlsCert !== undefined && { EVENTSTORE_TLS_CERT: resolve(tlsCert) }),
    ...(tlsKey !== undefined && { EVENTSTORE_TLS_KEY: resolve(tlsKey) }),
    ...(adminPasswordFile !== undefined && { EVENTSTORE_ADMIN_PASSWORD: firstLineOf(adminPasswordFile) }),
    ...(advertise !== undefined && { EVENTSTORE_ADVERTISED_HOST: advertise }),
    ...(maxAppendSize !== undefined && { EVENTSTORE_MAX_APPEND_SIZE: maxAppendSize }),
    ...(writeTimeout !== undefined && { EVENTSTORE_COMMIT_TIMEOUT_MS: writeTimeout }),
    ...(allowInsecure === true && { DOCKET_ALLOW_INSECURE_EVENTSTORE: '1' }),
  };
}

const wholeUpTo =
  (greatest: number) =>
  (text: string): string => {
    if (!/^\d+$/.test(text) || Number(text) > greatest) throw new InvalidArgumentError(`It is a whole number from 0 to ${greatest}.`);
    return text;
  };

function firstLineOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch {
    throw new CliError(`The file of the password, ${path}, cannot be read.`);
  }
}
