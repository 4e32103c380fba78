import type { HashedPassword } from './passwords.js';

/** Who may sign in to a store with TLS. Kept as the last event of `$user-<loginName>`. */
export interface Account extends HashedPassword {
  readonly loginName: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly disabled: boolean;
}

export const ADMINS = '$admins';
export const OPERATORS = '$ops';

export const accountStream = (loginName: string): string => `$user-${loginName}`;

/** Undefined for what is no account; one without a password lets nobody in. */
export function readAccount(json: Uint8Array): Account | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(json).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const members = parsed as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof members[name] === 'string' ? members[name] : '');
  if (text('loginName') === '') return undefined;
  const groups = Array.isArray(members.groups) ? members.groups.filter((group) => typeof group === 'string') : [];
  return { loginName: text('loginName'), fullName: text('fullName'), salt: text('salt'), hash: text('hash'), groups, disabled: members.disabled === true };
}
