import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Queryable } from './projection.js';

/** All of the work or none of it. */
export async function inTransaction<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.startTransaction();
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release().catch(() => undefined);
  }
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}

/** A connection or a pool whose statements are parsed and planned once for each connection: for those that run again and again. */
export const preparedOn = (connection: Pool | PoolClient): Queryable => ({
  async query(text, parameters = []) {
    const { rows } = await connection.query<object>({ name: nameOf(text), text, values: [...parameters] });
    return rows;
  },
});

/** The connection of a transaction, its statements prepared. */
export async function preparing(runner: QueryRunner): Promise<Queryable> {
  return preparedOn((await runner.connect()) as PoolClient);
}
