import type { DataSource } from 'typeorm';
import { generationsOf, rowsOf } from '#projecting';

/** Old versions of rows hold what was erased until the tables are written anew: this does so, for all generations. */
export async function rewriteReadModels(dataSource: DataSource): Promise<void> {
  for (const { schema } of await generationsOf(dataSource)) {
    const tables = await rowsOf<{ name: string }>(dataSource, `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1`, [schema]);
    for (const { name } of tables) await dataSource.query(`VACUUM (FULL, ANALYZE) ${name}`);
  }
  // The planner remembers common values, names among them.
  await dataSource.query('VACUUM (FULL) pg_catalog.pg_statistic');
}
