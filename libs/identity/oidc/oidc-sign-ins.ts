import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { systemClock, userIdOf, type Clock } from '#kernel';
import { BoundedMap } from '../bounded-map.js';
import { hashPassword } from '../passwords.js';
import { InvalidToken, type Identity, type SignIns } from '../sign-in.port.js';
import { Standings } from '../standing.js';
import type { User, Users } from '../users.port.js';
import { claimedBy, type Claimed, type ClaimNames } from './claims.js';
import { claimedIssuerOf, readIssuedToken } from './issued-token.js';
import { createIssuerKeys } from './issuer-keys.js';

export interface OidcOptions {
  readonly pool: Pool;
  readonly users: Users;
  readonly issuer: string;
  readonly audience: string;
  readonly claims: ClaimNames;
  readonly clock?: Clock;
  /** How soon a disabled user notices. */
  readonly standingFreshForMs?: number;
}

/** How long what is known of a user is believed while the database is out of reach. */
const BELIEVED_FOR_MS = 600_000;

/** Tokens of an OIDC issuer beside those of this installation: whose a token is, its issuer claim tells. */
export function withOidc(local: SignIns, options: OidcOptions): SignIns {
  const verify = createOidcVerify(options);
  return { ...local, verify: (token) => (claimedIssuerOf(token) === options.issuer ? verify(token) : local.verify(token)) };
}

/** @throws InvalidToken, IssuerUnavailable */
function createOidcVerify({ pool, users, issuer, audience, claims, clock = systemClock, standingFreshForMs = 3_000 }: OidcOptions): SignIns['verify'] {
  const keys = createIssuerKeys({ issuer });
  const verified = new BoundedMap<string, Claimed & { readonly userId: string; readonly expiresAtMs: number }>(10_000);
  const standings = new Standings({
    clock,
    freshForMs: standingFreshForMs,
    believedForMs: BELIEVED_FOR_MS,
    timeoutMs: 2_000,
    ask: async (userId) => {
      const user = await users.find(userId);
      return user === undefined || user.disabled ? { kind: 'disabled' } : { kind: 'good', user };
    },
  });

  return async (token): Promise<Identity> => {
    const nowMs = Date.parse(clock.now());
    let bearer = verified.get(token);
    if (bearer === undefined) {
      const payload = await readIssuedToken(token, nowMs, { issuer, audience, keys });
      const claimed = claimedBy(payload, claims);
      const userId = userIdOf(issuer, payload.sub);
      await keepUser(pool, userId, claimed, clock.now());
      bearer = { ...claimed, userId, expiresAtMs: payload.exp * 1_000 };
      verified.set(token, bearer);
    }
    const { userId, role, stores, expiresAtMs } = bearer;
    if (expiresAtMs <= nowMs) {
      verified.delete(token);
      throw new InvalidToken('expired');
    }
    const standing = await standings.of(userId);
    if (standing.kind !== 'good') throw new InvalidToken(standing.kind);
    // What the token grants counts, not what an earlier one did.
    return { user: { ...standing.user, role, stores }, signInId: userId, expiresAtMs };
  };
}

/** Colleagues see the issuer's users in lists, and an administrator can disable them here, too. */
async function keepUser(pool: Pool, id: string, { name, role, stores }: Claimed, now: string): Promise<void> {
  const known = await pool.query('UPDATE identity.user_account SET display_name = $2, role = $3, all_stores = $4, stores = $5 WHERE id = $1', [id, displayed(name), role, ...scopeOf(stores)]);
  if (known.rowCount === 1) return;
  // Nobody signs in here with a password under this name: none fits.
  const password = await hashPassword(randomBytes(32).toString('base64'));
  await pool.query(
    `INSERT INTO identity.user_account (id, user_name, display_name, role, all_stores, stores, password_hash, created_at)
     VALUES ($1, $6, $2, $3, $4, $5, $7, $8) ON CONFLICT (id) DO NOTHING`,
    [id, displayed(name), role, ...scopeOf(stores), `oidc-${id}`, password, now],
  );
}

const scopeOf = (stores: User['stores']): readonly [boolean, readonly string[]] => (stores === 'all' ? [true, []] : [false, stores]);

const displayed = (name: string): string => name.normalize('NFC').replaceAll(/\p{Cc}/gu, ' ').trim().slice(0, 120) || 'unnamed';
