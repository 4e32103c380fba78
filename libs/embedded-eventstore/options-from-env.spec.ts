import { describe, expect, it } from '@jest/globals';
import { checkOptions } from './event-store-options.js';
import { optionsFromEnv } from './options-from-env.js';

const DATABASE_URL = 'postgres://127.0.0.1/log';

describe('the options of the process', () => {
  it('are loopback and any port by themselves', () => {
    expect(checkOptions(optionsFromEnv({ DATABASE_URL, HOST: '', PORT: '' }))).toMatchObject({ host: '127.0.0.1', port: 0, isLocal: true, maxAppendSize: 1_048_576, advertisedHost: '127.0.0.1' });
  });

  it('hold what is given', () => {
    const env = { DATABASE_URL, HOST: '::1', PORT: '2113', EVENTSTORE_ADMIN_PASSWORD: 'secret', EVENTSTORE_ADVERTISED_HOST: 'store.example', EVENTSTORE_MAX_APPEND_SIZE: '4096', EVENTSTORE_PREPARE_TIMEOUT_MS: '700', EVENTSTORE_COMMIT_TIMEOUT_MS: '500' };
    expect(checkOptions(optionsFromEnv(env))).toMatchObject({ host: '::1', port: 2113, adminPassword: 'secret', advertisedHost: 'store.example', maxAppendSize: 4_096, writeTimeoutMs: 500, isLocal: true });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no database', {}, 'DATABASE_URL is not set'],
    ['a port that is none', { DATABASE_URL, PORT: 'many' }, 'The port NaN is none'],
    ['a size that is none', { DATABASE_URL, EVENTSTORE_MAX_APPEND_SIZE: '-1' }, 'The greatest size of an append, -1'],
    ['a time-out that is none', { DATABASE_URL, EVENTSTORE_COMMIT_TIMEOUT_MS: '0' }, 'The time-out of writes, 0'],
    ['a certificate without key', { DATABASE_URL, EVENTSTORE_TLS_CERT: 'x.crt' }, 'TLS needs both'],
    ['a certificate that is not there', { DATABASE_URL, EVENTSTORE_TLS_CERT: '/nowhere/x.crt', EVENTSTORE_TLS_KEY: '/nowhere/x.key' }, 'EVENTSTORE_TLS_CERT: /nowhere/x.crt cannot be read (ENOENT)'],
    ['an open door', { DATABASE_URL, HOST: '192.0.2.1' }, 'does not listen on 192.0.2.1 without TLS and a password of admin'],
  ])('are refused in words: %s', (_, env, words) => {
    expect(() => checkOptions(optionsFromEnv(env))).toThrow(words);
  });

  it('may be open when that is said to be meant', () => {
    expect(checkOptions(optionsFromEnv({ DATABASE_URL, HOST: '192.0.2.1', DOCKET_ALLOW_INSECURE_EVENTSTORE: '1' }))).toMatchObject({ isLocal: false });
  });
});
