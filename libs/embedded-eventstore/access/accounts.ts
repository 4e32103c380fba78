import { createHash, randomUUID } from 'node:crypto';
import type { Log } from '../log-access.js';
import type { ProposedRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import { standingOf } from '../stream-reading.js';
import { LogUnavailable } from '../write-request.js';
import { accountStream, readAccount, type Account } from './account.js';
import { hashPassword, isPassword } from './passwords.js';

const NOTHING = new Uint8Array();
const ATTEMPTS = 5;

/** An account as the log has it, and when it was written (ticks of 100 ns since 1970). */
export interface StoredAccount {
  readonly account: Account;
  readonly revision: bigint;
  readonly updated: bigint;
}

export type Change = (account: Account) => Account | Promise<Account>;

/** The accounts of a store, kept in its own log. Passwords are verified once and remembered until the account changes. */
export class Accounts {
  readonly #found = new Map<string, { readonly stored: StoredAccount; readonly verified: Set<string> }>();

  constructor(
    private readonly log: Log,
    private readonly writer: LogWriter,
  ) {}

  /** Undefined for a wrong password, an unknown name, a disabled account: which of them is not said. */
  async signIn(loginName: string, password: string): Promise<Account | undefined> {
    const found = await this.#find(loginName);
    const account = found?.stored.account;
    const digest = createHash('sha256').update(password).digest('base64');
    if (found?.verified.has(digest) !== true) {
      if (!(await isPassword(password, account))) return undefined;
      found?.verified.add(digest);
    }
    return account?.disabled === false ? account : undefined;
  }

  async get(loginName: string): Promise<StoredAccount | undefined> {
    return (await this.#find(loginName))?.stored;
  }

  /** Names in the order of their creation, each once, those of removed accounts too. */
  async names(): Promise<readonly string[]> {
    const names = new Set<string>();
    for (let from = 0n; ; ) {
      const page = await this.log.reader.streamForwards('$users', from, 2n ** 62n, 500);
      for (const { data } of page) {
        const name = nameIn(data);
        if (name !== undefined) names.add(name);
      }
      const last = page.at(-1);
      if (last === undefined) return [...names];
      from = last.revision + 1n;
    }
  }

  /** @returns whether there is now such an account; false: another one has the name */
  async create(loginName: string, fullName: string, groups: readonly string[], password: string): Promise<boolean> {
    const account: Account = { loginName, fullName, groups, disabled: false, ...(await hashPassword(password)) };
    const outcome = await this.writer.write({ kind: 'append', stream: accountStream(loginName), expected: 'no-stream', records: [record('$UserCreated', account)] });
    this.#found.delete(loginName);
    if (outcome.kind !== 'written') return (await this.signIn(loginName, password)) !== undefined;
    await this.writer.write({ kind: 'append', stream: '$users', expected: 'any', records: [record('$User', { loginName })] });
    return true;
  }

  /** @returns false when there is no such account */
  async change(loginName: string, change: Change): Promise<boolean> {
    const stream = accountStream(loginName);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stored = await this.get(loginName);
      if (stored === undefined) return false;
      const records = [record('$UserUpdated', await change(stored.account))];
      const outcome = await this.writer.write({ kind: 'append', stream, expected: stored.revision, records });
      this.#found.delete(loginName);
      if (outcome.kind === 'written') return true;
    }
    throw new LogUnavailable('The account is being changed by others just now.');
  }

  /** @returns false when there is no such account */
  async remove(loginName: string): Promise<boolean> {
    if ((await this.get(loginName)) === undefined) return false;
    await this.writer.write({ kind: 'delete', stream: accountStream(loginName), expected: 'any' });
    this.#found.delete(loginName);
    return true;
  }

  async #find(loginName: string): Promise<{ readonly stored: StoredAccount; readonly verified: Set<string> } | undefined> {
    const known = this.#found.get(loginName);
    if (known !== undefined) return known;
    const stream = accountStream(loginName);
    const reading = { isCurrent: true };
    // Whoever writes to that stream, by whatever way: what is known of it is read anew.
    const forget = this.log.tail.wait(stream, () => {
      reading.isCurrent = false;
      this.#found.delete(loginName);
    });
    const standing = await standingOf(this.log, stream);
    const last = standing.kind === 'readable' ? await this.log.reader.lastOfStream(stream) : undefined;
    const account = last && readAccount(last.data);
    if (last === undefined || account === undefined) {
      forget();
      return undefined;
    }
    const found = { stored: { account, revision: last.revision, updated: last.created }, verified: new Set<string>() };
    if (reading.isCurrent) this.#found.set(loginName, found);
    return found;
  }
}

export const record = (type: string, data: object): ProposedRecord => ({
  id: randomUUID(),
  type,
  isJson: true,
  data: Buffer.from(JSON.stringify(data)),
  metadata: NOTHING,
});

function nameIn(data: Uint8Array): string | undefined {
  const text = Buffer.from(data).toString('utf8');
  return readAccount(data)?.loginName ?? (/^"[^"]+"$/.test(text) ? text.slice(1, -1) : undefined);
}
