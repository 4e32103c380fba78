import { Pool } from 'pg';
import { createUsers } from '#identity';
import { Session } from './http.js';
import type { System } from './system.js';

export interface NewUser {
  readonly userName: string;
  readonly role: 'csr' | 'supervisor' | 'auditor' | 'analyst' | 'administrator' | 'integration';
  readonly stores: readonly string[] | 'all';
}

export const PASSWORD = 'correct horse battery staple 9';

/** `docket user add`, as an administrator would. */
export async function addUser(system: System, { userName, role, stores }: NewUser): Promise<void> {
  const { code, output } = await system.docket(
    ['user', 'add', userName, '--role', role, '--stores', stores === 'all' ? 'all' : stores.join(','), '--password-stdin'],
    `${PASSWORD}\n`,
  );
  if (code !== 0) throw new Error(`docket user add ${userName} ended with ${String(code)}: ${output}`);
}

/** Many at once, without a process for each. */
export async function addUsers(system: System, people: readonly NewUser[]): Promise<void> {
  const pool = new Pool({ connectionString: system.runInfo().databaseUrl, max: 2 });
  try {
    const users = createUsers(pool);
    for (const person of people) await users.add({ ...person, password: PASSWORD });
  } finally {
    await pool.end();
  }
}

export async function signIn(system: System, userName: string, password = PASSWORD): Promise<Session> {
  const nobody = new Session(system.baseUrl, undefined);
  const reply = await nobody.post<{ readonly accessToken: string }>('/api/auth/sign-in', { userName, password });
  if (reply.status !== 200) throw new Error(`sign-in of ${userName} answered ${String(reply.status)}: ${reply.text}`);
  return new Session(system.baseUrl, reply.body.accessToken);
}
