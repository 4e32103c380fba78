import type { Metadata } from '@grpc/grpc-js';
import type { Account } from '../access/account.js';
import { governing, isAllowed, type Right } from '../access/rights.js';
import type { Log } from '../log-access.js';
import { NO_SETTINGS } from '../stream-head.js';
import * as no from './refusals.js';

export type { Right } from '../access/rights.js';

/** Who calls, and what they may do. */
export interface Caller {
  /** `system` on a store without users. */
  readonly userName: string;
  /** @throws StatusError access denied */
  require(right: Right, stream: string): Promise<void>;
}

export interface Access {
  of(metadata: Metadata): Caller;
}

/** Without users everyone on this machine may do everything (measured 2.3). */
export const EVERYONE: Access = {
  of: () => ({ userName: 'system', require: () => Promise.resolve() }),
};

/** Who stands behind a call, as found out when it came in: `signIn` is asked by the interceptor, `of` by the handlers. */
export class SignedIn implements Access {
  readonly #accounts = new WeakMap<Metadata, Account>();

  constructor(private readonly log: Log) {}

  remember(metadata: Metadata, account: Account): void {
    this.#accounts.set(metadata, account);
  }

  of(metadata: Metadata): Caller {
    const account = this.#accounts.get(metadata);
    return {
      userName: account?.loginName ?? 'anonymous',
      require: async (right, stream) => {
        if (account === undefined || !isAllowed(account, right, stream, await this.#listOf(stream))) throw no.accessDenied();
      },
    };
  }

  async #listOf(stream: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (stream === '') return undefined;
    const name = governing(stream);
    const head = this.log.heads.known(name) ?? (await this.log.heads.read([name])).get(name);
    return (head?.settings ?? NO_SETTINGS).acl;
  }
}
