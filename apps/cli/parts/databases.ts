import { Client } from 'pg';

export const READ_MODEL_DATABASE = 'docket';
export const LOG_DATABASE = 'docket_log';

/** Creates what is missing; two processes may do so at once. */
export async function ensureDatabases(adminUrl: string, names: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ readonly datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map(({ datname }) => datname));
    for (const name of names.filter((each) => !existing.has(each))) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0`).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505'))) throw error;
      });
    }
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.href;
}

/** Beside a database of yours the embedded event store keeps its log in `<name>_log`. */
export function logDatabaseBeside(url: string): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1)) || READ_MODEL_DATABASE;
  return `${name}_log`;
}
