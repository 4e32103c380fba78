import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { newId, systemClock, type Clock } from '#kernel';
import { createAccessTokens } from './access-token.js';
import { BoundedMap } from './bounded-map.js';
import { InvalidToken, type SignedIn, type SignIns } from './sign-in.port.js';
import { Standings, type Standing } from './standing.js';
import type { User, Users } from './users.port.js';

export interface SignInsOptions {
  readonly pool: Pool;
  readonly users: Users;
  /** At least 32 bytes, the same for all processes and after a restart; see `signingKeyFrom`. */
  readonly signingKey: Uint8Array;
  readonly accessTokenSeconds?: number;
  /** From the sign-in on: refreshing does not lengthen a shift. */
  readonly refreshTokenSeconds?: number;
  /** How soon a disabled user notices. */
  readonly standingFreshForMs?: number;
  readonly databaseTimeoutMs?: number;
  readonly clock?: Clock;
}

/** The key that signs access tokens: made once, wrapped by the master key, kept with the other secrets. */
export const signingKeyFrom = (secrets: { secret(name: string, make: () => Buffer): Promise<Buffer> }): Promise<Buffer> =>
  secrets.secret('access-tokens', () => randomBytes(32));

const REFRESH_TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Sign-ins in PostgreSQL; `migrateIdentity` makes their tables. */
export function createSignIns(options: SignInsOptions): SignIns {
  const { pool, users, clock = systemClock, accessTokenSeconds = 600, refreshTokenSeconds = 43_200 } = options;
  const tokens = createAccessTokens(options.signingKey, accessTokenSeconds);
  const verified = new BoundedMap<string, { readonly signInId: string; readonly userId: string; readonly expiresAtMs: number }>(10_000);
  const standings = new Standings({
    clock,
    freshForMs: options.standingFreshForMs ?? 3_000,
    believedForMs: accessTokenSeconds * 1000,
    timeoutMs: options.databaseTimeoutMs ?? 2_000,
    ask: (signInId) => standingOf(pool, users, signInId),
  });
  const nowMs = (): number => Date.parse(clock.now());

  const issue = async (user: User, signInId: string, refreshToken: string): Promise<SignedIn> => ({
    accessToken: await tokens.make(user.id, signInId, nowMs()),
    refreshToken,
    expiresInSeconds: accessTokenSeconds,
    user,
  });

  const end = async (signInId: string, cause: 'signed-out' | 'token-reused'): Promise<void> => {
    await pool.query('UPDATE identity.sign_in SET ended_at = $2, end_cause = $3 WHERE id = $1 AND ended_at IS NULL', [signInId, clock.now(), cause]);
    standings.forget(signInId);
  };

  return {
    async signIn(userName, password) {
      const user = await users.checkPassword(userName, password);
      if (user === undefined) return undefined;
      const signInId = newId();
      const refreshToken = newRefreshToken();
      await pool.query(
        `WITH started AS (
           INSERT INTO identity.sign_in (id, user_id, started_at, expires_at) VALUES ($1, $2, $3, $4) RETURNING id)
         INSERT INTO identity.refresh_token (hash, sign_in_id, issued_at) SELECT $5, id, $3 FROM started`,
        [signInId, user.id, clock.now(), new Date(nowMs() + refreshTokenSeconds * 1000).toISOString(), hashOf(refreshToken)],
      );
      return issue(user, signInId, refreshToken);
    },

    async refresh(refreshToken) {
      if (!REFRESH_TOKEN.test(refreshToken)) return undefined;
      const next = newRefreshToken();
      // The row lock lets one of two simultaneous exchanges through; the other sees the token as used.
      const { rows } = await pool.query<{ readonly sign_in_id: string; readonly user_id: string }>(
        `WITH used AS (
           UPDATE identity.refresh_token t SET used_at = $2
             FROM identity.sign_in s
            WHERE t.hash = $1 AND t.used_at IS NULL AND s.id = t.sign_in_id AND s.ended_at IS NULL AND s.expires_at > $2
           RETURNING t.sign_in_id, s.user_id),
         next AS (
           INSERT INTO identity.refresh_token (hash, sign_in_id, issued_at) SELECT $3, sign_in_id, $2 FROM used)
         SELECT sign_in_id, user_id FROM used`,
        [hashOf(refreshToken), clock.now(), hashOf(next)],
      );
      const [used] = rows;
      if (used === undefined) {
        const signInId = await signInOfUsed(pool, refreshToken);
        if (signInId !== undefined) await end(signInId, 'token-reused');
        return undefined;
      }
      const user = await users.find(used.user_id);
      return user === undefined || user.disabled ? undefined : issue(user, used.sign_in_id, next);
    },

    async signOut(refreshToken) {
      if (!REFRESH_TOKEN.test(refreshToken)) return;
      const { rows } = await pool.query<{ readonly sign_in_id: string }>('SELECT sign_in_id FROM identity.refresh_token WHERE hash = $1', [hashOf(refreshToken)]);
      if (rows[0] !== undefined) await end(rows[0].sign_in_id, 'signed-out');
    },

    async verify(accessToken) {
      let claims = verified.get(accessToken);
      if (claims === undefined) {
        claims = await tokens.read(accessToken, nowMs());
        verified.set(accessToken, claims);
      } else if (claims.expiresAtMs <= nowMs()) {
        verified.delete(accessToken);
        throw new InvalidToken('expired');
      }
      const { signInId, expiresAtMs, userId } = claims;
      const standing = await standings.of(signInId);
      if (standing.kind !== 'good') throw new InvalidToken(standing.kind);
      if (standing.user.id !== userId) throw new InvalidToken('not-ours');
      return { user: standing.user, signInId, expiresAtMs };
    },
  };
}

const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** 256 random bits need no slow hash; a stolen table gives no tokens. */
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

async function signInOfUsed(pool: Pool, refreshToken: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ readonly sign_in_id: string }>(
    'SELECT sign_in_id FROM identity.refresh_token WHERE hash = $1 AND used_at IS NOT NULL',
    [hashOf(refreshToken)],
  );
  return rows[0]?.sign_in_id;
}

async function standingOf(pool: Pool, users: Users, signInId: string): Promise<Standing> {
  const { rows } = await pool.query<{ readonly user_id: string; readonly end_cause: string | null }>('SELECT user_id, end_cause FROM identity.sign_in WHERE id = $1', [
    signInId,
  ]);
  const [row] = rows;
  if (row === undefined) return { kind: 'ended' };
  const user = await users.find(row.user_id);
  if (user === undefined || user.disabled) return { kind: 'disabled' };
  return row.end_cause === null ? { kind: 'good', user } : { kind: 'ended' };
}
