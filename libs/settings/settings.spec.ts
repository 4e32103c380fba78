import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findMasterKey, resolveMasterKey } from './master-key-file.js';
import { readRunInfo, removeRunInfo, writeRunInfo } from './run-info.js';
import { readSettings, SettingsError } from './settings.js';

const KEY = 'a'.repeat(64);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    return error instanceof SettingsError ? error.problems : [String(error)];
  }
}

describe('settings', () => {
  it('have defaults for an afternoon on one machine', () => {
    expect(readSettings({})).toMatchObject({
      home: resolve('.docket'), host: '127.0.0.1', port: 3000, databaseUrl: undefined, eventStoreUrl: undefined, demoOrders: 500, demoUsers: true, isLocal: true,
    });
  });

  it('take an empty variable as absent', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  it.each([
    ['PORT', '99999'],
    ['PORT', '3000x'],
    ['DATABASE_URL', 'mysql://root:secret@db/docket'],
    ['EVENTSTORE_URL', 'http://store:2113'],
    ['DOCKET_DEMO', 'no'],
    ['DOCKET_LOG_LEVEL', 'loud'],
    ['DOCKET_RATE_LIMIT', '0'],
    ['DOCKET_MASTER_KEY', 'secret-too-few'],
  ])('name the variable when %s cannot be used', (name, value) => {
    const [problem] = problemsOf({ [name]: value });
    expect(problem).toMatch(new RegExp(`^${name} `));
    expect(problem).not.toContain('secret');
  });

  it('name every variable at once', () => {
    expect(problemsOf({ PORT: 'x', DOCKET_DEMO: 'y' })).toHaveLength(2);
  });

  it('know an OIDC issuer with its audience, and where its claims are', () => {
    const env = { DOCKET_OIDC_ISSUER: 'https://id.example/realms/shop', DOCKET_OIDC_AUDIENCE: 'docket', DOCKET_OIDC_ROLE_CLAIM: 'realm_access.roles' };
    expect(readSettings(env).oidc).toEqual({ issuer: env.DOCKET_OIDC_ISSUER, audience: 'docket', claims: { role: 'realm_access.roles', stores: 'stores', name: 'name' } });
    expect(readSettings({}).oidc).toBeUndefined();
  });

  it('refuse an issuer without an audience, and one that is spoken to in the open', () => {
    expect(problemsOf({ DOCKET_OIDC_ISSUER: 'https://id.example' })).toEqual([expect.stringMatching(/^DOCKET_OIDC_AUDIENCE is missing/)]);
    for (const issuer of ['http://id.example', 'id.example', 'file:///etc/passwd']) {
      expect(problemsOf({ DOCKET_OIDC_ISSUER: issuer, DOCKET_OIDC_AUDIENCE: 'docket' })).toEqual([expect.stringMatching(/^DOCKET_OIDC_ISSUER must/)]);
    }
    expect(problemsOf({ DOCKET_OIDC_ISSUER: 'http://127.0.0.1:8080', DOCKET_OIDC_AUDIENCE: 'docket' })).toEqual([]);
  });

  it('make no demo data with DOCKET_DEMO=0, nor unasked in a database or a log of somebody else', () => {
    const none = { demoOrders: 0, demoUsers: false };
    expect(readSettings({ DOCKET_DEMO: '0' })).toMatchObject(none);
    expect(readSettings({ DATABASE_URL: 'postgres://db/docket' })).toMatchObject(none);
    expect(readSettings({ EVENTSTORE_URL: 'esdb://store.example' })).toMatchObject(none);
    expect(readSettings({ EVENTSTORE_URL: 'esdb://store.example', DOCKET_DEMO: '12' })).toMatchObject({ demoOrders: 12, demoUsers: true });
  });

  it('make no users with well-known passwords where others can reach the API', () => {
    expect(readSettings({ HOST: '0.0.0.0', DOCKET_DEMO: '12' })).toMatchObject({ demoOrders: 12, demoUsers: false });
  });

  it.each(['esdb://store.example:2113?tls=false', 'esdb://127.0.0.1:2113,store.example:2113?tls=false', 'esdb+discover://u:p@store.example:2113?keepAlive=1&TLS=false'])(
    'refuse a store on another machine without TLS, unless told so: %s',
    (store) => {
      expect(problemsOf({ EVENTSTORE_URL: store })).toEqual([expect.stringMatching(/^EVENTSTORE_URL .*DOCKET_ALLOW_INSECURE_EVENTSTORE=1/)]);
      expect(problemsOf({ EVENTSTORE_URL: store, DOCKET_ALLOW_INSECURE_EVENTSTORE: '1' })).toEqual([]);
    },
  );

  it.each(['esdb://127.0.0.1:2113?tls=false', 'esdb://localhost:2113?tls=false', 'esdb://[::1]:2113?tls=false', 'esdb://store.example:2113'])('take %s', (store) => {
    expect(problemsOf({ EVENTSTORE_URL: store })).toEqual([]);
  });
});

describe('the master key', () => {
  const inFolder = (work: (home: string) => void): void => {
    const home = mkdtempSync(join(tmpdir(), 'docket-settings-'));
    try {
      work(home);
    } finally {
      rmSync(home, { recursive: true });
    }
  };

  it('is made once on loopback with the embedded parts, for its owner only', () =>
    inFolder((home) => {
      const settings = readSettings({ DOCKET_HOME: home });
      expect(findMasterKey(settings)).toBeUndefined();
      const first = resolveMasterKey(settings);
      expect(Buffer.from(first.masterKey, 'base64')).toHaveLength(32);
      expect(resolveMasterKey(settings)).toEqual(first);
      expect(findMasterKey(settings)).toBe(first.masterKey);
      expect(statSync(first.file!).mode & 0o777).toBe(0o600);
    }));

  it.each([
    { HOST: '0.0.0.0' },
    { DATABASE_URL: 'postgres://db.example/docket' },
    { EVENTSTORE_URL: 'esdb://store.example:2113' },
  ])('must be supplied with %j', (env) =>
    inFolder((home) => {
      expect(() => resolveMasterKey(readSettings({ DOCKET_HOME: home, ...env }))).toThrow(/^DOCKET_MASTER_KEY /);
      expect(resolveMasterKey(readSettings({ DOCKET_HOME: home, ...env, DOCKET_MASTER_KEY: KEY }))).toEqual({ masterKey: KEY, file: undefined });
    }));

  it('leaves the ports of a running instance to its owner only', () =>
    inFolder((home) => {
      expect(readRunInfo(home)).toBeUndefined();
      const info = { pid: 7, databaseUrl: 'postgres://x', eventStoreUrl: 'esdb://y', apiUrl: 'http://z' };
      writeRunInfo(home, info);
      expect(readRunInfo(home)).toEqual(info);
      expect(statSync(join(home, 'run.json')).mode & 0o777).toBe(0o600);
      removeRunInfo(home);
      expect(readRunInfo(home)).toBeUndefined();
    }));
});
