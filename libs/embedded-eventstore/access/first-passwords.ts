import { randomBytes } from 'node:crypto';
import type { Account } from './account.js';
import type { Accounts } from './accounts.js';
import { hashPassword, isPassword } from './passwords.js';

/** What a fresh node of this protocol answers to. Known to everybody, so it opens nothing beyond this machine. */
export const WELL_KNOWN_PASSWORD = 'changeit';

export interface FirstPasswords {
  /** Of `admin`: whatever it was before, it is this one from now on. */
  readonly admin: string | undefined;
  /** Whether an account without a password may have the well-known one. */
  readonly isLocal: boolean;
}

/** A log that was begun without TLS has accounts without passwords: they get one before anybody can knock. */
export async function setFirstPasswords(accounts: Accounts, { admin, isLocal }: FirstPasswords): Promise<void> {
  for (const loginName of ['admin', 'ops']) {
    const stored = await accounts.get(loginName);
    if (stored === undefined) continue;
    const given = loginName === 'admin' ? admin : undefined;
    if (await isGood(stored.account, given, isLocal)) continue;
    const password = given ?? (isLocal ? WELL_KNOWN_PASSWORD : randomBytes(24).toString('base64url'));
    const hashed = await hashPassword(password);
    await accounts.change(loginName, (account) => ({ ...account, ...hashed }));
  }
}

async function isGood(account: Account, given: string | undefined, isLocal: boolean): Promise<boolean> {
  if (given !== undefined) return isPassword(given, account);
  return account.hash !== '' && (isLocal || !(await isPassword(WELL_KNOWN_PASSWORD, account)));
}
