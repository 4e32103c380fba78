import type { Pool, QueryResultRow } from 'pg';
import { newId, systemClock, type Clock } from '#kernel';
import { checkedUser, normaliseUserName } from './new-user.js';
import { hashPassword, LONGEST_PASSWORD, passwordFits } from './passwords.js';
import type { GrantedRole } from './permissions.js';
import { UserNameTaken, type NewUser, type User, type Users } from './users.port.js';

/** So many wrong passwords in a row block the name for a while (A14); a right one in between starts anew. */
const FAILURES_UNTIL_BLOCKED = 10;
const BLOCKED_FOR_SECONDS = 300;

const COLUMNS = 'id, user_name, display_name, role, all_stores, stores, disabled_at, created_at';

interface UserRow extends QueryResultRow {
  readonly id: string;
  readonly user_name: string;
  readonly display_name: string;
  readonly role: GrantedRole;
  readonly all_stores: boolean;
  readonly stores: readonly string[];
  readonly disabled_at: Date | null;
  readonly created_at: Date;
}

export interface UsersOptions {
  readonly clock?: Clock;
}

/** Users in PostgreSQL; `migrateIdentity` makes their tables. */
export function createUsers(pool: Pool, { clock = systemClock }: UsersOptions = {}): Users {
  const one = async (sql: string, values: readonly unknown[]): Promise<User | undefined> => {
    const { rows } = await pool.query<UserRow>(sql, [...values]);
    return rows[0] && userFrom(rows[0]);
  };

  const findByName = (userName: string): Promise<User | undefined> =>
    one(`SELECT ${COLUMNS} FROM identity.user_account WHERE user_name = $1`, [normaliseUserName(userName)]);

  const insert = async (user: NewUser): Promise<User | undefined> => {
    const { userName, displayName, role, stores } = checkedUser(user);
    return one(
      `INSERT INTO identity.user_account (id, user_name, display_name, role, all_stores, stores, password_hash, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_name) DO NOTHING RETURNING ${COLUMNS}`,
      [newId(), userName, displayName, role, stores === 'all', stores === 'all' ? [] : stores, await hashPassword(user.password), clock.now()],
    );
  };

  return {
    async add(user) {
      const added = await insert(user);
      if (added === undefined) throw new UserNameTaken(normaliseUserName(user.userName));
      return added;
    },

    async ensure(user) {
      const found = (await findByName(user.userName)) ?? (await insert(user)) ?? (await findByName(user.userName));
      if (found === undefined) throw new UserNameTaken(normaliseUserName(user.userName));
      return found;
    },

    disable: (userName) =>
      one(
        `WITH changed AS (
           UPDATE identity.user_account SET disabled_at = COALESCE(disabled_at, $2) WHERE user_name = $1 RETURNING ${COLUMNS}),
         ended AS (
           UPDATE identity.sign_in SET ended_at = $2, end_cause = 'disabled'
            WHERE user_id IN (SELECT id FROM changed) AND ended_at IS NULL)
         SELECT * FROM changed`,
        [normaliseUserName(userName), clock.now()],
      ),

    enable: (userName) =>
      one(
        `UPDATE identity.user_account SET disabled_at = NULL, failures = 0, blocked_until = NULL WHERE user_name = $1 RETURNING ${COLUMNS}`,
        [normaliseUserName(userName)],
      ),

    async list() {
      const { rows } = await pool.query<UserRow>(`SELECT ${COLUMNS} FROM identity.user_account ORDER BY user_name COLLATE "C"`);
      return rows.map(userFrom);
    },

    find: (id) => one(`SELECT ${COLUMNS} FROM identity.user_account WHERE id = $1`, [id]),

    findByName,

    async checkPassword(userName, password) {
      const name = normaliseUserName(userName);
      if (name.includes('\0') || password.length > 4 * LONGEST_PASSWORD) return undefined;
      const { rows } = await pool.query<UserRow & { readonly password_hash: string; readonly blocked: boolean }>(
        `SELECT ${COLUMNS}, password_hash, COALESCE(blocked_until > $2, false) AS blocked FROM identity.user_account WHERE user_name = $1`,
        [name, clock.now()],
      );
      const [row] = rows;
      const fits = await passwordFits(password, row?.password_hash);
      if (row === undefined || row.blocked) return undefined;
      if (!fits) {
        await recordFailure(pool, row.id, clock.now());
        return undefined;
      }
      if (row.disabled_at !== null) return undefined;
      await pool.query('UPDATE identity.user_account SET failures = 0, blocked_until = NULL WHERE id = $1 AND failures > 0', [row.id]);
      return userFrom(row);
    },
  };
}

async function recordFailure(pool: Pool, userId: string, now: string): Promise<void> {
  await pool.query(
    `UPDATE identity.user_account
        SET failures = CASE WHEN failures + 1 >= $2 THEN 0 ELSE failures + 1 END,
            blocked_until = CASE WHEN failures + 1 >= $2 THEN $3::timestamptz + make_interval(secs => $4) ELSE blocked_until END
      WHERE id = $1`,
    [userId, FAILURES_UNTIL_BLOCKED, now, BLOCKED_FOR_SECONDS],
  );
}

function userFrom(row: UserRow): User {
  return {
    id: row.id,
    userName: row.user_name,
    displayName: row.display_name,
    role: row.role,
    stores: row.all_stores ? 'all' : row.stores,
    disabled: row.disabled_at !== null,
    createdAt: row.created_at.toISOString(),
  };
}
