import type { Pool, PoolClient } from 'pg';
import { uuidV5 } from '#kernel';
import type { GatewayAnswer, GatewayRequest, PaymentAction, PaymentGateway } from '#ordering';
import { inTransaction } from '#sql';
import { behaviourOf, type TestToken } from './test-tokens.js';

/** Namespace of the provider's own ids. */
const TRANSACTIONS = '5b8f1c7e-7b0e-5d0b-9a51-6b5c2f1a0e01';

interface Kept {
  readonly action: PaymentAction;
  readonly reference: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly asked: number;
  readonly outcome: 'done' | 'declined' | null;
  readonly failure_code: string | null;
  readonly external_id: string;
}

/** The same request id with another content: a fault of the caller, as real providers treat it. */
export class RequestIdReused extends Error {
  override readonly name = 'RequestIdReused';
}

/**
 * A payment provider for trying out and for tests, in this process: what it does depends on the token alone
 * (see `TEST_TOKENS`). What it did for a request is kept in PostgreSQL before it answers, so that it does each once,
 * whatever dies in between.
 */
export const createTestGateway = (pool: Pool): PaymentGateway => ({
  authorize: (request) => perform(pool, 'authorize', request),
  capture: (request) => perform(pool, 'capture', request),
  refund: (request) => perform(pool, 'refund', request),
  void: (request) => perform(pool, 'void', request),
});

async function perform(pool: Pool, action: PaymentAction, request: GatewayRequest): Promise<readonly GatewayAnswer[]> {
  const behaviour = behaviourOf(request.token ?? '');
  return inTransaction(pool, async (client) => {
    // One at a time for one method: what is left to capture is counted and used up without a gap.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`payment_provider:${request.reference}`]);
    const kept = await received(client, action, request);
    return answersTo(client, action, request, kept, behaviour);
  });
}

async function received(client: PoolClient, action: PaymentAction, { requestId, reference, amountMinor, currency }: GatewayRequest): Promise<Kept> {
  const { rows } = await client.query<Kept>(
    `INSERT INTO payment_provider.request (request_id, reference, action, amount_minor, currency, asked, external_id) VALUES ($1, $2, $3, $4, $5, 1, $6)
     ON CONFLICT (request_id) DO UPDATE SET asked = payment_provider.request.asked + 1 RETURNING *`,
    [requestId, reference, action, amountMinor, currency, `psp_${uuidV5(TRANSACTIONS, requestId)}`],
  );
  const [kept] = rows;
  if (kept?.action !== action || kept.reference !== reference || Number(kept.amount_minor) !== amountMinor || kept.currency !== currency) {
    throw new RequestIdReused('that request id was used for another request');
  }
  return kept;
}

async function answersTo(client: PoolClient, action: PaymentAction, request: GatewayRequest, kept: Kept, behaviour: TestToken | undefined): Promise<readonly GatewayAnswer[]> {
  if (behaviour === 'silent' || (behaviour === 'lost' && kept.asked === 1)) return [];
  const answer = kept.outcome === null ? await decided(client, action, request, kept.external_id, behaviour) : answerOf(kept.external_id, kept.failure_code ?? undefined);
  if (behaviour === 'late' && kept.asked === 1) return [];
  return behaviour === 'twice' ? [answer, answer] : [answer];
}

async function decided(client: PoolClient, action: PaymentAction, request: GatewayRequest, externalId: string, behaviour: TestToken | undefined): Promise<GatewayAnswer> {
  const failureCode = await failureOf(client, action, request, behaviour);
  await client.query('UPDATE payment_provider.request SET outcome = $2, failure_code = $3 WHERE request_id = $1', [
    request.requestId,
    failureCode === undefined ? 'done' : 'declined',
    failureCode ?? null,
  ]);
  return answerOf(externalId, failureCode);
}

const answerOf = (externalId: string, failureCode: string | undefined): GatewayAnswer =>
  failureCode === undefined ? { kind: 'done', externalId } : { kind: 'declined', externalId, failureCode };

async function failureOf(client: PoolClient, action: PaymentAction, { reference, amountMinor, token }: GatewayRequest, behaviour: TestToken | undefined): Promise<string | undefined> {
  if (action === 'authorize') {
    if (token === undefined) return 'token-unknown';
    return behaviour === 'declined' ? 'insufficient-funds' : undefined;
  }
  if (action === 'capture' && behaviour === 'capture-declined') return 'authorization-expired';
  const { rows } = await client.query<{ action: PaymentAction; sum: string }>(
    `SELECT action, sum(amount_minor) AS sum FROM payment_provider.request WHERE reference = $1 AND outcome = 'done' GROUP BY action`,
    [reference],
  );
  const sumOf = (of: PaymentAction): number => Number(rows.find((row) => row.action === of)?.sum ?? 0);
  if (action === 'capture' || action === 'void') return sumOf('capture') + sumOf('void') + amountMinor > sumOf('authorize') ? 'exceeds-authorization' : undefined;
  return sumOf('refund') + amountMinor > sumOf('capture') ? 'exceeds-captured' : undefined;
}
