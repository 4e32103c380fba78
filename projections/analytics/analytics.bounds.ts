import type { Queryable } from '#projecting';
import { ANALYST_ROLE } from './analytics.schema.js';

/** What PostgreSQL lets everybody do although it writes, locks or tells others something. */
const EVERYBODY_MAY = `proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_unlink', 'lo_truncate', 'lo_truncate64', 'pg_notify', 'pg_logical_emit_message')
  OR proname ~ '^pg_(try_)?advisory_(xact_)?(lock|unlock)'`;

/** A database that goes, or is closed by somebody else, at the same moment is none to close. */
const CLOSE_DATABASE = (name: string): string => `BEGIN
      EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', ${name});
    EXCEPTION WHEN insufficient_privilege OR invalid_catalog_name OR internal_error THEN NULL;
    END`;

const CLOSE_OWN_SERVER = `DO $$ DECLARE named name; routine regprocedure; BEGIN
  FOR named IN SELECT datname FROM pg_database WHERE datallowconn LOOP
    ${CLOSE_DATABASE('named')};
  END LOOP;
  FOR routine IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (${EVERYBODY_MAY}) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
  END LOOP;
END $$`;

const CLOSE_THIS_DATABASE = `DO $$ BEGIN ${CLOSE_DATABASE('current_database()')}; END $$`;

const OPEN_THIS_DATABASE = `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${ANALYST_ROLE}', current_database()); END $$`;

/**
 * Takes from everybody but the owner what a reader needs nothing of: other databases (the log's among them), temporary
 * tables, large objects, advisory locks. On a server that serves others too, only this database is closed; there its
 * owner must know whom else to let in.
 */
export async function boundAnalysts(sql: Queryable, server: 'own' | 'shared'): Promise<void> {
  await sql.query(server === 'own' ? CLOSE_OWN_SERVER : CLOSE_THIS_DATABASE);
  await sql.query(OPEN_THIS_DATABASE);
  await sql.query(`ALTER ROLE ${ANALYST_ROLE} CONNECTION LIMIT 8`);
}
