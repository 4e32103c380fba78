import type { User } from './users.port.js';

export interface SignedIn {
  /** JWT, minutes. */
  readonly accessToken: string;
  /** Opaque, a shift; used once: every refresh gives the next one. */
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly user: User;
}

/** Who sends the request, as their valid access token and the table of users say. */
export interface Identity {
  readonly user: User;
  /** The sign-in that the token belongs to; ends with sign-out, reuse of a refresh token, or disabling. */
  readonly signInId: string;
  /** Milliseconds since 1970; the token is good until then. */
  readonly expiresAtMs: number;
}

/** Sign-in with tokens of this installation; `withOidc` lets those of another issuer pass as well. */
export interface SignIns {
  /** undefined: name and password do not fit (or disabled, or blocked: not told apart). */
  signIn(userName: string, password: string): Promise<SignedIn | undefined>;
  /** undefined: unknown, expired, disabled, or used before; the last ends the whole sign-in. */
  refresh(refreshToken: string): Promise<SignedIn | undefined>;
  /** Ends the sign-in that the refresh token belongs to; silent about unknown ones. */
  signOut(refreshToken: string): Promise<void>;
  /**
   * Who bears this access token. Cached: asks the database at most every few seconds for a user, and goes on with
   * what it last knew, for at most a token's life, while the database is out of reach.
   * @throws InvalidToken for every token that is not valid in every respect
   */
  verify(accessToken: string): Promise<Identity>;
}

/** 401; `reason` is for logs and tests, the answer to the client does not tell reasons apart. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  constructor(
    readonly reason: 'malformed' | 'too-long' | 'forged' | 'expired' | 'not-ours' | 'ended' | 'disabled',
    options?: ErrorOptions,
  ) {
    super(`the access token is not valid: ${reason}`, options);
  }
}
