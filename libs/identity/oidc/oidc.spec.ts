import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';
import { Pool } from 'pg';
import { userIdOf } from '#kernel';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createSignIns, createUsers, InvalidToken, IssuerUnavailable, migrateIdentity, withOidc, type SignIns, type Users } from '../index.js';

const AUDIENCE = 'urn:docket:orders';
const NOW_MS = Date.parse('2026-11-01T08:00:00.000Z');
const NOW = NOW_MS / 1_000;

let database: TestDatabase;
let pool: Pool;
let users: Users;
let local: SignIns;
let signIns: SignIns;
let issuer: Server;
let issuerUrl: string;
let pair: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
let publicJwk: JWK;
let configuration: object;
let published: readonly JWK[];
let keyRequests: number;
let clock: { now: () => string };

beforeAll(async () => {
  database = await createTestDatabase('oidc');
  pool = new Pool({ connectionString: database.url, max: 3 });
  await migrateIdentity(pool);
  pair = await generateKeyPair('RS256', { extractable: true });
  publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  issuer = createServer((request, response) => {
    if (request.url === '/keys') keyRequests += 1;
    const body = request.url === '/keys' ? { keys: published } : request.url === '/.well-known/openid-configuration' ? configuration : undefined;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  issuerUrl = `http://127.0.0.1:${String((issuer.address() as AddressInfo).port)}`;
});

afterAll(async () => {
  await new Promise((resolve) => issuer.close(resolve));
  await pool.end();
  await database.drop();
});

beforeEach(() => {
  configuration = { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` };
  published = [publicJwk];
  keyRequests = 0;
  clock = { now: () => new Date(NOW_MS).toISOString() };
  users = createUsers(pool, { clock });
  local = createSignIns({ pool, users, signingKey: randomBytes(32), clock });
  signIns = withOidc(local, { pool, users, issuer: issuerUrl, audience: AUDIENCE, claims: { role: 'realm_access.roles', stores: 'stores', name: 'name' }, clock, standingFreshForMs: 0 });
});

interface Forgery {
  readonly header?: Partial<JWTHeaderParameters> & Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly by?: CryptoKey | Uint8Array;
}

/** A token that is right in everything but what is given. */
function issued({ header = {}, claims = {}, by = pair.privateKey }: Forgery = {}): Promise<string> {
  const right = { iss: issuerUrl, aud: AUDIENCE, sub: 'zoe', iat: NOW, exp: NOW + 600, name: 'Zoë', realm_access: { roles: ['offline', 'csr'] }, stores: ['leeds', 'york'] };
  return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1', ...header }).sign(by);
}

const reasonOf = (token: string): Promise<unknown> => signIns.verify(token).then(() => 'valid', (error: unknown) => (error instanceof InvalidToken ? error.reason : error));

describe('a token of the issuer', () => {
  it('says who bears it, in what role and for which stores', async () => {
    const { user, expiresAtMs } = await signIns.verify(await issued());
    expect(user).toMatchObject({ id: userIdOf(issuerUrl, 'zoe'), displayName: 'Zoë', role: 'csr', stores: ['leeds', 'york'], disabled: false });
    expect(expiresAtMs).toBe((NOW + 600) * 1_000);
    expect(await users.find(user.id)).toMatchObject({ displayName: 'Zoë', role: 'csr' });
  });

  it.each([
    ['without a kind', { header: { typ: undefined } as never }],
    ['that is plainly a JWT', { header: { typ: 'JWT' } }],
    ['for several audiences', { claims: { aud: ['urn:other', AUDIENCE] } }],
    ['of somebody without a name', { claims: { name: undefined } }],
    ['for all stores', { claims: { stores: 'all' } }],
    ['for stores in one text', { claims: { stores: 'leeds, york' } }],
  ])('is good %s', async (_, forgery: Forgery) => {
    expect(await reasonOf(await issued(forgery))).toBe('valid');
  });

  it('fetches the keys once, and again when there is a new one', async () => {
    await signIns.verify(await issued());
    await signIns.verify(await issued({ claims: { sub: 'max' } }));
    expect(keyRequests).toBe(1);
  });

  it('stands beside the tokens of local users', async () => {
    const userName = `ann-${randomUUID().slice(0, 8)}`;
    await users.add({ userName, role: 'supervisor', stores: 'all', password: 'correct horse battery' });
    const signedIn = await signIns.signIn(userName, 'correct horse battery');
    expect((await signIns.verify(signedIn?.accessToken ?? '')).user).toMatchObject({ userName, role: 'supervisor' });
  });

  it('counts as it stands: another role or store tomorrow, whatever it was yesterday', async () => {
    await signIns.verify(await issued({ claims: { sub: 'kim' } }));
    const promoted = await signIns.verify(await issued({ claims: { sub: 'kim', realm_access: { roles: ['supervisor'] }, stores: ['hull'] } }));
    expect(promoted.user).toMatchObject({ role: 'supervisor', stores: ['hull'] });
  });

  it('is worth nothing to somebody who was disabled here', async () => {
    const token = await issued({ claims: { sub: 'leaver' } });
    const { user } = await signIns.verify(token);
    await users.disable(user.userName);
    expect(await reasonOf(token)).toBe('disabled');
    expect(await reasonOf(await issued({ claims: { sub: 'leaver', iat: NOW - 1 } }))).toBe('disabled');
  });

  it('opens no way in with a password', async () => {
    const { user } = await signIns.verify(await issued());
    for (const password of ['', '!', 'password', user.id]) expect(await signIns.signIn(user.userName, password)).toBeUndefined();
  });

  it('is good until it expires, also when it was seen before', async () => {
    const token = await issued();
    expect(await reasonOf(token)).toBe('valid');
    clock.now = () => new Date(NOW_MS + 600_000).toISOString();
    expect(await reasonOf(token)).toBe('expired');
  });
});

describe('a forged token (case 65)', () => {
  it.each<[string, Forgery]>([
    ['for another audience', { claims: { aud: 'urn:other' } }],
    ['for no audience', { claims: { aud: undefined } }],
    ['of another kind', { header: { typ: 'dpop+jwt' } }],
    ['that has expired', { claims: { exp: NOW - 61 } }],
    ['that is not valid yet', { claims: { nbf: NOW + 61 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['without a time of issue', { claims: { iat: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['with an endless subject', { claims: { sub: 'x'.repeat(300) } }],
    ['whose key is a path', { header: { kid: '../../../dev/null' } }],
    ['whose key lies elsewhere', { header: { jku: 'http://127.0.0.1:1/keys' } }],
    ['whose certificate lies elsewhere', { header: { x5u: 'http://127.0.0.1:1/cert' } }],
    ['with a critical header that nobody knows', { header: { crit: ['b64'], b64: true } }],
    ['without a role', { claims: { realm_access: { roles: [] } } }],
    ['with Docket\'s own role', { claims: { realm_access: { roles: ['system'] } } }],
    ['with two roles', { claims: { realm_access: { roles: ['csr', 'supervisor'] } } }],
    ['with a role by inheritance', { claims: { realm_access: undefined, __proto__: { realm_access: { roles: ['csr'] } } } }],
    ['without stores', { claims: { stores: undefined } }],
    ['with stores of another type', { claims: { stores: [{ id: 'leeds' }] } }],
    ['with a store that could be code', { claims: { stores: ["' OR true --"] } }],
  ])('is refused: %s', async (_, forgery) => {
    await expect(signIns.verify(await issued(forgery))).rejects.toBeInstanceOf(InvalidToken);
  });

  it('is refused when another key signed it, also one that it brings along', async () => {
    const stranger = await generateKeyPair('RS256', { extractable: true });
    expect(await reasonOf(await issued({ by: stranger.privateKey }))).toBe('forged');
    expect(await reasonOf(await issued({ by: stranger.privateKey, header: { jwk: await exportJWK(stranger.publicKey) } }))).toBe('not-ours');
  });

  it('is refused when the issuer\'s public key was used as a shared secret', async () => {
    const secret = Buffer.from(await exportSPKI(pair.publicKey));
    expect(await reasonOf(await issued({ by: secret, header: { alg: 'HS256' } }))).toBe('forged');
  });

  it('is refused without a signature', async () => {
    const [, payload = ''] = (await issued()).split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid: 'k1' })).toString('base64url');
      expect(await reasonOf(`${header}.${payload}.`)).toBe('forged');
    }
  });

  it('is refused with other claims under the same signature', async () => {
    const [header = '', payload = '', signature = ''] = (await issued()).split('.');
    const other = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), realm_access: { roles: ['administrator'] } };
    expect(await reasonOf(`${header}.${Buffer.from(JSON.stringify(other)).toString('base64url')}.${signature}`)).toBe('forged');
  });

  it('is refused when it is huge, names a local issuer, or is no token', async () => {
    expect(await reasonOf(await issued({ claims: { stuffing: 'x'.repeat(10_000) } }))).toBe('too-long');
    expect(await reasonOf(await issued({ claims: { iss: 'urn:docket' } }))).not.toBe('valid');
    for (const text of ['', 'a.b.c', '\0.\0.\0']) await expect(signIns.verify(text)).rejects.toBeInstanceOf(InvalidToken);
  });
});

describe('an issuer', () => {
  const unavailable = async (): Promise<void> => {
    await expect(signIns.verify(await issued())).rejects.toBeInstanceOf(IssuerUnavailable);
  };

  it('that cannot be reached says nothing about anybody, and is asked again', async () => {
    const { jwks_uri: keysAt, ...without } = configuration as { readonly issuer: string; readonly jwks_uri: string };
    configuration = without;
    await unavailable();
    configuration = { ...without, jwks_uri: keysAt };
    expect(await reasonOf(await issued())).toBe('valid');
  });

  it.each([
    ['is another one', () => ({ issuer: 'https://other.example', jwks_uri: `${issuerUrl}/keys` })],
    ['has its keys in the open on another machine', () => ({ issuer: issuerUrl, jwks_uri: 'http://keys.example/keys' })],
    ['has its keys in a file', () => ({ issuer: issuerUrl, jwks_uri: 'file:///etc/passwd' })],
    ['has its keys nowhere', () => ({ issuer: issuerUrl, jwks_uri: `${issuerUrl}/nothing` })],
  ])('is not believed when it %s', async (_, answer) => {
    configuration = answer();
    await unavailable();
  });

  it('is not bound to any one key: a new one is found, the old one counts no more', async () => {
    const next = await generateKeyPair('ES256', { extractable: true });
    published = [{ ...(await exportJWK(next.publicKey)), kid: 'k2', alg: 'ES256' }];
    expect(await reasonOf(await issued({ by: next.privateKey, header: { alg: 'ES256', kid: 'k2' } }))).toBe('valid');
    expect(await reasonOf(await issued())).toBe('forged');
  });
});
