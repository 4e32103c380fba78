import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createSignIns, createUsers, InvalidToken, migrateIdentity, type SignedIn, type SignIns, type Users } from './index.js';

let database: TestDatabase;
let pool: Pool;
let users: Users;
let signIns: SignIns;
let nowMs = Date.parse('2026-11-01T08:00:00.000Z');

const PASSWORD = 'correct horse battery';
const MINUTE = 60_000;
const signingKey = randomBytes(32);
const clock = { now: () => new Date(nowMs).toISOString() };

const signedIn = async (userName = 'ann'): Promise<SignedIn> => given(await signIns.signIn(userName, PASSWORD));

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('refused');
  return value;
}

const reasonOf = (token: string): Promise<unknown> => signIns.verify(token).then(() => 'valid', (error: unknown) => (error instanceof InvalidToken ? error.reason : error));

beforeAll(async () => {
  database = await createTestDatabase('sign_ins');
  pool = new Pool({ connectionString: database.url, max: 4 });
  await migrateIdentity(pool);
  users = createUsers(pool, { clock });
  await users.add({ userName: 'ann', role: 'csr', stores: ['leeds'], password: PASSWORD });
});

beforeEach(() => {
  signIns = createSignIns({ pool, users, signingKey, clock, accessTokenSeconds: 600, refreshTokenSeconds: 12 * 3_600 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a sign-in', () => {
  it('says who it is, in every process that has the key', async () => {
    const { accessToken, user, expiresInSeconds } = await signedIn();
    expect(expiresInSeconds).toBe(600);
    const elsewhere = createSignIns({ pool, users, signingKey, clock });
    expect(await elsewhere.verify(accessToken)).toMatchObject({ user, expiresAtMs: nowMs + 600_000 });
    expect(await signIns.signIn('ann', 'not the password')).toBeUndefined();
  });

  it('ends ten minutes after its last refresh, and is not revived by a cache', async () => {
    const { accessToken } = await signedIn();
    await signIns.verify(accessToken);
    nowMs += 9 * MINUTE;
    expect(await reasonOf(accessToken)).toBe('valid');
    nowMs += 2 * MINUTE;
    expect(await reasonOf(accessToken)).toBe('expired');
    expect(await reasonOf(accessToken)).toBe('expired');
  });

  it('lasts a shift by refreshing, and no longer', async () => {
    let { refreshToken } = await signedIn();
    for (let half = 0; half < 23; half += 1) {
      nowMs += 30 * MINUTE;
      const next = given(await signIns.refresh(refreshToken));
      expect(await signIns.verify(next.accessToken)).toMatchObject({ user: { userName: 'ann' } });
      ({ refreshToken } = next);
    }
    nowMs += 31 * MINUTE;
    expect(await signIns.refresh(refreshToken)).toBeUndefined();
  });

  it('ends when an old refresh token is used again: one of two who hold it is a thief', async () => {
    const first = await signedIn();
    const second = given(await signIns.refresh(first.refreshToken));
    expect(await signIns.refresh(first.refreshToken)).toBeUndefined();
    expect(await signIns.refresh(second.refreshToken)).toBeUndefined();
    expect(await reasonOf(second.accessToken)).toBe('ended');
  });

  it('gives one successor when the same token is exchanged many times at once', async () => {
    const { refreshToken } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIns.refresh(refreshToken)));
    expect(answers.filter((answer) => answer !== undefined).length).toBeLessThanOrEqual(1);
  });

  it('ends by signing out', async () => {
    const { refreshToken, accessToken } = await signedIn();
    await signIns.signOut(refreshToken);
    expect(await reasonOf(accessToken)).toBe('ended');
    expect(await signIns.refresh(refreshToken)).toBeUndefined();
  });

  it('refuses what never was a refresh token', async () => {
    for (const token of ['', 'x', 'a'.repeat(100_000), randomBytes(32).toString('base64url')]) expect(await signIns.refresh(token)).toBeUndefined();
  });

  it('leaves no token in the database', async () => {
    const { refreshToken, accessToken } = await signedIn();
    const { rows } = await pool.query<{ all: string }>(`SELECT string_agg(t::text, ' ') AS all FROM identity.refresh_token t`);
    expect(rows[0]?.all).not.toContain(refreshToken);
    expect(rows[0]?.all).not.toContain(accessToken);
    expect(rows[0]?.all).not.toContain(Buffer.from(refreshToken, 'base64url').toString('hex'));
  });
});

describe('a user who is disabled', () => {
  it('is out within seconds, in other processes too', async () => {
    await users.add({ userName: 'leaver', role: 'csr', stores: ['leeds'], password: PASSWORD });
    const { accessToken, refreshToken } = await signedIn('leaver');
    await signIns.verify(accessToken);
    await users.disable('leaver');
    nowMs += 3_001;
    expect(await reasonOf(accessToken)).toBe('disabled');
    expect(await signIns.refresh(refreshToken)).toBeUndefined();
    await users.enable('leaver');
    nowMs += 3_001;
    expect(await reasonOf(accessToken)).toBe('ended');
  });
});

describe('while the database is out of reach (cases 43, 44)', () => {
  it('those who are known go on, for as long as their token lasts; strangers are told it is not their fault', async () => {
    const own = new Pool({ connectionString: database.url, max: 1 });
    const local = createSignIns({ pool: own, users: createUsers(own), signingKey, clock });
    const { accessToken } = await signedIn();
    const stranger = await signedIn();
    await local.verify(accessToken);
    await own.end();
    nowMs += MINUTE;
    expect(await local.verify(accessToken)).toMatchObject({ user: { userName: 'ann' } });
    await expect(local.verify(stranger.accessToken)).rejects.not.toBeInstanceOf(InvalidToken);
  });
});
