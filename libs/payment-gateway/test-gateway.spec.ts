import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { newId } from '#kernel';
import type { GatewayRequest } from '#ordering';
import { createTestDatabase, type TestDatabase } from '#testing';
import { createTestGateway, migrateTestGateway } from './index.js';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase('gateway');
  pool = new Pool({ connectionString: database.url, max: 8 });
  await Promise.all([migrateTestGateway(pool), migrateTestGateway(pool)]);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const request = (fields: Partial<GatewayRequest> = {}): GatewayRequest => ({ requestId: newId(), reference: newId(), amountMinor: 1_000, currency: 'GBP', token: 'tok_visa', ...fields });
const done = [{ kind: 'done', externalId: expect.stringMatching(/^psp_/) }];
const declined = (failureCode: string) => [{ kind: 'declined', externalId: expect.stringMatching(/^psp_/), failureCode }];
const gateway = () => createTestGateway(pool);

describe('the test provider', () => {
  it('does a thing once for a request id, and tells the same again, also after it was started anew', async () => {
    const once = request();
    const answers = await Promise.all(Array.from({ length: 8 }, () => gateway().authorize(once)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual(done);
    const again = createTestGateway(pool);
    expect(await again.authorize(once)).toEqual(answers[0]);
    const { rows } = await pool.query('SELECT count(*)::int AS done FROM payment_provider.request WHERE reference = $1', [once.reference]);
    expect(rows).toEqual([{ done: 1 }]);
  });

  it('captures no more than was authorized, and gives back no more than was captured', async () => {
    const { reference } = request();
    expect(await gateway().capture(request({ reference }))).toEqual(declined('exceeds-authorization'));
    expect(await gateway().authorize(request({ reference }))).toEqual(done);
    const captures = await Promise.all([1, 2, 3].map(() => gateway().capture(request({ reference, amountMinor: 400 }))));
    expect(captures.map(([answer]) => answer?.kind).sort()).toEqual(['declined', 'done', 'done']);
    expect(await gateway().refund(request({ reference, amountMinor: 801 }))).toEqual(declined('exceeds-captured'));
    expect(await gateway().refund(request({ reference, amountMinor: 800, token: 'tok_visa' }))).toEqual(done);
  });

  it('lets go no more than was authorized and not captured, and captures nothing of that', async () => {
    const { reference } = request();
    await gateway().authorize(request({ reference }));
    await gateway().capture(request({ reference, amountMinor: 300 }));
    expect(await gateway().void(request({ reference, amountMinor: 701 }))).toEqual(declined('exceeds-authorization'));
    expect(await gateway().void(request({ reference, amountMinor: 600 }))).toEqual(done);
    expect(await gateway().capture(request({ reference, amountMinor: 101 }))).toEqual(declined('exceeds-authorization'));
    expect(await gateway().capture(request({ reference, amountMinor: 100 }))).toEqual(done);
  });

  it('declines who has no token any more, or no money', async () => {
    const { token: _erased, ...nobody } = request();
    expect(await gateway().authorize(nobody)).toEqual(declined('token-unknown'));
    const poor = request({ token: 'tok_test_declined_7' });
    expect(await gateway().authorize(poor)).toEqual(declined('insufficient-funds'));
    expect(await gateway().authorize(poor)).toEqual(declined('insufficient-funds'));
    const expired = request({ token: 'tok_test_capture-declined' });
    expect(await gateway().authorize(expired)).toEqual(done);
    expect(await gateway().capture({ ...expired, requestId: newId() })).toEqual(declined('authorization-expired'));
  });

  it('answers late, never, or twice; what was lost was not done', async () => {
    const doneIn = async ({ requestId }: GatewayRequest) => (await pool.query<{ outcome: string | null }>('SELECT outcome FROM payment_provider.request WHERE request_id = $1', [requestId])).rows[0]?.outcome;
    const [late, lost, silent] = ['tok_test_late', 'tok_test_lost', 'tok_test_silent'].map((token) => request({ token })) as [GatewayRequest, GatewayRequest, GatewayRequest];
    for (const each of [late, lost, silent]) expect(await gateway().authorize(each)).toEqual([]);
    expect(await Promise.all([late, lost, silent].map(doneIn))).toEqual(['done', null, null]);
    expect(await gateway().authorize(late)).toEqual(done);
    expect(await gateway().authorize(lost)).toEqual(done);
    expect(await gateway().authorize(silent)).toEqual([]);
    expect(await gateway().authorize(request({ token: 'tok_test_twice' }))).toEqual([...done, ...done]);
  });

  it('takes no request id for two things, and keeps no token', async () => {
    const once = request({ token: 'tok_secret_canary' });
    await gateway().authorize(once);
    await expect(gateway().authorize({ ...once, amountMinor: 999 })).rejects.toThrow(/used for another/);
    await expect(gateway().capture(once)).rejects.toThrow(/used for another/);
    const { rows } = await pool.query('SELECT * FROM payment_provider.request');
    expect(JSON.stringify(rows)).not.toContain('canary');
  });
});
