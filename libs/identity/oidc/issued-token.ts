import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { InvalidToken } from '../sign-in.port.js';
import { IssuerUnavailable } from './issuer-keys.js';

/** Signed by the issuer's private key alone: no shared secret, so that its public key never passes for one. */
const ALGORITHMS: readonly string[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** Issuers differ; an ID token, which is `JWT` too, has another audience. */
const TYPES: readonly string[] = ['at+jwt', 'application/at+jwt', 'jwt'];
const HEADERS: readonly string[] = ['alg', 'typ', 'kid', 'x5t', 'x5t#S256'];
const LONGEST_TOKEN = 8_192;
const TOLERANCE_SECONDS = 5;

export interface IssuedTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/** Who issued a token, by its own unproved word; undefined for what is no token. */
export function claimedIssuerOf(token: string): string | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** The claims of an access token of the issuer. @throws InvalidToken, IssuerUnavailable */
export async function readIssuedToken(token: string, nowMs: number, { issuer, audience, keys }: IssuedTokenOptions): Promise<JWTPayload & { readonly sub: string; readonly exp: number }> {
  if (token.length > LONGEST_TOKEN) throw new InvalidToken('too-long');
  refuseForeignHeaders(token);
  const { payload } = await jwtVerify(token, keys, {
    algorithms: [...ALGORITHMS],
    issuer,
    audience,
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(nowMs),
    requiredClaims: ['sub', 'iat', 'exp'],
  }).catch((cause: unknown) => {
    throw judged(cause);
  });
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255 || exp === undefined) throw new InvalidToken('not-ours');
  return { ...payload, sub, exp };
}

/** A token that brings or links a key is a forgery, whatever it is signed with. */
function refuseForeignHeaders(token: string): void {
  let header: Readonly<Record<string, unknown>>;
  try {
    header = decodeProtectedHeader(token);
  } catch (cause) {
    throw new InvalidToken('malformed', { cause });
  }
  if (Object.keys(header).some((name) => !HEADERS.includes(name))) throw new InvalidToken('not-ours');
  const { typ } = header;
  if (typ !== undefined && (typeof typ !== 'string' || !TYPES.includes(typ.toLowerCase()))) throw new InvalidToken('not-ours');
}

function judged(error: unknown): Error {
  if (error instanceof IssuerUnavailable) return error;
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return new IssuerUnavailable('the keys of the issuer cannot be read', { cause: error });
  if (error instanceof errors.JWTExpired) return new InvalidToken('expired', { cause: error });
  if (error instanceof errors.JWTClaimValidationFailed) return new InvalidToken('not-ours', { cause: error });
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return new InvalidToken('malformed', { cause: error });
  if (error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC') return new InvalidToken('forged', { cause: error });
  return new IssuerUnavailable('the keys of the issuer cannot be read', { cause: error });
}
