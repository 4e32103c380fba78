import type { Pool } from 'pg';
import { createUsers } from './users.js';
import type { GrantedRole } from './permissions.js';
import type { UserStores } from './users.port.js';

export interface DemoSignIn {
  readonly userName: string;
  readonly password: string;
  readonly role: GrantedRole;
}

/** The store that demo orders belong to. */
export const DEMO_STORE = 'demo';

const PEOPLE: readonly { readonly userName: string; readonly displayName: string; readonly role: GrantedRole; readonly stores: UserStores }[] = [
  { userName: 'ann', displayName: 'Ann Example', role: 'csr', stores: [DEMO_STORE] },
  { userName: 'bob', displayName: 'Bob Example', role: 'csr', stores: [DEMO_STORE] },
  { userName: 'sue', displayName: 'Sue Example', role: 'supervisor', stores: 'all' },
  { userName: 'theo', displayName: 'Theo Example', role: 'auditor', stores: 'all' },
  { userName: 'ida', displayName: 'Ida Example', role: 'administrator', stores: 'all' },
  { userName: 'carrier', displayName: 'Example Carrier', role: 'integration', stores: 'all' },
];

/** Known to everybody who reads this: for the demo on one's own machine, and for nothing else. */
const passwordOf = (userName: string): string => `docket-demo-${userName}`;

/** The sign-ins to try Docket with; those there are already stay as they are. Only ever call it for a local demo. */
export async function seedDemoUsers(pool: Pool): Promise<readonly DemoSignIn[]> {
  const users = createUsers(pool);
  const found = await Promise.all(
    PEOPLE.map(async (person) => {
      const password = passwordOf(person.userName);
      const { disabled } = await users.ensure({ ...person, password });
      return { disabled, signIn: { userName: person.userName, password, role: person.role } };
    }),
  );
  return found.filter(({ disabled }) => !disabled).map(({ signIn }) => signIn);
}
