import type { Pool } from 'pg';
import { systemClock, type Clock } from '#kernel';
import { inTransaction } from '#sql';
import { masterKeyFrom } from './master-key.js';
import { boundToSecret, boundToSubject, WrongMasterKey } from './subject-keys.js';

const BATCH = 5_000;

/**
 * Wraps every key anew under another master key, all or none. Processes that still run with the old one fail with
 * KeysUnavailable until they are restarted with the new one. @throws WrongMasterKey when `from` is not the current one
 */
export async function rotateMasterKey(options: { readonly pool: Pool; readonly from: string; readonly to: string; readonly clock?: Clock }): Promise<{ readonly rewrapped: number }> {
  const from = masterKeyFrom(options.from);
  const to = masterKeyFrom(options.to);
  return inTransaction(options.pool, async (client) => {
    await client.query('LOCK TABLE keys.master_key, keys.subject_key, keys.secret IN EXCLUSIVE MODE');
    const { rows: current } = await client.query<{ id: string }>('SELECT id FROM keys.master_key');
    if (current[0]?.id !== from.id) throw new WrongMasterKey(`the current master key is ${current[0]?.id ?? 'not set'}, not ${from.id}`);
    let rewrapped = 0;
    for (let after = ''; ; ) {
      const { rows } = await client.query<{ subject_id: string; key_id: string; wrapped: Buffer }>(
        'SELECT subject_id, key_id, wrapped FROM keys.subject_key WHERE wrapped IS NOT NULL AND subject_id > $1 ORDER BY subject_id LIMIT $2',
        [after, BATCH],
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      const wrapped = rows.map((row) => to.wrap(from.unwrap(row.wrapped, boundToSubject(row.subject_id, row.key_id)), boundToSubject(row.subject_id, row.key_id)));
      await client.query(
        `UPDATE keys.subject_key k SET wrapped = w.wrapped, master_key_id = $3
           FROM unnest($1::text[], $2::bytea[]) AS w (subject_id, wrapped) WHERE k.subject_id = w.subject_id`,
        [rows.map((row) => row.subject_id), wrapped, to.id],
      );
      rewrapped += rows.length;
      after = last.subject_id;
    }
    const { rows: secrets } = await client.query<{ name: string; wrapped: Buffer }>('SELECT name, wrapped FROM keys.secret');
    for (const secret of secrets) {
      const wrapped = to.wrap(from.unwrap(secret.wrapped, boundToSecret(secret.name)), boundToSecret(secret.name));
      await client.query('UPDATE keys.secret SET wrapped = $2, master_key_id = $3 WHERE name = $1', [secret.name, wrapped, to.id]);
    }
    await client.query('UPDATE keys.master_key SET id = $1, since = $2', [to.id, (options.clock ?? systemClock).now()]);
    return { rewrapped };
  });
}
