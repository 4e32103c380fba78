import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { isUuid } from '#kernel';
import { InvalidToken } from './sign-in.port.js';

const ALGORITHM = 'HS256';
/** RFC 9068: an access token is never taken for another kind of token, nor the other way round. */
const TYPE = 'at+jwt';
const ISSUER = 'urn:docket';
const AUDIENCE = 'urn:docket:api';
const LONGEST_TOKEN = 2_048;
/** Clocks of several machines may differ by this much. */
const TOLERANCE_SECONDS = 5;
const SHORTEST_KEY_BYTES = 32;

export interface AccessClaims {
  readonly userId: string;
  readonly signInId: string;
  readonly expiresAtMs: number;
}

export interface AccessTokens {
  make(userId: string, signInId: string, nowMs: number): Promise<string>;
  /** @throws InvalidToken */
  read(token: string, nowMs: number): Promise<AccessClaims>;
}

/** @throws RangeError for a key that is too short to protect anything */
export function createAccessTokens(signingKey: Uint8Array, lifeSeconds: number): AccessTokens {
  if (signingKey.byteLength < SHORTEST_KEY_BYTES) throw new RangeError(`the signing key needs ${String(SHORTEST_KEY_BYTES)} bytes`);
  const key = new Uint8Array(signingKey);

  return {
    make(userId, signInId, nowMs) {
      const now = Math.floor(nowMs / 1000);
      return new SignJWT({ sid: signInId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + lifeSeconds)
        .sign(key);
    },

    async read(token, nowMs) {
      if (token.length > LONGEST_TOKEN) throw new InvalidToken('too-long');
      refuseForeignHeaders(token);
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(nowMs),
        requiredClaims: ['sub', 'sid', 'iat', 'nbf', 'exp'],
        maxTokenAge: lifeSeconds,
      }).catch((cause: unknown) => {
        throw new InvalidToken(reasonOf(cause), { cause });
      });
      const { sub, sid, exp } = payload;
      if (typeof sub !== 'string' || !isUuid(sub) || typeof sid !== 'string' || !isUuid(sid) || exp === undefined) throw new InvalidToken('not-ours');
      return { userId: sub, signInId: sid, expiresAtMs: exp * 1000 };
    },
  };
}

/** One key, known beforehand: a token that names, links or brings another is a forgery, whatever it is signed with. */
function refuseForeignHeaders(token: string): void {
  let names: readonly string[];
  try {
    names = Object.keys(decodeProtectedHeader(token));
  } catch (cause) {
    throw new InvalidToken('malformed', { cause });
  }
  if (names.some((name) => name !== 'alg' && name !== 'typ')) throw new InvalidToken('not-ours');
}

function reasonOf(error: unknown): InvalidToken['reason'] {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return 'not-ours';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed';
  return 'forged';
}
