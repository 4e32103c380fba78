import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, QueryResultRow } from 'pg';
import { systemClock, type Clock } from '#kernel';
import { KeyCache, type CachedKey } from './key-cache.js';
import { masterKeyFrom, type MasterKey } from './master-key.js';
import { KeysUnavailable, SubjectErasedError, type KeyLookup, type SubjectKeys } from './subject-keys.port.js';

/** The keys in this database were wrapped by another master key than the one given. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
}

export interface SubjectKeyStore extends SubjectKeys {
  /** A secret of the installation, made on first use: the same for every process and after every rotation. */
  secret(name: string, make: () => Buffer): Promise<Buffer>;
}

export interface SubjectKeysOptions {
  readonly pool: Pool;
  /** See `masterKeyFrom`. */
  readonly masterKey: string;
  readonly clock?: Clock;
  /** How long a key may be used without asking again; at most 60,000. */
  readonly cacheTtlMs?: number;
  readonly cacheSize?: number;
  readonly queryTimeoutMs?: number;
}

interface KeyRow extends QueryResultRow {
  readonly subject_id: string;
  readonly key_id: string | null;
  readonly master_key_id: string | null;
  readonly wrapped: Buffer | null;
}

const LONGEST_TTL_MS = 60_000;

/** The same bytes cannot be passed off as another subject's, or as another generation's. */
export const boundToSubject = (subjectId: string, keyId: string): string => `subject|${subjectId}|${keyId}`;
export const boundToSecret = (name: string): string => `secret|${name}`;

/**
 * Keys in the schema `keys` of PostgreSQL (see `migrateKeys`).
 * @throws WrongMasterKey, KeysUnavailable
 */
export async function createSubjectKeys(options: SubjectKeysOptions): Promise<SubjectKeyStore> {
  const { pool, clock = systemClock, queryTimeoutMs = 3_000 } = options;
  const master = masterKeyFrom(options.masterKey);
  const cache = new KeyCache({
    size: options.cacheSize ?? 100_000,
    ttlMs: Math.min(options.cacheTtlMs ?? LONGEST_TTL_MS, LONGEST_TTL_MS),
    now: Date.now,
  });

  const query = async <Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('late')), queryTimeoutMs);
    });
    try {
      const { rows } = await Promise.race([pool.query<Row>(text, [...values]), late]);
      return rows;
    } catch (cause) {
      throw new KeysUnavailable('the key store is out of reach', { cause });
    } finally {
      clearTimeout(timer);
    }
  };

  await admitMasterKey(master, clock, query);

  const remember = (row: KeyRow): CachedKey => {
    const value = opened(row, master);
    cache.set(row.subject_id, value);
    return value;
  };

  const find = (subjectIds: readonly string[]): Promise<readonly KeyRow[]> =>
    query<KeyRow>('SELECT subject_id, key_id, master_key_id, wrapped FROM keys.subject_key WHERE subject_id = ANY($1)', [subjectIds]);

  return {
    async obtain(subjectIds) {
      const found = new Map<string, CachedKey>();
      const wanted: string[] = [];
      for (const subjectId of new Set(subjectIds)) {
        const cached = cache.get(subjectId);
        if (cached) found.set(subjectId, cached);
        else wanted.push(subjectId);
      }
      if (wanted.length > 0) {
        for (const row of await issue(wanted, master, clock, query)) found.set(row.subject_id, remember(row));
        // Somebody else may have issued the same key a moment ago: the statement above does not see that.
        const unseen = wanted.filter((subjectId) => !found.has(subjectId));
        if (unseen.length > 0) for (const row of await find(unseen)) found.set(row.subject_id, remember(row));
      }
      const keys = new Map<string, { readonly keyId: string; readonly key: Buffer }>();
      for (const [subjectId, value] of found) {
        if (value.kind === 'erased') throw new SubjectErasedError(subjectId);
        keys.set(subjectId, value);
      }
      if (keys.size < new Set(subjectIds).size) throw new KeysUnavailable('the master key was rotated: restart with the new one');
      return keys;
    },

    async lookUp(subjectIds) {
      const found = new Map<string, KeyLookup>();
      const wanted: string[] = [];
      for (const subjectId of subjectIds) {
        const cached = cache.get(subjectId);
        if (cached) found.set(subjectId, cached);
        else wanted.push(subjectId);
      }
      if (wanted.length > 0) for (const row of await find(wanted)) found.set(row.subject_id, remember(row));
      for (const subjectId of wanted) if (!found.has(subjectId)) found.set(subjectId, { kind: 'missing' });
      return found;
    },

    async destroy(subjectId) {
      const rows = await query<{ living: boolean | null }>(
        `WITH before AS (SELECT wrapped IS NOT NULL AS living FROM keys.subject_key WHERE subject_id = $1),
              tombstone AS (
                INSERT INTO keys.subject_key AS k (subject_id, created_at, erased_at) VALUES ($1, $2, $2)
                ON CONFLICT (subject_id) DO UPDATE
                  SET key_id = NULL, master_key_id = NULL, wrapped = NULL, erased_at = COALESCE(k.erased_at, excluded.erased_at))
         SELECT (SELECT living FROM before) AS living`,
        [subjectId, clock.now()],
      );
      cache.delete(subjectId);
      return rows[0]?.living === true;
    },

    invalidate: (subjectId) => cache.delete(subjectId),

    async secret(name, make) {
      const rows = await query<{ master_key_id: string; wrapped: Buffer }>(
        `WITH added AS (
           INSERT INTO keys.secret (name, master_key_id, wrapped, created_at)
           SELECT $1::text, $2, $3, $4 WHERE EXISTS (SELECT FROM keys.master_key WHERE id = $2)
           ON CONFLICT (name) DO NOTHING RETURNING master_key_id, wrapped)
         SELECT * FROM added UNION ALL SELECT master_key_id, wrapped FROM keys.secret WHERE name = $1`,
        [name, master.id, master.wrap(make(), boundToSecret(name)), clock.now()],
      );
      const row = rows[0] ?? (await query<{ master_key_id: string; wrapped: Buffer }>('SELECT master_key_id, wrapped FROM keys.secret WHERE name = $1', [name]))[0];
      if (row?.master_key_id !== master.id) throw new KeysUnavailable('the master key was rotated: restart with the new one');
      return master.unwrap(row.wrapped, boundToSecret(name));
    },
  };
}

type Query = <Row extends QueryResultRow>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

async function admitMasterKey(master: MasterKey, clock: Clock, query: Query): Promise<void> {
  await query('INSERT INTO keys.master_key (id, since) VALUES ($1, $2) ON CONFLICT DO NOTHING', [master.id, clock.now()]);
  const [row] = await query<{ id: string }>('SELECT id FROM keys.master_key', []);
  if (row?.id === master.id) return;
  throw new WrongMasterKey(
    `the keys in this database are wrapped by master key ${row?.id ?? '?'}, and the one given is ${master.id}: set DOCKET_MASTER_KEY to the right one`,
  );
}

/** New keys for those who have none, and the rows of those who have, in one statement. */
function issue(subjectIds: readonly string[], master: MasterKey, clock: Clock, query: Query): Promise<readonly KeyRow[]> {
  const keyIds = subjectIds.map(() => randomUUID());
  const wrapped = subjectIds.map((subjectId, index) => master.wrap(randomBytes(32), boundToSubject(subjectId, keyIds[index] ?? '')));
  return query<KeyRow>(
    `WITH added AS (
       INSERT INTO keys.subject_key (subject_id, key_id, master_key_id, wrapped, created_at)
       SELECT w.subject_id, w.key_id, $4, w.wrapped, $5
         FROM unnest($1::text[], $2::text[], $3::bytea[]) AS w (subject_id, key_id, wrapped)
        WHERE EXISTS (SELECT FROM keys.master_key WHERE id = $4)
        ORDER BY w.subject_id
       ON CONFLICT (subject_id) DO NOTHING
       RETURNING subject_id, key_id, master_key_id, wrapped)
     SELECT * FROM added
     UNION ALL
     SELECT subject_id, key_id, master_key_id, wrapped FROM keys.subject_key WHERE subject_id = ANY($1)`,
    [subjectIds, keyIds, wrapped, master.id, clock.now()],
  );
}

function opened(row: KeyRow, master: MasterKey): CachedKey {
  if (row.wrapped === null || row.key_id === null) return { kind: 'erased' };
  if (row.master_key_id !== master.id) throw new KeysUnavailable('the master key was rotated: restart with the new one');
  return { kind: 'key', keyId: row.key_id, key: master.unwrap(row.wrapped, boundToSubject(row.subject_id, row.key_id)) };
}
