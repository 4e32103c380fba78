import type { JWTPayload } from 'jose';
import { roleFrom, storesFrom } from '../new-user.js';
import { GRANTED_ROLES, type GrantedRole } from '../permissions.js';
import { InvalidToken } from '../sign-in.port.js';
import { InvalidUser, type UserStores } from '../users.port.js';

/** Names of claims; a dot goes one level down (`realm_access.roles`). */
export interface ClaimNames {
  /** A role of Docket's, or a list in which there is exactly one. */
  readonly role: string;
  /** `all`, a list of store ids, or store ids with commas between. */
  readonly stores: string;
  /** What colleagues call the person; the subject where it is missing. */
  readonly name: string;
}

export interface Claimed {
  readonly role: GrantedRole;
  readonly stores: UserStores;
  readonly name: string;
}

/** What a token says about its bearer. @throws InvalidToken unless it grants exactly one role and some store */
export function claimedBy(payload: JWTPayload & { readonly sub: string }, names: ClaimNames): Claimed {
  try {
    const name = memberAt(payload, names.name);
    return { role: theRole(memberAt(payload, names.role)), stores: theStores(memberAt(payload, names.stores)), name: typeof name === 'string' ? name : payload.sub };
  } catch (cause) {
    if (cause instanceof InvalidUser) throw new InvalidToken('not-ours', { cause });
    throw cause;
  }
}

/** Two of Docket's roles would leave open which one counts. */
function theRole(claim: unknown): GrantedRole {
  const named = (Array.isArray(claim) ? claim : [claim]).filter((each): each is string => typeof each === 'string');
  const granted = GRANTED_ROLES.filter((role) => named.includes(role));
  if (granted.length > 1) throw new InvalidUser(`one role is needed, not ${granted.join(' and ')}`);
  return roleFrom(granted[0] ?? '');
}

function theStores(claim: unknown): UserStores {
  if (Array.isArray(claim) && claim.every((each): each is string => typeof each === 'string')) return storesFrom(claim.join(','));
  if (typeof claim === 'string') return storesFrom(claim);
  throw new InvalidUser('the stores are missing');
}

function memberAt(payload: object, path: string): unknown {
  // A claim may itself have a dot in its name, as namespaced ones do.
  if (Object.hasOwn(payload, path)) return (payload as Readonly<Record<string, unknown>>)[path];
  let value: unknown = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
