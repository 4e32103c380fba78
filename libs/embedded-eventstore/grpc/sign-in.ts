import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from '@grpc/grpc-js';
import type { Accounts } from '../access/accounts.js';
import type { SignedIn } from './access.js';
import { toStatus, unauthenticated } from './refusals.js';

interface Credentials {
  readonly loginName: string;
  readonly password: string;
}

/**
 * Looks at the credentials of every call before anything else of it: wrong ones end it, whatever it asks for. None at
 * all pass here, some calls need none (measured 2.3 and 2.13).
 */
export function signInInterceptor(accounts: Accounts, signedIn: SignedIn): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, pass) => {
            signIn(accounts, signedIn, metadata).then(
              () => {
                pass(metadata);
              },
              (error: unknown) => {
                call.sendStatus(toStatus(error));
              },
            );
          },
        });
      },
    });
}

async function signIn(accounts: Accounts, signedIn: SignedIn, metadata: Metadata): Promise<void> {
  const credentials = credentialsIn(metadata);
  if (credentials === undefined) return;
  const account = await accounts.signIn(credentials.loginName, credentials.password);
  if (account === undefined) throw unauthenticated();
  signedIn.remember(metadata, account);
}

/** Another scheme, or no colon: as if there were none. */
function credentialsIn(metadata: Metadata): Credentials | undefined {
  const [header] = metadata.get('authorization');
  const encoded = typeof header === 'string' ? /^Basic ([A-Za-z0-9+/=]+)$/.exec(header)?.[1] : undefined;
  if (encoded === undefined) return undefined;
  const [, loginName, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return loginName === undefined || password === undefined ? undefined : { loginName, password };
}
