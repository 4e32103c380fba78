import { createHash } from 'node:crypto';
import { rowsOf, type Queryable } from '#projecting';
import { ANALYTICS_VIEWS, type AnalyticsView } from './analytics.views.js';

/** Reads the views of schema `analytics` and nothing else. */
export const ANALYST_ROLE = 'docket_analyst';

const quoted = (literal: string): string => `'${literal.replaceAll("'", "''")}'`;

const columnsOf = ({ columns }: AnalyticsView): string => columns.map(([name, type, expression]) => `(${expression})::${type} AS ${name}`).join(', ');

/** Roles belong to the whole server: another database may make the same one at the same moment. */
const ENSURE_ROLE = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ANALYST_ROLE}') THEN CREATE ROLE ${ANALYST_ROLE} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$`;

/** Where the server's owner has not made the role and this user may not, the views stand without it. */
const ENSURE_GRANTS = `DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${ANALYST_ROLE}') THEN
    GRANT USAGE ON SCHEMA analytics TO ${ANALYST_ROLE};
    GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO ${ANALYST_ROLE};
  END IF;
END $$`;

/** Changes with every view and grant: what stands already is left alone, because analysts may be reading it. */
const FINGERPRINT = createHash('sha256').update(JSON.stringify([ANALYTICS_VIEWS, ENSURE_GRANTS])).digest('hex');

async function stands(sql: Queryable): Promise<boolean> {
  const [row] = await rowsOf<{ fingerprint: string | null; views: number; readable: boolean }>(
    sql,
    `SELECT obj_description(n.oid, 'pg_namespace') AS fingerprint, count(c.oid)::int AS views,
            NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND NOT has_schema_privilege(oid, n.oid, 'USAGE')) AS readable
     FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'v' WHERE n.nspname = 'analytics' GROUP BY n.oid`,
    [ANALYST_ROLE],
  );
  return row?.fingerprint === FINGERPRINT && row.views === ANALYTICS_VIEWS.length && row.readable;
}

/** Makes the analysts' schema over the live read models, or anew when it has changed, in one transaction. */
export async function ensureAnalytics(sql: Queryable): Promise<void> {
  await sql.query(ENSURE_ROLE);
  if (await stands(sql)) return;
  await sql.query('BEGIN');
  try {
    await sql.query('CREATE SCHEMA IF NOT EXISTS analytics');
    for (const view of ANALYTICS_VIEWS) {
      await sql.query(`DROP VIEW IF EXISTS analytics.${view.name}`);
      await sql.query(`CREATE VIEW analytics.${view.name} AS SELECT ${columnsOf(view)} FROM ${view.from}`);
      await sql.query(`COMMENT ON VIEW analytics.${view.name} IS ${quoted(view.about)}`);
      for (const [name, , , about] of view.columns) await sql.query(`COMMENT ON COLUMN analytics.${view.name}.${name} IS ${quoted(about)}`);
    }
    await sql.query(ENSURE_GRANTS);
    await sql.query(`COMMENT ON SCHEMA analytics IS '${FINGERPRINT}'`);
    await sql.query('COMMIT');
  } catch (error) {
    await sql.query('ROLLBACK');
    throw error;
  }
}

/**
 * Lets analysts sign in with this password (letters, digits, `-` and `_`), read-only and with bounded statements.
 * @throws RangeError for another password; what the database throws when this user may not alter roles
 */
export async function ensureAnalystLogin(sql: Queryable, password: string): Promise<void> {
  if (!/^[A-Za-z0-9_-]{16,128}$/.test(password)) throw new RangeError('The password of the analysts has from 16 to 128 letters, digits, "-" and "_".');
  await sql.query(ENSURE_ROLE);
  await sql.query(`ALTER ROLE ${ANALYST_ROLE} LOGIN PASSWORD '${password}'`);
  await sql.query(`ALTER ROLE ${ANALYST_ROLE} SET default_transaction_read_only = on`);
  await sql.query(`ALTER ROLE ${ANALYST_ROLE} SET statement_timeout = '60s'`);
}
