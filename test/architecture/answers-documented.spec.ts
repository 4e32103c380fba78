import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answersFile, answersOf } from './answer-schemas.js';

const root = resolve(import.meta.dirname, '../..');
const FILE = join(root, 'apps/api/openapi/answers.generated.ts');

describe('the schemas of the answers', () => {
  const answers = answersOf(root);

  it('are those of the types', () => {
    if (process.env.DOCKET_WRITE_DOCS === '1') writeFileSync(FILE, answersFile(answers));
    expect(readFileSync(FILE, 'utf8')).toBe(answersFile(answers));
  });

  it('say what money, ids, times and personal fields are, and leave room for members to come', () => {
    const { schemas, answers: named } = answers;
    expect([named.getOrder, named.addOrderLine, named.listUsers, named.signOut]).toEqual(['OrderDetails', 'CommandAnswer', 'ListUsersAnswer', undefined]);
    expect(schemas.OrderSummary).toMatchObject({
      required: expect.arrayContaining(['orderId', 'totalMinor', 'orderedAt']),
      properties: { orderId: { type: 'string', format: 'uuid' }, totalMinor: { type: 'integer' }, orderedAt: { type: 'string', format: 'date-time' }, storeId: { type: 'string' }, lock: { type: 'object' } },
    });
    expect(schemas.OrderSummary?.required).not.toContain('lock');
    expect(schemas.OrderSummary).not.toHaveProperty('additionalProperties');
    expect(schemas.OrderCreated).toMatchObject({ properties: { contact: { anyOf: [{ $ref: '#/components/schemas/Contact' }, { const: '[erased]' }, { const: '[unavailable]' }] } } });
    expect(schemas.RefusedAnswer).toMatchObject({ properties: { command: { additionalProperties: true } } });
  });
});
