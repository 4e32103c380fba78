import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { Client } from 'pg';
import { ANALYST_ROLE, boundAnalysts, createReadDatabase, ensureAnalystLogin, migrateReadModels } from '#projections';
import { readSettings } from '#settings';
import { CliError } from './cli-error.js';
import { withParts } from './with-parts.js';

/** `docket sql`: the analysts' views, and nothing else, under a role that can only read. */
export function registerSql(program: Command): void {
  program
    .command('sql')
    .description('query the analytics views with SQL, or print a read-only connection string for your own tool')
    .option('-c, --command <statement>', 'run one statement and print its rows')
    .option('--json', 'a JSON object for each row')
    .action(async ({ command, json = false }: { readonly command?: string; readonly json?: boolean }) => {
      const settings = readSettings(process.env);
      await withParts(settings, async ({ databaseUrl }) => {
        const login = await analystUrl(databaseUrl, settings.databaseUrl === undefined ? 'own' : 'shared');
        if (command === undefined) console.log(`${login}\nThe password holds until the next time. Views: docs/analytics.md`);
        else await query(login, command, json);
      });
    });
}

/** A new password each time: nothing has to be kept. */
async function analystUrl(databaseUrl: string, server: 'own' | 'shared'): Promise<string> {
  const dataSource = await createReadDatabase({ databaseUrl }).initialize();
  try {
    await migrateReadModels(dataSource);
    const password = randomBytes(18).toString('base64url');
    await ensureAnalystLogin(dataSource, password);
    await boundAnalysts(dataSource, server);
    const url = new URL(databaseUrl);
    url.username = ANALYST_ROLE;
    url.password = password;
    return url.href;
  } finally {
    await dataSource.destroy();
  }
}

async function query(url: string, statement: string, json: boolean): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows, fields } = await client.query<Record<string, unknown>>(statement);
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else printTable(fields.map(({ name }) => name), rows);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  } finally {
    await client.end();
  }
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
};

function printTable(names: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): void {
  const cells = rows.map((row) => names.map((name) => shown(row[name])));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  console.log(line(names));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of cells) console.log(line(row));
  console.log(`(${String(rows.length)} rows)`);
}
