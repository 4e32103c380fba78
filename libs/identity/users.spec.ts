import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createUsers, InvalidUser, migrateIdentity, roleFrom, seedDemoUsers, storesFrom, UserNameTaken, type NewUser, type Users } from './index.js';

let database: TestDatabase;
let pool: Pool;
let users: Users;
let nowMs = Date.parse('2026-11-01T12:00:00.000Z');

const PASSWORD = 'correct horse battery';
const someone = (userName: string, more: Partial<NewUser> = {}): NewUser => ({ userName, role: 'csr', stores: ['leeds'], password: PASSWORD, ...more });

beforeAll(async () => {
  database = await createTestDatabase('users');
  pool = new Pool({ connectionString: database.url, max: 4 });
  await Promise.all([migrateIdentity(pool), migrateIdentity(pool), migrateIdentity(pool)]);
  users = createUsers(pool, { clock: { now: () => new Date(nowMs).toISOString() } });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('users', () => {
  it('sign in with the name however it is typed and the password as it is', async () => {
    const ann = await users.add(someone('Ann', { displayName: 'Ann Example' }));
    expect(ann).toMatchObject({ userName: 'ann', displayName: 'Ann Example', role: 'csr', stores: ['leeds'], disabled: false, createdAt: '2026-11-01T12:00:00.000Z' });
    expect(await users.checkPassword(' ANN ', PASSWORD)).toEqual(ann);
    expect(await users.checkPassword('ann', PASSWORD.toUpperCase())).toBeUndefined();
    expect(await users.checkPassword('nobody', PASSWORD)).toBeUndefined();
    expect(await users.checkPassword('a\0nn', PASSWORD)).toBeUndefined();
  });

  it('type a password composed or decomposed', async () => {
    await users.add(someone('zoe', { password: 'Zo\u00eb likes caf\u00e9s' }));
    expect(await users.checkPassword('zoe', 'Zoe\u0308 likes cafe\u0301s')).toBeDefined();
  });

  it('have a name of their own', async () => {
    await users.add(someone('rob'));
    await expect(users.add(someone('ROB'))).rejects.toThrow(UserNameTaken);
    const names = await Promise.allSettled([1, 2, 3, 4].map(() => users.add(someone('race'))));
    expect(names.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['a name with a space', someone('a b')],
    ['a name in another script', someone('\u0430nn')],
    ['a short password', someone('short', { password: 'elevenchars' })],
    ['an endless password', someone('long', { password: 'x'.repeat(201) })],
    ['no store', someone('nostore', { stores: [] })],
    ['a store that could be code', someone('injected', { stores: ["x'; DROP TABLE"] })],
    ['a control character in the display name', someone('control', { displayName: 'a\u0007b' })],
  ])('cannot be added with %s', async (_, user) => {
    await expect(users.add(user)).rejects.toThrow(InvalidUser);
  });

  it('are kept without their password', async () => {
    await users.add(someone('kept', { password: 'a-canary-password' }));
    const { rows } = await pool.query<{ all: string }>(`SELECT u::text AS all FROM identity.user_account u WHERE user_name = 'kept'`);
    expect(rows[0]?.all).not.toContain('canary');
    expect(rows[0]?.all).toContain('$argon2id$');
  });

  it('who are disabled do not sign in until they are enabled', async () => {
    await users.add(someone('dora'));
    expect(await users.disable('Dora')).toMatchObject({ disabled: true });
    expect(await users.checkPassword('dora', PASSWORD)).toBeUndefined();
    expect(await users.enable('dora')).toMatchObject({ disabled: false });
    expect(await users.checkPassword('dora', PASSWORD)).toBeDefined();
    expect(await users.disable('nobody')).toBeUndefined();
  });

  it('are blocked for a while after ten wrong passwords in a row (A14, case 66)', async () => {
    await users.add(someone('guess'));
    for (let attempt = 0; attempt < 9; attempt += 1) await users.checkPassword('guess', 'not the password');
    expect(await users.checkPassword('guess', PASSWORD)).toBeDefined();
    for (let attempt = 0; attempt < 10; attempt += 1) await users.checkPassword('guess', 'not the password');
    expect(await users.checkPassword('guess', PASSWORD)).toBeUndefined();
    nowMs += 301_000;
    expect(await users.checkPassword('guess', PASSWORD)).toBeDefined();
  });
});

describe('users of the demo', () => {
  it('are there once, whoever asks how often, and sign in as they say', async () => {
    const [signIns] = await Promise.all([seedDemoUsers(pool), seedDemoUsers(pool)]);
    expect(await seedDemoUsers(pool)).toEqual(signIns);
    for (const { userName, password, role } of signIns.filter((each) => each.userName !== 'ann')) expect(await users.checkPassword(userName, password)).toMatchObject({ role });
  });

  it('leave alone somebody who has the name already', async () => {
    expect(await users.findByName('ann')).toMatchObject({ stores: ['leeds'] });
    expect(await users.checkPassword('ann', 'docket-demo-ann')).toBeUndefined();
  });

  it('are no longer offered once they are disabled', async () => {
    await users.disable('bob');
    expect((await seedDemoUsers(pool)).map(({ userName }) => userName)).not.toContain('bob');
  });
});

describe('roles and stores as they are typed', () => {
  it('are taken or refused in words', () => {
    expect(roleFrom('auditor')).toBe('auditor');
    expect(() => roleFrom('system')).toThrow('roles are csr, supervisor');
    expect(storesFrom('all')).toBe('all');
    expect(storesFrom('york, leeds,york')).toEqual(['leeds', 'york']);
    expect(() => storesFrom('')).toThrow(InvalidUser);
  });
});
