import type { sendUnaryData, ServerUnaryCall, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Accounts, Change, StoredAccount } from '../access/accounts.js';
import { hashPassword, isPassword } from '../access/passwords.js';
import type { Access, Caller } from './access.js';
import { users } from './protocol.js';
import * as no from './refusals.js';

type Request<O> = { getOptions(): O | undefined };

interface Named {
  getLoginName(): string;
}

/** The service `users.Users`: accounts of a store with TLS. Only administrators, except for one's own password and details. */
export function usersHandlers(accounts: Accounts, access: Access): UntypedServiceImplementation {
  const unary =
    <O extends Named, A>(answer: new () => A, work: (options: O, caller: Caller) => Promise<void>) =>
    (call: ServerUnaryCall<Request<O>, A>, callback: sendUnaryData<A>): void => {
      const options = call.request.getOptions();
      const done = options === undefined || options.getLoginName() === '' ? Promise.reject(no.handlerFailed()) : work(options, access.of(call.metadata));
      done.then(
        () => {
          callback(null, new answer());
        },
        (error: unknown) => {
          callback(no.toServiceError(error));
        },
      );
    };
  const changing =
    <O extends Named>(change: (options: O) => Change) =>
    async (options: O, caller: Caller): Promise<void> => {
      await caller.require('manage-users', '');
      if (!(await accounts.change(options.getLoginName(), change(options)))) throw no.userNotFound(options.getLoginName());
    };

  return {
    create: unary(users.CreateResp, async (options: InstanceType<typeof users.CreateReq.Options>, caller) => {
      await caller.require('manage-users', '');
      const created = await accounts.create(options.getLoginName(), options.getFullName(), options.getGroupsList(), options.getPassword());
      if (!created) throw no.userConflict(options.getLoginName());
    }),
    update: unary(
      users.UpdateResp,
      changing((options: InstanceType<typeof users.UpdateReq.Options>) => (account) => ({ ...account, fullName: options.getFullName(), groups: options.getGroupsList() })),
    ),
    enable: unary(users.EnableResp, changing(() => (account) => ({ ...account, disabled: false }))),
    disable: unary(users.DisableResp, changing(() => (account) => ({ ...account, disabled: true }))),
    resetPassword: unary(
      users.ResetPasswordResp,
      changing((options: InstanceType<typeof users.ResetPasswordReq.Options>) => async (account) => ({ ...account, ...(await hashPassword(options.getNewPassword())) })),
    ),
    changePassword: unary(users.ChangePasswordResp, async (options: InstanceType<typeof users.ChangePasswordReq.Options>, caller) => {
      const loginName = options.getLoginName();
      if (caller.userName !== loginName) await caller.require('manage-users', '');
      const stored = await accounts.get(loginName);
      if (stored === undefined) throw no.userNotFound(loginName);
      if (!(await isPassword(options.getCurrentPassword(), stored.account))) throw no.accessDenied();
      const hashed = await hashPassword(options.getNewPassword());
      await accounts.change(loginName, (account) => ({ ...account, ...hashed }));
    }),
    delete: unary(users.DeleteResp, async (options: InstanceType<typeof users.DeleteReq.Options>, caller) => {
      await caller.require('manage-users', '');
      if (!(await accounts.remove(options.getLoginName()))) throw no.userNotFound(options.getLoginName());
    }),
    details: (call: ServerWritableStream<InstanceType<typeof users.DetailsReq>, InstanceType<typeof users.DetailsResp>>): void => {
      details(accounts, access.of(call.metadata), call.request.getOptions()?.getLoginName() ?? '').then(
        (found) => {
          for (const stored of found) call.write(detailsOf(stored));
          call.end();
        },
        (error: unknown) => call.emit('error', no.toServiceError(error)),
      );
    },
  };
}

/** Of one, or of all without a name. */
async function details(accounts: Accounts, caller: Caller, loginName: string): Promise<readonly StoredAccount[]> {
  if (loginName === '' || caller.userName !== loginName) await caller.require('manage-users', '');
  const names = loginName === '' ? await accounts.names() : [loginName];
  const found = await Promise.all(names.map((name) => accounts.get(name)));
  if (loginName !== '' && found[0] === undefined) throw no.userNotFound(loginName);
  return found.filter((stored) => stored !== undefined);
}

function detailsOf({ account, updated }: StoredAccount): InstanceType<typeof users.DetailsResp> {
  const shown = new users.DetailsResp.UserDetails();
  shown.setLoginName(account.loginName);
  shown.setFullName(account.fullName);
  shown.setGroupsList([...account.groups]);
  shown.setDisabled(account.disabled);
  const when = new users.DetailsResp.UserDetails.DateTime();
  when.setTicksSinceEpoch(String(updated));
  shown.setLastUpdated(when);
  return new users.DetailsResp().setUserDetails(shown);
}
