import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from './postgres.js';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a database of a suite', () => {
  it('is its own, can be a template for others, and is gone after drop', async () => {
    const first = await createTestDatabase('first');
    await query(first.url, 'CREATE TABLE parcel AS SELECT 7 AS weight');
    const second = await createTestDatabase('second', new URL(first.url).pathname.slice(1));
    expect(await query(second.url, 'SELECT weight FROM parcel')).toEqual([{ weight: 7 }]);
    await second.drop();
    await first.drop();
    await expect(query(first.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });

  it('is dropped when those who are about to leave it have left, and from under those who stay', async () => {
    const database = await createTestDatabase('ending');
    const [leaving, staying] = [new Client({ connectionString: database.url }), new Client({ connectionString: database.url })];
    const cut = new Promise((resolve) => staying.on('error', resolve));
    await Promise.all([leaving.connect(), staying.connect()]);
    const left = leaving.query('SELECT pg_sleep(0.3)').finally(() => leaving.end());
    await Promise.all([database.drop(), expect(left).resolves.toBeDefined()]);
    expect(await cut).toMatchObject({ code: '57P01' });
  });
});
