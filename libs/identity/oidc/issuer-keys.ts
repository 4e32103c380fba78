import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

/** The issuer, or its keys, cannot be reached or make no sense: nobody's token can be judged. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

export interface IssuerKeysOptions {
  /** Exactly as in the tokens; its `/.well-known/openid-configuration` says where the keys are. */
  readonly issuer: string;
  readonly timeoutMs?: number;
}

const ASKED_AGAIN_AFTER_MS = 30_000;

/**
 * The keys of an OIDC issuer, found by discovery when first needed and kept; a key id that is not among them has them
 * fetched again, at most every half minute. Redirects are not followed.
 */
export function createIssuerKeys({ issuer, timeoutMs = 5_000 }: IssuerKeysOptions): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;

  const fetchJson = async (url: string): Promise<unknown> => {
    const response = await fetch(url, { redirect: 'error', headers: { accept: 'application/json' }, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new IssuerUnavailable(`${url} answered ${String(response.status)}`);
    return response.json();
  };

  const discover = async (): Promise<JWTVerifyGetKey> => {
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`).catch((cause: unknown) => {
      throw new IssuerUnavailable('the configuration of the issuer cannot be read', { cause });
    });
    const { issuer: named, jwks_uri: keysAt } = (document ?? {}) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (named !== issuer) throw new IssuerUnavailable('the configuration is that of another issuer');
    if (typeof keysAt !== 'string' || !isTrustworthy(keysAt)) throw new IssuerUnavailable('the configuration names no keys that can be trusted');
    return createRemoteJWKSet(new URL(keysAt), {
      timeoutDuration: timeoutMs,
      cooldownDuration: ASKED_AGAIN_AFTER_MS,
      [customFetch]: (url, options) => fetch(url, { ...options, redirect: 'error' }),
    });
  };

  return async (header, token) => {
    found ??= discover();
    const keys = await found.catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return keys(header, token);
  };
}

/** Over TLS, or without leaving this machine. */
function isTrustworthy(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname));
}
