import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWTHeaderParameters } from 'jose';
import { createAccessTokens } from './access-token.js';
import { InvalidToken } from './sign-in.port.js';

const key = randomBytes(32);
const tokens = createAccessTokens(key, 600);
const nowMs = Date.parse('2026-11-01T08:00:00.000Z');
const now = nowMs / 1000;
const userId = randomUUID();
const signInId = randomUUID();

interface Forgery {
  readonly header?: Partial<JWTHeaderParameters> & Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly by?: Uint8Array;
}

/** A token that is right in everything but what is given. */
function forged({ header = {}, claims = {}, by = key }: Forgery): Promise<string> {
  return new SignJWT({ iss: 'urn:docket', aud: 'urn:docket:api', sub: userId, sid: signInId, iat: now, nbf: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .sign(by);
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const reasonOf = (token: string, atMs = nowMs): Promise<unknown> =>
  tokens.read(token, atMs).then(() => 'valid', (error: unknown) => (error instanceof InvalidToken ? error.reason : error));

describe('an access token', () => {
  it('says whose it is', async () => {
    expect(await tokens.read(await tokens.make(userId, signInId, nowMs), nowMs)).toEqual({ userId, signInId, expiresAtMs: nowMs + 600_000 });
    expect(await reasonOf(await forged({}))).toBe('valid');
  });

  it.each<[string, Forgery]>([
    ['signed by somebody else', { by: randomBytes(32) }],
    ['of another issuer', { claims: { iss: 'urn:other' } }],
    ['for another audience', { claims: { aud: 'urn:other:api' } }],
    ['of another kind', { header: { typ: 'JWT' } }],
    ['without a kind', { header: { typ: undefined } as never }],
    ['that has expired', { claims: { exp: now - 61 } }],
    ['that is not valid yet', { claims: { nbf: now + 61 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['older than any that Docket makes', { claims: { iat: now - 100_000 } }],
    ['without a user', { claims: { sub: undefined } }],
    ['with a user that could be code', { claims: { sub: "' OR true --" } }],
    ['without a sign-in', { claims: { sid: undefined } }],
    ['with a sign-in of another type', { claims: { sid: [signInId] } }],
    ['whose key is a path', { header: { kid: '../../../dev/null' } }],
    ['whose key lies elsewhere', { header: { jku: 'http://127.0.0.1:1/keys' } }],
    ['whose certificate lies elsewhere', { header: { x5u: 'http://127.0.0.1:1/cert' } }],
    ['signed with a stronger algorithm than Docket uses', { header: { alg: 'HS512' } }],
  ])('is refused: %s (case 65)', async (_, forgery) => {
    expect(await reasonOf(await forged(forgery))).not.toBe('valid');
    await expect(tokens.read(await forged(forgery), nowMs)).rejects.toBeInstanceOf(InvalidToken);
  });

  describe('made without knowing the key (case 65)', () => {
    let byStranger = '';

    beforeAll(async () => {
      const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
      byStranger = await new SignJWT({ iss: 'urn:docket', aud: 'urn:docket:api', sub: userId, sid: signInId, iat: now, nbf: now, exp: now + 600 })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', jwk: await exportJWK(publicKey) })
        .sign(privateKey);
    });

    it('is refused with a key that it brings along', async () => {
      expect(await reasonOf(byStranger)).toBe('not-ours');
    });

    it('is refused without a signature', async () => {
      const [, payload = ''] = (await forged({})).split('.');
      for (const alg of ['none', 'None', 'NONE', '']) expect(await reasonOf(`${part({ alg, typ: 'at+jwt' })}.${payload}.`)).not.toBe('valid');
    });

    it('is refused with other claims under the same signature', async () => {
      const [header = '', payload = '', signature = ''] = (await forged({})).split('.');
      const other = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), sub: randomUUID() };
      expect(await reasonOf(`${header}.${part(other)}.${signature}`)).toBe('forged');
    });
  });

  it.each(['', '.', '..', 'a.b.c', 'x'.repeat(50), `${'a'.repeat(1_000_000)}.b.c`, '{"alg":"HS256"}', '\0.\0.\0'])('is refused when it is no token at all', async (text) => {
    await expect(tokens.read(text, nowMs)).rejects.toBeInstanceOf(InvalidToken);
  });

  it('needs a key worth the name', () => {
    expect(() => createAccessTokens(Buffer.from('secret'), 600)).toThrow(RangeError);
  });
});
