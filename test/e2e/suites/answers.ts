import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { atLeast, Session, type Reply } from '../http.js';
import { createOrder, type Scene } from '../scene.js';
import { PASSWORD } from '../users.js';

interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export function answers(scene: () => Scene): void {
  describe('an answer', () => {
    it('is what the contract says, success and refusal', async () => {
      const { system, ann, storeId } = scene();
      const contract = (await ann.get<Contract>('/openapi.json')).body;
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats.default(ajv);
      for (const [name, schema] of Object.entries(contract.components.schemas)) ajv.addSchema(schema, `#/components/schemas/${name}`);
      const created = await createOrder(scene());
      const path = `/api/orders/${created.body.orderId}`;
      const nobody = new Session(system.baseUrl, undefined);
      const given: readonly (readonly [operationId: string, reply: Reply<unknown>])[] = [
        ['createOrder', created],
        ['signIn', await nobody.post('/api/auth/sign-in', { userName: 'ann', password: PASSWORD })],
        ['addOrderComment', await ann.command(`${path}/comments`, { text: 'held to the contract' })],
        ['getOrder', await ann.get(path, atLeast(created))],
        ['getOrderHistory', await ann.get(`${path}/history?limit=1`, atLeast(created))],
        ['searchOrders', await ann.get(`/api/orders?orderNumber=${created.body.orderNumber}`, atLeast(created))],
        ['listPendingOrders', await ann.get(`/api/pending-orders?limit=1&storeId=${storeId}`, atLeast(created))],
        ['confirmOrder', await ann.post(`${path}/confirm`, {}, { 'docket-seen-revision': String(created.body.revision) })],
        ['voidOrder', await ann.post(`${path}/void`, {})],
      ];
      const operations = Object.values(contract.paths).flatMap((item) => Object.values(item));
      for (const [operationId, { status, body, text, headers }] of given) {
        const responses = operations.find((operation) => operation.operationId === operationId)?.responses ?? {};
        const media = (headers.get('content-type') ?? '').split(';')[0] ?? '';
        const schema = (responses[String(status)] ?? responses.default)?.content[media]?.schema;
        expect({ operationId, status, media, described: schema !== undefined }).toEqual({ operationId, status, media, described: true });
        expect({ operationId, valid: ajv.validate(schema ?? false, body), errors: ajv.errors, text }).toMatchObject({ operationId, valid: true, errors: null });
      }
      expect(given.map(([, { status }]) => status)).toEqual([201, 200, 200, 200, 200, 200, 200, 409, 400]);
    });
  });
}
