import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { newId } from '#kernel';
import { createTestDatabase, type TestDatabase } from '#testing';
import { masterKeyFrom } from './master-key.js';
import { migrateKeys } from './keys.schema.js';
import { rotateMasterKey } from './rotate-master-key.js';
import { createSubjectKeys, type SubjectKeyStore } from './subject-keys.js';

const masterKey = randomBytes(32).toString('hex');

let database: TestDatabase;
let pool: Pool;
let keys: SubjectKeyStore;

/** Another process: the same database, an empty cache. */
const restarted = (key = masterKey): Promise<SubjectKeyStore> => createSubjectKeys({ pool, masterKey: key });

beforeAll(async () => {
  database = await createTestDatabase('subject_keys');
  pool = new Pool({ connectionString: database.url, max: 8 });
  pool.on('error', () => undefined);
  await Promise.all([migrateKeys(pool), migrateKeys(pool), migrateKeys(pool)]);
});

beforeEach(async () => {
  await pool.query('TRUNCATE keys.subject_key, keys.secret, keys.master_key');
  keys = await restarted();
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('subject keys', () => {
  it('issues each person one key, whoever asks first and however many ask at once', async () => {
    const people = Array.from({ length: 40 }, () => newId());
    const processes = await Promise.all([restarted(), restarted(), restarted()]);
    const answers = await Promise.all(processes.flatMap((process) => [process.obtain(people), process.obtain([...people].reverse())]));
    for (const person of people) {
      const issued = new Set(answers.map((answer) => answer.get(person)?.key.toString('hex')));
      expect(issued.size).toBe(1);
      expect([...issued][0]).toHaveLength(64);
    }
    expect(new Set(people.map((person) => answers[0]?.get(person)?.key.toString('hex'))).size).toBe(40);
  });

  it('holds a key for good before it gives it out, and never in clear', async () => {
    const person = newId();
    const issued = (await keys.obtain([person])).get(person)!;
    const found = (await (await restarted()).lookUp([person])).get(person);
    expect(found).toEqual({ kind: 'key', keyId: issued.keyId, key: issued.key });
    const { rows } = await pool.query<{ wrapped: Buffer }>('SELECT wrapped FROM keys.subject_key WHERE subject_id = $1', [person]);
    expect(rows[0]!.wrapped.includes(issued.key)).toBe(false);
  });

  it('tells a person who was erased from one who never had a key', async () => {
    const [erased, unknown] = [newId(), newId()];
    await keys.obtain([erased]);
    expect(await keys.destroy(erased)).toBe(true);
    expect(await keys.destroy(erased)).toBe(false);
    const found = await keys.lookUp([erased, unknown]);
    expect(found.get(erased)).toEqual({ kind: 'erased' });
    expect(found.get(unknown)).toEqual({ kind: 'missing' });
  });

  it('never issues a key again for a person who was erased, even one who had none', async () => {
    const person = newId();
    await keys.destroy(person);
    await expect(keys.obtain([newId(), person])).rejects.toMatchObject({ name: 'SubjectErasedError', subjectId: person });
    await expect((await restarted()).obtain([person])).rejects.toMatchObject({ name: 'SubjectErasedError' });
  });

  it('uses a cached key no longer than its time, and not at all once it is invalidated', async () => {
    const person = newId();
    await keys.obtain([person]);
    await (await restarted()).destroy(person);
    expect((await keys.lookUp([person])).get(person)).toMatchObject({ kind: 'key' });
    keys.invalidate(person);
    expect((await keys.lookUp([person])).get(person)).toEqual({ kind: 'erased' });
    const forgetful = await createSubjectKeys({ pool, masterKey, cacheTtlMs: 0 });
    const other = newId();
    await forgetful.obtain([other]);
    await keys.destroy(other);
    expect((await forgetful.lookUp([other])).get(other)).toEqual({ kind: 'erased' });
  });

  it('says so when the key store is out of reach', async () => {
    const gone = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none', connectionTimeoutMillis: 200 });
    await expect(createSubjectKeys({ pool: gone, masterKey })).rejects.toMatchObject({ name: 'KeysUnavailable' });
    await gone.end();
  });
});

describe('the master key', () => {
  it('is refused at start when it is not the one in use', async () => {
    await expect(restarted(randomBytes(32).toString('hex'))).rejects.toMatchObject({ name: 'WrongMasterKey' });
  });

  it.each([['too short'], ['']])('is refused when it protects nothing: %p', (text) => {
    expect(() => masterKeyFrom(text)).toThrow(RangeError);
  });

  it('may be hex, Base64 or a passphrase', () => {
    const bytes = randomBytes(32);
    expect(masterKeyFrom(bytes.toString('hex')).id).toBe(masterKeyFrom(bytes.toString('base64')).id);
    expect(masterKeyFrom('a passphrase of some length').id).toHaveLength(16);
  });

  it('can be exchanged: every key stays what it was, and the old master key opens nothing', async () => {
    const people = Array.from({ length: 30 }, () => newId());
    const before = await keys.obtain(people);
    const secret = await keys.secret('s', () => Buffer.from('first'));
    await keys.destroy(people[0]!);
    const to = randomBytes(32).toString('hex');
    await expect(rotateMasterKey({ pool, from: to, to: masterKey })).rejects.toMatchObject({ name: 'WrongMasterKey' });
    expect(await rotateMasterKey({ pool, from: masterKey, to })).toEqual({ rewrapped: 29 });
    await expect(restarted()).rejects.toMatchObject({ name: 'WrongMasterKey' });
    const after = await (await restarted(to)).lookUp(people);
    expect(after.get(people[0]!)).toEqual({ kind: 'erased' });
    for (const person of people.slice(1)) expect(after.get(person)).toEqual({ kind: 'key', ...before.get(person) });
    expect(await (await restarted(to)).secret('s', () => Buffer.from('second'))).toEqual(secret);
    // A process that still runs with the old one neither reads nor writes what it does not understand.
    await expect(keys.obtain([newId()])).rejects.toMatchObject({ name: 'KeysUnavailable' });
    keys.invalidate(people[1]!);
    await expect(keys.lookUp([people[1]!])).rejects.toMatchObject({ name: 'KeysUnavailable' });
  });
});
