import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { Pool } from 'pg';
import { createUsers, GRANTED_ROLES, InvalidUser, migrateIdentity, roleFrom, storesFrom, UserNameTaken, type User, type Users } from '#identity';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { withParts } from './with-parts.js';

interface AddOptions {
  readonly role: string;
  readonly stores: string;
  readonly displayName?: string;
  readonly passwordStdin?: true;
}

/** `docket user add | disable | enable | list`. */
export function registerUser(program: Command): void {
  const user = program.command('user').description('people and systems that may sign in').exitOverride();

  user
    .command('add')
    .description('let somebody sign in')
    .argument('<userName>', 'what they sign in with')
    .requiredOption('--role <role>', GRANTED_ROLES.join(' | '))
    .requiredOption('--stores <stores>', 'the stores whose orders they see, with commas between, or all')
    .option('--display-name <name>', 'the name that others read; the user name without it')
    .option('--password-stdin', 'read the password from standard input; without it one is made and shown once')
    .exitOverride()
    .action(async (userName: string, options: AddOptions) => {
      const password = options.passwordStdin ? await firstLineOf(process.stdin) : undefined;
      await withUsers((users) => addUser(users, userName, options, password, console.log));
    });

  user
    .command('disable')
    .description('let somebody sign in no longer, and end their sign-ins')
    .argument('<userName>')
    .exitOverride()
    .action((userName: string) => withUsers(async (users) => console.log(`${known(await users.disable(userName), userName)} can no longer sign in.`)));

  user
    .command('enable')
    .description('let somebody who was disabled or blocked sign in again')
    .argument('<userName>')
    .exitOverride()
    .action((userName: string) => withUsers(async (users) => console.log(`${known(await users.enable(userName), userName)} can sign in.`)));

  user
    .command('list')
    .description('who may sign in')
    .option('--json', 'one JSON object a line')
    .exitOverride()
    .action((options: { readonly json?: true }) =>
      withUsers(async (users) => {
        for (const line of listed(await users.list(), options.json === true)) console.log(line);
      }),
    );
}

/** @throws CliError in words for whoever typed it */
export async function addUser(users: Users, userName: string, options: AddOptions, given: string | undefined, print: (line: string) => void): Promise<void> {
  const password = given ?? randomBytes(15).toString('base64url');
  try {
    const added = await users.add({
      userName,
      role: roleFrom(options.role),
      stores: storesFrom(options.stores),
      password,
      ...(options.displayName !== undefined && { displayName: options.displayName }),
    });
    print(`${added.userName} can sign in as ${added.role}.`);
    if (given === undefined) print(`Password, shown only now: ${password}`);
  } catch (error) {
    if (error instanceof UserNameTaken || error instanceof InvalidUser) throw new CliError(`${error.message}.`);
    throw error;
  }
}

/** @throws CliError when nobody has the name */
function known(user: User | undefined, userName: string): string {
  if (user === undefined) throw new CliError(`There is no user ${userName}.`);
  return user.userName;
}

/** The lines of the table, or JSON with the same facts. */
export function listed(users: readonly User[], json: boolean): readonly string[] {
  if (json) return users.map((user) => JSON.stringify(user));
  if (users.length === 0) return ['Nobody may sign in yet: docket user add <userName> --role <role> --stores <stores>'];
  const rows = users.map(({ userName, role, stores, displayName, disabled }) => [userName, role, stores === 'all' ? 'all' : stores.join(','), displayName, disabled ? 'disabled' : '']);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

async function firstLineOf(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}

async function withUsers(work: (users: Users) => Promise<void>): Promise<void> {
  await withParts(readSettings(process.env), async ({ databaseUrl }) => {
    const pool = new Pool({ connectionString: databaseUrl, max: 2 });
    try {
      await migrateIdentity(pool);
      await work(createUsers(pool));
    } finally {
      await pool.end();
    }
  });
}
